"""Answers are kept as they are given, each once, and none is lost."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import select

from app.collect.entries import Entry, Form, Typed
from app.collect.refusals import AlreadySubmitted, NotYourTheme, UnknownQuestion, WaveEnded
from app.collect.save import save
from app.collect.submit import submit
from app.models.cases import AnswerEvent, CaseEvent
from app.vocabulary.scope import Channel
from tests.collect.answers import UNSURE, answers_all, opens, says
from tests.world import World

GUERET = "23096"
PLACE, ADVISER, WAYS = "mediation_place", "digital_adviser", "other_ways"


@pytest.fixture(autouse=True)
def _open(world: World) -> None:
    world.contact(GUERET, "mairie@gueret.invalid", "Anne Martin")
    world.open_wave()


def events(world: World) -> Sequence[AnswerEvent]:
    with world.db.reading() as session:
        return session.scalars(select(AnswerEvent).order_by(AnswerEvent.id)).all()


def test_an_answer_is_kept_and_the_case_is_started(world: World) -> None:
    saved = says(world, world.respondent(GUERET), {PLACE: "yes"}, source="form:one")

    assert saved.kept == (PLACE,)
    assert world.disposition(GUERET) == "started"
    assert world.response(GUERET, "inclusion").answers[PLACE]["value"] == "yes"
    assert opens(world, world.respondent(GUERET)).answers[PLACE].by == "vous"


def test_a_page_is_one_sending(world: World) -> None:
    saved = says(
        world, world.respondent(GUERET), {PLACE: "no", ADVISER: UNSURE}, source="form:page"
    )

    assert saved.kept == (PLACE, ADVISER)
    assert [event.source for event in events(world)] == ["form:page", "form:page"]
    with world.db.reading() as session:
        moves = session.scalars(select(CaseEvent).where(CaseEvent.why == "answered")).all()
    assert len(moves) == 1


def test_the_same_form_sent_twice_is_a_repeat(world: World) -> None:
    who = world.respondent(GUERET)
    says(world, who, {PLACE: "no"}, source="form:twice")

    again = says(world, who, {PLACE: "no"}, source="form:twice")

    assert (again.kept, again.repeated) == ((), (PLACE,))
    assert len(events(world)) == 1


def test_an_unchanged_value_writes_nothing(world: World) -> None:
    who = world.respondent(GUERET)
    says(world, who, {PLACE: "no"}, source="form:first")
    before = world.counts()

    again = says(world, who, {PLACE: "no"}, source="form:second")

    assert again.unchanged == (PLACE,)
    assert world.counts() == before


def test_two_devices_on_a_page_of_three_lose_only_the_choice_of_one(world: World) -> None:
    one = world.respondent(GUERET)
    other = world.respondent(GUERET, channel=Channel.TERMINAL)
    says(world, one, {PLACE: "yes", ADVISER: "yes", WAYS: "yes"}, source="form:one")

    saved = says(world, other, {PLACE: "yes", ADVISER: "no", WAYS: "yes"}, source="term:other")

    assert saved.unchanged == (PLACE, WAYS)
    (conflict,) = saved.conflicts
    assert (conflict.question, conflict.counted.value, conflict.mine) == (ADVISER, "yes", "no")
    lost = [event for event in events(world) if not event.counted]
    assert [(event.question, event.value) for event in lost] == [(ADVISER, "no")]


def test_a_conflict_loses_none_of_the_other_answers(world: World) -> None:
    who = world.respondent(GUERET)
    says(world, who, {ADVISER: "yes"}, source="form:one")

    saved = says(world, who, {PLACE: "no", ADVISER: "no", WAYS: "no"}, source="form:two")

    assert saved.kept == (PLACE, WAYS)
    assert [conflict.question for conflict in saved.conflicts] == [ADVISER]


def test_a_losing_answer_sent_again_is_told_again_and_kept_once(world: World) -> None:
    who = world.respondent(GUERET)
    says(world, who, {ADVISER: "yes"}, source="form:one")
    says(world, who, {ADVISER: "no"}, source="form:two")

    again = says(world, who, {ADVISER: "no"}, source="form:two")

    assert [conflict.mine for conflict in again.conflicts] == ["no"]
    assert len(events(world)) == 2


def test_one_source_with_two_values_is_a_conflict_with_oneself(world: World) -> None:
    who = world.respondent(GUERET)
    says(world, who, {ADVISER: "yes"}, source="term:9")
    event = opens(world, who).answers[ADVISER].event

    edited = says(world, who, {ADVISER: "no"}, source="term:9", seen={ADVISER: event})

    assert [conflict.mine for conflict in edited.conflicts] == ["no"]
    assert [(e.value, e.counted) for e in events(world)] == [("yes", True), ("no", False)]


def test_choosing_ones_own_answer_settles_the_conflict(world: World) -> None:
    who = world.respondent(GUERET)
    says(world, who, {ADVISER: "yes"}, source="form:one")
    saved = says(world, who, {ADVISER: "no"}, source="form:two")
    shown = saved.conflicts[0].counted.event

    settled = says(world, who, {ADVISER: "no"}, source="form:three", seen={ADVISER: shown})

    assert settled.kept == (ADVISER,)
    assert world.response(GUERET, "inclusion").answers[ADVISER]["value"] == "no"


def test_a_field_left_as_it_was_shown_never_undoes_a_colleague(world: World) -> None:
    who = world.respondent(GUERET)
    says(world, who, {PLACE: "no"}, source="form:one")
    shown = opens(world, who).answers[PLACE].event
    says(world, who, {PLACE: "planned"}, source="form:two", seen={PLACE: shown})

    saved = save(
        world.db,
        who,
        "inclusion",
        [Entry(PLACE, Form(("no",)), shown), Entry(ADVISER, Form(("yes",)))],
        source="form:three",
        now=world.now,
    )

    assert (saved.unchanged, saved.kept, saved.conflicts) == ((PLACE,), (ADVISER,), ())
    assert world.response(GUERET, "inclusion").answers[PLACE]["value"] == "planned"


def test_clearing_stores_null_with_its_event(world: World) -> None:
    who = world.respondent(GUERET)
    says(world, who, {PLACE: "no"}, source="form:one")
    shown = opens(world, who).answers[PLACE].event

    saved = says(world, who, {PLACE: None}, source="form:two", seen={PLACE: shown})

    kept = world.response(GUERET, "inclusion").answers[PLACE]
    assert kept == {"value": None, "event": events(world)[-1].id}
    assert PLACE not in saved.path.counted


def test_clearing_a_blank_starts_nothing(world: World) -> None:
    saved = says(world, world.respondent(GUERET), {PLACE: None}, source="form:one")

    assert saved.unchanged == (PLACE,)
    assert world.disposition(GUERET) != "started"
    assert events(world) == []


def test_what_cannot_be_read_is_told_and_the_rest_is_kept(world: World) -> None:
    saved = save(
        world.db,
        world.respondent(GUERET),
        "cybersecurite",
        [
            Entry("staff_trained", Form(("120",))),
            Entry("elected_trained", Form(("beaucoup",))),
            Entry("felt_exposure", Form(("much",))),
        ],
        source="form:one",
        now=world.now,
    )

    assert saved.kept == ("felt_exposure",)
    assert [(one.question, one.typed) for one in saved.refused] == [
        ("staff_trained", ("120",)),
        ("elected_trained", ("beaucoup",)),
    ]
    assert "entre 0 et 100" in saved.refused[0].sentence


def test_what_is_typed_is_read_as_people_write(world: World) -> None:
    saved = save(
        world.db,
        world.respondent(GUERET, channel=Channel.TERMINAL),
        "cybersecurite",
        [Entry("staff_trained", Typed("la moitié"))],
        source="term:1",
        now=world.now,
    )

    assert saved.kept == ("staff_trained",)
    assert world.response(GUERET, "cybersecurite").answers["staff_trained"]["value"] == 50


def test_one_source_key_serves_two_territories(world: World) -> None:
    for code in (GUERET, "23076"):
        says(world, world.respondent(code), {PLACE: "yes"}, source="form:same")

    assert [event.value for event in events(world)] == ["yes", "yes"]


def test_an_answer_put_out_of_reach_stays(world: World) -> None:
    who = world.respondent(GUERET)
    kinds = "mediation_place_kinds"
    says(world, who, {PLACE: "yes", kinds: ("library",)}, source="form:one")
    shown = opens(world, who).answers[PLACE].event

    saved = says(world, who, {PLACE: "no"}, source="form:two", seen={PLACE: shown})

    assert not saved.path.asks(kinds)
    assert world.response(GUERET, "inclusion").answers[kinds]["value"] == ["library"]


def test_nothing_is_written_once_the_wave_has_ended(world: World) -> None:
    who = world.respondent(GUERET)
    world.days_pass(120)

    with pytest.raises(WaveEnded, match=r"terminée le .* 2026\."):
        says(world, who, {PLACE: "yes"}, source="form:late")

    assert events(world) == []


def test_a_submitted_theme_takes_no_answer(world: World) -> None:
    who = world.respondent(GUERET)
    answers_all(world, who)
    submit(world.db, who, "inclusion", world.letterhead, now=world.now)

    with pytest.raises(AlreadySubmitted):
        says(world, who, {PLACE: "no"}, source="form:late")


def test_a_theme_of_another_wave_or_link_is_not_opened(world: World) -> None:
    who = world.respondent(GUERET)

    for theme in ("strategie", "nimporte", ""):
        with pytest.raises(NotYourTheme):
            says(world, who, {PLACE: "no"}, source="form:one", theme=theme)


def test_a_question_of_another_questionnaire_is_refused_whole(world: World) -> None:
    with pytest.raises(UnknownQuestion):
        says(world, world.respondent(GUERET), {PLACE: "no", "website": "yes"}, source="form:one")

    assert events(world) == []
