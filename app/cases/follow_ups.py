"""Follow-up notes: a call, what was said, when to call again."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy.orm import Session

from app.db import Database
from app.errors import Hidden, Refused
from app.models.campaigns import Wave
from app.models.cases import FollowUp
from app.models.organisations import AuditEntry
from app.models.scope import must_chase
from app.now import PARIS
from app.vocabulary.scope import Author, Scope

LONGEST = 2000
OFFICE_OPENS = time(9, 0, tzinfo=PARIS)


class EmptyNote(Refused):
    """Nothing was written."""

    sentence = "Écrivez ce qui s’est dit, même en quelques mots."


class LongNote(Refused):
    """Too long to be read by the next caller."""

    sentence = "Cette note dépasse {longest} caractères. Gardez ce qui aidera au prochain appel."


class CallInThePast(Refused):
    """The day to call again is over."""

    sentence = "Choisissez un jour à venir pour rappeler, ou laissez ce champ vide."


def note_follow_up(
    db: Database,
    scope: Scope,
    by: Author,
    territory_id: int,
    wave_id: int,
    note: str,
    *,
    call_again_on: date | None,
    now: datetime,
) -> int:
    """Keep a note about an authority that this scope may chase; the id of the note."""
    written = note.replace("\0", "").strip()  # PostgreSQL keeps no NUL
    call_again_at = _office_hours(call_again_on, now)
    if not written:
        raise EmptyNote
    if len(written) > LONGEST:
        raise LongNote(longest=LONGEST)
    with db.transaction() as session:
        _check(session, scope, territory_id, wave_id)
        kept = FollowUp(
            territory_id=territory_id,
            wave_id=wave_id,
            note=written,
            user_id=scope.user_id,
            at=now,
            call_again_at=call_again_at,
        )
        session.add(kept)
        session.flush()
        session.add(
            AuditEntry.of(
                by, "follow_up_noted", f"territory:{territory_id}", {"follow_up": kept.id}, at=now
            )
        )
        return kept.id


def _check(session: Session, scope: Scope, territory_id: int, wave_id: int) -> None:
    if session.get(Wave, wave_id) is None:
        raise Hidden
    must_chase(session, scope, territory_id)


def _office_hours(day: date | None, now: datetime) -> datetime | None:
    """Nine o'clock in Paris on that day."""
    if day is None:
        return None
    if day < now.astimezone(PARIS).date():
        raise CallInThePast
    return datetime.combine(day, OFFICE_OPENS)
