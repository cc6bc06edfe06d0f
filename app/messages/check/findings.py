"""What the check says: findings, and what each big provider refuses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


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
    SENDER = "domaine de l’expéditeur"
    TLS = "chiffrement (TLS)"


# From 5,000 mails a day: Gmail (support.google.com/mail/answer/81126), Yahoo (senders.yahooinc.com)
# and, since May 2025, Microsoft (550 5.7.515); these three want TLS as well. Orange at any number
# (postmaster.orange.fr). La Poste publishes no rule; like everybody, it takes nothing from an
# address without a name nor from a domain that does not exist.
_SIGNED = frozenset({Need.SPF, Need.DKIM, Need.DMARC, Need.PTR, Need.SENDER})
PROVIDERS: Mapping[str, frozenset[Need]] = {
    "Gmail": _SIGNED | {Need.TLS},
    "Yahoo": _SIGNED | {Need.TLS},
    "Microsoft (Outlook, Hotmail)": _SIGNED | {Need.TLS},
    "Orange (Wanadoo)": _SIGNED,
    "La Poste": frozenset({Need.PTR, Need.SENDER}),
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


def refusals(findings: Sequence[Finding]) -> dict[str, list[str]]:
    """What each provider would refuse for, in the order of the findings; nothing: it takes them."""
    lacking = list(dict.fromkeys(one.lacks for one in findings if one.lacks is not None))
    return {
        provider: [str(need) for need in lacking if need in asked]
        for provider, asked in PROVIDERS.items()
    }
