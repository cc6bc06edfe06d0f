"""What a mail that came back changes for the town hall, its mailbox, and the staff."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from app.campaigns.apply import plan_due
from app.messages.bounces.again import next_occasion
from app.messages.bounces.applying import Taken
from app.messages.bounces.verp import message_of, return_path, token_of
from app.messages.left_alone import write_again
from app.vocabulary.mail_reports import ReportKind
from app.vocabulary.scope import Author, Role, Scope
from tests.messages.bounces.returned import (
    BOX,
    MAIRIE,
    about,
    comes_back,
    dsn,
    reads_bounces,
    reports,
    requests,
    state_of,
)
from tests.messages.post import (
    AJAIN,
    GUERET,
    answered,
    change,
    invited,
    messages,
    open_with_contacts,
    rows,
    send,
)
from tests.world import World

ELUS = "elus@gueret.invalid"


def invites(world: World, *mailboxes: tuple[str, str]) -> UUID:
    """These are invited and the mails have left; the first mailbox's message."""
    reads_bounces(world)
    chosen = mailboxes or ((GUERET, MAIRIE),)
    open_with_contacts(world, *chosen)
    invited(world)
    send(world)
    return UUID(str(next(one.id for one in messages(world) if one.value == chosen[0][1])))


def events(world: World, message_id: UUID) -> list[str]:
    found = rows(
        world, "SELECT kind FROM message_events WHERE message_id = :id ORDER BY id", id=message_id
    )
    return [kind for (kind,) in found]


# --- The return path ---------------------------------------------------------------------------


def test_each_mail_comes_back_to_an_address_of_its_own(world: World) -> None:
    message_id = invites(world)

    (received,) = world.smtp.received

    assert received.sender == return_path(BOX, message_id, world.signer)
    assert message_of(token_of(received.sender), world.signer) == message_id
    assert str(received.message["From"]).endswith("<barometre@barometre.invalid>")


def test_without_a_box_for_them_bounces_go_to_the_sender(world: World) -> None:
    open_with_contacts(world, (GUERET, MAIRIE))
    invited(world)
    send(world)

    assert world.smtp.received[0].sender == "barometre@barometre.invalid"


def test_a_return_path_is_short_enough_for_every_server(world: World) -> None:
    longest = return_path("quatorze.signe@barometre.example", uuid4(), world.signer)
    assert len(longest.partition("@")[0]) == 64


@pytest.mark.parametrize("change_of", [0, -1], ids=["id", "signature"])
def test_nobody_forges_a_return_path(world: World, change_of: int) -> None:
    token = token_of(return_path(BOX, uuid4(), world.signer))
    other = "0" if token[change_of] != "0" else "1"
    forged = other + token[1:] if change_of == 0 else token[:-1] + other

    assert message_of(token.upper().lower(), world.signer) is not None
    assert message_of(forged, world.signer) is None


# --- A mailbox that does not exist ----------------------------------------------------------------


def test_a_dead_mailbox_is_written_off_and_another_is_asked_for(world: World) -> None:
    message_id = invites(world)

    taken = comes_back(world, dsn(world, message_id))

    assert taken == Taken(ReportKind.HARD, known=True)
    assert messages(world)[0].state == "bounced"
    assert state_of(world, MAIRIE) == "bouncing"
    assert world.disposition(GUERET) == "undelivered"
    (asked,) = requests(world)
    assert (asked.kind, asked.code, asked.words) == ("new_address", GUERET, None)
    (report,) = reports(world)
    assert (report.kind, report.code, report.message_id) == ("hard", "5.1.1", message_id)


def test_a_dead_mailbox_is_not_suppressed_for_ever(world: World) -> None:
    """A new mayor may have it opened again, and the staff then say so."""
    comes_back(world, dsn(world, invites(world)))

    assert rows(world, "SELECT FROM suppressions") == []


