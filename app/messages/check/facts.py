"""Whom the check is about, from the settings and from what the operator adds."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.messages.check.dns import DnsAway, Resolver
from app.messages.dkim_key import DkimKey
from app.settings import Settings, is_loopback
from app.vocabulary.lanes import domain_of

_AT_HOME = tuple(
    ipaddress.ip_network(network)
    for network in (
        *("0.0.0.0/8", "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),
        *("100.64.0.0/10", "169.254.0.0/16"),
    )
) + tuple(ipaddress.ip_network(network) for network in ("::1/128", "fc00::/7", "fe80::/10"))


@dataclass(frozen=True, slots=True)
class Facts:
    """How our mails leave, as a provider sees it."""

    domain: str  # of the sender that people read
    bounce_domain: str  # of the envelope's sender: the one that SPF is about
    reply_domain: str
    ips: tuple[str, ...]  # from which the mails reach the providers; (): not known
    key: DkimKey | None
    relay_signs: bool  # the sending server signs by itself
    in_clear: bool  # our mails and password cross a network unencrypted
    reads_bounces: bool = True  # mails come back to an address of their own: they can be believed
    bounce_box: bool = True  # the settings say where that address is read
    relay_selector: str = ""  # under which name the sending server publishes its own key
    helo: str = ""  # the name by which the sending server greets the providers; "": not known
    helo_is_sure: bool = True  # False: a relay's name for us, it may greet them by another
    site: str = ""  # the host of our own pages
    site_is_private: bool = True  # they are read over https


def facts_of(
    settings: Settings,
    resolver: Resolver,
    *,
    domain: str | None = None,
    ips: Sequence[str] = (),
    relay_signs: bool = False,
    relay_selector: str = "",
) -> Facts:
    """What the settings say. Another `domain` is looked at as if it were the sender's."""
    sender = (domain or domain_of(settings.sender_address)).lower().rstrip(".")
    public = urlsplit(settings.public_url)
    key = None
    if settings.dkim_key_file is not None:
        key = DkimKey.read(settings.dkim_key_file, settings.dkim_selector, sender)
    return Facts(
        domain=sender,
        bounce_domain=domain_of(settings.bounce_address) if settings.bounce_address else sender,
        reply_domain=domain_of(settings.help_address),
        ips=tuple(ips) or _outgoing(resolver, settings.smtp_host),
        key=key,
        relay_signs=relay_signs or bool(relay_selector),
        in_clear=settings.smtp_tls == "none" and not is_loopback(settings.smtp_host),
        reads_bounces=bool(settings.bounce_address),
        bounce_box=bool(settings.bounce_imap_url or settings.bounce_maildir),
        relay_selector=relay_selector,
        site=public.hostname or "",
        site_is_private=public.scheme == "https",
    )


def _outgoing(resolver: Resolver, host: str) -> tuple[str, ...]:
    """The sending server's addresses, unless it is on our own network and leaves by another."""
    try:
        found = [str(ipaddress.ip_address(host))]
    except ValueError:
        try:
            found = [] if is_loopback(host) else resolver.addresses(host)
        except DnsAway:
            found = []
    return tuple(one for one in found if not at_home(one))


def at_home(ip: str) -> bool:
    """Whether an address is of this machine or of a network that the internet does not see."""
    address = ipaddress.ip_address(ip)
    return any(address in network for network in _AT_HOME)
