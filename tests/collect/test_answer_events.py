"""What a saving leaves in memory is what it wrote: the next step of the transaction reads it."""

from __future__ import annotations

import pytest

from app.collect.answer_events import NewEvent, keep, past_of
from app.collect.standing import Held, hold_draft
from app.interview.values import Json
from app.models.cases import AnswerEvent, SurveyResponse
from tests.world import World

GUERET = "23096"


@pytest.fixture(autouse=True)
def _open(world: World) -> None:
    world.contact(GUERET, "mairie@gueret.invalid", "Anne Martin")
    world.open_wave()


def new(question: str, value: Json, *, counted: bool = True, source: str = "form:one") -> NewEvent:
    return NewEvent(question, value, counted, source, None)


def keeps(world: World, *events: NewEvent) -> tuple[dict[str, int], Held]:
    """Keep these events for the town hall, in a transaction of their own."""
    who = world.respondent(GUERET)
    with world.db.transaction() as session:
        held = hold_draft(session, who, "inclusion", now=world.now)
        return keep(session, held, events, who, now=world.now), held


def stored(world: World, response_id: int) -> SurveyResponse:
    with world.db.reading() as session:
        return session.get_one(SurveyResponse, response_id)


VALUES: list[Json] = ["yes", ["a", "b"], 12, 12.5, 0, False, 'l’été "dit" \\ %s :nom']


@pytest.mark.parametrize("value", VALUES, ids=str)
def test_any_value_is_kept_as_it_is(world: World, value: Json) -> None:
    ids, held = keeps(world, new("mediation_place", value))

    kept = {"value": value, "event": ids["mediation_place"]}
    assert stored(world, held.response.id).answers == {"mediation_place": kept}
    assert held.response.answers == {"mediation_place": kept}
    with world.db.reading() as session:
        assert session.get_one(AnswerEvent, kept["event"]).value == value


def test_events_are_numbered_in_the_order_of_the_page(world: World) -> None:
    page = [new(code, "yes") for code in ("other_ways", "digital_adviser", "mediation_place")]

    ids, _ = keeps(world, *page)

    assert sorted(ids, key=ids.__getitem__) == [one.question for one in page]


def test_what_does_not_count_changes_nothing_but_the_history(world: World) -> None:
    ids, held = keeps(world, new("mediation_place", "yes", counted=False))

    row = stored(world, held.response.id)
    assert (row.answers, row.started_at) == ({}, None)
    assert (held.response.answers, held.response.started_at) == ({}, None)
    assert set(ids) == {"mediation_place"}


def test_a_cleared_answer_starts_nothing_and_the_first_real_one_does_once(world: World) -> None:
    _, held = keeps(world, new("mediation_place", None))
    assert stored(world, held.response.id).started_at is None
    assert held.response.started_at is None

    first = world.now
    _, held = keeps(world, new("mediation_place", "no", source="form:two"))
    assert held.response.started_at == first
    world.days_pass(1)
    _, held = keeps(world, new("digital_adviser", "no", source="form:three"))

    assert stored(world, held.response.id).started_at == held.response.started_at == first


def test_what_the_transaction_changed_before_comes_first(world: World) -> None:
    keeps(world, new("mediation_place", "no"))
    who = world.respondent(GUERET)
    with world.db.transaction() as session:
        held = hold_draft(session, who, "inclusion", now=world.now)
        held.response.answers = {}
        ids = keep(session, held, [new("other_ways", "yes", source="form:two")], who, now=world.now)

    expected = {"other_ways": {"value": "yes", "event": ids["other_ways"]}}
    assert stored(world, held.response.id).answers == expected


def test_the_past_of_a_source_is_its_own_and_what_was_seen(world: World) -> None:
    ids, _ = keeps(world, new("mediation_place", "no", source="form:seen"))
    keeps(world, new("mediation_place", "yes"), new("digital_adviser", "no", source="form:one#1"))
    keeps(world, new("other_ways", "yes", source="form:one_more"))
    with world.db.transaction() as session:
        held = hold_draft(session, world.respondent(GUERET), "inclusion", now=world.now)
        past = past_of(session, held, "form:one", ids.values())

    assert [row.source for row in past] == ["form:seen", "form:one", "form:one#1"]
