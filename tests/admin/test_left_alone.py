"""Somebody calls to be left alone for ever: what each of the cast may do about it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from app.campaigns.apply import plan_due
from app.models.contacts import Address, Contact, Suppression
from app.models.organisations import AuditEntry
from app.vocabulary.stops import StopReason
from tests.admin.cast import Cast, Person
from tests.admin.scene import GUERET, MAILBOX, Scene, sends
from tests.world import World

PAGE = "/console/collectivites/details/"
NEVER = "/console/collectivites/ne-plus-ecrire"
AGAIN = "/console/collectivites/ecrire-de-nouveau"
NEVER_BUTTON = "Ne plus jamais écrire à cette boîte"
AGAIN_BUTTON = "Écrire de nouveau à cette boîte"
REFUSED = {"denis": 404, "chloe": 404, "reader": 403, "nobody": 403}
DENISS = "23002"


def contacts(world: World) -> list[Contact]:
    with world.db.reading() as session:
        return list(session.scalars(select(Contact).order_by(Contact.id)))


def presses(person: Person, button: str, world: World, scene: Scene, **other: object) -> int:
    form = {
        "territory_id": scene.territory_id,
        "contact_id": contacts(world)[0].id,
        "confirmed": "yes",
        **other,
    }
    return person.posts(button, **form).status_code


def suppressions(world: World) -> list[str]:
    with world.db.reading() as session:
        return list(session.scalars(select(Suppression.reason)))


def reasons(world: World) -> list[str | None]:
    return [one.stopped_because for one in contacts(world)]


def mailbox_state(world: World) -> str:
    with world.db.reading() as session:
        return session.scalars(select(Address.state).where(Address.value == MAILBOX)).one()


def audited(world: World, action: str) -> list[AuditEntry]:
    with world.db.reading() as session:
        return list(session.scalars(select(AuditEntry).where(AuditEntry.action == action)))


def reminders(world: World) -> int:
    """How many mails two weeks bring to the mailbox."""
    before = len(world.sink.to(MAILBOX))
    world.days_pass(16)
    plan_due(world.db, world.letterhead, now=world.now)
    sends(world)
    return len(world.sink.to(MAILBOX)) - before


@pytest.mark.parametrize("who", ["aicha", "nadia", "bruno"])
def test_who_may_chase_leaves_a_mailbox_alone(
    world: World, cast: Cast, scene: Scene, who: str
) -> None:
    person: Person = getattr(cast, who)
    assert NEVER_BUTTON in person.reads(PAGE, id=scene.territory_id)

    assert presses(person, NEVER, world, scene) == 302

    page = person.reads(PAGE, id=scene.territory_id)
    assert "nous n’écrirons plus jamais à cette boîte." in page
    assert "arrêtée par l’équipe de l’enquête" in page
    assert NEVER_BUTTON not in page
    assert (suppressions(world), reasons(world)) == (["staff"], ["staff"])
    assert reminders(world) == 0


@pytest.mark.parametrize("who", REFUSED)
@pytest.mark.parametrize("button", [NEVER, AGAIN])
def test_nobody_else_does(world: World, cast: Cast, scene: Scene, who: str, button: str) -> None:
    if button == AGAIN:
        presses(cast.bruno, NEVER, world, scene)
    before = (suppressions(world), reasons(world))

    assert presses(getattr(cast, who), button, world, scene) == REFUSED[who]

    assert (suppressions(world), reasons(world)) == before


@pytest.mark.parametrize("who", ["denis", "chloe"])
def test_naming_an_authority_of_one_s_own_opens_no_other(
    world: World, cast: Cast, scene: Scene, who: str
) -> None:
    own = world.territory({"denis": DENISS, "chloe": "87085"}[who]).id

    assert presses(getattr(cast, who), NEVER, world, scene, territory_id=own) == 404
    assert suppressions(world) == []


def test_a_reader_sees_no_button(cast: Cast, scene: Scene) -> None:
    page = cast.reader.reads(PAGE, id=scene.territory_id)

    assert MAILBOX in page
    assert NEVER_BUTTON not in page


def test_it_is_confirmed_first(world: World, cast: Cast, scene: Scene) -> None:
    assert presses(cast.bruno, NEVER, world, scene, confirmed="") == 400
    assert suppressions(world) == []

    presses(cast.bruno, NEVER, world, scene)
    assert presses(cast.bruno, AGAIN, world, scene, confirmed="") == 400
    assert suppressions(world) == ["staff"]


def test_it_is_written_down_without_the_address(world: World, cast: Cast, scene: Scene) -> None:
    presses(cast.bruno, NEVER, world, scene)

    (entry,) = audited(world, "mailbox_left_alone")
    assert cast.bruno.scope is not None
    assert entry.actor_id == str(cast.bruno.scope.user_id)
    assert entry.details["territory"] == scene.territory_id
    assert MAILBOX not in f"{entry.subject} {entry.details}"


def test_asked_twice_it_is_done_once(world: World, cast: Cast, scene: Scene) -> None:
    assert presses(cast.bruno, NEVER, world, scene) == 302
    assert presses(cast.aicha, NEVER, world, scene) == 302

    assert "Nous n’écrivions déjà plus à cette boîte." in cast.aicha.reads(
        PAGE, id=scene.territory_id
    )
    assert len(audited(world, "mailbox_left_alone")) == 1


def test_it_is_for_every_authority_of_the_mailbox(world: World, cast: Cast, scene: Scene) -> None:
    """It is a person who asked: a neighbour's commune of the same secretary is left alone too."""
    world.contact(DENISS, MAILBOX)

    presses(cast.bruno, NEVER, world, scene)

    assert reasons(world) == ["staff", "staff"]
    page = cast.denis.reads(PAGE, id=world.territory(DENISS).id)
    assert "arrêtée par l’équipe de l’enquête" in page


