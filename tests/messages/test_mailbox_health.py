"""How well mailboxes take our mail, what to mend first, and mending it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.auth.users import create_user
from app.campaigns.apply import plan_due
from app.errors import Hidden, NotAllowed
from app.messages.health import AddressHealth, DomainHealth, Window, address_health, domain_health
from app.messages.mending import (
    NewMailboxClosed,
    NothingToMend,
    SameMailbox,
    replace_mailbox,
    works_again,
)
from app.messages.to_mend import ToMend, n_to_mend, n_to_read, to_mend
from app.panel.mailboxes import BadMailbox
from app.vocabulary.mail_reports import ReportKind
from app.vocabulary.mailbox_kinds import MailboxKind
from app.vocabulary.scope import Author, Role, Scope
from tests.messages.bounces.returned import (
    MAIRIE,
    about,
    comes_back,
    dsn,
    reads_bounces,
    requests,
    state_of,
)
from tests.messages.post import (
    AJAIN,
    AUBUSSON,
    GUERET,
    change,
    invited,
    messages,
    open_with_contacts,
    rows,
    send,
)
from tests.world import World

DEMETRA = Scope(1, Role.NATIONAL, None)
SECRETARY = "secretaire@creuse.invalid"
NEW = "accueil@gueret.invalid"
BY = Author.user(1)


@pytest.fixture
def broken(world: World) -> World:
    """Guéret's only mailbox is dead, and so is the one of two communes; Guéret began a theme."""
    reads_bounces(world)
    create_user(
        world.db,
        "nadia@console.invalid",
        "Nadia",
        Role.NATIONAL,
        None,
        "quatre mots sans lien",
        by=Author.system(),
        now=world.now,
    )
    open_with_contacts(world, (GUERET, MAIRIE), (AJAIN, SECRETARY), (AUBUSSON, SECRETARY))
    invited(world)
    send(world)
    for one in messages(world):
        comes_back(world, dsn(world, one.id, mailbox=one.value))
    return world


def board(world: World, scope: Scope = DEMETRA) -> list[ToMend]:
    with world.db.reading() as session:
        return to_mend(session, scope, now=world.now)


def address_id(world: World, mailbox: str) -> int:
    return int(rows(world, "SELECT id FROM addresses WHERE value = :v", v=mailbox)[0].id)


def health_of(world: World, mailbox: str) -> AddressHealth:
    found = address_id(world, mailbox)
    with world.db.reading() as session:
        return address_health(session, DEMETRA, [found])[found]


def domains(world: World) -> dict[str, DomainHealth]:
    with world.db.reading() as session:
        return {one.domain: one for one in domain_health(session, now=world.now)}


# --- What the staff see ---------------------------------------------------------------------------


def test_what_gains_most_is_mended_first(broken: World) -> None:
    first, second = board(broken)

    assert (first.mailbox, first.authorities, first.n_silent) == (
        SECRETARY,
        ("Ajain", "Aubusson"),
        6,
    )
    assert (second.mailbox, second.authorities, second.n_silent) == (MAIRIE, ("Guéret",), 3)
    assert first.last_kind is ReportKind.HARD
    with broken.db.reading() as session:
        assert n_to_mend(session, DEMETRA) == 2


def test_whoever_answered_has_nothing_left_to_gain(broken: World) -> None:
    change(broken, "UPDATE cases SET disposition = 'complete' WHERE theme <> 'inclusion'")

    assert [one.n_silent for one in board(broken)] == [2, 1]


def test_an_authority_with_another_mailbox_is_not_on_the_board(broken: World) -> None:
    broken.contact(GUERET, NEW)

    assert [one.mailbox for one in board(broken)] == [SECRETARY]


def test_an_ended_wave_gains_nothing(broken: World) -> None:
    broken.days_pass(400)

    assert [one.n_silent for one in board(broken)] == [0, 0]


