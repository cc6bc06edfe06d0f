"""Last year's answers and public figures are offered, said whence, and counted once confirmed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import event, select, text, update

from app.collect.confirm import confirm, confirm_section, unchanged
from app.collect.prefill import Figure, LastYear, Suggestion, for_blanks, suggested
from app.collect.reopen import reopen
from app.collect.submit import submit
from app.interview.conditions import Profile
from app.interview.kinds import registry
from app.interview.path import path
from app.interview.questionnaire import (
    Choice,
    ComesFrom,
    Condition,
    Prefill,
    Question,
    Questionnaire,
    Section,
)
from app.interview.values import DONT_KNOW, Answers, Value
from app.models.cases import AnswerEvent, SurveyResponse
from app.models.territories import Indicator, TerritorySuccession
from tests.collect.answers import answers_all, opens, plausible, says
from tests.world import World

GUERET, AJAIN, BRIONNE = "23096", "23002", "23033"
COMMUNE = Profile("commune", 800)
WHEN = datetime(2025, 11, 12, 9, 0, tzinfo=UTC)


def question(code: str, **changes: object) -> Question:
    yes_no = (Choice("yes", "Oui"), Choice("no", "Non"))
    made = Question(code=code, kind="single", text=f"{code} ?", short=code, choices=yes_no)
    return replace(made, **changes)  # type: ignore[arg-type]


def number(code: str, **changes: object) -> Question:
    return question(code, kind="integer", choices=(), minimum=0, maximum=50, **changes)


def theme_of(*questions: Question, version: int = 1) -> Questionnaire:
    return Questionnaire(
        "inclusion", 1, version, "Inclusion", 8, (Section("places", "Lieux", questions),)
    )


def said(former: Questionnaire, answers: Answers, giver: str = "") -> LastYear:
    return LastYear(7, WHEN, giver, path(former, COMMUNE, answers))


def values(found: dict[str, Suggestion]) -> dict[str, Value]:
    return {code: one.value for code, one in found.items()}


def test_a_former_answer_is_offered_with_its_day() -> None:
    asked = theme_of(question("site"))

    found = suggested(asked, said(asked, {"site": "yes"}), {})

    assert found["site"] == Suggestion(
        "site", "yes", "Oui", "Votre réponse du 12\u00a0novembre 2025", "last_year:7"
    )
    other = suggested(asked, said(asked, {"site": "yes"}, "de la Creuse"), {})
    assert other["site"].source == "Réponse de la Creuse du 12\u00a0novembre 2025"


def test_versions_map_question_by_question() -> None:
    former = theme_of(question("old_site"), question("mail"), question("both"), number("staff"))
    given_then: Answers = {"old_site": "no", "mail": "yes", "both": "yes", "staff": 40}
    now_asked = theme_of(
        question("site", comes_from=ComesFrom("old_site", "reworded")),
        question("mail"),
        question("part", comes_from=ComesFrom("both", "split")),
        number("staff", unit="%"),
        question("new"),
        version=2,
    )

    found = suggested(now_asked, said(former, given_then), {})

    assert values(found) == {"site": "no", "mail": "yes"}


def test_a_former_value_that_is_no_longer_one_is_not_offered() -> None:
    former = theme_of(question("site"), number("staff"), question("mail"))
    third = (Choice("own", "À nous"), Choice("none", "Aucun"))
    few = theme_of(
        question("site", choices=third),
        replace(number("staff"), maximum=10),
        question("mail"),
        version=2,
    )

    assert values(suggested(few, said(former, {"site": "yes", "staff": 40}), {})) == {}
    assert suggested(few, said(former, {"mail": DONT_KNOW}), {}) == {}


def test_an_answer_out_of_reach_last_year_says_nothing() -> None:
    asked = theme_of(
        question("site"),
        question("mail", conditions=(Condition(question="site", operator="is", operand="yes"),)),
    )

    assert values(suggested(asked, said(asked, {"site": "no", "mail": "yes"}), {})) == {
        "site": "no"
    }


def test_a_public_figure_is_offered_where_the_authority_said_nothing() -> None:
    asked = theme_of(
        question("site", prefill=Prefill("dpnt_website", (("yes", "yes"), ("no", "no")))),
        number("staff", prefill=Prefill("staff")),
    )
    figures = {
        "dpnt_website": Figure("dpnt_website", "no", "DPNT (ANCT)", date(2026, 3, 1)),
        "staff": Figure("staff", "12", "Insee", date(2026, 3, 3)),
    }

    found = suggested(asked, None, figures)

    assert values(found) == {"site": "no", "staff": 12}
    assert found["site"].source == "DPNT (ANCT), 1er\u00a0mars 2026"
    assert found["staff"].origin == "indicator:staff"
    assert values(suggested(asked, said(asked, {"site": "yes"}), figures))["site"] == "yes"
    strange = {"dpnt_website": replace(figures["dpnt_website"], value="maybe")}
    assert suggested(asked, None, strange) == {}


ANSWERS = some.dictionaries(
    some.sampled_from(["a", "b", "c", "d"]), some.sampled_from(["yes", "no", DONT_KNOW])
)


@given(ANSWERS, ANSWERS)
def test_nothing_has_changed_confirms_only_what_was_said_and_is_asked(
    then: Answers, since: Answers
) -> None:
    brought = {
        code: (Condition(question=before, operator="is", operand="yes"),)
        for before, code in ("ab", "bc")
    }
    asked = theme_of(*(question(c, conditions=brought.get(c, ())) for c in "abcd"))
    last = said(asked, then)
    found = suggested(asked, last, {})

    taken = unchanged(asked, COMMUNE, since, found, "places")
    after = path(asked, COMMUNE, {**since, **values(taken)})

    assert not set(taken) & set(since)
    assert all(last.walked.counted[code] == one.value for code, one in taken.items())
    assert set(taken) <= set(after.counted)
    assert for_blanks(found, after, section="places") == {}
    assert all(registry.check(asked.question(c), one.value) is None for c, one in taken.items())


# --- with the real questionnaires, a year later


def hands_in(world: World, code: str, theme: str = "inclusion") -> None:
    who = world.respondent(code)
    answers_all(world, who, theme)
    submit(world.db, who, theme, world.letterhead, now=world.now)


@pytest.fixture
def second_year(world: World) -> World:
    """Guéret handed two themes in last autumn; this autumn's wave is open."""
    world.open_wave()
    hands_in(world, GUERET)
    hands_in(world, GUERET, "cybersecurite")
    world.open_wave_a_year_later()
    return world


