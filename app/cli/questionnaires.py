"""`barometre questionnaires`: check the files, keep them in the database."""

from __future__ import annotations

from pathlib import Path

import click

from app.cli.running import house
from app.cli.telling import counted, step
from app.interview.questionnaire import Questionnaire
from app.now import now
from app.questionnaires.load import BadQuestionnaireFile, load, load_all
from app.questionnaires.publish import load_into


@click.group("questionnaires")
def questionnaires() -> None:
    """Vérifier et charger les questionnaires."""


@questionnaires.command("check")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
def check_command(files: tuple[Path, ...]) -> None:
    """Vérifier des fichiers YAML (ceux du logiciel par défaut), sans rien enregistrer."""
    wrong = 0
    for file in files:
        try:
            _say(load(file))
        except BadQuestionnaireFile as refused:
            click.echo(str(refused), err=True)
            wrong += 1
    for questionnaire in () if files else load_all():
        _say(questionnaire)
    if wrong:
        click.get_current_context().exit(1)


@questionnaires.command("load")
def load_command() -> None:
    """Charger les questionnaires du logiciel en base, comme brouillons."""
    with house() as opened, step("Questionnaires") as under_way:
        loaded = load_into(opened.db, load_all(), now=now())
        n_new = sum(version.new for version in loaded)
        news = counted(n_new, "nouvelle version", "nouvelles versions")
        under_way.said = f"{len(loaded)} questionnaires en base, dont {news}"


def _say(questionnaire: Questionnaire) -> None:
    n_questions = len(questionnaire.questions)
    click.echo(f"✓ {questionnaire.title}\u00a0: {n_questions} questions, tout est bon")