def test_the_board_is_read_a_page_at_a_time(broken: World) -> None:
    with broken.db.reading() as session:
        (second,) = to_mend(session, DEMETRA, now=broken.now, most=1, after=1)
    assert second.mailbox == MAIRIE


def test_a_mailbox_tells_how_it_took_our_mail(broken: World) -> None:
    found = health_of(broken, SECRETARY)

    assert (found.state, found.n_bounces, found.n_complaints) == ("bouncing", 1, 0)
    assert found.n_authorities == 2
    assert found.last_accepted_at == broken.now
    assert found.kind is MailboxKind.OWN_PERSON


def test_a_domain_tells_what_it_did_lately(broken: World) -> None:
    broken.now += timedelta(hours=2)

    found = domains(broken)["gueret.invalid"]

    assert found.hour == Window(0, 0, 0)
    assert found.day == found.month == Window(accepted=1, refused=0, bounced=1)


def test_what_a_person_must_read_is_counted(broken: World) -> None:
    message_id = messages(broken)[0].id
    comes_back(broken, about(broken, "human-reply", message_id, MAIRIE))
    comes_back(broken, about(broken, "away-exchange-fr", message_id, MAIRIE))

    with broken.db.reading() as session:
        assert n_to_read(session, now=broken.now) == 1
        assert n_to_read(session, now=broken.now + timedelta(days=31)) == 0


# --- Mending --------------------------------------------------------------------------------------


def replaces(world: World, email: str = NEW, scope: Scope = DEMETRA, of: str = MAIRIE) -> None:
    found = address_id(world, of)
    replace_mailbox(world.db, scope, BY, found, email, world.letterhead, now=world.now)


def test_a_replaced_mailbox_is_invited_at_once(broken: World) -> None:
    broken.days_pass(1)
    replaces(broken)
    send(broken)

    (mail,) = broken.smtp.to(NEW)
    assert "Guéret" in str(mail["Subject"])
    assert broken.disposition(GUERET) == "invited"
    assert [one.mailbox for one in board(broken)] == [SECRETARY]
    stopped = rows(broken, "SELECT stopped_because FROM contacts WHERE stopped_at IS NOT NULL")
    assert [because for (because,) in stopped] == ["replaced"]


def test_what_is_begun_is_asked_of_the_mailbox_that_replaces_and_reminded_there(
    broken: World,
) -> None:
    change(broken, "UPDATE cases SET disposition = 'started'")
    broken.days_pass(1)
    replaces(broken)
    send(broken)

    (mail,) = broken.smtp.to(NEW)
    assert "Guéret" in str(mail["Subject"])
    broken.days_pass(15)
    plan_due(broken.db, broken.letterhead, now=broken.now)
    send(broken)

    assert len(broken.smtp.to(NEW)) == 2
    assert broken.smtp.to(MAIRIE)[1:] == []


def test_what_was_handed_in_is_not_asked_of_the_mailbox_that_replaces(broken: World) -> None:
    change(broken, "UPDATE cases SET disposition = 'complete'")
    broken.days_pass(1)
    replaces(broken)
    send(broken)

    assert broken.smtp.to(NEW) == []


def test_mending_settles_what_was_asked_of_the_staff(broken: World) -> None:
    replaces(broken)

    assert {one.code: one.state for one in requests(broken)} == {
        GUERET: "done",
        AJAIN: "open",
        AUBUSSON: "open",
    }
    (kept,) = rows(broken, "SELECT action, details FROM audit_entries WHERE action LIKE 'address%'")
    assert kept.action == "address_replaced"
    assert NEW not in str(kept.details)


def test_a_mailbox_that_works_again_is_invited_again(broken: World) -> None:
    broken.days_pass(1)

    works_again(
        broken.db, DEMETRA, BY, address_id(broken, SECRETARY), broken.letterhead, now=broken.now
    )
    send(broken)

    assert state_of(broken, SECRETARY) == "good"
    assert len(broken.smtp.to(SECRETARY)) == 2
    assert {broken.disposition(code) for code in (AJAIN, AUBUSSON)} == {"invited"}


