"""What the check says: findings, and what each big provider refuses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.messages.check.dns import DnsAway


class Level(StrEnum):
    """How bad it is."""

    GOOD = "good"
    ADVICE = "advice"  # nobody refuses for it
    WRONG = "wrong"
    UNKNOWN = "unknown"  # the DNS did not answer, or we were not told enough to look


class Need(StrEnum):
    """What a provider may ask of whoever sends thousands of mails; the labels are shown."""

    SPF = "SPF"
    DKIM = "DKIM"
    DMARC = "DMARC"
    PTR = "nom inverse"
    HELO = "nom du serveur d’envoi (HELO)"
    SENDER = "domaine de l’expéditeur"
    SITE = "site web de l’expéditeur"
    TLS = "chiffrement (TLS)"


# From 5,000 mails a day: Gmail (support.google.com/mail/answer/81126), Yahoo (senders.yahooinc.com)
# and, since May 2025, Microsoft (550 5.7.515); these three want TLS as well. Orange at any number
# (postmaster.orange.fr), with a greeting name that exists and a website behind the sender's domain.
# La Poste publishes no rule; like everybody, it takes nothing from an address without a name nor
# from a domain that does not exist.
_SIGNED = frozenset({Need.SPF, Need.DKIM, Need.DMARC, Need.PTR, Need.SENDER})
MICROSOFT, ORANGE = "Microsoft (Outlook, Hotmail)", "Orange (Wanadoo)"
PROVIDERS: Mapping[str, frozenset[Need]] = {
    "Gmail": _SIGNED | {Need.TLS},
    "Yahoo": _SIGNED | {Need.TLS},
    MICROSOFT: _SIGNED | {Need.TLS},
    ORANGE: _SIGNED | {Need.HELO, Need.SITE},
    "La Poste": frozenset({Need.PTR, Need.SENDER}),
}
# Which need a topic's unknown leaves open; one that is not here leaves all of them open.
_OF_TOPIC: Mapping[str, Need] = {
    "SPF": Need.SPF,
    "DKIM": Need.DKIM,
    "DMARC": Need.DMARC,
    "PTR": Need.PTR,
    "HELO": Need.HELO,
    "MX": Need.SENDER,
    "Site": Need.SITE,
}
# What no look at the DNS can tell, said under the verdict.
REMARKS: Mapping[str, str] = {
    MICROSOFT: (
        "Sans SPF, DKIM ou DMARC, au-delà de 5 000 courriels par jour, son refus porte le code "
        "550 5.7.515."
    ),
    ORANGE: "Au-delà de 1 000 courriels par jour, il demande d’être inscrit à Signal Spam.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `mend` says what to do; `publish` is a DNS line to copy."""

    topic: str
    level: Level
    said: str
    mend: str = ""
    publish: str = ""
    lacks: Need | None = None  # what a provider would refuse for
    stops: bool = False  # no mail would leave at all


def wrong(topic: str, said: str, mend: str, publish: str, lacks: Need) -> Finding:
    """Something that a provider refuses for."""
    return Finding(topic, Level.WRONG, said, mend, publish, lacks)


def txt_line(name: str, value: str) -> str:
    """The line as a zone file has it; a string of the DNS is 255 letters at most."""
    strings = " ".join(f'"{value[at : at + 255]}"' for at in range(0, len(value), 255))
    return f"{name}. IN TXT {strings}"


def address_line(name: str, ip: str) -> str:
    """The line that leads a name to an address."""
    return f"{name}. IN {'AAAA' if ':' in ip else 'A'} {ip}"


def unless_away(topic: str, look: Callable[[], list[Finding]]) -> list[Finding]:
    """What was found; where no name server answered, that, which is nobody's fault."""
    try:
        return look()
    except DnsAway as away:
        said = f"Le DNS n’a pas répondu pour {away.name}."
        mend = (
            "Réessayez dans quelques minutes. Si cela dure, les serveurs de noms de ce domaine "
            "sont en panne, ou sa signature DNSSEC est fausse."
        )
        return [Finding(topic, Level.UNKNOWN, said, mend)]


def refusals(findings: Sequence[Finding]) -> dict[str, list[str]]:
    """What each provider would refuse for, in the order of the findings; nothing: it takes them."""
    lacking = list(dict.fromkeys(one.lacks for one in findings if one.lacks is not None))
    return {
        provider: [str(need) for need in lacking if need in asked]
        for provider, asked in PROVIDERS.items()
    }


def in_doubt(findings: Sequence[Finding]) -> frozenset[str]:
    """The providers that ask for something that could not be looked at."""
    topics = {one.topic for one in findings if one.level is Level.UNKNOWN}
    everything = any(topic not in _OF_TOPIC for topic in topics)
    left_open = {_OF_TOPIC[topic] for topic in topics if topic in _OF_TOPIC}
    return frozenset(
        provider for provider, asked in PROVIDERS.items() if everything or asked & left_open
    )
