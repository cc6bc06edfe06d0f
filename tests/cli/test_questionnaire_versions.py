"""`barometre questionnaires compare` and `issue`, as an operator types them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli.main import barometre
from app.interview.questionnaire import Questionnaire
from app.questionnaires.load import load_all
from app.questionnaires.publish import load_into
from app.questionnaires.yaml_writer import to_yaml
from tests.world import World

Typed = Callable[..., Result]
STRATEGY = load_all()[8]


@pytest.fixture
def type_in(world: World, monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Type a command against the world's own database."""
    monkeypatch.setenv("DATABASE_URL", world.app_url)
    monkeypatch.setenv("DATABASE_OWNER_URL", world.owner_url)
    monkeypatch.setenv("DATABASE_PUBLISHED_URL", world.ground.published_url)
    return lambda *words: CliRunner().invoke(barometre, ["questionnaires", *words])


def reworded(form: Questionnaire) -> Questionnaire:
    first, *others = form.sections
    question, *more = first.questions
    changed = replace(question, text=question.text.replace("Avez-vous", "Votre conseil a-t-il"))
    assert changed != question
    return replace(form, version=2, sections=(replace(first, questions=(changed, *more)), *others))


def test_two_files_are_compared_word_by_word_without_a_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nowhere")
    old, new = tmp_path / "un.yaml", tmp_path / "deux.yaml"
    old.write_text(to_yaml(STRATEGY), encoding="utf-8")
    new.write_text(to_yaml(reworded(STRATEGY)), encoding="utf-8")

    said = CliRunner().invoke(barometre, ["questionnaires", "compare", str(old), str(new)])

    assert said.exit_code == 0, said.stderr
    assert "de la version 1 à la version 2" in said.stdout
    assert "20 identiques, 1 reformulée." in said.stdout
    assert "[-Avez-vous -]" in said.stdout
    assert "{+Votre conseil a-t-il +}" in said.stdout


def test_a_version_in_the_database_is_named_by_its_theme(
    world: World, type_in: Typed, tmp_path: Path
) -> None:
    file = tmp_path / "deux.yaml"
    file.write_text(to_yaml(reworded(STRATEGY)), encoding="utf-8")

    assert "1 reformulée" in type_in("compare", "strategie@1", str(file)).stdout
    assert type_in("compare", "strategie@1", "strategie").stdout.endswith("21 identiques.\n")


def test_what_a_version_does_not_say_makes_the_command_fail(type_in: Typed, tmp_path: Path) -> None:
    file = tmp_path / "deux.yaml"
    *others, last = STRATEGY.sections
    shorter = replace(STRATEGY, version=2, sections=(*others, replace(last, questions=last.questions[:-1])))  # fmt: skip  # noqa: E501
    file.write_text(to_yaml(shorter), encoding="utf-8")

    said = type_in("compare", "strategie@1", str(file))

    assert said.exit_code == 1
    assert f"à corriger\u00a0: {last.questions[-1].code}, aucune question" in said.stderr


@pytest.mark.parametrize("given", ["nimporte", "strategie@deux", "absent.yaml"])
def test_what_is_neither_a_file_nor_a_version_is_one_sentence(type_in: Typed, given: str) -> None:
    said = type_in("compare", "strategie@1", given)

    assert said.exit_code == 1
    assert said.stderr.startswith(f"«\u00a0{given}\u00a0» n’est ni un fichier ni un thème.")


def test_an_absent_version_is_one_sentence(type_in: Typed) -> None:
    assert "n’a pas de version 7" in type_in("compare", "strategie@1", "strategie@7").stderr
    assert "n’a pas de version 7" in type_in("issue", "strategie", "--version", "7").stderr


def test_the_newest_version_is_issued_once(world: World, type_in: Typed) -> None:
    issued, again = type_in("issue", "strategie"), type_in("issue", "strategie", "--version", "1")

    assert issued.stdout == "✓ Stratégie numérique, version 1, 21 questions\u00a0: émise\n"
    assert again.exit_code == 1
    assert "déjà émise" in again.stderr


def test_a_version_to_mend_is_not_issued(world: World, type_in: Typed) -> None:
    load_into(world.db, [replace(STRATEGY, minutes=2)], now=world.now)

    refused = type_in("issue", "strategie")

    assert refused.exit_code == 1
    assert "on en estime 8" in refused.stderr
