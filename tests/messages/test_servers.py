"""What mail servers do to us, and what the staff can read of it."""

from __future__ import annotations

import gc
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest

from app.messages import outbox
from app.messages.bounces.hard import hard_bounce, mark_bounced
from app.messages.carriers import LONGEST_CARRY, Outcome, OutcomeKind, Parcel
from app.messages.claiming import MARGIN_SECONDS
from app.messages.drain import drain
from app.messages.smtp import PATIENCE, TIMEOUT, RemoteServerRefused, SmtpCarrier
from app.vocabulary.message_life import LEASE, MOST_TRIES, delay_before
from tests.messages.post import (
    AJAIN,
    AUBUSSON,
    GUERET,
    by,
    carrier,
    change,
    invited,
    leases_end,
    messages,
    open_with_contacts,
    rows,
    send,
    somebody_waits,
)
from tests.messages.test_smtp_session import scripted
from tests.world import World


def claimed(world: World) -> list[Parcel]:
    with world.db.transaction() as session:
        return outbox.claim(session, "wide", world.letterhead, now=world.now)


def recorded(world: World, parcel: Parcel, kind: OutcomeKind = OutcomeKind.SENT) -> None:
    with world.db.transaction() as session:
        outbox.record(session, parcel, Outcome(kind, "250"), now=world.now)


