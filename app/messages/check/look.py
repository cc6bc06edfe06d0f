"""The check of all that providers look at before they take our mails."""

from __future__ import annotations

from collections.abc import Sequence

from app.messages.check.authentication import DMARC, dmarc_findings
from app.messages.check.dns import Resolver
from app.messages.check.facts import Facts
from app.messages.check.findings import Finding, Level, unless_away
from app.messages.check.helo import HELO, helo_findings
from app.messages.check.permission import SPF, spf_findings
from app.messages.check.places import (
    bounce_findings,
    domain_findings,
    honesty_findings,
    ptr_findings,
)
from app.messages.check.signature import DKIM, button_findings, dkim_findings
from app.messages.check.transport import in_clear_findings
from app.messages.check.website import SITE, Visit, site_findings


def check_mail(
    resolver: Resolver,
    facts: Facts,
    transport: Sequence[Finding] | None = None,
    visit: Visit | None = None,
) -> list[Finding]:
    """Every finding, in the order in which a provider asks.

    `transport`: what asking the sending server gave; None if nobody asked it. `visit` goes and
    looks at the sender's website; None: only its address is looked up.
    """
    spf = unless_away(SPF, lambda: spf_findings(resolver, facts))
    dkim = unless_away(DKIM, lambda: dkim_findings(resolver, facts))
    dmarc = unless_away(
        DMARC,
        lambda: dmarc_findings(resolver, facts, spf=_passes(spf), dkim=_passes(dkim)),
    )
    return [
        *unless_away("DNS", lambda: honesty_findings(resolver)),
        *ptr_findings(resolver, facts),
        *unless_away(HELO, lambda: helo_findings(resolver, facts)),
        *spf,
        *dkim,
        *dmarc,
        *domain_findings(resolver, facts),
        *unless_away(SITE, lambda: site_findings(resolver, facts, visit)),
        *button_findings(facts),
        *bounce_findings(facts),
        *(in_clear_findings(facts) if transport is None else transport),
    ]


def _passes(findings: list[Finding]) -> bool | None:
    """Whether a proof holds; None where nobody can tell. An advice does not undo it."""
    levels = {one.level for one in findings}
    if Level.WRONG in levels:
        return False
    return None if Level.UNKNOWN in levels else True
