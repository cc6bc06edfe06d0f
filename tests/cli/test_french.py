"""A line that is badly written, and the help, are told in French."""

from __future__ import annotations

import re
from collections.abc import Sequence

import click
import pytest
from click.testing import CliRunner

from app.cli.main import barometre
from tests.house.test_commands import commands

ENGLISH = re.compile(
    r"\b(Usage: |Options|Commands|Missing|No such|Invalid|Error|Try|required|default:|unexpected"
    r"|requires|must|WAVE|FILE|NAME|EMAIL|TEXT|INTEGER|FLOAT|PATH|DIRECTORY)\b"
)
SAME_IN_FRENCH = {"Options"}
PATHS = [path.split()[1:] for path, _ in commands(barometre, "barometre")]


def typed(words: Sequence[str]) -> str:
    told = CliRunner().invoke(barometre, list(words))
    assert told.exit_code == (0 if words[-1] == "--help" else 2)
    return told.output


@pytest.mark.parametrize("words", PATHS, ids=" ".join)
def test_the_help_has_no_english_word(words: list[str]) -> None:
    found = set(ENGLISH.findall(typed([*words, "--help"])))
    assert found - SAME_IN_FRENCH == set()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["relancer"], "La commande «\u00a0relancer\u00a0» n’existe pas."),
        (["questionnaire"], "Vouliez-vous dire 'questionnaires'\u00a0?"),
        (["campaign", "open"], "Il manque 'VAGUE'."),
        (["campaign", "open", "un"], "Pour 'VAGUE'\u00a0: «\u00a0un\u00a0» n’est pas un nombre."),
        (["campaign", "open", "1", "2"], "Ce mot est de trop\u00a0: 2."),
        (["campaign", "open", "1", "--vite"], "L’option --vite n’existe pas."),
        (["campaign", "create", "Essai"], "Il manque l’option '--opens-on'."),
        (
            ["campaign", "create", "Essai", "--opens-on", "lundi"],
            "«\u00a0lundi\u00a0» n’est pas une date comme 2027-01-11.",
        ),
        (["web", "--port", "99999"], "99999 n’est pas dans les limites 1<=x<=65535."),
        (["worker", "--queue", "x"], "Donnez l’un de ceux-ci\u00a0: "),
        (["questionnaires", "issue"], "Choisissez parmi\u00a0:"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, list) else "",
)
def test_what_is_wrong_is_said_in_french(words: list[str], said: str) -> None:
    told = typed(words)
    assert said in told
    assert ENGLISH.findall(told) == []
    assert "Pour l’aide\u00a0: " in told


def test_an_option_without_its_value_is_told_in_french() -> None:
    told = typed(["campaign", "create", "Essai", "--opens-on"])
    assert told == "Erreur\u00a0: L’option --opens-on attend une valeur.\n"


def test_a_question_asked_twice_says_that_the_answers_differ() -> None:
    @click.command()
    @click.password_option(prompt="Mot de passe")
    def command(password: str) -> None:
        click.echo(len(password))

    told = CliRunner().invoke(command, input="un\ndeux\ntrois\ntrois\n")

    assert "Une seconde fois" in told.output
    assert "Les deux ne sont pas les mêmes." in told.output
