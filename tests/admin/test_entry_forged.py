"""Whatever Bruno's screen is made to send, nothing breaks, and good answers are kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.collect.open import opened
from app.interview.kinds import registry
from app.interview.questionnaire import Question, Section
from app.interview.values import SPECIAL_CODES, Json
from app.questionnaires.load import load_all
from app.respond.forms import KEEP, MINE, SEEN
from app.respond.item_view import raw_of
from tests.admin.cast import DENISS, Cast, Person
from tests.admin.scene import GUERET
from tests.admin.test_entry import ended, events
from tests.collect.answers import answer_to, every_answer_kept, says
from tests.world import FIRST_THEMES, World

SAVE = "/console/saisie/section"
FORMS = {one.theme: one for one in load_all() if one.theme in FIRST_THEMES}
SECTIONS = [(theme, section) for theme, form in FORMS.items() for section in form.sections]
QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
NEAR = (
    *("yes", "YES", "yes\0", "no\x1b[2J", "other", "mine", "theirs", "clear:mediation_place"),
    *("-1", "101", "9" * 400, "1e309", "NaN", "½", "٣", "0,5\0", "\r\n", "\u202e", "é" * 5_000),
)
ODD = st.sampled_from((*NEAR, *sorted(SPECIAL_CODES))) | st.text(max_size=30)
SEEN_ODD = st.sampled_from(("0", "1", "2", "9" * 18, "9" * 40, "-1", "٣", "1\0", "")) | ODD
PLACES = ("territory_id", "theme", "channel", "section", "nonce", "go")

Fields = dict[str, list[str]]


@st.composite
def garbled(draw: st.DrawFn, question: Question) -> Fields:
    """What nobody answers: wrong codes, repeated keys, somebody else's buttons."""
    codes = st.sampled_from([one.code for one in question.options] or ["12"])
    fields = {question.code: draw(st.lists(codes | ODD, max_size=4))}
    fields[f"{question.code}{SEEN}"] = draw(st.lists(SEEN_ODD, min_size=1, max_size=2))
    for name in draw(st.sets(st.sampled_from((KEEP, MINE)))):
        fields[f"{question.code}{name}"] = [draw(ODD)]
    return fields


@st.composite
def screens(draw: st.DrawFn) -> tuple[str, Section, Fields, dict[str, Json]]:
    """A section's screen: each question answered well, or garbled; and what was good on it."""
    theme, section = draw(st.sampled_from(SECTIONS))
    fields: Fields = {}
    good: dict[str, Json] = {}
    for question in section.questions:
        if draw(st.booleans()):
            value = draw(answer_to(question))
            fields |= {question.code: list(raw_of(value))}
            # The screen showed a blank: whatever was seen, there is nothing to dispute.
            fields[f"{question.code}{SEEN}"] = [draw(SEEN_ODD)]
            good[question.code] = registry.to_json(question, value)
        else:
            fields |= draw(garbled(question))
    return theme, section, fields, good


def place(world: World, theme: str, section: str, code: str = GUERET) -> dict[str, Any]:
    return {
        "territory_id": world.territory(code).id,
        "theme": theme,
        "channel": "paper",
        "section": section,
        "nonce": "0123456789ab",
        "go": "next",
    }


def sends(person: Person, fields: Mapping[str, Any]) -> int:
    return person.posts(SAVE, **fields).status_code


def blank_again(world: World) -> None:
    """Before each example: nothing was said yet."""
    with world.db.transaction() as session:
        session.execute(text("UPDATE responses SET answers = '{}', started_at = NULL"))
        session.execute(text("UPDATE cases SET disposition = 'not_invited'"))


def kept(world: World, theme: str, code: str = GUERET) -> dict[str, Json]:
    return {q: one["value"] for q, one in world.response(code, theme).answers.items()}


def only_answers_to_our_questions(world: World, code: str = GUERET) -> bool:
    """The response rows, and every answer ever kept, hold nothing that a question refuses."""
    who = world.respondent(code)
    with world.db.reading() as session:
        for theme, form in FORMS.items():
            for asked, one in opened(session, who, theme, now=world.now).answers.items():
                question = form.question(asked)
                assert one.value is None or registry.check(question, one.value) is None
            assert set(kept(world, theme, code)) <= {q.code for q in form.questions}
    for question, value in every_answer_kept(world):
        if value is not None:
            assert registry.check(question, registry.from_json(question, value)) is None
    return True


