"""A respondent asks the staff for something, or turns a link away."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.auth.users import create_user
from app.collect.delegate import delegate
from app.collect.link_story import link_story
from app.collect.refusals import (
    LongWords,
    NoMailboxBehind,
    NothingAskedFor,
    NotYourTheme,
    NoWords,
    TooManyRequests,
    WaveEnded,
)
from app.collect.requests import (
    LONGEST,
    MOST_OPEN,
    ask_help,
    ask_paper,
    restore_contact,
    say_not_ours,
)
from app.collect.respondent import respondent_of
from app.models.contacts import Contact, Link
from app.models.requests import Request
from app.vocabulary.scope import Author, Channel, Respondent, Role, Scope
from tests.collect.answers import says
from tests.world import FIRST_THEMES, World

GUERET, AUBUSSON = "23096", "23008"
MAIRIE = "mairie@gueret.invalid"
JULIE = "julie.lamy@gueret.invalid"


@pytest.fixture(autouse=True)
def _open(world: World) -> None:
    world.contact(GUERET, MAIRIE)
    world.open_wave()


def requests(world: World) -> list[Request]:
    with world.db.reading() as session:
        return list(session.scalars(select(Request).order_by(Request.id)))


def contacts(world: World) -> dict[str, bool]:
    """Each contact of Guéret, and whether it is left alone."""
    with world.db.reading() as session:
        rows = session.scalars(
            select(Contact).where(Contact.territory_id == world.territory(GUERET).id)
        )
        return {row.address.value: row.stopped_at is not None for row in rows}


def julie(world: World) -> Respondent:
    """She was handed the first theme, and opens her link."""
    who = world.respondent(GUERET)
    delegate(world.db, who, "inclusion", JULIE, world.letterhead, name=None, now=world.now)
    with world.db.reading() as session:
        link = session.scalars(select(Link).where(Link.purpose == "delegate")).one()
        return respondent_of(session, link, Channel.WEB)


def test_help_is_kept_with_its_words_its_theme_and_where_to_answer(world: World) -> None:
    ask_help(world.db, world.respondent(GUERET), "inclusion", " Où trouver cela ? ", now=world.now)

    (asked,) = requests(world)
    assert (asked.kind, asked.theme, asked.words) == ("help", "inclusion", "Où trouver cela ?")
    assert (asked.channel, asked.state, asked.asked_at) == ("web", "open", world.now)
    assert asked.address_id is not None


def test_the_same_words_twice_are_one_request(world: World) -> None:
    who = world.respondent(GUERET)

    first = ask_help(world.db, who, None, "Rappelez-moi.", now=world.now)

    assert ask_help(world.db, who, None, "Rappelez-moi.", now=world.now) == first
    assert len(requests(world)) == 1


def test_help_needs_words_that_somebody_can_read(world: World) -> None:
    who = world.respondent(GUERET)

    for words in ("", "  \n", "\0"):
        with pytest.raises(NoWords):
            ask_help(world.db, who, None, words, now=world.now)
    with pytest.raises(LongWords):
        ask_help(world.db, who, None, "x" * (LONGEST + 1), now=world.now)
    with pytest.raises(NotYourTheme):
        ask_help(world.db, who, "strategie", "Et celui-là ?", now=world.now)
    assert requests(world) == []


def test_one_link_has_few_requests_waiting(world: World) -> None:
    who = world.respondent(GUERET)
    for number in range(MOST_OPEN):
        ask_help(world.db, who, None, f"Question {number}", now=world.now)

    with pytest.raises(TooManyRequests):
        ask_help(world.db, who, None, "Encore une", now=world.now)

    say_not_ours(world.db, who, now=world.now)  # to be left alone is never put off
    assert len(requests(world)) == MOST_OPEN + 1


def test_paper_is_asked_for_some_themes_or_all_of_them(world: World) -> None:
    who = world.respondent(GUERET)

    ask_paper(world.db, who, ("inclusion", "communication"), "", now=world.now)
    ask_paper(world.db, who, FIRST_THEMES, "À Madame Lamy", now=world.now)

    assert [(one.theme, one.words) for one in requests(world)] == [
        ("inclusion", None),
        ("communication", None),
        (None, "À Madame Lamy"),
    ]


def test_paper_is_of_ones_own_themes_and_of_an_open_wave(world: World) -> None:
    who = world.respondent(GUERET)
    with pytest.raises(NothingAskedFor):
        ask_paper(world.db, who, (), "", now=world.now)
    with pytest.raises(NotYourTheme):
        ask_paper(world.db, who, ("strategie",), "", now=world.now)

    with pytest.raises(WaveEnded):
        ask_paper(world.db, who, FIRST_THEMES, "", now=world.days_pass(200))

    assert requests(world) == []


def test_not_ours_leaves_one_mailbox_alone_and_the_case_open(world: World) -> None:
    world.contact(GUERET, "dgs@gueret.invalid")
    world.contact(AUBUSSON, MAIRIE)
    aubusson = world.respondent(AUBUSSON)
    disposition = world.disposition(GUERET)

    told = say_not_ours(world.db, world.respondent(GUERET), now=world.now)

    assert not told.given_back
    assert contacts(world) == {MAIRIE: True, "dgs@gueret.invalid": False}
    assert world.disposition(GUERET) == disposition
    assert [one.kind for one in requests(world)] == ["not_ours"]
    assert [link.revoked_because for link in world.links(GUERET)] == ["not_ours"]
    with world.db.reading() as session:  # another commune of the same mailbox keeps its own
        assert session.get_one(Link, aubusson.link_id).revoked_at is None


def test_a_letter_has_no_mailbox_to_leave_alone(world: World) -> None:
    with pytest.raises(NoMailboxBehind):
        say_not_ours(world.db, world.respondent(AUBUSSON), now=world.now)

    assert requests(world) == []


def test_a_colleague_gives_a_theme_back_and_the_giver_sees_it(world: World) -> None:
    says(world, julie(world), {"mediation_place": "no"}, source="form:julie")
    giver = world.respondent(GUERET)
    with world.db.reading() as session:
        link = session.scalars(select(Link).where(Link.purpose == "delegate")).one()
        told = link_story(session, respondent_of(session, link, Channel.WEB))
        assert (told.sent_to, told.given_by) == (JULIE, "la mairie")

        colleague = respondent_of(session, link, Channel.WEB)
    assert say_not_ours(world.db, colleague, now=world.now).given_back

    with world.db.reading() as session:
        returned = link_story(session, giver).returned
    assert {theme: one.by for theme, one in returned.items()} == {"inclusion": JULIE}
    assert contacts(world)[JULIE] is False
    assert requests(world) == []
    assert world.response(GUERET, "inclusion").answers["mediation_place"]["value"] == "no"


def test_a_theme_handed_over_again_is_no_longer_given_back(world: World) -> None:
    say_not_ours(world.db, julie(world), now=world.now)
    giver = world.respondent(GUERET)
    world.days_pass(1)

    delegate(world.db, giver, "inclusion", JULIE, world.letterhead, name=None, now=world.now)

    with world.db.reading() as session:
        assert link_story(session, giver).returned == {}


def test_a_mistake_opens_again_what_it_closed_and_nothing_else(world: World) -> None:
    colleague = julie(world)
    giver = world.respondent(GUERET)
    world.contact(GUERET, "dgs@gueret.invalid")
    renewal, _ = world.link("renew", GUERET)
    say_not_ours(world.db, giver, now=world.now)
    (asked,) = requests(world)
    with world.db.reading() as session:
        for closed in (colleague.link_id, renewal):
            assert session.get_one(Link, closed).revoked_at is not None

    staff = Scope(_somebody(world), Role.NATIONAL, None)
    by = Author.user(staff.user_id)
    restore_contact(world.db, staff, by, asked.id, now=world.days_pass(1))

    assert not any(contacts(world).values())
    assert all(link.revoked_at is None for link in world.links(GUERET))


def _somebody(world: World) -> int:
    return create_user(
        world.db,
        "aicha@console.invalid",
        "Aïcha",
        Role.NATIONAL,
        None,
        "quatre mots sans lien",
        by=Author.system(),
        now=world.now,
    )


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(words=st.text(max_size=60), theme=st.none() | st.text(max_size=12))
def test_whatever_is_typed_is_kept_or_refused(world: World, words: str, theme: str | None) -> None:
    who = world.respondent(GUERET)
    before = len(requests(world))
    try:
        ask_help(world.db, who, theme, words, now=world.now)
    except (NoWords, NotYourTheme, TooManyRequests):
        assert len(requests(world)) == before
    else:
        assert requests(world)[-1].theme in (None, *FIRST_THEMES)