def keeps_only(world: World, code: str) -> Scope:
    """A member of staff of an operator that has this commune, and no other, to chase."""
    change(
        world,
        "WITH made AS (INSERT INTO organisations (name, national) VALUES (:code, false) "
        "RETURNING id) INSERT INTO organisation_territories (organisation_id, territory_id, "
        "may_chase) SELECT made.id, territories.id, true FROM made, territories "
        "WHERE code = :code",
        code=code,
    )
    return Scope(1, Role.OPSN, int(rows(world, "SELECT max(id) AS id FROM organisations")[0].id))


def says_it_works(world: World, scope: Scope) -> None:
    found = address_id(world, SECRETARY)
    works_again(world.db, scope, BY, found, world.letterhead, now=world.now)


def test_whoever_restores_a_shared_mailbox_invites_their_own_only(broken: World) -> None:
    broken.days_pass(1)

    says_it_works(broken, keeps_only(broken, AJAIN))
    send(broken)

    assert state_of(broken, SECRETARY) == "good"
    assert broken.disposition(AJAIN) == "invited"
    assert broken.disposition(AUBUSSON) == "undelivered"
    assert {one.code: one.state for one in requests(broken)} == {
        GUERET: "open",
        AJAIN: "done",
        AUBUSSON: "open",
    }


def test_the_others_of_a_restored_mailbox_are_still_there_for_their_own_staff(
    broken: World,
) -> None:
    broken.days_pass(1)
    says_it_works(broken, keeps_only(broken, AJAIN))
    send(broken)
    neighbour = keeps_only(broken, AUBUSSON)
    found = board(broken, neighbour)
    broken.days_pass(8)  # a week has room for two mails

    says_it_works(broken, neighbour)
    send(broken)

    assert [(one.mailbox, one.authorities) for one in found] == [(SECRETARY, ("Aubusson",))]
    assert broken.disposition(AUBUSSON) == "invited"
    assert len(broken.smtp.to(SECRETARY)) == 3
    assert [one.mailbox for one in board(broken)] == [MAIRIE]
    with pytest.raises(NothingToMend):
        says_it_works(broken, neighbour)


def test_a_mailbox_is_mended_once(broken: World) -> None:
    works_again(
        broken.db, DEMETRA, BY, address_id(broken, MAIRIE), broken.letterhead, now=broken.now
    )

    with pytest.raises(NothingToMend):
        replaces(broken)


@pytest.mark.parametrize(
    ("email", "refusal"),
    [("mairie", BadMailbox), (MAIRIE.upper(), SameMailbox), (SECRETARY, NewMailboxClosed)],
    ids=["no address", "the same", "another dead one"],
)
def test_a_mailbox_that_will_not_do_is_refused(
    broken: World, email: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        replaces(broken, email)
    assert len(board(broken)) == 2


def test_nobody_mends_what_is_not_theirs(broken: World) -> None:
    with pytest.raises(Hidden):
        replaces(broken, scope=Scope(1, Role.OPSN, 999))


def test_who_may_read_and_not_chase_mends_nothing(broken: World) -> None:
    change(
        broken,
        "WITH made AS (INSERT INTO organisations (name, national) VALUES ('X', false) "
        "RETURNING id) INSERT INTO organisation_territories (organisation_id, territory_id, "
        "may_chase) SELECT made.id, territories.id, false FROM made, territories "
        "WHERE code = '23096'",
    )
    found = int(rows(broken, "SELECT max(id) AS id FROM organisations")[0].id)
    scope = Scope(1, Role.OPSN, found)

    assert [one.mailbox for one in board(broken, scope)] == [MAIRIE]
    with pytest.raises(NotAllowed):
        replaces(broken, scope=scope)
