"""The terms of an SPF record (RFC 7208, 4.6.1), all read before any of them is asked about."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IpNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network

_MODIFIER = re.compile(r"([a-z][a-z0-9_.-]*)=(.*)", re.IGNORECASE)
_PLACE = re.compile(r"(?::([^/]+))?(?:/(\d{1,2}))?(?://(\d{1,3}))?")
_MACRO = re.compile(r"%\{([a-z])(\d{0,3})(r?)([-.+,/_=]*)\}", re.IGNORECASE)


class NotSpf(Exception):
    """A term that makes every receiver give the whole record up; why, in French."""


@dataclass(frozen=True, slots=True)
class Term:
    """A mechanism: whom it speaks of, and the sign of what it concludes."""

    sign: str  # "+", "-", "~" or "?"
    name: str
    target: str = ""  # a domain, perhaps with macros; "": the record's own
    network: IpNetwork | None = None
    v4: str = ""  # the length of the networks that its addresses stand for; "": themselves
    v6: str = ""

    def around(self, address: str) -> IpNetwork:
        """The network of which one of its addresses is."""
        length = self.v6 if ":" in address else self.v4
        return ipaddress.ip_network(f"{address}/{length}" if length else address, strict=False)


def terms_of(record: str) -> tuple[list[Term], str]:
    """The mechanisms in their order, and where the record redirects to ("": nowhere)."""
    terms, elsewhere = [], ""
    for written in record.split()[1:]:
        modifier = _MODIFIER.fullmatch(written)
        if modifier is None:
            terms.append(_term(written))
        elif modifier[1].lower() == "redirect":
            if elsewhere or not modifier[2]:
                raise _not_spf(written)
            elsewhere = modifier[2]
    return terms, elsewhere


def expanded(target: str, *, domain: str, ip: IpAddress | None, sender_domain: str) -> str | None:
    """A domain with its macros replaced (section 7); None where they speak of who writes."""
    if "%" not in target:
        return target
    of_letter = {"d": domain, "o": sender_domain}
    if ip is not None:
        of_letter["i"] = str(ip) if ip.version == 4 else ".".join(ip.exploded.replace(":", ""))
        of_letter["v"] = "in-addr" if ip.version == 4 else "ip6"
    if any(found[1].lower() not in of_letter for found in _MACRO.finditer(target)):
        return None
    replaced = _MACRO.sub(lambda found: _value(found, of_letter[found[1].lower()]), target)
    plain = replaced.replace("%%", "\0").replace("%_", " ").replace("%-", "%20")
    return None if "%" in plain else plain.replace("\0", "%")


def _value(found: re.Match[str], value: str) -> str:
    parts = re.split(f"[{re.escape(found[4] or '.')}]", value)
    if found[3]:
        parts.reverse()
    kept = int(found[2]) if found[2] else len(parts)
    return ".".join(parts[-kept:]) if kept else ""


def _term(written: str) -> Term:
    sign, mechanism = (written[0], written[1:]) if written[0] in "+-~?" else ("+", written)
    name = re.split(r"[:/]", mechanism, maxsplit=1)[0].lower()
    rest = mechanism[len(name) :]
    if name == "all" and not rest:
        return Term(sign, name)
    if name in ("ip4", "ip6") and rest.startswith(":"):
        return Term(sign, name, network=_network(rest[1:], int(name[-1]), mechanism))
    if name in ("include", "exists") and len(rest) > 1 and rest.startswith(":"):
        return Term(sign, name, rest[1:])
    place = _PLACE.fullmatch(rest) if name in ("a", "mx", "ptr") else None
    if place is None or int(place[2] or 0) > 32 or int(place[3] or 0) > 128:
        raise _not_spf(mechanism)
    return Term(sign, name, place[1] or "", None, place[2] or "", place[3] or "")


def _network(text: str, version: int, said: str) -> IpNetwork:
    try:
        found = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise NotSpf(f"«\u00a0{said}\u00a0» n’est pas une adresse") from None
    if found.version != version:
        other = f"ip{found.version}:{text}"
        raise NotSpf(f"«\u00a0{said}\u00a0» doit s’écrire «\u00a0{other}\u00a0»")
    return found


def _not_spf(said: str) -> NotSpf:
    return NotSpf(f"«\u00a0{said}\u00a0» n’est pas de l’SPF")
