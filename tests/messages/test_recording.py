"""What is written of a mail that left: all of it or nothing, in one exchange."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import IntegrityError

from app.messages import outbox
from app.messages.carriers import Outcome, OutcomeKind, Parcel
from tests.messages.post import GUERET, change, invited, messages, open_with_contacts, rows
from tests.world import World


def claimed(world: World) -> Parcel:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    invited(world)
    with world.db.transaction() as session:
        (parcel,) = outbox.claim(session, "wide", world.letterhead, now=world.now)
    return parcel


@contextmanager
def listening(world: World) -> Iterator[list[str]]:
    """The statements that PostgreSQL is sent meanwhile."""
    said: list[str] = []

    def heard(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    event.listen(world.db.engine, "before_cursor_execute", heard)
    try:
        yield said
    finally:
        event.remove(world.db.engine, "before_cursor_execute", heard)


def test_a_mail_that_left_is_recorded_with_its_cases_by_one_statement(world: World) -> None:
    parcel = claimed(world)

    with listening(world) as said, world.db.lone_statement() as session:
        outbox.record(session, parcel, Outcome(OutcomeKind.SENT, "250"), now=world.now)

    assert len(said) == 1
    assert messages(world)[0].state == "sent"
    assert world.disposition(GUERET) == "invited"
    moved = rows(world, "SELECT count(*) FROM case_events WHERE to_disposition = 'invited'")
    assert moved[0][0] == len(parcel.case_ids)
    assert [kind for (kind,) in rows(world, "SELECT kind FROM message_events")] == ["sent"]


def test_what_cannot_be_traced_is_not_recorded_by_half(world: World) -> None:
    """The trace of the cases fails: neither the mail nor its cases nor its event changed."""
    parcel = claimed(world)
    owner = create_engine(world.owner_url)
    with owner.begin() as connection:
        connection.execute(
            text("ALTER TABLE case_events ADD CONSTRAINT none CHECK (why <> 'invitation sent')")
        )
    owner.dispose()

    with pytest.raises(IntegrityError, match="none"), world.db.lone_statement() as session:
        outbox.record(session, parcel, Outcome(OutcomeKind.SENT, "250"), now=world.now)

    assert messages(world)[0].state == "sending"
    assert world.disposition(GUERET) == "not_invited"
    assert rows(world, "SELECT FROM message_events") == []


def test_a_mail_cancelled_meanwhile_moves_no_case(world: World) -> None:
    parcel = claimed(world)
    change(world, "UPDATE messages SET state = 'cancelled', leased_until = NULL")

    with world.db.lone_statement() as session:
        outbox.record(session, parcel, Outcome(OutcomeKind.SENT, "250"), now=world.now)

    assert messages(world)[0].state == "cancelled"
    assert world.disposition(GUERET) == "not_invited"
    assert [kind for (kind,) in rows(world, "SELECT kind FROM message_events")] == ["sent"]