def test_a_mailbox_refused_at_once_asks_for_another_too(world: World) -> None:
    world.smtp.reply = lambda _: "550 5.1.1 User unknown"
    invites(world)

    assert [one.kind for one in requests(world)] == ["new_address"]


def test_an_authority_with_another_mailbox_needs_no_new_one(world: World) -> None:
    message_id = invites(world, (GUERET, MAIRIE), (GUERET, ELUS))

    comes_back(world, dsn(world, message_id))

    assert world.disposition(GUERET) == "invited"
    assert requests(world) == []


def test_a_shared_mailbox_that_dies_is_asked_for_once_an_authority(world: World) -> None:
    message_id = invites(world, (GUERET, MAIRIE), (AJAIN, MAIRIE))

    comes_back(world, dsn(world, message_id))
    comes_back(world, dsn(world, message_id, said="550 5.1.1 still unknown"))

    assert sorted(one.code for one in requests(world)) == [AJAIN, GUERET]
    assert [one.kind for one in reports(world)] == ["hard", "hard"]


def test_the_same_mail_counts_once(world: World) -> None:
    raw = dsn(world, invites(world))

    first, second = comes_back(world, raw), comes_back(world, raw.replace(b"\n", b"\r\n"))

    assert (first.before, second.before) == (False, True)
    assert len(reports(world)) == 1
    assert events(world, messages(world)[0].id) == ["sent", "bounced"]


def test_two_readers_of_one_box_count_a_mail_once(world: World) -> None:
    raw = dsn(world, invites(world))

    with ThreadPoolExecutor(4) as readers:
        taken = list(readers.map(lambda _: comes_back(world, raw), range(4)))

    assert sorted(one.before for one in taken) == [False, True, True, True]
    assert len(requests(world)) == 1


def test_a_mail_that_names_us_only_by_its_return_path_is_enough(world: World) -> None:
    comes_back(world, dsn(world, invites(world), quoted=False))

    assert state_of(world, MAIRIE) == "bouncing"


def test_a_mail_about_nothing_of_ours_changes_nothing(world: World) -> None:
    invites(world)

    taken = comes_back(world, dsn(world, uuid4()))

    assert taken == Taken(ReportKind.HARD, known=False)
    assert state_of(world, MAIRIE) == "good"
    assert reports(world)[0].message_id is None


def test_what_came_back_had_left_even_if_nobody_recorded_it(world: World) -> None:
    message_id = invites(world)
    change(world, "UPDATE messages SET state = 'queued', sent_at = NULL")

    comes_back(world, dsn(world, message_id))

    assert messages(world)[0].state == "bounced"
    assert events(world, message_id) == ["sent", "sent", "bounced"]


def test_whoever_has_begun_to_answer_is_not_lost(world: World) -> None:
    message_id = invites(world)
    change(world, "UPDATE cases SET disposition = 'started' WHERE theme = 'inclusion'")

    comes_back(world, dsn(world, message_id))

    assert world.disposition(GUERET) == "started"
    assert world.disposition(GUERET, "cybersecurite") == "undelivered"


# --- Not this time -------------------------------------------------------------------------------


def softly(world: World, message_id: UUID, *, full: bool = False, policy: bool = False) -> Taken:
    status, said = ("5.2.2", "552 5.2.2 over quota") if full else ("4.4.1", "timed out")
    if policy:
        status, said = "5.7.1", "550 5.7.1 blocked"
    return comes_back(world, dsn(world, message_id, status=status, said=said))


@pytest.mark.parametrize(("full", "days"), [(False, 1), (True, 3)], ids=["soft", "full"])
def test_a_mail_not_delivered_this_time_leaves_again(world: World, full: bool, days: int) -> None:
    message_id = invites(world)

    softly(world, message_id, full=full)
    world.days_pass(days - 0.1)
    assert send(world).n_sent == 0
    world.days_pass(0.2)
    assert send(world).n_sent == 1

    first, second = messages(world)
    assert (first.state, second.state) == ("bounced", "sent")
    assert second.occasion == f"{first.occasion}~1"
    assert len({str(mail["Message-ID"]) for mail in world.smtp.messages}) == 2
    assert state_of(world, MAIRIE) == "good"
    assert world.disposition(GUERET) == "invited"


