"""How easy a questionnaire is to read."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.interview.questionnaire import Questionnaire
from app.interview.reading import (
    LEAST_EASE,
    LONGEST_SENTENCE,
    reading,
    reading_of,
    sentences,
    syllables,
    too_long,
    words,
)
from tests.interview.build import ask, questionnaire, worth

HEARD = {
    1: "le les eau lieu bien oui trois qu’une œil feuille pluie vie entre x plus",
    2: "mairie client idée réseau accueil voyage réseaux maïs Noël agents précaire naïf",
    3: "numérique conseiller travailler réunion quotidien aujourd’hui logiciel rendez-vous",
    4: "habilités équipement européen prioritaire situation sauvegarder RSSI 3500",
    5: "collectivité délibérations communication",
    6: "cybersécurité accessibilité",
    7: "l’intercommunalité",
}


@pytest.mark.parametrize(
    ("word", "expected"), [(word, n) for n, listed in HEARD.items() for word in listed.split()]
)
def test_syllables_are_those_one_hears(word: str, expected: int) -> None:
    assert syllables(word) == expected


def test_a_sentence_ends_where_one_breathes() -> None:
    text = "Avez-vous un site\u00a0? Non. Écrivez à accueil@ville.fr, ou au 3.1\u00a0! Merci…"
    assert len(sentences(text)) == 4
    assert sentences("") == sentences(" … ") == []


def test_a_number_is_one_word_and_a_mark_is_none() -> None:
    assert words(
        "Plus de 30\u00a0000 habitants\u00a0? Oui\u00a0: 80\u00a0%, «\u00a0l’eau\u00a0»."
    ) == [*("Plus", "de", "30000", "habitants", "Oui", "80", "l’eau")]


def test_the_measure_is_that_of_kandel_and_moles() -> None:
    measured = reading(["Le lieu vit. Le conseiller aide bien."])  # 7 words, 9 syllables
    assert measured.flesch == pytest.approx(207 - 1.015 * 7 / 2 - 73.6 * 9 / 7)
    assert measured.longest == "Le conseiller aide bien."
    assert measured.longest_sentence == 4


def test_plain_french_is_easier_than_administrative_french() -> None:
    plain = reading(["Avez-vous un lieu où l’on aide les gens ? Il peut être petit."])
    heavy = reading(
        [
            "La collectivité a-t-elle procédé à la formalisation d’une stratégie pluriannuelle "
            "d’inclusion numérique territorialisée, préalablement délibérée\u00a0?"
        ]
    )
    assert plain.flesch > LEAST_EASE
    assert heavy.flesch < 30


def test_answers_do_not_flatter_a_heavy_question() -> None:
    heavy = ask("q", "single", text="Formalisation pluriannuelle territorialisée ?", why="")
    bare = replace(heavy, choices=())
    assert reading_of(questionnaire(heavy)).flesch == reading_of(questionnaire(bare)).flesch


def test_a_sentence_too_long_is_found_wherever_it_stands() -> None:
    long = "encore " * (LONGEST_SENTENCE + 1)
    advised = worth("advised")
    assert advised.advice
    form = questionnaire(
        ask("fine"),
        ask("asked", text=long + "?"),
        ask("helped", help=f"Court. {long}."),
        ask("told", why=long),
        replace(advised, advice=replace(advised.advice, text=long)),
    )
    found = [question.code for question, _ in too_long(form)]
    assert found == ["asked", "helped", "told", "advised"]
    assert reading_of(form).longest_sentence == LONGEST_SENTENCE + 1


def test_nothing_to_read_is_easy() -> None:
    silent = Questionnaire("inclusion", 1, 1, "Inclusion numérique", 8, ())
    assert reading_of(silent).flesch >= LEAST_EASE


@given(st.lists(st.sampled_from(["le", "lieu", "numérique", "accessibilité"]), min_size=1))
def test_cutting_a_sentence_in_two_never_makes_it_harder(said: list[str]) -> None:
    whole = reading([" ".join(said) + "."])
    cut = reading([" ".join(said[: len(said) // 2]), " ".join(said[len(said) // 2 :])])
    assert cut.flesch >= whole.flesch
    assert cut.longest_sentence <= whole.longest_sentence


@given(st.text(max_size=40))
def test_any_text_can_be_measured(text: str) -> None:
    assert all(syllables(word) >= 1 for word in words(text))
    assert reading([text]).flesch <= 207
