"""Each minute: hold the domains that refuse us, take up those that accept us again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from app.db import Database
from app.messages.drafts import wake_lanes
from app.messages.holds.domains import PROBE_AFTER
from app.messages.holds.gate import all_held, hold
from app.messages.holds.lifting import lift_domains
from app.messages.holds.refusals import LOOKED_BACK, Seen, refusing
from app.messages.waiting import waiting_lanes
from app.vocabulary.scope import Author
from app.vocabulary.sending_holds import HoldReason

# The last news of each mailbox, from its server or by a returned mail, since its domain was last
# let go. "server: …" is our own relay's trouble; a relay that reports a delay has tried for hours.
_SEEN = text("""
    WITH news AS (
        SELECT messages.address_id, recent.kind, recent.detail, recent.tries > 3 AS again, recent.at
          FROM message_events AS recent JOIN messages ON messages.id = recent.message_id
         WHERE recent.at > :since AND recent.kind IN ('sent', 'deferred', 'refused', 'bounced')
           AND recent.detail NOT LIKE 'server: %'
        UNION ALL
        SELECT address_id, CASE kind WHEN 'delayed' THEN 'deferred' ELSE 'bounced' END, code, true,
               received_at
          FROM mail_reports
         WHERE received_at > :since AND kind IN ('hard', 'soft', 'full', 'moved', 'delayed')
           AND address_id IS NOT NULL
    ), of_domains AS (
        SELECT news.*, split_part(lower(addresses.value), '@', 2) AS domain
          FROM news JOIN addresses ON addresses.id = news.address_id
         WHERE addresses.channel = 'email'
    ), lasting AS (
        SELECT DISTINCT ON (address_id) domain, kind, detail, again FROM of_domains
         WHERE domain <> ''
           AND NOT EXISTS (SELECT FROM sending_holds WHERE sending_holds.domain = of_domains.domain
                              AND (lifted_at IS NULL OR lifted_at >= of_domains.at))
         ORDER BY address_id, at DESC, kind <> 'sent' DESC
    )
    SELECT domain, kind, detail, again, count(*) AS n FROM lasting
     GROUP BY domain, kind, detail, again ORDER BY domain, kind, detail, again
""")
# A probe was accepted, and a quarter of an hour later nothing has come back of it.
_ACCEPTING = text("""
    SELECT sending_holds.domain FROM sending_holds
     WHERE sending_holds.reason = 'domain' AND sending_holds.lifted_at IS NULL AND EXISTS (
        SELECT FROM addresses JOIN messages ON messages.address_id = addresses.id
         WHERE addresses.channel = 'email'
           AND split_part(lower(addresses.value), '@', 2) = sending_holds.domain
           AND messages.sent_at >= sending_holds.since + :probe_after
           AND messages.sent_at <= :quiet_since AND messages.state IN ('sent', 'delivered')
           AND NOT EXISTS (
            SELECT FROM mail_reports WHERE mail_reports.message_id = messages.id
               AND mail_reports.kind IN ('hard', 'soft', 'full', 'moved', 'delayed')))
     ORDER BY sending_holds.domain
""")


@dataclass(frozen=True, slots=True)
class Watched:
    """What one look found."""

    held: tuple[str, ...]  # domains that refuse us since then
    lifted: tuple[str, ...]  # domains that accept us again

    def __str__(self) -> str:
        """For the log: how many, a domain may be one authority's own."""
        return f"{len(self.held)} held, {len(self.lifted)} lifted"


def watch_domains(db: Database, *, now: datetime) -> Watched:
    """Hold each domain whose server refuses us; let go those where a probe was accepted."""
    with db.transaction() as session:
        seen = [Seen(*row) for row in session.execute(_SEEN, {"since": now - LOOKED_BACK})]
        values = {"probe_after": PROBE_AFTER, "quiet_since": now - LOOKED_BACK}
        accepting = session.scalars(_ACCEPTING, values).all()
        lifted = lift_domains(session, accepting, by=Author.system(), now=now)
        held = tuple(
            domain
            for domain in refusing(seen)
            if hold(session, HoldReason.DOMAIN, domain=domain, by=Author.system(), now=now)
        )
        if lifted and not all_held(session):
            wake_lanes(session, waiting_lanes(session, now=now))
        return Watched(held, lifted)
