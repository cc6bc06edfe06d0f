"""The check of all that providers look at before they take our mails."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.messages.check.authentication import (
    DKIM,
    DMARC,
    SPF,
    dkim_findings,
    dmarc_findings,
    spf_findings,
)
from app.messages.check.dns import DnsAway, Resolver
from app.messages.check.facts import Facts
from app.messages.check.findings import Finding, Level
from app.messages.check.places import bounce_findings, domain_findings, ptr_findings
from app.messages.check.transport import in_clear_findings


def check_mail(
    resolver: Resolver, facts: Facts, transport: Sequence[Finding] | None = None
) -> list[Finding]:
    """Every finding, in the order in which a provider asks.

    `transport`: what asking the sending server gave; None if nobody asked it.
    """
    spf = _looked(SPF, lambda: spf_findings(resolver, facts))
    dkim = _looked(DKIM, lambda: dkim_findings(resolver, facts))
    dmarc = _looked(
        DMARC,
        lambda: dmarc_findings(resolver, facts, spf=_passes(spf), dkim=_passes(dkim)),
    )
    return [
        *_looked("PTR", lambda: ptr_findings(resolver, facts)),
        *spf,
        *dkim,
        *dmarc,
        *_looked("MX", lambda: domain_findings(resolver, facts)),
        *bounce_findings(facts),
        *(in_clear_findings(facts) if transport is None else transport),
    ]


def _looked(topic: str, look: Callable[[], list[Finding]]) -> list[Finding]:
    try:
        return look()
    except DnsAway:
        said = "Le DNS n’a pas répondu."
        return [Finding(topic, Level.UNKNOWN, said, "Réessayez dans quelques minutes.")]


def _passes(findings: list[Finding]) -> bool | None:
    """Whether a proof holds; None where nobody can tell. An advice does not undo it."""
    levels = {one.level for one in findings}
    if Level.WRONG in levels:
        return False
    return None if Level.UNKNOWN in levels else True
