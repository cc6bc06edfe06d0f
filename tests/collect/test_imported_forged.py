"""Whatever a file of answers holds: it is refused in a sentence, or only our answers are kept."""

from __future__ import annotations

import csv
import io
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from app.errors import Refused
from app.interview.kinds import registry
from app.interview.values import SPECIAL_CODES
from app.models.cases import AnswerEvent
from app.questionnaires.formats.answers_file import write_cell
from app.questionnaires.load import load_all
from tests.collect.answers import answer_to
from tests.collect.test_imported import (
    AJAIN,
    BONNAT,
    GUERET,
    HEADER,
    brings,
    row,
    whole_row,
    xlsx_of,
)
from tests.world import World

INCLUSION = load_all()[0]
CODES = [question.code for question in INCLUSION.questions]
OPTIONS = sorted({option.code for question in INCLUSION.questions for option in question.options})
RARELY = st.sampled_from((False,) * 7 + (True,))
QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
GOOD = {
    question.code: answer_to(question).map(partial(write_cell, question))
    for question in INCLUSION.questions
}
ODD = st.text(max_size=20) | st.sampled_from(
    ("=1+1", "+33", "'", '"', ";", "yes;no", "\r", "\x1c", "\u2028", "٣", "1e309", "-1", "9" * 400)
)
CELLS = st.sampled_from((*OPTIONS, *sorted(SPECIAL_CODES), "12", "12,5", "library school")) | ODD
COLUMNS = st.sampled_from((*HEADER, *CODES, "", "mediation_place ", "Mediation_place"))
PLACES = st.sampled_from((GUERET, AJAIN, BONNAT, "99999", "1", ""))


@pytest.fixture(autouse=True)
def _open(world: World) -> None:
    world.contact(GUERET, "mairie@gueret.invalid", "Anne Martin")
    world.open_wave()


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    """A header as ours, or nearly; rows of known authorities, or nearly; good cells and others."""

    def nearly(good: st.SearchStrategy[str], others: st.SearchStrategy[str]) -> str:
        return draw(others if draw(RARELY) else good)

    codes = draw(st.lists(st.sampled_from(CODES), max_size=5, unique=True))
    more = [draw(COLUMNS)] if draw(RARELY) else []
    lines = [[*HEADER, *codes, *more]]
    for _ in range(draw(st.integers(1, 4))):
        kind = nearly(st.just("commune"), st.sampled_from(("epci", "Commune")) | ODD)
        version = nearly(st.just("1"), st.sampled_from(("2", "")) | ODD)
        cells = [nearly(GOOD[code], CELLS) for code in codes]
        lines.append([kind, nearly(PLACES, ODD), version, *cells, *(draw(ODD) for _ in more)])
    return lines


def as_csv(lines: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(lines)
    return out.getvalue().encode(errors="replace")


def took(world: World, content: bytes, *, submit: bool = False, replace: bool = False) -> bool:
    """Brings the file, nothing having been said before; False when it is refused in a sentence."""
    with world.db.transaction() as session:
        session.execute(
            text(
                "UPDATE responses SET answers = '{}', started_at = NULL, submitted_at = NULL, "
                "submitted_by_kind = NULL, submitted_by_id = NULL, receipt_number = NULL"
            )
        )
        session.execute(text("UPDATE cases SET disposition = 'not_invited'"))
    world.days_pass(0.0001)
    try:
        report = brings(world, content, submit=submit, replace=replace)
        taken, said = True, list(report.sentences())
    except Refused as refused:
        taken, said = False, [str(refused)]
    assert all(sentence.endswith(".") for sentence in said)
    return taken


def only_answers_to_our_questions(world: World) -> bool:
    """What stands, and every answer ever kept."""
    stands = [
        (code, one["value"])
        for place in (GUERET, AJAIN, BONNAT)
        for code, one in world.response(place, "inclusion").answers.items()
    ]
    with world.db.reading() as session:
        kept = session.execute(select(AnswerEvent.question, AnswerEvent.value)).all()
    for code, value in [*stands, *kept]:
        question = INCLUSION.question(code)
        assert (
            value is None or registry.check(question, registry.from_json(question, value)) is None
        )
    return True


@settings(max_examples=60, deadline=None, suppress_health_check=QUIET)
@given(lines=tables(), submit=st.booleans(), replace=st.booleans())
def test_whatever_its_cells_hold_only_answers_to_our_questions_are_kept(
    world: World, lines: list[list[str]], submit: bool, replace: bool
) -> None:
    took(world, as_csv(lines), submit=submit, replace=replace)

    assert only_answers_to_our_questions(world)


@settings(max_examples=60, deadline=None, suppress_health_check=QUIET)
@given(content=st.binary(max_size=200) | st.text(max_size=200).map(lambda t: t.encode("utf-16")))
def test_what_is_no_table_is_refused(world: World, content: bytes) -> None:
    assert not took(world, content)


@settings(max_examples=40, deadline=None, suppress_health_check=QUIET)
@given(data=st.data())
def test_a_damaged_file_is_refused_or_keeps_only_answers_to_our_questions(
    world: World, data: st.DataObject
) -> None:
    good = whole_row(world) | row(GUERET)
    content = bytearray(
        xlsx_of(good) if data.draw(st.booleans()) else as_csv([list(good), list(good.values())])
    )
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, 10**6)) % len(content)] = data.draw(st.integers(0, 255))

    took(world, bytes(content), submit=data.draw(st.booleans()))

    assert only_answers_to_our_questions(world)


def test_a_good_file_is_taken(world: World) -> None:
    """Else the tests above would see nothing but refusals."""
    good = whole_row(world)

    assert took(world, as_csv([list(good), list(good.values())]), submit=True)
    assert world.response(GUERET, "inclusion").submitted_at is not None
    assert only_answers_to_our_questions(world)
