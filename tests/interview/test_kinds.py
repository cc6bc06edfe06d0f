"""What a form sends, what is stored and what is shown, kind by kind."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.interview.kinds import registry
from app.interview.kinds.kind import BadValue, is_blank
from app.interview.questionnaire import Question
from app.interview.values import DONT_KNOW, NOT_CONCERNED, Misread, Value
from tests.interview.build import ask, values_of

ALL = {kind: ask("q", kind, not_concerned=True, unit="agents") for kind in registry.KINDS}
STAFF = ask("staff", "integer", unit="agents", minimum=0, maximum=5000)
SHARE = ask("share", "percentage")


def refused(question: Question, raw: str | list[str]) -> str:
    value = registry.read(question, raw)
    assert isinstance(value, Misread)
    assert value.sentence.endswith(".")
    return value.sentence


@pytest.mark.parametrize(
    ("kind", "raw", "value", "shown"),
    [
        ("scale", "planned", "planned", "Prévu dans les 12 mois"),
        ("single", "library", "library", "Médiathèque ou bibliothèque"),
        (
            "multiple",
            ["centre", "library"],
            ("library", "centre"),
            "Médiathèque ou bibliothèque\u00a0; Centre social",
        ),
        ("integer", "12 000", 12000, "12\u00a0000\u00a0agents"),
        ("integer", "1", 1, "1\u00a0agent"),
        ("percentage", "45 %", 45, "45\u00a0%"),
        ("percentage", "12,5", 12.5, "12,5\u00a0%"),
        ("text", "  Mairie   de Guéret ", "Mairie de Guéret", "Mairie de Guéret"),
    ],
)
def test_what_a_form_sends_is_read_and_shown(
    kind: str, raw: str | list[str], value: Value, shown: str
) -> None:
    assert registry.read(ALL[kind], raw) == value
    assert registry.show(ALL[kind], value) == shown


@pytest.mark.parametrize("kind", ALL)
def test_not_knowing_and_not_being_concerned_are_answers(kind: str) -> None:
    assert registry.read(ALL[kind], "dont_know") is DONT_KNOW
    assert registry.read(ALL[kind], ["", "not_concerned"]) is NOT_CONCERNED
    assert registry.show(ALL[kind], DONT_KNOW) == "Je ne sais pas"


@pytest.mark.parametrize("kind", ALL)
def test_a_special_answer_that_is_not_offered_is_refused(kind: str) -> None:
    question = ask("q", kind, dont_know=False)
    assert "«\u00a0Je ne sais pas\u00a0»" in refused(question, "dont_know")


@pytest.mark.parametrize("kind", ALL)
def test_two_contrary_answers_are_refused(kind: str) -> None:
    assert "pas les deux" in refused(ALL[kind], ["1", "dont_know"])


@pytest.mark.parametrize("kind", ALL)
def test_an_empty_field_is_blank_and_says_what_is_expected(kind: str) -> None:
    assert is_blank(["", "  "])
    assert refused(ALL[kind], "") == registry.expects(ALL[kind])


def test_out_of_bounds_is_refused_with_what_was_written() -> None:
    told = refused(STAFF, "6 000").replace("\u00a0", "_")
    assert told == "Indiquez un nombre entier entre 0 et 5_000. Vous avez écrit_: «_6 000_»."
    assert "entre 0 et 100" in refused(SHARE, "120")
    assert "«\u00a0-5\u00a0»" in refused(STAFF, "-5")


@pytest.mark.parametrize("raw", ["12,5", "douze cents", "1e3", "NaN", "12 00", "9" * 5000, "1-2"])
def test_what_is_not_a_whole_number_is_refused(raw: str) -> None:
    assert "nombre entier" in refused(STAFF, raw)


def test_a_share_of_less_than_one_percent_is_asked_again() -> None:
    assert "45\u00a0%" in refused(SHARE, "0,45")


def test_none_of_these_stands_alone() -> None:
    assert "Aucun de ces lieux" in refused(ALL["multiple"], ["none", "library"])


@pytest.mark.parametrize("kind", ["single", "scale", "multiple"])
def test_a_choice_that_does_not_exist_is_refused(kind: str) -> None:
    assert "«\u00a0castle\u00a0»" in refused(ALL[kind], "castle")


def test_a_text_too_long_is_refused_with_its_length() -> None:
    assert "compte 300 caractères" in refused(ask("q", "text", max_length=100), "x" * 300)


def test_control_characters_are_taken_out_of_a_text() -> None:
    assert registry.read(ALL["text"], "un\x00deux\r\ntrois") == "un deux trois"
    assert isinstance(registry.read(ALL["text"], "\x00"), Misread)


@given(st.data())
def test_what_is_stored_is_what_is_read_back(data: st.DataObject) -> None:
    question = ALL[data.draw(st.sampled_from(sorted(ALL)))]
    value = data.draw(values_of(question))

    stored = json.loads(json.dumps(registry.to_json(question, value)))

    assert registry.from_json(question, stored) == value
    assert registry.check(question, value) is None
    assert registry.show(question, value)


@given(st.sampled_from(sorted(ALL)), st.text() | st.lists(st.text(), max_size=4))
def test_whatever_a_form_sends_is_a_sound_value_or_a_sentence(
    kind: str, raw: str | list[str]
) -> None:
    value = registry.read(ALL[kind], raw)
    if isinstance(value, Misread):
        assert value.sentence.endswith(".")
    else:
        assert registry.check(ALL[kind], value) is None
        assert registry.from_json(ALL[kind], registry.to_json(ALL[kind], value)) == value


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("raw", [None, True, {}, {"special": "no"}, [], [1], "", float("nan")])
def test_damaged_stored_answers_are_noticed(kind: str, raw: Any) -> None:
    with pytest.raises(BadValue):
        registry.from_json(ALL[kind], raw)


def test_a_text_never_passes_for_a_special_answer() -> None:
    assert registry.from_json(ALL["text"], "dont_know") == "dont_know"
