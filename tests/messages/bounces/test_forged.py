"""Whoever writes to our box and knows no return path of ours stops nobody's mail."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

from app.messages.bounces.applying import Taken
from app.messages.bounces.new_address import UNPROVEN
from app.messages.bounces.verp import return_path
from app.messages.to_mend import to_mend
from app.vocabulary.mail_reports import ReportKind
from app.vocabulary.scope import Role, Scope
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
from tests.messages.post import GUERET, change, invited, messages, open_with_contacts, rows, send
from tests.world import World

STAFF = Scope(1, Role.NATIONAL, None)
COMPLAINTS = ("arf-abuse", "arf-redacted", "microsoft-jmrp")


def invites(world: World) -> UUID:
    """Guéret is invited and the mail has left; its number, which the console shows."""
    reads_bounces(world)
    open_with_contacts(world, (GUERET, MAIRIE))
    invited(world)
    send(world)
    return UUID(str(messages(world)[0].id))


def token_of(world: World, message_id: UUID) -> bytes:
    return return_path(BOX, message_id, world.signer).partition("+")[2].partition("@")[0].encode()


def complaint(world: World, name: str, message_id: UUID) -> bytes:
    """A provider tells that Guéret's town hall pressed "unwanted", and returns what it got."""
    raw = about(world, name, message_id, MAIRIE)
    return raw.replace(b"mairie.sardent@hotmail.invalid", MAIRIE.encode())


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("5.1.1", "550 5.1.1 User unknown"),
        ("5.1.6", "551 5.1.6 User has moved to <autre@gueret.example.fr>"),
        ("4.4.1", "timed out"),
        ("5.2.2", "552 5.2.2 over quota"),
    ],
    ids=["dead", "moved", "not this time", "full"],
)
def test_a_bounce_that_only_quotes_the_message_s_number_is_for_a_person(
    world: World, status: str, said: str
) -> None:
    message_id = invites(world)

    raw = dsn(world, message_id, status=status, said=said, signed=False)
    taken = comes_back(world, raw)
    world.days_pass(4)
    send(world)

    assert taken == Taken(ReportKind.OTHER, known=True)
    (report,) = reports(world)
    assert (report.kind, report.code, report.message_id) == ("other", status, message_id)
    assert state_of(world, MAIRIE) == "good"
    assert [one.state for one in messages(world)] == ["sent"]
    assert requests(world) == []


@pytest.mark.parametrize("name", COMPLAINTS)
def test_a_complaint_that_returns_our_mail_is_believed(world: World, name: str) -> None:
    message_id = invites(world)

    assert comes_back(world, complaint(world, name, message_id)).kind is ReportKind.COMPLAINT
    assert state_of(world, MAIRIE) == "stopped"


@pytest.mark.parametrize("name", COMPLAINTS)
def test_a_complaint_whose_return_path_is_made_up_stops_nobody(world: World, name: str) -> None:
    message_id = invites(world)
    made_up = f"{message_id.hex}-{'0' * 16}".encode()
    raw = complaint(world, name, message_id).replace(token_of(world, message_id), made_up)

    assert comes_back(world, raw) == Taken(ReportKind.OTHER, known=True)
    assert state_of(world, MAIRIE) == "good"
    assert rows(world, "SELECT FROM suppressions") == []


def test_a_complaint_may_name_the_return_path_in_its_report(world: World) -> None:
    message_id = invites(world)
    token = token_of(world, message_id)
    ours = b"Return-Path: <rebonds+" + token + b"@barometre.example>\n"
    sender = b"Version: 1\nOriginal-Mail-From: <rebonds+" + token + b"@barometre.example>\n"
    raw = complaint(world, "arf-abuse", message_id)
    raw = raw.replace(ours, b"").replace(b"Version: 1\n", sender)

    assert raw.count(token) == 1
    assert comes_back(world, raw).kind is ReportKind.COMPLAINT


