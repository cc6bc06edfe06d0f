"""DMARC (RFC 7489): what a domain asks of those who receive a mail that is not from it."""

from __future__ import annotations

from dataclasses import dataclass

from app.messages.check.dns import Resolver

POLICIES = ("none", "quarantine", "reject")


def tags(record: str) -> dict[str, str]:
    """`v=DMARC1; p=none` as names and values; a name that comes twice keeps its first value."""
    found: dict[str, str] = {}
    for part in record.split(";"):
        name, equals, value = part.partition("=")
        if equals:
            found.setdefault(name.strip().lower(), value.strip())
    return found


@dataclass(frozen=True, slots=True)
class Dmarc:
    """A policy: where it stands, what it asks for, how close the other domains must be."""

    domain: str  # whose record it is: the sender's own, or one above
    policy: str
    strict_spf: bool
    strict_dkim: bool
    reports: bool  # whether anybody is told what was refused


def policies(resolver: Resolver, domain: str) -> list[Dmarc]:
    """The records that hold for a domain: its own, else those of the nearest domain above.

    More than one counts as none. Climbs to the last name but one, as RFC 7489's successor does,
    for want of the list of public suffixes.
    """
    labels = domain.split(".")
    for cut in range(max(len(labels) - 1, 1)):
        above = ".".join(labels[cut:])
        found = [text for text in resolver.txt(f"_dmarc.{above}") if _is_dmarc(text)]
        if found:
            return [_read(text, above, domain) for text in found]
    return []


def aligned(one: str, other: str, policy: Dmarc, *, strict: bool) -> bool:
    """Whether two domains are close enough: the same, or relaxed, of one organisation."""
    if one == other:
        return True
    if strict:
        return False
    return _below(one, policy.domain) and _below(other, policy.domain)


def _below(domain: str, above: str) -> bool:
    return domain == above or domain.endswith(f".{above}")


def _is_dmarc(text: str) -> bool:
    return text.replace(" ", "").upper().startswith("V=DMARC1")


def _read(text: str, where: str, domain: str) -> Dmarc:
    said = tags(text)
    policy = said.get("p", "")
    if where != domain:
        policy = said.get("sp", policy)
    return Dmarc(
        domain=where,
        policy=policy.lower(),
        strict_spf=said.get("aspf", "r").lower() == "s",
        strict_dkim=said.get("adkim", "r").lower() == "s",
        reports="rua" in said,
    )
