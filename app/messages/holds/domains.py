"""Messages of a domain that refuses us wait; once an hour, one of them tries.

At claim, so that what is due elsewhere passes by, and no try is used up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.messages.judging import Held
from app.messages.letters import Letter
from app.vocabulary.lanes import domain_of
from app.vocabulary.message_life import EventKind
from app.vocabulary.scope import Channel

PROBE_AFTER = timedelta(hours=1)
REASON = "Le serveur de ce domaine refuse nos messages\u00a0: ils partiront quand il les acceptera."

# Locked, so that of two workers only one lets a message try; read after it is locked.
_HOLDS = text("""
    SELECT domain, since FROM sending_holds
     WHERE reason = 'domain' AND lifted_at IS NULL AND domain = ANY(:domains)
     ORDER BY id FOR NO KEY UPDATE
""")
_TRIED = text("""
    SELECT max(message_events.at) AS tried_at,
           bool_or(messages.state = 'sending' AND messages.id <> ALL(:claimed)) AS trying
      FROM addresses JOIN messages ON messages.address_id = addresses.id
      LEFT JOIN message_events ON message_events.message_id = messages.id
           AND message_events.kind IN ('sent', 'deferred', 'refused', 'bounced')
     WHERE addresses.channel = 'email' AND split_part(lower(addresses.value), '@', 2) = :domain
""")


@dataclass(frozen=True, slots=True)
class Pause:
    """A held domain: when its next message may try, and whether one may now."""

    until: datetime
    may_try: bool


def postpone_refused(
    session: Session, judged: Sequence[Letter | Held], *, now: datetime
) -> list[Letter | Held]:
    """The same, but for letters to a domain that is held: they wait, except one an hour."""
    letters = [one for one in judged if isinstance(one, Letter)]
    domains = sorted({_domain(one) for one in letters} - {""})
    pauses = _pauses(session, domains, [one.id for one in letters], now)
    sifted: list[Letter | Held] = []
    for one in judged:
        pause = pauses.get(_domain(one)) if isinstance(one, Letter) else None
        if pause is None or isinstance(one, Held):
            sifted.append(one)
        elif pause.may_try:
            sifted.append(one)
            pauses[_domain(one)] = Pause(now + PROBE_AFTER, may_try=False)
        else:
            sifted.append(Held(one, EventKind.POSTPONED, REASON, pause.until))
    return sifted


def _domain(letter: Letter) -> str:
    return domain_of(letter.address.value) if letter.channel == Channel.EMAIL else ""


def _pauses(
    session: Session, domains: Sequence[str], claimed: Sequence[UUID], now: datetime
) -> dict[str, Pause]:
    if not domains:
        return {}
    held = session.execute(_HOLDS, {"domains": list(domains)}).all()
    return {row.domain: _pause(session, row.domain, row.since, claimed, now) for row in held}


def _pause(
    session: Session, domain: str, since: datetime, claimed: Sequence[UUID], now: datetime
) -> Pause:
    found = session.execute(_TRIED, {"domain": domain, "claimed": list(claimed)}).one()
    next_at = max(since, found.tried_at or since) + PROBE_AFTER
    if found.trying:
        next_at = now + PROBE_AFTER
    if next_at > now:
        return Pause(next_at, may_try=False)
    return Pause(now + PROBE_AFTER, may_try=True)