def test_a_year_later_each_answer_is_offered_and_none_counts(second_year: World) -> None:
    seen = opens(second_year, second_year.respondent(GUERET))

    assert seen.path.counted == {}
    assert set(seen.suggestions) == {q.code for q in seen.path.asked}
    first = seen.path.asked[0]
    assert seen.suggestions[first.code].value == plausible(first)
    assert seen.suggestions[first.code].source.startswith("Votre réponse du 15\u00a0septembre 2026")
    assert opens(second_year, second_year.respondent(AJAIN)).suggestions == {}


def test_cybersecurity_is_never_offered_again(second_year: World) -> None:
    who = second_year.respondent(GUERET)
    assert opens(second_year, who, "cybersecurite").suggestions == {}

    hands_in(second_year, GUERET, "cybersecurite")
    reopen(second_year.db, who, "cybersecurite", now=second_year.days_pass(1))

    assert opens(second_year, who, "cybersecurite").suggestions == {}
    done = confirm(
        second_year.db,
        who,
        "cybersecurite",
        [q.code for q in opens(second_year, who, "cybersecurite").questionnaire.questions],
        source="form:cyber",
        now=second_year.now,
    )
    assert done.kept == ()


def test_what_was_not_handed_in_is_not_offered(world: World) -> None:
    world.open_wave()
    answers_all(world, world.respondent(GUERET))
    world.open_wave_a_year_later()

    assert opens(world, world.respondent(GUERET)).suggestions == {}


def test_one_answer_confirmed_is_an_ordinary_answer_that_says_whence(second_year: World) -> None:
    who = second_year.respondent(GUERET)
    first, second = (q.code for q in opens(second_year, who).path.asked[:2])

    done = confirm(
        second_year.db, who, "inclusion", [first], source="form:one", now=second_year.now
    )
    again = confirm(
        second_year.db, who, "inclusion", [first], source="form:one", now=second_year.now
    )

    seen = opens(second_year, who)
    assert (done.kept, again.kept) == ((first,), ())
    assert seen.answers[first].by == "vous"
    assert first not in seen.suggestions
    assert second in seen.suggestions
    with second_year.db.reading() as session:
        (kept,) = session.scalars(
            select(AnswerEvent).where(AnswerEvent.response_id == _response(second_year).id)
        )
    last = _response(second_year, latest=False)
    assert (kept.origin, kept.channel) == (f"last_year:{last.id}", "web")


def test_an_answer_given_meanwhile_is_left_alone(second_year: World) -> None:
    who = second_year.respondent(GUERET)
    says(second_year, who, {"mediation_place": "no"}, source="form:mine")

    confirm(
        second_year.db,
        who,
        "inclusion",
        ["mediation_place"],
        source="form:two",
        now=second_year.now,
    )

    assert opens(second_year, who).answers["mediation_place"].value == "no"


