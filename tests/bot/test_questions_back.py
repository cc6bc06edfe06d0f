"""What a person asks us, however they put it; and what is said of their own town hall."""

from __future__ import annotations

import pytest

from bot.commands import Command, leading_in


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("Est-ce que c’est obligatoire de répondre à tout ?", Command.WHO),
        ("je suis vraiment obligée ?", Command.WHO),
        ("c’est pour qui ?", Command.WHO),
        ("Vous faites quoi de mes réponses ?", Command.WHO),
        ("qui est-ce qui va lire ça ?", Command.WHO_SEES),
        ("et mon maire peut voir ce que j’écris ?", Command.WHO_SEES),
        ("Ce sera publié quelque part, mes réponses seront publiques ?", Command.WHO_SEES),
        ("encore combien de temps ?", Command.HOW_LONG),
        ("c’est encore long votre truc ?", Command.HOW_LONG),
        ("Je peux m’arrêter et reprendre demain ?", Command.HOW_LONG),
        ("encore combien de questions ?", Command.PROGRESS),
        ("Pourquoi vous voulez savoir ça ?", Command.WHY),
        ("mais à quoi ça sert de demander ça ?", Command.WHY),
    ],
)
def test_a_question_is_told_by_what_it_is_about(typed: str, command: Command) -> None:
    leading = leading_in(typed)

    assert leading is not None
    assert leading.command is command


@pytest.mark.parametrize(
    "typed",
    [
        "non, c’est obligatoire de passer au guichet",
        "oui, et c’est anonyme pour les habitants",
        "c’est long à mettre en place",
        "3 ?",
        "oui ?",
        "un lieu public ?",
    ],
)
def test_what_is_said_of_their_own_is_no_question_to_us(typed: str) -> None:
    assert leading_in(typed) is None


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("merci, au revoir", Command.PAUSE),
        ("Merci beaucoup et bonne journée !", Command.PAUSE),
        ("ok merci, bon week-end", Command.PAUSE),
        ("Au revoir Madame, bonne fin de journée", Command.PAUSE),
        ("je me suis trompée à la précédente", Command.BACK),
        ("Oups, une erreur à la question d’avant", Command.BACK),
        ("corriger la réponse précédente", Command.BACK),
    ],
)
def test_goodbyes_and_second_thoughts_are_said_in_many_words(typed: str, command: Command) -> None:
    leading = leading_in(typed)

    assert leading is not None
    assert leading.command is command


def test_the_number_of_a_wrong_answer_is_heard() -> None:
    leading = leading_in("je me suis trompée à la question 3")

    assert leading is not None
    assert (leading.command, leading.rest) == (Command.CHANGE, "3")