def test_whoever_answered_meanwhile_hears_nothing_again(world: World) -> None:
    softly(world, invites(world))
    answered(world, GUERET)

    world.days_pass(2)
    send(world)

    assert [one.state for one in messages(world)] == ["bounced", "cancelled"]


def test_the_third_time_the_mailbox_is_written_off(world: World) -> None:
    last = invites(world)
    for _ in range(2):
        softly(world, last)
        world.days_pass(1)
        send(world)
        last = messages(world)[-1].id
    assert requests(world) == []

    softly(world, last)

    assert state_of(world, MAIRIE) == "bouncing"
    assert world.disposition(GUERET) == "undelivered"
    assert len(requests(world)) == 1
    assert len(messages(world)) == 3


def test_a_policy_against_us_is_no_fault_of_the_mailbox(world: World) -> None:
    last = invites(world)
    for _ in range(2):
        softly(world, last, policy=True)
        world.days_pass(1)
        send(world)
        last = messages(world)[-1].id

    softly(world, last, policy=True)

    assert state_of(world, MAIRIE) == "good"
    assert [one.state for one in messages(world)] == ["bounced"] * 3


def test_one_outage_of_its_server_does_not_write_a_mailbox_off(world: World) -> None:
    """Three mails waited at a server that was away; it gives them back together."""
    last = invites(world)
    for _ in range(2):
        softly(world, last, policy=True)
        world.days_pass(1)
        send(world)
        last = messages(world)[-1].id

    for one in messages(world):
        softly(world, one.id)

    assert [one.kind for one in reports(world)][2:] == ["soft"] * 3
    assert state_of(world, MAIRIE) == "good"
    assert requests(world) == []


def test_what_came_back_long_ago_is_forgotten(world: World) -> None:
    last = invites(world)
    for _ in range(2):
        softly(world, last)
        world.days_pass(20)
        send(world)
        last = messages(world)[-1].id

    softly(world, last)

    assert state_of(world, MAIRIE) == "good"


@pytest.mark.parametrize(
    ("before", "after"),
    [("batch:1", "batch:1~1"), ("batch:1~1", "batch:1~2"), ("batch:1~2", None)],
    ids=["first", "second", "no more"],
)
def test_it_is_said_three_times_at_most(before: str, after: str | None) -> None:
    assert next_occasion(before) == after


# --- Everything else ------------------------------------------------------------------------------


def test_an_absence_is_no_bounce(world: World) -> None:
    message_id = invites(world)

    taken = comes_back(world, about(world, "away-exchange-fr", message_id, MAIRIE))

    assert taken == Taken(ReportKind.AUTO_REPLY, known=True)
    assert (state_of(world, MAIRIE), messages(world)[0].state) == ("good", "sent")
    assert requests(world) == []


def test_an_automatic_answer_that_gives_another_address_is_shown_to_the_staff(
    world: World,
) -> None:
    message_id = invites(world)

    comes_back(world, about(world, "away-new-address-fr", message_id, MAIRIE))

    (asked,) = requests(world)
    assert asked.words == "mairie@crozant.invalid"
    assert state_of(world, MAIRIE) == "good"


def test_a_mailbox_that_moved_is_written_off_and_its_new_address_proposed(world: World) -> None:
    message_id = invites(world)

    said = "551 5.1.6 User has moved to <accueil@gueret.example.fr>"
    comes_back(world, dsn(world, message_id, status="5.1.6", said=said))

    assert world.disposition(GUERET) == "moved"
    assert state_of(world, MAIRIE) == "bouncing"
    (asked,) = requests(world)
    assert asked.words == "accueil@gueret.example.fr"
    assert rows(world, "SELECT FROM addresses WHERE value LIKE '%example.fr'") == []


