"""The same answers by the form, the dialogue, the staff's entry or a file are the same response."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text, update

from app.campaigns.control import open_wave
from app.collect.figures import SubmittedFigure, submitted_figures
from app.collect.imported import import_answers
from app.collect.imported_row import Wish
from app.interview.path import path
from app.interview.questionnaire import Profile, Question, Questionnaire
from app.interview.scoring import score
from app.interview.values import Value
from app.main import create_app
from app.models.campaigns import WaveQuestionnaire
from app.now import set_offset
from app.questionnaires.formats.answers_file import answer_columns, write_cell
from app.questionnaires.load import load_all
from app.respond.item_view import raw_of
from app.vocabulary.dispositions import USUAL
from app.vocabulary.scope import Author
from bot.channels.terminal import TerminalChat
from bot.prompts import PromptKind
from tests.admin.cast import Cast, gather
from tests.admin.test_entry import Clerk
from tests.collect.answers import answer_to
from tests.respond.browser import Browser
from tests.world import START, World

# Four of Bruno's communes: one a way in. Their cases are given the same profile, each in its turn.
BY_FORM, BY_CHAT, BY_STAFF, BY_FILE = BRUNOS = ("23096", "23008", "23076", "23029")
PROFILES = (
    Profile("commune", 240),
    Profile("commune", 4_200),
    Profile("commune", 40_000),
    Profile("epci", 22_000),
    Profile("departement", 350_000),
)
KNOWN = {one.theme: one for one in load_all()}
Given = Mapping[str, Value | None]
Interview = tuple[str, Profile, dict[str, Value | None]]


@pytest.fixture
def site(world: World) -> Flask:
    set_offset(START - datetime.now(UTC))
    open_the_nine_themes(world)
    return create_app(world.house)


@pytest.fixture
def staff(world: World, site: Flask) -> Cast:
    return gather(world, site)


def open_the_nine_themes(world: World) -> None:
    """One wave that asks everything at once, instead of three in a year."""
    wave_id = world.create_campaign()
    with world.db.transaction() as session:
        session.execute(
            update(WaveQuestionnaire)
            .where(WaveQuestionnaire.wave_id != wave_id)
            .values(
                wave_id=wave_id,
                position=WaveQuestionnaire.position + 3 * (WaveQuestionnaire.wave_id - wave_id),
            )
        )
    open_wave(world.db, wave_id, now=world.now)


@st.composite
def interviews(draw: st.DrawFn, theme: str) -> Interview:
    """A kind of authority, and an answer or a blank to each question on the theme's way."""
    profile, known = draw(st.sampled_from(PROFILES)), KNOWN[theme]
    said: dict[str, Value | None] = {}
    while True:
        counted = {code: value for code, value in said.items() if value is not None}
        asked = path(known, profile, counted).asked
        question = next((q for q in asked if q.code not in said), None)
        if question is None:
            return theme, profile, said
        blank = bool(said) and draw(st.integers(0, 5)) == 0
        said[question.code] = None if blank else draw(answer_to(question))


def by_form(world: World, site: Flask, theme: str, said: Given) -> None:
    browser = Browser(site, world.answer_link(BY_FORM))
    browser.opens(f"/{theme}")
    for _ in range(20):
        codes = [n.removesuffix(".seen") for n in browser.form.fields if n.endswith(".seen")]
        if not codes:
            break
        filled = {code: raw_of(said[code]) for code in codes if said[code] is not None}
        browser.fills(filled)
        assert browser.page.status_code == 200, browser.text
    browser.presses(f"/{theme}/envoyer")


def by_chat(world: World, theme: str, said: Given) -> None:
    link_id, _ = world.link("answer", BY_CHAT)
    chat = TerminalChat(world.db, world.letterhead, link_id)
    chat.begin(world.now)
    for _ in range(60):
        asked = chat.asked
        assert asked is not None
        if asked.kind is PromptKind.SUBMIT:
            chat.say("oui", world.now)
            return
        if asked.kind is PromptKind.THEME:
            chat.say(str(asked.details["themes"].index(theme) + 1), world.now)
        else:
            question = KNOWN[theme].question(asked.question or "")
            chat.say(typed(question, said[question.code]), world.now)
    raise AssertionError("the chat never ends")


