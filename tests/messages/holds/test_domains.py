"""A whole département's server refuses us: its messages wait, the others leave."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.errors import NotAllowed
from app.messages import outbox
from app.messages.holds.domains import REASON
from app.messages.holds.lifting import NothingHeld, resume_domain
from app.messages.holds.watch import watch_domains
from app.vocabulary.scope import Author, Role, Scope
from tests.messages.holds.boxes import a_minute_passes, all_invited, boxes, held
from tests.messages.post import change, messages, rows, send
from tests.world import World

DOMAIN = "creuse-mairies.invalid"
HOUR = timedelta(hours=1)
REPORTED = """
    INSERT INTO mail_reports (digest, kind, code, message_id, address_id, received_at)
    SELECT 'returned-' || id, 'soft', '5.7.1', id, address_id, :now FROM messages
     WHERE state = 'sent'
"""


def refuses(world: World, reply: str = "550 5.7.1 Sender blocked by policy") -> None:
    """This domain's server refuses whatever comes from us."""
    world.smtp.reply = lambda mailbox: reply if mailbox.endswith(DOMAIN) else None


def again(world: World) -> None:
    """A reminder waits for everybody."""
    change(
        world,
        """WITH made AS (
             INSERT INTO messages (address_id, wave_id, step, occasion, channel, lane, template_id,
                                   next_try_at, created_at)
             SELECT address_id, messages.wave_id, 'receipt', 'again ' || :now, channel, lane,
                    template_id, :now, :now FROM messages WHERE step = 'invitation'
             RETURNING id, address_id)
           INSERT INTO message_cases (message_id, case_id)
           SELECT made.id, cases.id FROM made
             JOIN contacts ON contacts.address_id = made.address_id
             JOIN cases ON cases.territory_id = contacts.territory_id""",
        now=world.now,
    )


def tried(world: World) -> int:
    """How many times the domain's server was asked."""
    events = rows(
        world,
        "SELECT FROM message_events JOIN messages ON messages.id = message_id "
        "JOIN addresses ON addresses.id = address_id WHERE value LIKE '%' || :domain "
        "AND kind IN ('sent', 'refused', 'deferred', 'bounced')",
        domain=DOMAIN,
    )
    return len(events)


@pytest.fixture
def refused(world: World) -> World:
    """Eight mailboxes of the domain were refused, three others have their invitation."""
    boxes(world, DOMAIN, 8)
    boxes(world, "ailleurs.invalid", 3)
    all_invited(world)
    refuses(world)
    assert a_minute_passes(world).held == (DOMAIN,)
    return world


def test_a_refusing_domain_is_held_and_the_others_get_theirs(refused: World) -> None:
    assert held(refused) == [DOMAIN]
    assert len(refused.smtp.messages) == 3
    assert watch_domains(refused.db, now=refused.now).held == ()


def test_its_next_messages_wait_without_using_up_a_try(refused: World) -> None:
    again(refused)
    before = tried(refused)

    send(refused)

    waiting = [row for row in messages(refused) if row.state == "queued"]
    assert tried(refused) == before
    assert len(waiting) == 8
    assert {(row.tries, row.last_reason) for row in waiting} == {(0, REASON)}
    assert {row.next_try_at for row in waiting} == {refused.now + HOUR}
    assert len(refused.smtp.messages) == 3 + 3


def test_after_an_hour_one_message_tries_and_no_more(refused: World) -> None:
    again(refused)
    send(refused)
    before = tried(refused)

    refused.now += HOUR
    send(refused)
    send(refused)

    assert tried(refused) == before + 1
    assert watch_domains(refused.db, now=refused.now).lifted == ()
    refused.now += HOUR
    send(refused)
    assert tried(refused) == before + 2


def test_once_a_message_passed_the_others_follow(refused: World) -> None:
    again(refused)
    send(refused)
    refused.smtp.reply = lambda _mailbox: None
    refused.now += HOUR
    send(refused)
    assert watch_domains(refused.db, now=refused.now).lifted == ()

    refused.now += timedelta(minutes=16)
    assert watch_domains(refused.db, now=refused.now).lifted == (DOMAIN,)
    send(refused)

    assert held(refused) == []
    assert len(refused.smtp.messages) == 3 + 3 + 8


def test_a_probe_that_comes_back_proves_nothing(refused: World) -> None:
    again(refused)
    send(refused)
    refused.smtp.reply = lambda _mailbox: None
    refused.now += HOUR
    send(refused)
    refused.now += timedelta(minutes=5)
    change(refused, REPORTED, now=refused.now)

    refused.now += timedelta(minutes=16)

    assert watch_domains(refused.db, now=refused.now).lifted == ()
    assert held(refused) == [DOMAIN]


def test_a_relay_that_takes_all_is_known_by_what_comes_back(world: World) -> None:
    boxes(world, DOMAIN, 6)
    all_invited(world)
    assert a_minute_passes(world).held == ()
    change(world, REPORTED, now=world.now)

    assert a_minute_passes(world).held == (DOMAIN,)


def test_greylisting_is_not_a_refusal(world: World) -> None:
    boxes(world, DOMAIN, 6)
    all_invited(world)
    refuses(world, "450 4.7.1 Greylisted, come back later")

    for _ in range(20):  # longer than any greylisting that we know of
        assert a_minute_passes(world).held == ()
    for _ in range(10):
        if a_minute_passes(world).held:
            break
    assert held(world) == [DOMAIN]  # it said so four times, to each of them


def test_mailboxes_that_do_not_exist_hold_nothing(world: World) -> None:
    boxes(world, DOMAIN, 8)
    all_invited(world)
    refuses(world, "550 5.1.1 No such user")

    assert a_minute_passes(world).held == ()


def test_staff_let_a_domain_go_and_it_is_not_held_again_for_the_same_refusals(
    refused: World,
) -> None:
    again(refused)
    send(refused)
    refused.smtp.reply = lambda _mailbox: None
    staff = Scope(1, Role.NATIONAL, None)

    resume_domain(refused.db, DOMAIN, by=Author.user(1), now=refused.now, scope=staff)
    assert watch_domains(refused.db, now=refused.now).held == ()
    send(refused)

    assert len(refused.smtp.messages) == 3 + 3 + 8
    (entry,) = rows(refused, "SELECT action, subject FROM audit_entries WHERE actor_kind = 'user'")
    assert (entry.action, entry.subject) == ("domain resumed", DOMAIN)


def test_an_operator_of_the_creuse_lifts_nothing(refused: World) -> None:
    bruno = Scope(2, Role.OPSN, 1)

    with pytest.raises(NotAllowed):
        resume_domain(refused.db, DOMAIN, by=Author.user(2), now=refused.now, scope=bruno)
    with pytest.raises(NothingHeld):
        resume_domain(refused.db, "autre.invalid", by=Author.system(), now=refused.now)

    assert held(refused) == [DOMAIN]


def test_while_one_message_tries_another_worker_waits(refused: World) -> None:
    again(refused)
    send(refused)
    refused.now += HOUR
    with refused.db.transaction() as session:
        parcels = outbox.claim(session, "wide", refused.letterhead, now=refused.now)
    assert len(parcels) == 1
    before = tried(refused)

    refused.now += HOUR
    send(refused)

    assert tried(refused) == before
