"""An author's file: read, or refused with its line and what to mend."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.questionnaires.load import FOLDER, BadQuestionnaireFile, load, load_all
from app.questionnaires.yaml_source import Fault

GOOD = """\
theme: inclusion
number: 1
version: 1
title: Inclusion numérique
minutes: 8
sections:
  - code: places
    title: Les lieux
    questions:
      - code: place
        kind: scale
        text: Avez-vous un lieu ?
        short: Lieu
        why: Pour savoir.
      - code: which
        kind: multiple
        text: Lesquels ?
        short: Lieux
        why: Pour décrire.
        asked_when:
          - {question: place, is: yes}
        choices:
          - {code: library, label: Une médiathèque}
          - {code: no, label: Un autre}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "4-essai.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def fault(folder: Path, text: str) -> Fault:
    with pytest.raises(BadQuestionnaireFile) as refusal:
        load(written(folder, text))
    assert "4-essai.yaml" in str(refusal.value)
    assert str(refusal.value).endswith(".")
    return refusal.value.faults[0]


def test_a_good_file_is_read_with_yes_and_no_as_codes(tmp_path: Path) -> None:
    form = load(written(tmp_path, GOOD))

    assert form.question("which").conditions[0].operand == "yes"
    assert [c.code for c in form.question("which").choices] == ["library", "no"]


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("text: Lesquels ?", "text: Ceci : cela", 17, "deux-points"),
        ("        short: Lieux", "\tshort: Lieux", 18, "tabulation"),
        ("        why: Pour décrire.", "      why: Pour décrire.", 19, "alignement"),
        ("minutes: 8", "minutes 8", 6, "deux-points"),
        ("short: Lieu\n", "short: Lieu\n        short: Lieu\n", 14, "écrit deux fois"),
        ("title: Inclusion numérique", 'title: "Inclusion', 25, "guillemet"),
        ("why: Pour savoir.", "why: *nowhere", 14, "renvoi"),
        ("why: Pour savoir.", "why: Pour\x07savoir.", 14, "caractère n’est pas permis"),
    ],
)
def test_broken_yaml_is_refused_with_line_and_reason(
    tmp_path: Path, old: str, new: str, line: int, reason: str
) -> None:
    found = fault(tmp_path, GOOD.replace(old, new))
    assert found.line == line
    assert reason in found.reason


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        (
            "minutes: 8",
            "minutes: huit",
            5,
            "«\u00a0minutes\u00a0»\u00a0: on attend un nombre entier",
        ),
        ("minutes: 8\n", "", 1, "questionnaire\u00a0: il manque minutes"),
        ("short: Lieux", "colour: bleu", 15, "section places, question which"),
        ("kind: scale", "kind: riddle", 11, "choisissez parmi single, multiple"),
        ("code: place\n", "code: Place\n", 10, "on attend la forme"),
        ("short: Lieu\n", f"short: {'x' * 46}\n", 13, "45 caractères au plus"),
        ("is: yes", "likes: yes", 21, "condition 1\u00a0: propriété inconnue, likes"),
        ("label: Une médiathèque", "label: ''", 23, "réponse library"),
        ("short: Lieu\n", "short: Lieu\n        minimum: bas\n", 14, "vous avez écrit"),
    ],
)
def test_what_the_schema_refuses_is_told_in_words(
    tmp_path: Path, old: str, new: str, line: int, reason: str
) -> None:
    found = fault(tmp_path, GOOD.replace(old, new))
    assert found.line == line
    assert reason in found.reason


def test_a_condition_that_looks_forward_is_told_with_its_line(tmp_path: Path) -> None:
    found = fault(tmp_path, GOOD.replace("code: place\n", "code: later\n"))
    assert found.line == 15
    assert "«\u00a0place\u00a0», qui n’existe pas" in found.reason


def test_every_fault_of_a_file_is_told(tmp_path: Path) -> None:
    text = GOOD.replace("minutes: 8", "minutes: huit").replace("kind: scale", "kind: riddle")
    with pytest.raises(BadQuestionnaireFile) as refusal:
        load(written(tmp_path, text))
    assert [f.line for f in refusal.value.faults] == [5, 11]


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    assert "une liste de propriétés" in fault(tmp_path, "").reason


def test_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "4-essai.yaml"
    path.write_bytes(GOOD.encode("latin-1"))
    with pytest.raises(BadQuestionnaireFile, match=r"Ligne 4.*UTF-8\.$"):
        load(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadQuestionnaireFile, match="vérifiez son nom"):
        load(tmp_path / "absent.yaml")


def test_the_packaged_questionnaires_come_in_order() -> None:
    themes = [form.theme for form in load_all()]
    assert themes[:3] == ["inclusion", "cybersecurite", "communication"]
    assert len(themes) == len(list(FOLDER.glob("*.yaml")))
