"""What tests of sending do again and again: invite, drain, look at rows. No assertion here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text

from app.campaigns.control import Invited, invite
from app.messages.carriers import Carrier, Carriers
from app.messages.drain import Drained, drain
from app.messages.smtp import SmtpCarrier
from app.vocabulary.scope import Author, Channel
from tests.world import World

AJAIN, AUBUSSON, GUERET, LIMOGES = "23002", "23008", "23096", "87085"


def invited(world: World, departement: str | None = "23") -> Invited:
    """A département is invited; nothing has left yet."""
    return invite(
        world.db, world.wave_id, departement, world.letterhead, by=Author.system(), now=world.now
    )


def carrier(world: World) -> SmtpCarrier:
    return SmtpCarrier.of(world.settings)


def by(carrier: Carrier) -> Carriers:
    """What a worker would carry e-mail with."""
    return {Channel.EMAIL: carrier}


def send(world: World, lane: str = "wide") -> Drained:
    """A worker drains the lane once, at the world's present moment."""
    return drain(world.db, by(carrier(world)), world.letterhead, lane, now=world.now)


def open_with_contacts(world: World, *mailboxes: tuple[str, str]) -> None:
    """The wave opens with these (commune, mailbox)."""
    for code, email in mailboxes:
        world.contact(code, email)
    world.open_wave()


def rows(world: World, statement: str, **values: object) -> Sequence[Row[Any]]:
    """What the database holds, read beside the code under test."""
    with world.db.reading() as session:
        return session.execute(text(statement), values).all()


def messages(world: World) -> list[Row[Any]]:
    """Every message, oldest first, with its mailbox."""
    return list(
        rows(
            world,
            "SELECT messages.*, addresses.value FROM messages JOIN addresses "
            "ON addresses.id = address_id ORDER BY messages.created_at, addresses.value, step",
        )
    )


def change(world: World, statement: str, **values: object) -> None:
    """Something happens outside the code under test: a lease ends, staff edit a row."""
    with world.db.transaction() as session:
        session.execute(text(statement), values)


def leases_end(world: World) -> None:
    """Five minutes pass on the database's clock: whoever held a message or a slot is late."""
    change(
        world,
        "UPDATE messages SET leased_until = leased_until - interval '1 hour' "
        "WHERE state = 'sending'",
    )
    change(world, "UPDATE lane_slots SET leased_until = NULL, holder = NULL")


def answered(world: World, code: str, at: datetime | None = None) -> None:
    """This commune hands in all its themes, by whatever channel."""
    territory = world.territory(code)
    change(
        world,
        "UPDATE cases SET disposition = 'complete', moved_at = :at WHERE territory_id = :territory",
        territory=territory.id,
        at=at or world.now,
    )


def somebody_waits(world: World) -> bool:
    """Whether a transaction of this database waits for a lock."""
    waiting = rows(
        world,
        "SELECT FROM pg_locks JOIN pg_stat_activity AS one ON one.pid = pg_locks.pid "
        "WHERE NOT granted AND one.datname = current_database()",
    )
    return bool(waiting)
