"""What people type in a chat."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.interview.kinds import registry
from app.interview.questionnaire import Choice, Question
from app.interview.typed import read_typed
from app.interview.values import DONT_KNOW, NOT_CONCERNED, Misread, Value
from tests.interview.build import ask

SCALE = ask("scale", not_concerned=True)
WHO = ask(
    "who",
    "single",
    choices=(
        Choice("own", "Oui, en interne"),
        Choice("out", "Oui, par un prestataire"),
        Choice("no", "Non, personne"),
    ),
)
PLACES = ask("places", "multiple")
PEOPLE = ask("people", "integer", unit="habitants", maximum=500_000)
SHARE = ask("share", "percentage")
NAME = ask("name", "text")


def typed(question: Question, text: str) -> Value | Misread:
    return read_typed(question, text)


@pytest.mark.parametrize(
    ("question", "text", "value"),
    [
        (SCALE, "oui", "yes"),
        (SCALE, " OUI ! ", "yes"),
        (SCALE, "o", "yes"),
        (SCALE, "Non.", "no"),
        (SCALE, "prevu", "planned"),
        (SCALE, "Prévu dans les 12 mois", "planned"),
        (SCALE, "2", "planned"),
        (SCALE, "la 3", "no"),
        (SCALE, "3)", "no"),
        (SCALE, "5", DONT_KNOW),
        (SCALE, "je ne sais pas", DONT_KNOW),
        (SCALE, "JSP", DONT_KNOW),
        (SCALE, "sais pas", DONT_KNOW),
        (SCALE, "non concerné", NOT_CONCERNED),
        (SCALE, "nous ne sommes pas concernés", NOT_CONCERNED),
        (WHO, "prestataire", "out"),
        (WHO, "non", "no"),
        (WHO, "« Oui, en interne »", "own"),
        (PLACES, "2 et 4", ("library", "centre")),
        (PLACES, "1,3", ("france_services", "digital_space")),
        (PLACES, "3 1", ("france_services", "digital_space")),
        (PLACES, "2et4", ("library", "centre")),
        (PLACES, "mediatheque", ("library",)),
        (PLACES, "Médiathèque ou bibliothèque", ("library",)),
        (PLACES, "France services et centre social", ("france_services", "centre")),
        (PLACES, "tous", ("france_services", "library", "digital_space", "centre")),
        (PLACES, "aucun", ("none",)),
        (PLACES, "jsp", DONT_KNOW),
        (PEOPLE, "12 000 hab.", 12000),
        (PEOPLE, "12\u202f000 habitants", 12000),
        (PEOPLE, "12.000", 12000),
        (PEOPLE, "12k", 12000),
        (PEOPLE, "2 mille", 2000),
        (PEOPLE, "environ 30", 30),
        (PEOPLE, "on a 35 habitants", 35),
        (PEOPLE, "aucun", 0),
        (PEOPLE, "douze", 12),
        (SHARE, "45 %", 45),
        (SHARE, "environ 30 pour cent", 30),
        (SHARE, "12,5", 12.5),
        (SHARE, "la moitié", 50),
        (NAME, "Mairie de Guéret", "Mairie de Guéret"),
        (NAME, "je ne sais pas", DONT_KNOW),
    ],
)
def test_what_people_type_is_understood(question: Question, text: str, value: Value) -> None:
    assert typed(question, text) == value


@pytest.mark.parametrize(
    ("question", "text", "told"),
    [
        (SCALE, "peut-être", "Répondez par un numéro de 1 à 5."),
        (SCALE, "oui et non", "de 1 à 5"),
        (SCALE, "6", "de 1 à 5"),
        (SCALE, "?", "de 1 à 5"),
        (PEOPLE, "...", "nombre entier"),
        (WHO, "oui", "Répondez par 1\u00a0(Oui, en interne) ou 2\u00a0(Oui, par un prestataire)."),
        (PLACES, "1-3", "Écrivez chaque numéro"),
        (PLACES, "1 ou 2", "Écrivez chaque numéro"),
        (PLACES, "1, 7", "de 1 à 6"),
        (PLACES, "13", "de 1 à 6"),
        (PLACES, "1, 5", "pas les deux"),
        (PLACES, "2, jsp", "de 1 à 6"),
        (PEOPLE, "entre 10 et 20", "un seul nombre"),
        (PEOPLE, "10 ou 12", "un seul nombre"),
        (PEOPLE, "12,000", "nombre entier"),
        (PEOPLE, "5²", "nombre entier"),
        (PEOPLE, "12 km", "nombre entier"),
        (PEOPLE, "600000", "entre 0 et 500\u00a0000"),
        (PEOPLE, "une trentaine", "nombre entier"),
        (SHARE, "120", "entre 0 et 100"),
        (SHARE, "environ 120", "entre 0 et 100"),
        (SHARE, "0,45", "45\u00a0%"),
    ],
)
def test_what_is_unclear_is_refused_kindly(question: Question, text: str, told: str) -> None:
    value = typed(question, text)

    assert isinstance(value, Misread)
    assert told in value.sentence
    assert value.sentence.endswith(".")


@pytest.mark.parametrize(
    ("question", "text"),
    [(SCALE, "peut-être"), (PLACES, "1-3"), (PEOPLE, "environ beaucoup"), (SHARE, "environ 120")],
)
def test_the_sentence_quotes_what_was_typed(question: Question, text: str) -> None:
    value = typed(question, text)
    assert isinstance(value, Misread)
    assert f"«\u00a0{text}\u00a0»" in value.sentence


def test_a_very_long_message_is_cut_in_the_sentence() -> None:
    value = typed(SCALE, "bla " * 5000)
    assert isinstance(value, Misread)
    assert len(value.sentence) < 200


def test_a_question_that_must_be_known_says_so() -> None:
    value = typed(ask("q", dont_know=False), "jsp")
    assert isinstance(value, Misread)
    assert "Je ne sais pas" in value.sentence


@given(st.sampled_from([SCALE, WHO, PLACES]), st.data())
def test_the_number_and_the_label_of_an_option_mean_the_same(
    question: Question, data: st.DataObject
) -> None:
    option = data.draw(st.sampled_from(question.options))
    meant = registry.read(question, option.code)

    assert typed(question, str(option.number)) == meant
    assert typed(question, option.label) == meant
    assert typed(question, option.label.upper()) == meant


@given(st.sampled_from([SCALE, WHO, PLACES, PEOPLE, SHARE, NAME]), st.text(max_size=80))
def test_whatever_is_typed_is_a_sound_value_or_a_sentence(question: Question, text: str) -> None:
    value = typed(question, text)
    if isinstance(value, Misread):
        assert value.sentence.endswith(".")
    else:
        assert registry.check(question, value) is None


@given(st.integers(0, 500_000))
def test_a_number_shown_is_a_number_read(people: int) -> None:
    assert typed(PEOPLE, registry.show(PEOPLE, people)) == people
