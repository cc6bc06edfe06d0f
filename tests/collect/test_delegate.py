"""One theme passes to a colleague, and comes back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from app.collect.decline import decline
from app.collect.delegate import delegate, withdraw_delegation
from app.collect.floods import MOST_TO_ONE_PERSON, MOST_WRITTEN_TO
from app.collect.overview import overview
from app.collect.refusals import (
    HandedOverTooOften,
    MayNotDecline,
    MayNotDelegate,
    NothingToDecline,
    NotYourTheme,
    UnknownReason,
)
from app.collect.respondent import respondent_of
from app.collect.submit import submit
from app.links.opened import RevokedLink, live_link
from app.models.contacts import Link
from app.models.messages import Message
from app.panel.mailboxes import BadMailbox
from app.vocabulary.scope import Channel, Respondent
from app.vocabulary.territory_kinds import TerritoryKind
from tests.collect.answers import answers_all, says
from tests.world import World

GUERET = "23096"
JULIE = "julie.lamy@gueret.invalid"


@pytest.fixture(autouse=True)
def _open(world: World) -> None:
    world.contact(GUERET, "mairie@gueret.invalid")
    world.open_wave()


def hands_over(
    world: World,
    email: str = JULIE,
    name: str | None = "Julie Lamy",
    place: tuple[str, TerritoryKind] = (GUERET, TerritoryKind.COMMUNE),
) -> None:
    delegate(
        world.db,
        world.respondent(*place),
        "inclusion",
        email,
        world.letterhead,
        name=name,
        now=world.now,
    )


def colleague(world: World) -> Respondent:
    """Julie, who opens the link she was sent."""
    with world.db.reading() as session:
        link = session.scalars(select(Link).where(Link.purpose == "delegate")).one()
        token = world.signer.token(link.id, "delegate", link.key_id)
        opened = live_link(session, world.signer, token, "answer", "delegate")
        return respondent_of(session, opened, Channel.WEB)


def test_a_colleague_receives_a_link_to_one_theme(world: World) -> None:
    hands_over(world)

    assert colleague(world).themes == ("inclusion",)
    with world.db.reading() as session:
        message = session.scalars(select(Message)).one()
        assert (message.step, message.details["by_label"]) == ("delegation", "la mairie")


@pytest.mark.parametrize(
    ("code", "kind", "giver"),
    [
        ("200034825", TerritoryKind.EPCI, "l’intercommunalité"),
        ("23", TerritoryKind.DEPARTEMENT, "le département"),
        ("75", TerritoryKind.REGION, "la région"),
    ],
)
def test_a_colleague_is_told_who_hands_the_theme_over(
    world: World, code: str, kind: TerritoryKind, giver: str
) -> None:
    world.contact(code, "accueil@territoire.invalid", kind=kind)

    hands_over(world, place=(code, kind))

    with world.db.reading() as session:
        assert session.scalars(select(Message)).one().details["by_label"] == giver


def test_both_may_answer_and_see_who_did_what(world: World) -> None:
    hands_over(world)
    says(world, colleague(world), {"mediation_place": "no"}, source="form:julie")

    with world.db.reading() as session:
        told = overview(session, world.respondent(GUERET), now=world.now).of("inclusion")

    assert [(one.by, one.n) for one in told.contributions] == [("Julie Lamy", 1)]
    assert [(one.name, one.mine) for one in told.delegates] == [(JULIE, True)]


def test_handing_over_twice_writes_once(world: World) -> None:
    hands_over(world)
    before = world.counts()

    hands_over(world)

    assert world.counts()["messages"] == before["messages"]
    assert world.counts()["links"] == before["links"]


def test_a_withdrawn_link_opens_nothing_and_answers_stay(world: World) -> None:
    hands_over(world)
    says(world, colleague(world), {"mediation_place": "no"}, source="form:julie")

    taken = withdraw_delegation(world.db, world.respondent(GUERET), "inclusion", now=world.now)

    assert taken == (JULIE,)
    with pytest.raises(RevokedLink):
        colleague(world)
    assert world.response(GUERET, "inclusion").answers["mediation_place"]["value"] == "no"


def test_a_colleague_may_neither_pass_it_on_nor_refuse(world: World) -> None:
    hands_over(world)
    julie = colleague(world)

    with pytest.raises(MayNotDelegate):
        delegate(world.db, julie, "inclusion", JULIE, world.letterhead, name=None, now=world.now)
    with pytest.raises(MayNotDecline):
        decline(world.db, julie, ("inclusion",), "no_time", now=world.now)


def test_an_address_that_is_none_is_told_and_nothing_is_written(world: World) -> None:
    before = world.counts()

    for wrong in ("", "julie", "julie@", "a b@c.fr", "julie@gueret.invalid\r\nBcc: x@y.fr"):
        with pytest.raises(BadMailbox):
            hands_over(world, wrong)

    assert {name: row[0] for name, row in world.counts().items()} == {
        name: row[0] for name, row in before.items()
    } | {"links": before["links"][0] + 1}  # the mayor's own link, made by this test


def test_a_refusal_stops_the_reminders_and_may_be_undone(world: World) -> None:
    who = world.respondent(GUERET)
    decline(world.db, who, ("inclusion", "communication"), "decided", now=world.now)
    assert world.disposition(GUERET) == "refused_by_authority"

    says(world, who, {"mediation_place": "no"}, source="form:one")

    assert world.disposition(GUERET) == "started"
    assert world.disposition(GUERET, "communication") == "refused_by_authority"


def test_refusing_twice_for_another_reason_is_no_mistake(world: World) -> None:
    who = world.respondent(GUERET)
    decline(world.db, who, ("inclusion",), "no_time", now=world.now)

    assert decline(world.db, who, ("inclusion",), "not_me", now=world.now) == ("inclusion",)


def test_a_submitted_theme_is_not_refused(world: World) -> None:
    who = world.respondent(GUERET)
    answers_all(world, who)
    submit(world.db, who, "inclusion", world.letterhead, now=world.now)

    with pytest.raises(NothingToDecline):
        decline(world.db, who, ("inclusion",), "no_time", now=world.now)

    assert world.disposition(GUERET) == "complete"


def test_a_refusal_needs_a_known_reason_and_ones_own_themes(world: World) -> None:
    who = world.respondent(GUERET)

    with pytest.raises(UnknownReason):
        decline(world.db, who, ("inclusion",), "", now=world.now)
    with pytest.raises(NotYourTheme):
        decline(world.db, replace(who, themes=()), ("inclusion",), "no_time", now=world.now)


def test_handing_over_to_a_stranger_does_not_tell_their_name(world: World) -> None:
    world.contact("23008", "secret@aubusson.invalid", "Madame Secrète")

    hands_over(world, "secret@aubusson.invalid", name=None)

    with world.db.reading() as session:
        told = overview(session, world.respondent(GUERET), now=world.now).of("inclusion")
    assert [one.name for one in told.delegates] == ["secret@aubusson.invalid"]


def test_a_link_cannot_serve_to_write_to_one_person_again_and_again(world: World) -> None:
    for _ in range(MOST_TO_ONE_PERSON):
        hands_over(world)
        withdraw_delegation(world.db, world.respondent(GUERET), "inclusion", now=world.now)

    with pytest.raises(HandedOverTooOften):
        hands_over(world)


def test_a_link_cannot_serve_to_write_to_a_crowd(world: World) -> None:
    for number in range(MOST_WRITTEN_TO):
        hands_over(world, f"personne{number}@gueret.invalid")

    with pytest.raises(HandedOverTooOften):
        hands_over(world, "encore@gueret.invalid")
    hands_over(world, "personne3@gueret.invalid")  # who has it already: nothing new is sent
    with world.db.reading() as session:
        assert len(session.scalars(select(Message)).all()) == MOST_WRITTEN_TO