def test_the_authority_still_answers_by_its_link(world: World, cast: Cast, scene: Scene) -> None:
    presses(cast.bruno, NEVER, world, scene)

    assert world.disposition(GUERET) == "invited"
    assert {link.revoked_at for link in world.links(GUERET)} == {None}


def test_the_person_asks_to_be_written_to_again(world: World, cast: Cast, scene: Scene) -> None:
    presses(cast.bruno, NEVER, world, scene)
    assert AGAIN_BUTTON in cast.bruno.reads(PAGE, id=scene.territory_id)

    assert presses(cast.bruno, AGAIN, world, scene) == 302

    assert (suppressions(world), reasons(world), mailbox_state(world)) == ([], [None], "good")
    assert len(audited(world, "mailbox_written_again")) == 1
    assert reminders(world) == 1


def test_written_to_again_about_one_the_other_stays_silent(
    world: World, cast: Cast, scene: Scene
) -> None:
    world.contact(DENISS, MAILBOX)
    presses(cast.bruno, NEVER, world, scene)

    presses(cast.bruno, AGAIN, world, scene)

    assert reasons(world) == [None, "staff"]


@pytest.mark.parametrize("reason", [StopReason.ASKED, StopReason.COMPLAINT, None])
def test_a_stop_of_its_own_comes_back_when_the_person_asks(
    world: World, cast: Cast, scene: Scene, reason: StopReason | None
) -> None:
    stops(world, reason)

    assert presses(cast.bruno, AGAIN, world, scene) == 302
    assert reasons(world) == [None]


@pytest.mark.parametrize("reason", [StopReason.LEFT, StopReason.REPLACED])
def test_another_reason_is_not_the_staff_s_to_take_back(
    world: World, cast: Cast, scene: Scene, reason: StopReason
) -> None:
    stops(world, reason)
    assert AGAIN_BUTTON not in cast.bruno.reads(PAGE, id=scene.territory_id)

    assert presses(cast.bruno, AGAIN, world, scene) == 409
    assert reasons(world) == [reason]


def test_a_mailbox_closed_for_another_reason_stays_closed_whatever_its_contact_says(
    world: World, cast: Cast, scene: Scene
) -> None:
    presses(cast.bruno, NEVER, world, scene)
    with world.db.transaction() as session:
        session.scalars(select(Suppression)).one().reason = "hard_bounce"

    assert presses(cast.bruno, AGAIN, world, scene) == 409
    assert (suppressions(world), reasons(world)) == (["hard_bounce"], ["staff"])


def test_a_mailbox_that_bounces_stays_bouncing_when_it_comes_back(
    world: World, cast: Cast, scene: Scene
) -> None:
    with world.db.transaction() as session:
        session.scalars(select(Address).where(Address.value == MAILBOX)).one().state = "bouncing"

    presses(cast.bruno, NEVER, world, scene)
    presses(cast.bruno, AGAIN, world, scene)

    assert (suppressions(world), mailbox_state(world)) == ([], "bouncing")


@pytest.mark.parametrize("contact_id", ["", "0", "abc", "99999", "9" * 30])
def test_a_mailbox_that_is_not_there_breaks_nothing(
    world: World, cast: Cast, scene: Scene, contact_id: str
) -> None:
    other: dict[str, Any] = {"contact_id": contact_id}
    assert presses(cast.bruno, NEVER, world, scene, **other) == 404
    assert presses(cast.bruno, AGAIN, world, scene, **other) == 404


def stops(world: World, because: StopReason | None) -> None:
    with world.db.transaction() as session:
        contact = session.scalars(select(Contact)).one()
        contact.stopped_at, contact.stopped_because = world.now, because