def test_nothing_has_changed_in_a_section(second_year: World) -> None:
    who = second_year.respondent(GUERET)
    here = opens(second_year, who).path.sections[0]

    done = confirm_section(
        second_year.db, who, "inclusion", here.code, source="form:same", now=second_year.now
    )

    seen = opens(second_year, who)
    section = next(s for s in seen.path.sections if s.code == here.code)
    assert len(section.questions) > len(here.questions)  # brought by the answers confirmed
    assert set(done.kept) == {q.code for q in section.questions}
    assert all(q.code in seen.path.counted for q in section.questions)
    assert len(seen.path.counted) == len(section.questions)


def test_a_cleared_answer_may_be_suggested_again(second_year: World) -> None:
    who = second_year.respondent(GUERET)
    says(second_year, who, {"mediation_place": "no"}, source="form:a")
    event_id = opens(second_year, who).answers["mediation_place"].event
    says(
        second_year,
        who,
        {"mediation_place": None},
        source="form:b",
        seen={"mediation_place": event_id},
    )

    done = confirm(
        second_year.db,
        who,
        "inclusion",
        ["mediation_place"],
        source="form:c",
        now=second_year.now,
    )

    assert done.kept == ("mediation_place",)


def succeeds(world: World, old: str, new: str) -> None:
    ids = world.territory(old).id, world.territory(new).id
    with world.db.transaction() as session:
        session.add(
            TerritorySuccession(old_id=ids[0], new_id=ids[1], succeeded_on=date(2027, 1, 1))
        )


def test_who_takes_over_sees_the_predecessor_s_answers_under_its_name(world: World) -> None:
    world.open_wave()
    hands_in(world, AJAIN)
    succeeds(world, AJAIN, BRIONNE)
    world.open_wave_a_year_later()

    offered = opens(world, world.respondent(BRIONNE)).suggestions

    assert offered
    assert all(one.source.startswith("Réponse d’Ajain du 15") for one in offered.values())


def test_two_predecessors_speak_for_nobody(world: World) -> None:
    world.open_wave()
    for old in (AJAIN, GUERET):
        hands_in(world, old)
        succeeds(world, old, BRIONNE)
    world.open_wave_a_year_later()

    assert opens(world, world.respondent(BRIONNE)).suggestions == {}


def test_a_real_campaign_is_never_offered_invented_answers(second_year: World) -> None:
    with second_year.db.transaction() as session:
        session.execute(text("UPDATE campaigns SET simulated = false WHERE millesime = 2027"))

    assert opens(second_year, second_year.respondent(GUERET)).suggestions == {}


def test_a_public_figure_of_the_commune_is_offered(world: World) -> None:
    world.open_wave()
    with world.db.transaction() as session:
        session.add(
            Indicator(
                territory_id=world.territory(GUERET).id,
                name="dpnt_website",
                value="yes",
                source="Données de présence numérique des territoires (ANCT)",
                as_of=date(2026, 3, 3),
            )
        )

    offered = opens(world, world.respondent(GUERET), "communication").suggestions

    (one,) = offered.values()
    assert one.source == "Données de présence numérique des territoires (ANCT), 3\u00a0mars 2026"
    assert one.origin == "indicator:dpnt_website"


def test_a_theme_with_neither_costs_no_query_and_with_either_one(world: World) -> None:
    world.open_wave()
    who = world.respondent(GUERET)
    plain = _queries(world, who, "inclusion")
    assert _queries(world, who, "communication") == plain + 1
    hands_in(world, GUERET)
    world.open_wave_a_year_later()
    opens(world, world.respondent(GUERET))
    assert _queries(world, world.respondent(GUERET), "inclusion") == plain + 1


def test_what_was_forgotten_is_not_offered(second_year: World) -> None:
    """`forget()` blanks the values kept in the response; nothing is left to suggest."""
    last = _response(second_year, latest=False)
    blank = {code: {**kept, "value": None} for code, kept in last.answers.items()}
    with second_year.db.transaction() as session:
        session.execute(
            update(SurveyResponse).where(SurveyResponse.id == last.id).values(answers=blank)
        )

    assert opens(second_year, second_year.respondent(GUERET)).suggestions == {}


def _response(world: World, *, latest: bool = True) -> SurveyResponse:
    now_case = world.case(GUERET, "inclusion")
    with world.db.reading() as session:
        found = session.scalars(
            select(SurveyResponse)
            .where(SurveyResponse.case.has(territory_id=now_case.territory_id, theme="inclusion"))
            .order_by(SurveyResponse.id)
        ).all()
    return found[-1] if latest else found[0]


def _queries(world: World, who: object, theme: str) -> int:
    n: list[str] = []
    opens(world, who, theme)  # type: ignore[arg-type]  # what a process reads once
    listener = lambda _c, _u, statement, *_rest: n.append(statement)  # noqa: E731
    event.listen(world.db.reader, "before_cursor_execute", listener)
    opens(world, who, theme)  # type: ignore[arg-type]
    event.remove(world.db.reader, "before_cursor_execute", listener)
    return len(n)
