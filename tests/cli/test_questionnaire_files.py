"""An editor takes a questionnaire out of the software, works on it, and brings it back."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli.main import barometre
from app.questionnaires.formats.every import FORMATS
from app.questionnaires.load import load, load_all


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(barometre, ["questionnaires", *words])


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_is_written_under_a_plain_name(folder: Path, name: str) -> None:
    done = run("export", "inclusion", "--format", name)

    assert done.exit_code == 0, done.output
    assert "Inclusion numérique" in done.output
    assert (folder / f"inclusion-v1.{FORMATS[name].ending}").stat().st_size > 1000


def test_a_questionnaire_is_written_to_be_printed(folder: Path) -> None:
    done = run("export", "inclusion", "--format", "pdf")

    assert done.exit_code == 0, done.output
    assert (folder / "inclusion-v1.pdf").read_bytes().startswith(b"%PDF-")


def test_a_theme_goes_out_as_a_workbook_and_comes_back_as_the_same_file(folder: Path) -> None:
    run("export", "cybersecurite", "--format", "xlsform", "--output", "form.xlsx")
    done = run("import", "form.xlsx")

    assert done.exit_code == 0, done.output
    assert load(folder / "form.yaml") == load_all()[1]
    assert "à compléter" not in done.output


def test_a_file_is_exported_as_well_as_a_theme(folder: Path) -> None:
    run("export", "inclusion", "--format", "yaml", "--output", "mine.yaml")

    assert run("export", "mine.yaml", "--format", "codebook").exit_code == 0


@pytest.mark.parametrize(
    "words",
    [
        ("export", "inclusion", "--format", "xlsform", "--output", "form.xlsx"),
        ("import", "form.xlsx", "--output", "form.yaml"),
    ],
)
def test_a_file_that_exists_is_kept_unless_forced(folder: Path, words: tuple[str, ...]) -> None:
    run("export", "inclusion", "--format", "xlsform", "--output", "form.xlsx")
    (folder / "form.yaml").write_text("mine", encoding="utf-8")
    before = (folder / words[-1]).read_bytes()

    refused = run(*words)

    assert refused.exit_code == 1
    assert "--force" in refused.output
    assert (folder / words[-1]).read_bytes() == before
    assert run(*words, "--force").exit_code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("export", "nope", "--format", "ddi"), "inclusion, cybersecurite"),
        (("import", "absent.xlsx"), "absent.xlsx"),
        (("export", "inclusion", "--format", "ddi", "--output", "no/where.xml"), "no/where.xml"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(
    folder: Path, words: tuple[str, ...], said: str
) -> None:
    refused = run(*words)

    assert refused.exit_code == 1
    assert said in refused.output
    assert refused.output.strip().endswith(".")


def test_a_workbook_that_is_none_is_told_and_nothing_is_written(folder: Path) -> None:
    (folder / "form.xlsx").write_text("theme: inclusion", encoding="utf-8")

    refused = run("import", "form.xlsx")

    assert refused.exit_code == 1
    assert "XLSForm" in refused.output
    assert not (folder / "form.yaml").exists()
