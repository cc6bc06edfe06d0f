"""`barometre answers`: answers that come in a file."""

from __future__ import annotations

from pathlib import Path

import click

from app.cases.read import opened_waves
from app.cli.running import house
from app.cli.telling import step
from app.collect.imported import import_answers
from app.collect.imported_row import Wish
from app.db import Database
from app.errors import Refused
from app.interview.questionnaire import Questionnaire
from app.models.campaigns import WaveQuestionnaire
from app.now import now
from app.questionnaires.formats.answers_template import empty_csv, empty_workbook
from app.questionnaires.publish import stored
from app.vocabulary.scope import Author
from app.vocabulary.themes import THEMES

_THEME = click.option(
    "--theme",
    type=click.Choice([theme.code for theme in THEMES]),
    required=True,
    help="Thème auquel le fichier répond.",
)
_WAVE = click.option(
    "--wave", type=int, help="Numéro de la vague (par défaut, la dernière qui pose ce thème)."
)
_WRITERS = {"csv": empty_csv, "xlsx": empty_workbook}


class NoWaveAsks(Refused):
    """No opened wave asks this theme."""

    sentence = (
        "Aucune vague ouverte ne pose ce thème. "
        "Ouvrez-en une, ou vérifiez le thème avec «\u00a0barometre campaign status\u00a0»."
    )
    status = 404


class Unreadable(Refused):
    """The path leads to no file."""

    sentence = "Le fichier {file} est absent ou protégé. Vérifiez son chemin."


class Unwritable(Refused):
    """The template cannot be written there."""

    sentence = "Le fichier {file} ne peut pas être écrit. Choisissez un autre endroit."


@click.group("answers")
def answers() -> None:
    """Importer des réponses reçues dans un fichier, en donner le modèle."""


@answers.command("import")
@click.argument("file", type=click.Path(path_type=Path), metavar="FICHIER")
@_THEME
@_WAVE
@click.option("--submit", is_flag=True, help="Envoyer le thème des lignes sans défaut.")
@click.option("--replace", is_flag=True, help="Remplacer les réponses données par d’autres.")
@click.option("--dry-run", is_flag=True, help="Dire ce qui serait écrit, sans rien écrire.")
def import_command(
    file: Path, theme: str, wave: int | None, submit: bool, replace: bool, dry_run: bool
) -> None:
    """Importer un fichier CSV ou XLSX : une ligne par collectivité, une colonne par question.

    Une mauvaise ligne n’en perd aucune autre. Le même fichier, une seconde fois, ne change rien.
    """
    content = _content(file)
    with house() as opened, step("Réponses") as under_way:
        wish = Wish(theme, wave or _latest(opened.db, theme), submit, replace, dry_run)
        report = import_answers(
            opened.db,
            None,
            content,
            wish,
            opened.letterhead,
            opened.completeness,
            by=Author.system(),
            now=now(),
            progress=under_way.progress,
        )
        under_way.said = report.sentence.removesuffix(".")
    for sentence in report.sentences():
        click.echo(sentence, err=True)
    if not report.clean:
        click.get_current_context().exit(1)


@answers.command("template")
@_THEME
@_WAVE
@click.option(
    "--kind", type=click.Choice(sorted(_WRITERS)), default="csv", help="Format (csv par défaut)."
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Où l’écrire (par défaut, ici, sous le nom du thème et de sa version).",
)
def template_command(theme: str, wave: int | None, kind: str, output: Path | None) -> None:
    """Écrire un fichier vide avec sa première ligne, à remplir par un opérateur (OPSN)."""
    with house() as opened:
        questionnaire = _asked(opened.db, wave or _latest(opened.db, theme), theme)
    file = output or Path(f"reponses-{theme}-v{questionnaire.version}.{kind}")
    try:
        file.write_bytes(_WRITERS[kind](questionnaire))
    except OSError as error:
        raise Unwritable(file=file) from error
    click.echo(f"✓ {file}\u00a0: version {questionnaire.version} du questionnaire")


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Unreadable(file=file) from error


def _latest(db: Database, theme: str) -> int:
    with db.reading() as session:
        waves = opened_waves(session)
    found = next((wave.id for wave in waves if theme in wave.themes), None)
    if found is None:
        raise NoWaveAsks
    return found


def _asked(db: Database, wave_id: int, theme: str) -> Questionnaire:
    with db.reading() as session:
        asked = session.get(WaveQuestionnaire, (wave_id, theme))
        if asked is None or asked.questionnaire_id is None:
            raise NoWaveAsks
        return stored(session, asked.questionnaire_id)