def test_a_complaint_of_somebody_else_stops_nobody(world: World) -> None:
    """The town hall hands our mail on, and whoever gets it presses "unwanted"."""
    message_id = invites(world)

    taken = comes_back(world, about(world, "arf-abuse", message_id, "elu@perso.example"))

    assert taken == Taken(ReportKind.OTHER, known=True)
    assert state_of(world, MAIRIE) == "good"


def test_a_delivery_made_up_for_a_mail_that_waits_keeps_it_from_nobody(world: World) -> None:
    reads_bounces(world)
    open_with_contacts(world, (GUERET, MAIRIE))
    invited(world)
    message_id = UUID(str(messages(world)[0].id))

    comes_back(world, dsn(world, message_id, action="delivered", status="2.0.0", signed=False))
    send(world)

    assert len(world.smtp.to(MAIRIE)) == 1
    assert [kind for (kind,) in rows(world, "SELECT kind FROM message_events")] == ["sent"]


# --- A mailbox that hands its mail on -----------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "said"),
    [("5.1.1", "550 5.1.1 User unknown"), ("5.2.2", "552 over quota"), ("4.4.1", "timed out")],
    ids=["dead", "full", "not this time"],
)
def test_a_mailbox_that_hands_on_to_a_dead_one_is_neither_written_off_nor_written_to_again(
    world: World, status: str, said: str
) -> None:
    message_id = invites(world)

    for _ in range(4):
        elsewhere = "elu@perso.example"
        raw = dsn(world, message_id, status=status, said=said, mailbox=elsewhere)
        assert comes_back(world, raw) == Taken(ReportKind.OTHER, known=True)
        world.days_pass(1)
        send(world)

    assert [report.code for report in reports(world)] == [status] * 4
    assert [one.state for one in messages(world)] == ["sent"]
    assert state_of(world, MAIRIE) == "good"
    assert world.disposition(GUERET) == "invited"


# --- A bounce of a bounce ------------------------------------------------------------------------


def bounced_bounce(world: World, message_id: UUID) -> bytes:
    """Our own server could not hand over a report about that message, and says so to us."""
    inner = dsn(world, message_id, action="delayed", status="4.4.1", said="timed out")
    ours = return_path(BOX, message_id, world.signer)
    return (
        f"""Return-Path: <>
Delivered-To: {BOX}
From: MAILER-DAEMON@mx.barometre.example
To: {BOX}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="outer"

--outer
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.barometre.example

Final-Recipient: rfc822; {ours}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--outer
Content-Type: message/rfc822

""".encode()
        + inner
        + b"\n--outer--\n"
    )


def qmail_s_bounced_bounce(world: World, message_id: UUID) -> bytes:
    ours = return_path(BOX, message_id, world.signer)
    return f"""Return-Path: <>
Delivered-To: {BOX}
From: MAILER-DAEMON@mx.barometre.example
To: {BOX}
Subject: failure notice
Content-Type: text/plain

I tried to deliver a bounce message to this address, but the bounce bounced!

<{ours}>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is the original bounce.

Return-Path: <>
To: {ours}

<{MAIRIE}>: delayed
""".encode()


@pytest.mark.parametrize(
    "written", [bounced_bounce, qmail_s_bounced_bounce], ids=["report", "words"]
)
def test_a_bounce_that_bounced_says_nothing_of_the_town_hall(
    world: World, written: Callable[[World, UUID], bytes]
) -> None:
    message_id = invites(world)

    taken = comes_back(world, written(world, message_id))

    assert taken == Taken(ReportKind.OTHER, known=True)
    assert state_of(world, MAIRIE) == "good"
    assert [one.state for one in messages(world)] == ["sent"]


# --- Our own record was lost ----------------------------------------------------------------------


@pytest.mark.parametrize("action", ["delivered", "relayed"])
def test_an_invitation_known_only_by_its_delivery_has_invited(world: World, action: str) -> None:
    """The server took it and fell silent; it waited to leave again until its receipt came."""
    message_id = invites(world)
    change(
        world, "UPDATE messages SET state = 'queued', sent_at = NULL, next_try_at = :n", n=world.now
    )
    change(world, "UPDATE cases SET disposition = 'not_invited'")

    comes_back(world, dsn(world, message_id, action=action, status="2.0.0", said="250 ok"))
    send(world)

    assert messages(world)[0].state == "delivered"
    assert world.disposition(GUERET) == "invited"
    assert len(world.smtp.to(MAIRIE)) == 1