@contextmanager
def unfriendly(greeting: str, reply: str = "250 OK", pause: float = 0.0) -> Iterator[int]:
    """A server that says the same to everything, after a pause; its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection, connection.makefile("rwb") as lines:
                    said = greeting
                    try:
                        while said:
                            lines.write(f"{said}\r\n".encode())
                            lines.flush()
                            said = reply if lines.readline() else ""
                            time.sleep(pause)
                    except OSError:
                        continue

        served = threading.Thread(target=serve, daemon=True)
        served.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
    served.join(5)


def test_an_unknown_mailbox_is_told_at_once(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"), (AJAIN, "mairie@ajain.invalid"))
    invited(world)
    world.smtp.reply = lambda to: "550 5.1.1 no such user" if "gueret" in to else None

    send(world)

    bounced = {row.value: row for row in messages(world)}["mairie@gueret.invalid"]
    assert bounced.state == "bounced"
    assert bounced.last_reason == "Son serveur ne connaît pas cette boîte (550 5.1.1)."
    assert world.disposition(GUERET) == "undelivered"
    assert world.disposition(AJAIN) == "invited"
    assert rows(world, "SELECT state FROM addresses ORDER BY value")[1].state == "bouncing"


def test_a_town_hall_with_another_mailbox_is_not_given_up(world: World) -> None:
    open_with_contacts(world, (GUERET, "old@gueret.invalid"), (GUERET, "mairie@gueret.invalid"))
    invited(world)
    world.smtp.reply = lambda to: "550 5.1.1 no such user" if "old" in to else None

    send(world)

    assert world.disposition(GUERET) == "invited"


def test_two_mailboxes_that_bounce_at_the_same_moment_leave_nobody(world: World) -> None:
    open_with_contacts(world, (GUERET, "a@gueret.invalid"), (GUERET, "b@gueret.invalid"))
    invited(world)
    send(world)
    first, second = (row.id for row in messages(world))

    with ThreadPoolExecutor(1) as beside:
        with world.db.transaction() as session:
            assert mark_bounced(session, first, "5.1.1", "", tries=None, now=world.now)
            later = beside.submit(hard_bounce, world.db, second, "5.1.1", now=world.now)
            while not (later.done() or somebody_waits(world)):
                time.sleep(0.01)
        assert later.result(10)

    assert world.disposition(GUERET) == "undelivered"


def test_a_refusal_of_our_text_blames_no_mailbox(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    invited(world)
    world.smtp.reply_to_data = lambda _: "554 5.7.1 looks like spam"

    send(world)

    (row,) = messages(world)
    assert (row.state, row.last_reason) == ("failed", "Le serveur refuse ce message (554 5.7.1).")
    assert rows(world, "SELECT state FROM addresses")[0].state == "good"
    assert world.disposition(GUERET) == "not_invited"


def test_a_server_that_makes_us_wait_is_tried_again_ever_later(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    invited(world)
    world.smtp.reply = lambda _: "451 4.7.1 greylisted"

    waits = []
    for _ in range(3):
        send(world)
        (row,) = messages(world)
        waits.append(row.next_try_at - world.now)
        world.now = row.next_try_at

    assert waits == [delay_before(n_tries, row.id) for n_tries in (2, 3, 4)]
    assert row.last_reason.startswith("Son serveur fait attendre (451 4.7.1). Nouvel essai le 15")

    world.smtp.reply = lambda _: None
    send(world)
    assert messages(world)[0].state == "sent"


def test_after_its_last_try_a_message_fails(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    invited(world)
    world.smtp.reply = lambda _: "451 4.7.1 greylisted"

    for _ in range(MOST_TRIES):
        send(world)
        world.now = messages(world)[0].next_try_at

    (row,) = messages(world)
    assert (row.state, row.tries) == ("failed", MOST_TRIES)


def test_a_server_down_is_no_message_s_fault(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"), (AJAIN, "mairie@ajain.invalid"))
    invited(world)
    nobody = by(SmtpCarrier("127.0.0.1", 9))

    waits = []
    for _ in range(3):
        change(
            world,
            "UPDATE messages SET next_try_at = next_try_at + interval '1 year' "
            "WHERE address_id = (SELECT id FROM addresses WHERE value LIKE '%ajain%')",
        )
        leases_end(world)
        drained = drain(world.db, nobody, world.letterhead, "wide", now=world.now)
        row = next(one for one in messages(world) if "gueret" in one.value)
        waits.append(row.next_try_at - world.now)
        world.now = row.next_try_at

    assert drained.server_down
    assert waits == [delay_before(n_tries, row.id) for n_tries in (2, 3, 4)]
    assert row.tries == 0
    assert row.last_reason.startswith(
        "Serveur d’envoi injoignable\u00a0: il ne répond pas. "
        "Nouvel essai le 15\u00a0septembre à 10\u00a0h"
    )


@pytest.mark.parametrize(
    ("greeting", "reply", "tls"),
    [
        ("554 5.7.1 go away", "", "none"),
        ("421 4.3.2 closing", "", "none"),
        ("450 4.3.2 later", "", "none"),
        ("220 hello", "554 no", "none"),
        ("220 hello", "250-x\r\n250 STARTTLS", "starttls"),
    ],
)
def test_a_server_that_refuses_to_speak_to_us_costs_no_message(
    world: World, greeting: str, reply: str, tls: str
) -> None:
    open_with_contacts(world, (GUERET, "a@gueret.invalid"), (AJAIN, "b@ajain.invalid"))
    invited(world)

    with unfriendly(greeting, reply) as port:
        carriers = by(SmtpCarrier("127.0.0.1", port, tls=tls))
        drained = drain(world.db, carriers, world.letterhead, "wide", now=world.now)

    assert (drained.n_carried, drained.server_down) == (1, True)
    assert [(row.state, row.tries) for row in messages(world)] == [("queued", 0)] * 2


def test_a_mail_that_may_have_been_taken_is_tried_again_as_the_same_and_counts(
    world: World,
) -> None:
    open_with_contacts(world, (GUERET, "a@gueret.invalid"), (AJAIN, "b@ajain.invalid"))
    invited(world)

    with scripted(TEXT=None) as silent:
        carriers = by(SmtpCarrier("127.0.0.1", silent.port))
        drained = drain(world.db, carriers, world.letterhead, "wide", now=world.now)

    assert (drained.n_carried, drained.server_down) == (1, True)
    (perhaps,) = [row for row in messages(world) if row.last_reason]
    assert (perhaps.state, perhaps.tries) == ("queued", 1)
    assert perhaps.next_try_at == world.now + delay_before(2, perhaps.id)
    assert perhaps.last_reason.startswith("Le serveur d’envoi s’est tu sans dire")
    assert f"Message-ID: <{perhaps.id}@" in silent.heard[-1]


@pytest.mark.filterwarnings("error")
def test_a_password_refused_leaves_no_connection_behind(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    invited(world)
    (parcel,) = claimed(world)

    with unfriendly("220 hello", "250 AUTH PLAIN") as port:
        outcome = SmtpCarrier("127.0.0.1", port, "us", "secret").connect().carry(parcel)
        gc.collect()  # a socket left open warns here

    assert outcome.kind is OutcomeKind.DOWN


def test_a_slow_server_is_left_before_the_lease_ends(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    invited(world)
    (parcel,) = claimed(world)

    with unfriendly("220 hello", "250 OK", pause=0.15) as port:
        began = time.monotonic()
        slow = SmtpCarrier("127.0.0.1", port, timeout=0.3, patience=0.4)
        outcome = slow.connect().carry(parcel)
        took = time.monotonic() - began

    assert (outcome.kind, outcome.detail) == (OutcomeKind.DOWN, "disconnected")
    assert took < 0.4 + 0.3
    assert PATIENCE + TIMEOUT <= LONGEST_CARRY <= MARGIN_SECONDS
    assert LEASE.total_seconds() >= 2 * MARGIN_SECONDS


def test_when_the_server_is_down_the_rest_of_the_handful_waits_untouched(world: World) -> None:
    open_with_contacts(
        world,
        (GUERET, "a@gueret.invalid"),
        (AJAIN, "b@ajain.invalid"),
        (AUBUSSON, "c@aubusson.invalid"),
    )
    invited(world)
    nobody = by(SmtpCarrier("127.0.0.1", 9))

    drained = drain(world.db, nobody, world.letterhead, "wide", now=world.now)

    assert drained.n_carried == 1
    assert [row.tries for row in messages(world)] == [0, 0, 0]
    assert [row.state for row in messages(world)] == ["queued"] * 3
    assert sorted(row.last_reason is None for row in messages(world)) == [False, True, True]


def test_a_connection_cut_between_two_mails_is_opened_again(world: World) -> None:
    open_with_contacts(world, (GUERET, "a@gueret.invalid"), (AJAIN, "b@ajain.invalid"))
    invited(world)
    connection = carrier(world).connect()
    first, second = claimed(world)

    assert connection.carry(first).kind is OutcomeKind.SENT
    assert connection._server is not None
    connection._server.close()
    assert connection.carry(second).kind is OutcomeKind.SENT
    connection.close()


def test_a_simulated_campaign_refuses_a_server_of_the_outside_world(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    invited(world)
    remote = by(SmtpCarrier("smtp.example.org", 25))

    with pytest.raises(RemoteServerRefused):
        drain(world.db, remote, world.letterhead, "wide", now=world.now)

    (row,) = messages(world)
    assert (row.state, row.tries) == ("queued", 0)


def test_even_a_claimed_parcel_is_not_carried_out_of_this_machine(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    invited(world)
    (parcel,) = claimed(world)

    with pytest.raises(RemoteServerRefused):
        SmtpCarrier("smtp.example.org", 25).connect().carry(parcel)


def test_a_late_acceptance_turns_a_queued_message_into_a_sent_one(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    invited(world)
    (late,) = claimed(world)
    leases_end(world)
    (again,) = claimed(world)
    recorded(world, again, OutcomeKind.DEFERRED)

    recorded(world, late)

    (row,) = messages(world)
    assert (row.state, row.tries) == ("sent", 2)
    assert world.disposition(GUERET) == "invited"


def test_a_late_failure_changes_nothing(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    invited(world)
    (late,) = claimed(world)
    leases_end(world)
    (again,) = claimed(world)
    recorded(world, again)

    recorded(world, late, OutcomeKind.DEFERRED)

    assert messages(world)[0].state == "sent"
    kinds = rows(world, "SELECT kind FROM message_events ORDER BY id")
    assert [kind for (kind,) in kinds] == ["sent", "deferred"]


def test_a_bounce_that_came_first_stays(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    invited(world)
    (parcel,) = claimed(world)
    assert hard_bounce(world.db, parcel.message_id, "5.1.1", now=world.now)

    recorded(world, parcel)

    assert messages(world)[0].state == "bounced"
    assert world.disposition(GUERET) == "undelivered"


def test_a_mail_that_comes_back_later_marks_the_mailbox(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    invited(world)
    send(world)

    assert hard_bounce(world.db, messages(world)[0].id, "5.1.1", now=world.days_pass(1))
    assert not hard_bounce(world.db, messages(world)[0].id, "5.1.1", now=world.now)

    assert messages(world)[0].state == "bounced"
    assert world.disposition(GUERET) == "undelivered"


def test_a_parcel_whose_lease_runs_short_is_left_to_another(world: World) -> None:
    open_with_contacts(world, (GUERET, "a@gueret.invalid"), (AJAIN, "b@ajain.invalid"))
    invited(world)
    carriers = by(carrier(world))
    no_time_left = timedelta(seconds=MARGIN_SECONDS)

    drain(world.db, carriers, world.letterhead, "wide", now=world.now, lease=no_time_left)
    assert world.smtp.messages == []
    assert [(row.state, row.tries) for row in messages(world)] == [("queued", 0)] * 2

    send(world)
    assert len(world.smtp.messages) == 2


def test_what_killed_a_worker_is_claimed_alone(world: World) -> None:
    open_with_contacts(
        world,
        (GUERET, "a@gueret.invalid"),
        (AJAIN, "b@ajain.invalid"),
        (AUBUSSON, "c@aubusson.invalid"),
    )
    invited(world)
    assert len(claimed(world)) == 3
    assert claimed(world) == []
    leases_end(world)

    assert [len(claimed(world)) for _ in range(4)] == [1, 1, 1, 0]
