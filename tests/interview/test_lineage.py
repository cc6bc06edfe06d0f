"""What became of each question from one version to the next, and which answers may be joined."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.interview.changes import Facet
from app.interview.conditions import Condition
from app.interview.lineage import (
    Comparison,
    DifferentThemes,
    Fate,
    compare,
    former_code,
)
from app.interview.questionnaire import Choice, ComesFrom, Question, Questionnaire
from tests.interview.build import ask, questionnaire, questionnaires, worth


def fates(comparison: Comparison) -> dict[str, str]:
    return {pair.code: pair.fate.value for pair in comparison.pairs}


def facets(comparison: Comparison, code: str) -> list[Facet]:
    [pair] = [pair for pair in comparison.pairs if pair.code == code]
    return [change.facet for change in pair.changes]


def faults(old: Questionnaire, new: Questionnaire) -> dict[str, str]:
    """By code; several sentences about one code are put together."""
    told: dict[str, str] = {}
    for fault in compare(old, new).faults:
        told[fault.code] = f"{told.get(fault.code, '')} {fault.sentence}".strip()
    return told


def after(
    form: Questionnaire, *questions: Question, dropped: tuple[str, ...] = ()
) -> Questionnaire:
    """The next version of it, with these questions."""
    return replace(questionnaire(*questions), version=form.version + 1, dropped=dropped)


def came(code: str, how: str = "same") -> ComesFrom:
    return ComesFrom(code, how)


@given(questionnaires())
def test_a_questionnaire_compared_with_itself_is_all_the_same(form: Questionnaire) -> None:
    comparison = compare(form, form)

    assert set(fates(comparison).values()) == {"same"}
    assert comparison.n_changed == 0
    assert comparison.faults == ()


@given(questionnaires(), st.randoms())
def test_questions_put_in_another_order_are_moved_and_nothing_else(
    form: Questionnaire, chance: st.DataObject
) -> None:
    bare = [replace(q, conditions=()) for q in form.questions]
    old = questionnaire(*bare)
    shuffled = list(bare)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    comparison = compare(old, after(old, *shuffled))

    moved = {pair.code for pair in comparison.pairs if pair.moved}
    still = [q.code for q in bare if q.code not in moved]
    assert still == [q.code for q in shuffled if q.code not in moved]
    assert comparison.faults == ()
    assert bool(moved) == (shuffled != bare)


def test_each_fate_is_told() -> None:
    old = questionnaire(ask("a"), ask("b"), ask("c"), ask("d"))
    new = after(
        old,
        ask("a"),
        ask("b", text="Dit autrement ?"),
        ask("c_paper", comes_from=came("c", "split")),
        ask("c_screen", comes_from=came("c", "split")),
        ask("e"),
        dropped=("d",),
    )

    comparison = compare(old, new)

    assert fates(comparison) == {
        "a": "same",
        "b": "reworded",
        "c_paper": "split",
        "c_screen": "split",
        "e": "added",
        "d": "dropped",
    }
    assert comparison.faults == ()
    assert comparison.count(Fate.SPLIT) == 2


def test_every_facet_that_changed_is_named_in_order() -> None:
    old = questionnaire(worth("a"), worth("b", help="Une aide."))
    new = after(
        old,
        worth("a"),
        worth("c", yes=6, help="Une autre.", conditions=(Condition("kinds", ("epci",)),)),
    )
    renamed = compare(old, after(old, worth("a"), worth("b", yes=6, why="Autre.", help="")))

    assert facets(renamed, "b") == [Facet.HELP, Facet.WHY, Facet.POINTS]
    assert fates(renamed)["b"] == "same"
    assert faults(old, new) == {
        "b": "aucune question de la nouvelle version ne la continue\u00a0: dites laquelle, ou "
        "ajoutez-la à «\u00a0dropped\u00a0»."
    }


def test_a_new_audience_and_a_new_section_are_seen() -> None:
    old = questionnaire(ask("a"), ask("b"), ask("c"))
    new = after(
        old, ask("a"), ask("x"), ask("b", conditions=(Condition("is", "yes", "a"),)), ask("c")
    )
    comparison = compare(old, new)

    assert facets(comparison, "b") == [Facet.CONDITIONS, Facet.SECTION]
    assert not any(pair.moved for pair in comparison.pairs)


BREAD = (Choice("white", "Blanc"), Choice("brown", "Complet"))


def test_a_code_reused_with_other_answers_must_say_so() -> None:
    old = questionnaire(ask("bread", "single", choices=BREAD))
    more = (*BREAD, Choice("rye", "Seigle"))
    said = ask("bread", "single", choices=more, comes_from=came("bread", "reworded"))

    assert (
        "dites si la question est reformulée ou scindée"
        in (faults(old, after(old, ask("bread", "single", choices=more)))["bread"])
    )
    assert "reformulée" in faults(old, after(old, ask("bread", "integer")))["bread"]
    assert faults(old, after(old, said)) == {}


def test_a_question_said_the_same_with_other_answers_is_a_fault() -> None:
    old = questionnaire(ask("bread", "single", choices=BREAD))
    other = (BREAD[0], Choice("brown", "Au levain"))
    new = after(old, ask("loaf", "single", choices=other, comes_from=came("bread")))

    assert "dite identique" in faults(old, new)["loaf"]


def test_a_comma_or_a_capital_in_an_answer_does_not_make_it_another() -> None:
    old = questionnaire(ask("bread", "single", choices=BREAD))
    typed = (Choice("white", "blanc,"), Choice("brown", "Complet."))

    assert faults(old, after(old, ask("bread", "single", choices=typed))) == {}


@pytest.mark.parametrize(
    ("wrong", "code", "words"),
    [
        (ask("a", comes_from=came("zz")), "a", "que la version 1 ne pose pas"),
        (ask("a", comes_from=came("b")), "a", "donnez-lui un code nouveau"),
        (ask("c", comes_from=came("a")), "c", "déjà continuée par «\u00a0a\u00a0»"),
    ],
)
def test_a_mapping_that_lies_is_a_fault(wrong: Question, code: str, words: str) -> None:
    old = questionnaire(ask("a"), ask("b"))
    others = [ask(c) for c in ("a", "b") if c != wrong.code]

    assert words in faults(old, after(old, *others, wrong))[code]


def test_giving_up_what_is_kept_or_was_never_asked_is_a_fault() -> None:
    old = questionnaire(ask("a"))
    new = after(old, ask("b", comes_from=came("a")), dropped=("a", "zz"))

    assert faults(old, new) == {
        "a": "elle est dite abandonnée, mais une question la continue.",
        "zz": "elle est dite abandonnée, mais la version 1 ne la pose pas.",
    }


def test_two_themes_are_not_compared() -> None:
    old = questionnaire(ask("a"))
    with pytest.raises(DifferentThemes):
        compare(old, replace(old, theme="donnee"))


def test_last_years_answer_is_found_under_its_former_code() -> None:
    new = questionnaire(
        ask("a"),
        ask("loaf", comes_from=came("bread", "reworded")),
        ask("part", comes_from=came("whole", "split")),
    )
    assert [former_code(new.question(code)) for code in ("a", "loaf", "part")] == [
        "a",
        "bread",
        None,
    ]
