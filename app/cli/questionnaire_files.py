"""`barometre questionnaires export` and `import`: exchange formats, without a database."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from app.cli.telling import counted
from app.errors import Refused
from app.interview.questionnaire import Questionnaire
from app.questionnaires.formats.every import FORMATS, Written, written
from app.questionnaires.load import load, load_all
from app.vocabulary.themes import BY_CODE

PRINTED = "pdf"  # made by a room above the formats: `reports`
_PRINTER = "reports.blank.paper:blank_pdf"
_READER = "app.questionnaires.formats.xlsform_in:read_xlsform"


class UnknownTheme(Refused):
    """Neither a theme nor a file."""

    sentence = (
        "«\u00a0{given}\u00a0» n’est ni un thème ni un fichier. Donnez un fichier YAML ou l’un des "
        "thèmes\u00a0: {themes}."
    )


class AlreadyThere(Refused):
    """The file to write exists."""

    sentence = (
        "Le fichier {file} existe déjà. Ajoutez --force pour le remplacer, ou choisissez un autre "
        "nom avec --output."
    )


class FileAway(Refused):
    """A file that cannot be read or written."""

    sentence = "Vérifiez le nom et les droits du fichier {file}. Il n’a pas pu être ouvert."


_OUTPUT = click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help="Le fichier à écrire."
)
_FORCE = click.option("--force", is_flag=True, help="Remplacer le fichier s’il existe.")


@click.command("export")
@click.argument("questionnaire", metavar="THEME|FICHIER")
@click.option(
    "--format",
    "name",
    type=click.Choice([*FORMATS, PRINTED]),
    required=True,
    help="Le format voulu.",
)
@_OUTPUT
@_FORCE
def export_command(questionnaire: str, name: str, output: Path | None, force: bool) -> None:
    """Écrire un questionnaire dans un format d’échange."""
    chosen = _chosen(questionnaire)
    made = _printed(chosen) if name == PRINTED else written(chosen, name)
    file = output or Path(made.name)
    write_file(file, made.content, force=force)
    n_questions = counted(len(chosen.questions), "question", "questions")
    click.echo(f"✓ {chosen.title}, version {chosen.version}, {n_questions}\u00a0: {file}")


@click.command("import")
@click.argument("file", metavar="FICHIER.xlsx", type=click.Path(path_type=Path))
@_OUTPUT
@_FORCE
def import_command(file: Path, output: Path | None, force: bool) -> None:
    """Lire un classeur XLSForm et en écrire le questionnaire en YAML."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise FileAway(file=file) from error
    imported = _found(_READER)(data)
    target = output or Path(f"{file.stem}.yaml")
    text = written(imported.questionnaire, "yaml").content.decode()
    with TemporaryDirectory() as folder:  # what is written must pass `check`
        trial = Path(folder) / target.name
        trial.write_text(text, encoding="utf-8")
        load(trial)
    write_file(target, text.encode(), force=force)
    n_questions = counted(len(imported.questionnaire.questions), "question", "questions")
    click.echo(f"✓ {imported.questionnaire.title}, {n_questions}\u00a0: {target}")
    for sentence in imported.missing:
        click.echo(f"  à compléter\u00a0: {sentence}")


def _printed(questionnaire: Questionnaire) -> Written:
    """The blank questionnaire on paper, at nobody's name."""
    name = f"{questionnaire.theme}-v{questionnaire.version}.{PRINTED}"
    return Written(name, "application/pdf", _found(_PRINTER)(questionnaire))


def _found(place: str) -> Callable[..., Any]:
    module, _, name = place.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), name)
    return found


def _chosen(given: str) -> Questionnaire:
    """The packaged questionnaire of that theme, or the one of that file."""
    if given in BY_CODE:
        packaged = {questionnaire.theme: questionnaire for questionnaire in load_all()}
        if given in packaged:
            return packaged[given]
    file = Path(given)
    if file.is_file():
        return load(file)
    raise UnknownTheme(given=given, themes=", ".join(BY_CODE))


def write_file(file: Path, content: bytes, *, force: bool) -> None:
    """Write a file that a person asked for; one that is there stays, unless they insist."""
    try:
        with file.open("wb" if force else "xb") as out:
            out.write(content)
    except FileExistsError as error:
        raise AlreadyThere(file=file) from error
    except OSError as error:
        raise FileAway(file=file) from error