def test_a_delay_changes_nothing(world: World) -> None:
    message_id = invites(world)

    comes_back(world, dsn(world, message_id, action="delayed", status="4.4.1", said="later"))

    assert messages(world)[0].state == "sent"
    assert reports(world)[0].kind == "delayed"


def test_a_delivery_is_noted(world: World) -> None:
    message_id = invites(world)

    comes_back(world, dsn(world, message_id, action="delivered", status="2.0.0", said="250 ok"))

    assert messages(world)[0].state == "delivered"
    assert events(world, message_id) == ["sent", "delivered"]


def test_whoever_complains_hears_from_us_no_more(world: World) -> None:
    message_id = invites(world, (GUERET, MAIRIE), (AJAIN, MAIRIE))

    taken = comes_back(world, about(world, "arf-abuse", message_id, MAIRIE))

    assert taken == Taken(ReportKind.COMPLAINT, known=True)
    stopped = rows(world, "SELECT stopped_because FROM contacts WHERE stopped_at IS NOT NULL")
    assert [because for (because,) in stopped] == ["complaint", "complaint"]
    assert [reason for (reason,) in rows(world, "SELECT reason FROM suppressions")] == ["complaint"]
    assert state_of(world, MAIRIE) == "stopped"
    assert events(world, message_id) == ["sent", "complained"]
    assert requests(world) == []


def test_whoever_complained_by_mistake_hears_from_us_when_they_ask_for_it(world: World) -> None:
    """About the authority that they ask for: the other of their mailbox stays silent."""
    comes_back(world, about(world, "arf-abuse", invites(world, (GUERET, MAIRIE)), MAIRIE))
    contact_id = rows(world, "SELECT id FROM contacts")[0].id
    world.contact(AJAIN, MAIRIE)

    staff, by = Scope(1, Role.NATIONAL, None), Author.user(1)
    write_again(world.db, staff, by, contact_id, world.letterhead.secret, now=world.now)
    world.days_pass(16)
    plan_due(world.db, world.letterhead, now=world.now)
    send(world)

    assert state_of(world, MAIRIE) == "good"
    assert [(one.step, one.state) for one in messages(world)] == [
        ("invitation", "sent"),
        ("reminder", "sent"),
    ]


def test_nothing_already_waiting_leaves_after_a_complaint(world: World) -> None:
    message_id = invites(world)
    softly(world, message_id)

    comes_back(world, about(world, "arf-abuse", message_id, MAIRIE))
    world.days_pass(2)

    assert send(world).n_sent == 0
    assert messages(world)[-1].state == "cancelled"


def test_a_complaint_about_nothing_of_ours_stops_nobody(world: World) -> None:
    invites(world)

    comes_back(world, about(world, "arf-abuse", uuid4(), MAIRIE))

    assert state_of(world, MAIRIE) == "good"


def test_a_persons_words_are_counted_and_never_kept(world: World) -> None:
    message_id = invites(world)

    taken = comes_back(world, about(world, "human-reply", message_id, MAIRIE))

    assert taken == Taken(ReportKind.OTHER, known=True)
    (report,) = reports(world)
    assert "secrétaire" not in str(dict(report._mapping))


def test_a_report_keeps_no_address(world: World) -> None:
    comes_back(world, dsn(world, invites(world)))

    assert MAIRIE not in str(dict(reports(world)[0]._mapping))
    (event,) = rows(world, "SELECT detail FROM message_events WHERE kind = 'bounced'")
    assert event.detail == "5.1.1"


def test_bounces_may_come_back_weeks_later(world: World) -> None:
    message_id = invites(world)

    world.now += timedelta(days=40)
    comes_back(world, dsn(world, message_id))

    assert world.disposition(GUERET) == "undelivered"