def typed(question: Question, value: Value | None) -> str:
    """What a person types: the numbers of the lines, or the answer itself."""
    if value is None:
        return "passer"
    lines = {one.code: one for one in question.options}
    return ", ".join(
        part if part not in lines else str(lines[part].number) if question.choices
        else lines[part].label
        for part in raw_of(value)
    )  # fmt: skip


def by_staff(world: World, staff: Cast, theme: str, said: Given) -> None:
    clerk = Clerk(staff.bruno, world, BY_STAFF, theme)
    clerk.begins("paper")
    for _ in range(20):
        if clerk.kind != "entry_section":
            break
        codes = [code for code in said if f'id="question-{code}"' in clerk.page]
        clerk.fills({c: raw_of(said[c]) for c in codes if said[c] is not None})
        assert clerk.status == 303, clerk.page
    clerk.sends()


def by_file(world: World, theme: str, said: Given) -> None:
    known = KNOWN[theme]
    out = io.StringIO()
    sheet = csv.writer(out, delimiter=";")
    sheet.writerow([column.name for column in answer_columns(known)])
    cells = [cell(known, q.code, said) for q in known.questions]
    sheet.writerow(["commune", BY_FILE, known.version, *cells])
    wish = Wish(theme, world.wave_id, submit=True)
    report = import_answers(
        world.db, None, out.getvalue().encode(), wish, world.letterhead, USUAL,
        by=Author.system(), now=world.now,
    )  # fmt: skip
    assert report.clean, list(report.sentences())


def cell(known: Questionnaire, code: str, said: Given) -> str:
    value = said.get(code)
    return "" if value is None else write_cell(known.question(code), value)


def figures(world: World, theme: str) -> dict[str, SubmittedFigure]:
    ids = {world.territory(code).id: code for code in BRUNOS}
    with world.db.snapshot() as session:
        return {
            ids[one.territory_id]: one
            for one in submitted_figures(session, world.wave_id)
            if one.theme == theme
        }


def begin_as(world: World, profile: Profile) -> None:
    """Before each example: the four have said nothing yet, and are of one kind and size."""
    with world.db.transaction() as session:
        session.execute(
            text(
                "UPDATE responses SET answers = '{}', started_at = NULL, submitted_at = NULL, "
                "submitted_by_kind = NULL, submitted_by_id = NULL, receipt_number = NULL"
            )
        )
        session.execute(
            text("UPDATE cases SET disposition = 'not_invited', kind = :kind, population = :size"),
            {"kind": profile.kind, "size": profile.population},
        )


@pytest.mark.slow
def test_the_same_answers_make_the_same_response_by_every_way_in(
    world: World, site: Flask, staff: Cast
) -> None:
    for theme in sorted(KNOWN):  # for each, the plainest interview and one drawn
        several_interviews(world, site, staff, theme, n=2)


@pytest.mark.drill
@pytest.mark.parametrize("theme", sorted(KNOWN))
def test_many_interviews_make_the_same_response_by_every_way_in(
    world: World, site: Flask, staff: Cast, theme: str
) -> None:
    several_interviews(world, site, staff, theme, n=7)


def several_interviews(world: World, site: Flask, staff: Cast, theme: str, *, n: int) -> None:
    @given(interview=interviews(theme))
    @settings(
        max_examples=n,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow],
    )
    def each(interview: Interview) -> None:
        every_way_in(world, site, staff, interview)

    each()


def every_way_in(world: World, site: Flask, staff: Cast, interview: Interview) -> None:
    theme, profile, said = interview
    begin_as(world, profile)

    by_form(world, site, theme, said)
    by_chat(world, theme, said)
    by_staff(world, staff, theme, said)
    by_file(world, theme, said)

    found = figures(world, theme)
    assert set(found) == set(BRUNOS)
    rows = {
        code: {q: kept["value"] for q, kept in world.response(code, theme).answers.items()}
        for code in BRUNOS
    }
    scores = [
        score(f.questionnaire, path(f.questionnaire, f.profile, f.answers)) for f in found.values()
    ]
    dispositions = {world.disposition(code, theme) for code in BRUNOS}
    expected = {code: value for code, value in said.items() if value is not None}
    assert all(figure.answers == expected for figure in found.values())
    assert all(row == rows[BY_FORM] for row in rows.values())
    assert len(set(scores)) == 1
    assert len(dispositions) == 1


@pytest.fixture(autouse=True)
def _clock_back() -> Iterator[None]:
    yield
    set_offset(timedelta(0))
