"""Recording: what came of carrying a parcel, in one transaction of few statements.

Locks are taken in the house's order: cases, then the message.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.cases.record import HELD, MOVED, move_values
from app.messages.bounces.hard import mark_bounced
from app.messages.carriers import Outcome, OutcomeKind, Parcel
from app.messages.fall_back import chat_is_shut, chat_refuses
from app.vocabulary.dispositions import D
from app.vocabulary.french_dates import day_and_hour
from app.vocabulary.message_life import MOST_TRIES, EventKind, MessageState, delay_before
from app.vocabulary.scope import Author, Channel

# Accepted is accepted: even if the lease ran out, or another try failed since. A bounce that came
# first stays, and so does a cancellation. One statement, whose parts refer to each other so that
# the cases are locked before the message, and move only if it did.
_ACCEPTED = """
    changed AS (
        UPDATE messages
           SET state = 'sent', leased_until = NULL, sent_at = :at, last_reason = NULL,
               subject = :subject, body = :body
         WHERE id = :id AND state IN ('queued', 'sending', 'failed') AND {after}
        RETURNING id
    ), told AS (
        INSERT INTO message_events (message_id, kind, tries, detail, at)
        VALUES (:id, 'sent', :tries, :detail, :at)
    )"""
_SENT = text(f"WITH {_ACCEPTED.format(after=True)} SELECT id FROM changed")
_SENT_INVITATION = text(f"""
    WITH {HELD}, {_ACCEPTED.format(after="(SELECT count(*) FROM held) >= 0")},
    {MOVED.format(when="EXISTS (SELECT FROM changed)")}
    SELECT id FROM changed
""")
# Anything else counts only while this try is the current one.
_NOT_SENT = text("""
    WITH changed AS (
        UPDATE messages
           SET state = :state, leased_until = NULL, last_reason = :reason,
               next_try_at = coalesce(:next_try_at, next_try_at), tries = tries - :given_back
         WHERE id = :id AND state = 'sending' AND tries = :tries
        RETURNING id
    ), told AS (
        INSERT INTO message_events (message_id, kind, tries, detail, at)
        VALUES (:id, :kind, :tries, :detail, :now)
    )
    SELECT id FROM changed
""")
_GIVE_BACK = text("""
    WITH ours AS MATERIALIZED (
        SELECT messages.id, left_over.tries
          FROM messages JOIN unnest(:ids, :tries) AS left_over (id, tries)
                          ON left_over.id = messages.id
         WHERE messages.state = 'sending' AND messages.tries = left_over.tries
         ORDER BY messages.id FOR NO KEY UPDATE OF messages
    )
    UPDATE messages SET state = 'queued', leased_until = NULL, tries = messages.tries - 1
      FROM ours WHERE messages.id = ours.id AND messages.state = 'sending'
       AND messages.tries = ours.tries
""")
_FAILURES_OF_SERVER = text("""
    SELECT count(*) FROM message_events
     WHERE message_id = :id AND kind = 'deferred' AND detail LIKE 'server: %'
""")


def record(session: Session, parcel: Parcel, outcome: Outcome, *, now: datetime) -> None:
    """Write what came of a parcel; its event always, the rest where it still applies."""
    if outcome.kind is OutcomeKind.SENT:
        _record_sent(session, parcel, outcome, now)
    elif outcome.kind is OutcomeKind.BOUNCED and parcel.channel != Channel.EMAIL:
        chat_is_shut(session, parcel, outcome.detail, now=now)
    elif parcel.channel != Channel.EMAIL and _hopeless(parcel, outcome):
        chat_refuses(session, parcel, outcome.detail, now=now)
    elif outcome.kind is OutcomeKind.BOUNCED:
        mark_bounced(
            session, parcel.message_id, outcome.detail, outcome.reason, tries=parcel.tries, now=now
        )
    elif outcome.kind is OutcomeKind.REFUSED:
        _not_sent(session, parcel, outcome, now, state=MessageState.FAILED)
    elif outcome.kind is OutcomeKind.DOWN:
        _record_down(session, parcel, outcome, now)
    elif parcel.tries >= MOST_TRIES:
        _not_sent(session, parcel, outcome, now, state=MessageState.FAILED)
    else:
        again_at = now + delay_before(parcel.tries + 1, parcel.message_id)
        _not_sent(session, parcel, outcome, now, state=MessageState.QUEUED, again_at=again_at)


def _hopeless(parcel: Parcel, outcome: Outcome) -> bool:
    spent = outcome.kind is OutcomeKind.DEFERRED and parcel.tries >= MOST_TRIES
    return outcome.kind is OutcomeKind.REFUSED or spent


def give_back(session: Session, parcels: Sequence[Parcel]) -> None:
    """Parcels that were not carried wait again; the try that was not made does not count."""
    if parcels:
        ids: list[UUID] = [parcel.message_id for parcel in parcels]
        session.execute(_GIVE_BACK, {"ids": ids, "tries": [parcel.tries for parcel in parcels]})


def _record_sent(session: Session, parcel: Parcel, outcome: Outcome, now: datetime) -> None:
    """One statement, no more: the drain makes it a transaction of its own."""
    values = {
        "id": parcel.message_id,
        "tries": parcel.tries,
        "detail": outcome.detail,
        "subject": parcel.kept_subject,
        "body": parcel.kept_text,
        "at": now,
    }
    if parcel.step != "invitation":
        session.execute(_SENT, values)
        return
    why, system = "invitation sent", Author.system()
    moves = move_values(parcel.case_ids, D.INVITED, why=why, by=system, at=now)
    session.execute(_SENT_INVITATION, values | moves)


def _record_down(session: Session, parcel: Parcel, outcome: Outcome, now: datetime) -> None:
    """No server: the try does not count, but the wait grows with each of them."""
    failures = session.scalar(_FAILURES_OF_SERVER, {"id": parcel.message_id}) or 0
    again_at = now + max(delay_before(failures + 2, parcel.message_id), outcome.rest)
    down = Outcome(outcome.kind, f"server: {outcome.detail}", outcome.reason)
    _not_sent(
        session, parcel, down, now, state=MessageState.QUEUED, again_at=again_at, given_back=1
    )


def _not_sent(
    session: Session,
    parcel: Parcel,
    outcome: Outcome,
    now: datetime,
    *,
    state: MessageState,
    again_at: datetime | None = None,
    given_back: int = 0,
) -> None:
    again = f" Nouvel essai le {day_and_hour(again_at)}." if again_at else ""
    session.execute(
        _NOT_SENT,
        {
            "id": parcel.message_id,
            "tries": parcel.tries,
            "given_back": given_back,
            "state": state,
            "kind": EventKind.DEFERRED if again_at else EventKind.REFUSED,
            "detail": outcome.detail,
            "reason": outcome.reason + again,
            "next_try_at": again_at,
            "now": now,
        },
    )
