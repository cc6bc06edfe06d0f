"""Two transactions that want the same rows wait, and never for each other, in either order.

PostgreSQL ends one of two that wait for each other after a second, with an error: none may come.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.messages.holds.domains import REASON, postpone_refused
from app.messages.holds.gate import hold
from app.messages.holds.lifting import lift_domains, release_all, stop_sending
from app.messages.holds.watch import watch_domains
from app.messages.judging import Held
from app.messages.left_alone import never_write_again
from app.messages.letters import Letter
from app.messages.mending import replace_mailbox
from app.messages.reading import read_letters
from app.vocabulary.scope import Author, Role, Scope
from app.vocabulary.sending_holds import HoldReason
from tests.messages.holds.boxes import all_invited, boxes, held
from tests.messages.post import AJAIN, GUERET, change, messages, open_with_contacts, rows
from tests.world import World

SYSTEM = Author.system()
STAFF, BY = Scope(1, Role.NATIONAL, None), Author.user(1)
FIRST, SECOND = "a.invalid", "b.invalid"
MAILBOX = "secretaire@pays.invalid"


@pytest.fixture
def refused(world: World) -> World:
    """Two domains are held, two messages of each wait for them; both accept us since."""
    for domain in (FIRST, SECOND):
        boxes(world, domain, 3)
    all_invited(world)
    with world.db.transaction() as session:
        for domain in (FIRST, SECOND):
            hold(session, HoldReason.DOMAIN, domain=domain, by=SYSTEM, now=world.now)
    world.days_pass(0.1)
    change(
        world,
        "UPDATE messages SET last_reason = :reason, next_try_at = :later",
        reason=REASON,
        later=world.now.replace(hour=20),
    )
    change(
        world,
        "UPDATE messages SET state = 'sent', sent_at = :sent WHERE id IN (SELECT DISTINCT ON "
        "(split_part(addresses.value, '@', 2)) messages.id FROM messages JOIN addresses "
        "ON addresses.id = address_id)",
        sent=world.now,
    )
    world.days_pass(0.05)
    return world


@contextmanager
def beside() -> Iterator[Callable[..., Future[Any]]]:
    """Somebody else, at the same moment."""
    with ThreadPoolExecutor(2) as threads:
        yield threads.submit


def until_waiting(world: World, *others: Future[Any], n: int = 1) -> None:
    """Until so many transactions wait for a lock; a failure of theirs is raised here."""
    while not all(other.done() for other in others):
        waiting = rows(
            world,
            "SELECT DISTINCT pid FROM pg_locks JOIN pg_stat_activity AS one USING (pid) "
            "WHERE NOT granted AND one.datname = current_database()",
        )
        if len(waiting) >= n:
            return
        time.sleep(0.01)
    for other in others:
        other.result()
    raise AssertionError("nobody waited")


def waits_for(world: World, domain: str) -> list[Any]:
    """The messages of this domain that its hold makes wait."""
    return [row for row in messages(world) if row.value.endswith(domain) and row.state == "queued"]


def has_in_hand(session: Session, ids: Sequence[object]) -> None:
    """A worker has leased these, and has not committed."""
    locked = "SELECT FROM messages WHERE id = ANY(:ids) ORDER BY id FOR UPDATE SKIP LOCKED"
    assert len(session.execute(text(locked), {"ids": list(ids)}).all()) == len(ids)


def asks_about_all(session: Session, world: World) -> list[Letter | Held]:
    """The rest of a claim: may these leave, or is their domain held?"""
    leased = session.execute(
        text("SELECT * FROM messages WHERE state = 'queued' ORDER BY next_try_at, id")
    ).all()
    letters = read_letters(session, leased, secret=world.letterhead.secret, now=world.now)
    return postpone_refused(session, letters, now=world.now)


def lifts(world: World, *domains: str) -> tuple[str, ...]:
    with world.db.transaction() as session:
        return lift_domains(session, domains, by=SYSTEM, now=world.now)


@pytest.mark.parametrize("domain", [FIRST, SECOND])
def test_a_claim_began_before_both_domains_are_let_go(refused: World, domain: str) -> None:
    ids = [row.id for row in waits_for(refused, domain)]
    with beside() as at_once:
        with refused.db.transaction() as worker:
            has_in_hand(worker, ids)
            watching = at_once(watch_domains, refused.db, now=refused.now)
            until_waiting(refused, watching)
            asks_about_all(worker, refused)
        assert watching.result(10).lifted == (FIRST, SECOND)
    assert held(refused) == []


def test_both_domains_are_let_go_before_a_claim_asks(refused: World) -> None:
    def claims() -> list[Letter | Held]:
        with refused.db.transaction() as worker:
            return asks_about_all(worker, refused)

    with beside() as at_once:
        with refused.db.transaction() as session:
            assert lift_domains(session, [FIRST, SECOND], by=SYSTEM, now=refused.now)
            claiming = at_once(claims)
            until_waiting(refused, claiming)
        assert not any(isinstance(one, Held) for one in claiming.result(10))


def test_two_let_the_same_domains_go_in_two_orders(refused: World) -> None:
    first, *_ = sorted(row.id for row in messages(refused) if row.state == "queued")
    with beside() as at_once:
        with refused.db.transaction() as worker:
            has_in_hand(worker, [first])
            one = at_once(lifts, refused, FIRST, SECOND)
            other = at_once(lifts, refused, SECOND, FIRST)
            until_waiting(refused, one, other, n=2)
        lifted = [one.result(10), other.result(10)]

    assert sorted(lifted) == [(), (FIRST, SECOND)]
    assert [row.last_reason for row in messages(refused) if row.state == "queued"] == [None] * 4


def test_a_release_of_all_sending_and_the_end_of_two_holds(refused: World) -> None:
    stop_sending(refused.db, by=SYSTEM, now=refused.now)
    url = refused.letterhead.public_url
    with beside() as at_once:
        for _ in range(5):
            both = (
                at_once(release_all, refused.db, url, by=SYSTEM, now=refused.now),
                at_once(lifts, refused, SECOND, FIRST),
            )
            for one in both:
                one.result(10)
            with refused.db.transaction() as session:
                for domain in (SECOND, FIRST):
                    hold(session, HoldReason.DOMAIN, domain=domain, by=SYSTEM, now=refused.now)
            stop_sending(refused.db, by=SYSTEM, now=refused.now)


@pytest.fixture
def shared(world: World) -> World:
    """One secretary of two communes, whose mailbox refuses us."""
    open_with_contacts(world, (GUERET, MAILBOX), (AJAIN, MAILBOX))
    change(world, "UPDATE addresses SET state = 'bouncing'")
    return world


def left_alone(world: World, contact_id: int) -> bool:
    secret = world.letterhead.secret
    return never_write_again(world.db, STAFF, BY, contact_id, secret, now=world.now)


def replaced(world: World, address_id: int) -> object:
    new, letterhead = "nouvelle@pays.invalid", world.letterhead
    return replace_mailbox(world.db, STAFF, BY, address_id, new, letterhead, now=world.now)


def contacts(world: World) -> list[Any]:
    return list(rows(world, "SELECT id, address_id, stopped_because FROM contacts ORDER BY id"))


@contextmanager
def one_contact_in_hand(world: World, contact_id: int) -> Iterator[None]:
    with world.db.transaction() as session:
        session.execute(text("SELECT FROM contacts WHERE id = :id FOR UPDATE"), {"id": contact_id})
        yield


def test_two_authorities_of_one_mailbox_are_left_alone_at_once(shared: World) -> None:
    first, second = contacts(shared)
    with beside() as at_once:
        with one_contact_in_hand(shared, first.id):
            both = (at_once(left_alone, shared, first.id), at_once(left_alone, shared, second.id))
            until_waiting(shared, *both, n=2)
        done = [one.result(10) for one in both]

    assert sorted(done) == [False, True]
    assert {one.stopped_because for one in contacts(shared)} == {"staff"}


def test_a_mailbox_is_replaced_while_it_is_left_alone(shared: World) -> None:
    first, second = contacts(shared)
    with beside() as at_once:
        with one_contact_in_hand(shared, first.id):
            replacing = at_once(replaced, shared, first.address_id)
            until_waiting(shared, replacing)
            leaving = at_once(left_alone, shared, second.id)
            until_waiting(shared, replacing, leaving, n=2)
        replacing.result(10)
        assert leaving.result(10)