def made_up_answer(
    world: World, message_id: UUID, mailbox: bytes = b"mairie@crozant.invalid"
) -> bytes:
    """An automatic reply by somebody who knows a message's number, and no return path of ours."""
    raw = about(world, "away-new-address-fr", message_id, MAIRIE)
    return raw.replace(token_of(world, message_id), b"rebonds").replace(
        b"mairie@crozant.invalid", mailbox
    )


def offered(world: World) -> list[str]:
    """What the board of addresses to mend puts in the staff's hands."""
    with world.db.reading() as session:
        return [one.proposed for one in to_mend(session, STAFF, now=world.now)]


def test_an_address_that_anybody_could_propose_says_so_and_is_never_adopted(world: World) -> None:
    message_id = invites(world)

    taken = comes_back(world, made_up_answer(world, message_id))

    assert taken == Taken(ReportKind.AUTO_REPLY, known=True)
    (asked,) = requests(world)
    assert asked.words == (
        "Adresse annoncée par une réponse automatique, non vérifiée\u00a0: mairie@crozant.invalid"
    )
    assert rows(world, "SELECT value FROM addresses") == [(MAIRIE,)]
    assert rows(world, "SELECT stopped_at FROM contacts") == [(None,)]
    assert messages(world)[0].state == "sent"
    assert state_of(world, MAIRIE) == "good"


def test_it_is_not_filled_in_for_the_staff_once_the_mailbox_is_dead(world: World) -> None:
    message_id = invites(world)
    comes_back(world, made_up_answer(world, message_id))
    comes_back(world, dsn(world, message_id))

    assert offered(world) == [""]

    comes_back(world, about(world, "away-new-address-fr", message_id, MAIRIE))
    assert offered(world) == ["mairie@crozant.invalid"]


def test_many_made_up_addresses_are_one_thing_to_look_at(world: World) -> None:
    message_id = invites(world)

    for n in range(5):
        comes_back(world, made_up_answer(world, message_id, b"faux-%d@crozant.invalid" % n))

    (asked,) = requests(world)
    assert asked.words.endswith("faux-0@crozant.invalid")


def test_a_proposal_that_came_by_our_return_path_is_shown_beside_it(world: World) -> None:
    message_id = invites(world)
    comes_back(world, made_up_answer(world, message_id))

    comes_back(world, about(world, "away-new-address-fr", message_id, MAIRIE))

    assert [one.words for one in requests(world)][1:] == ["mairie@crozant.invalid"]


# --- Somebody writes that the address changed ---------------------------------------------------


def notice(world: World, message_id: UUID, *, signed: bool) -> bytes:
    raw = about(world, "address-change-unmarked", message_id, MAIRIE)
    return raw if signed else raw.replace(token_of(world, message_id), b"suite")


def test_a_persons_notice_is_read_by_a_person_and_its_address_proposed(world: World) -> None:
    message_id = invites(world)

    taken = comes_back(world, notice(world, message_id, signed=True))

    assert taken == Taken(ReportKind.OTHER, known=True)
    (asked,) = requests(world)
    assert asked.words == "mairie@royere.invalid"
    assert state_of(world, MAIRIE) == "good"
    assert [one.state for one in messages(world)] == ["sent"]


def test_a_notice_that_anybody_could_have_written_says_so(world: World) -> None:
    message_id = invites(world)

    comes_back(world, notice(world, message_id, signed=False))

    (asked,) = requests(world)
    assert asked.words == f"{UNPROVEN}mairie@royere.invalid"


def test_a_mailbox_that_nobody_reads_any_more_is_for_a_person(world: World) -> None:
    taken = comes_back(world, about(world, "away-no-longer-read", invites(world), MAIRIE))

    assert taken == Taken(ReportKind.OTHER, known=True)
    assert requests(world) == []
    assert state_of(world, MAIRIE) == "good"