@settings(max_examples=80, deadline=None, suppress_health_check=QUIET)
@given(screen=screens(), nonce=st.from_regex(r"[A-Za-z0-9_-]{12,20}", fullmatch=True))
def test_a_garbled_screen_breaks_nothing_and_loses_no_good_answer(
    world: World, cast: Cast, screen: tuple[str, Section, Fields, dict[str, Json]], nonce: str
) -> None:
    theme, section, fields, good = screen
    blank_again(world)

    status = sends(cast.bruno, place(world, theme, section.code) | fields | {"nonce": nonce})

    assert status in (303, 404, 422)  # 404: the section is not one that Guéret is asked
    assert only_answers_to_our_questions(world)
    found = kept(world, theme)
    assert {code: found.get(code) for code in good} == good


@settings(max_examples=80, deadline=None, suppress_health_check=QUIET)
@given(
    screen=screens(),
    wrong=st.dictionaries(st.sampled_from(PLACES), st.lists(ODD, max_size=2), min_size=1),
    unknown=st.lists(ODD, max_size=2),
)
def test_a_screen_that_says_it_stands_elsewhere_breaks_nothing(
    world: World,
    cast: Cast,
    screen: tuple[str, Section, Fields, dict[str, Json]],
    wrong: Fields,
    unknown: list[str],
) -> None:
    theme, section, fields, _ = screen
    more = {f"{code}{SEEN}": [""] for code in unknown}

    assert sends(cast.bruno, place(world, theme, section.code) | fields | more | wrong) < 500
    assert only_answers_to_our_questions(world)


@settings(max_examples=30, deadline=None, suppress_health_check=QUIET)
@given(screen=screens(), whose=st.sampled_from(DENISS))
def test_another_operator_s_authority_is_not_there(
    world: World, cast: Cast, screen: tuple[str, Section, Fields, dict[str, Json]], whose: str
) -> None:
    theme, section, fields, _ = screen

    assert sends(cast.bruno, place(world, theme, section.code, whose) | fields) == 404
    assert kept(world, theme, whose) == {}
    assert events(world) == []


@settings(max_examples=20, deadline=None, suppress_health_check=QUIET)
@given(screen=screens(), token=st.none() | ODD)
def test_without_the_form_s_own_token_nothing_is_saved(
    world: World,
    cast: Cast,
    screen: tuple[str, Section, Fields, dict[str, Json]],
    token: str | None,
) -> None:
    theme, section, fields, _ = screen
    given = {} if token is None else {"csrf_token": token}
    sent = place(world, theme, section.code) | fields | given

    assert 400 <= cast.bruno.browser.post(SAVE, data=sent).status_code < 500
    assert events(world) == []


@settings(max_examples=20, deadline=None, suppress_health_check=QUIET)
@given(screen=screens())
def test_after_the_wave_nothing_is_saved(
    world: World, closed: Cast, screen: tuple[str, Section, Fields, dict[str, Json]]
) -> None:
    theme, section, fields, _ = screen

    assert sends(closed.bruno, place(world, theme, section.code) | fields) == 410
    assert events(world) == []


@pytest.fixture
def closed(world: World, cast: Cast) -> Cast:
    """The wave has ended, and Bruno has signed in again."""
    ended(world)
    cast.bruno.signs_in()
    return cast


@pytest.mark.parametrize("whose", ["nobody", "the neighbour", "another question"])
def test_an_answer_seen_elsewhere_does_not_overwrite_the_mairie_s(
    world: World, cast: Cast, whose: str
) -> None:
    """`seen` says what was on the screen: forged, it only makes a conflict that is told."""
    says(world, world.respondent(GUERET), {"mediation_place": "yes"}, source="form:mairie")
    says(world, world.respondent(DENISS[0]), {"mediation_place": "yes"}, source="form:neighbour")
    says(world, world.respondent(GUERET), {"target_groups": ("seniors",)}, source="form:other")
    mine, theirs, other = (one.id for one in events(world))
    assert mine < theirs < other
    seen = {"nobody": 10**17, "the neighbour": theirs, "another question": other}[whose]
    section = FORMS["inclusion"].section_of("mediation_place").code
    forged = {"mediation_place": "no", f"mediation_place{SEEN}": str(seen)}

    assert sends(cast.bruno, place(world, "inclusion", section) | forged) == 409
    assert kept(world, "inclusion")["mediation_place"] == "yes"
    assert kept(world, "inclusion", DENISS[0]) == {"mediation_place": "yes"}
