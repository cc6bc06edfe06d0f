"""`barometre questionnaires`: check the files, keep them in the database."""

from __future__ import annotations

from pathlib import Path

import click

from app.cli.questionnaire_files import export_command, import_command
from app.cli.questionnaire_paper import paper_command
from app.cli.questionnaire_versions import compare_command, issue_command
from app.cli.running import house
from app.cli.telling import counted, step
from app.interview.duration import told_minutes
from app.interview.questionnaire import Questionnaire
from app.now import now
from app.questionnaires.load import FOLDER, BadQuestionnaireFile, load, load_all
from app.questionnaires.measures import to_mend
from app.questionnaires.publish import load_into


@click.group("questionnaires")
def questionnaires() -> None:
    """Vérifier et charger les questionnaires."""


questionnaires.add_command(export_command)
questionnaires.add_command(import_command)
questionnaires.add_command(paper_command)
questionnaires.add_command(compare_command)
questionnaires.add_command(issue_command)


@questionnaires.command("check")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FICHIER]...")
def check_command(files: tuple[Path, ...]) -> None:
    """Vérifier des fichiers YAML (ceux du logiciel par défaut), sans rien enregistrer.

    Une ligne par thème : numéro, nom, version, questions, minutes pour qui en a le plus.
    """
    n_bad = 0
    for file in files or sorted(FOLDER.glob("*.yaml")):
        try:
            questionnaire = load(file)
        except BadQuestionnaireFile as refused:
            click.echo(str(refused), err=True)
            n_bad += 1
        else:
            click.echo(_line(questionnaire))
            for warning in to_mend(questionnaire):
                click.echo(f"   à revoir\u00a0: {warning}")
    if n_bad:
        click.get_current_context().exit(1)


@questionnaires.command("load")
def load_command() -> None:
    """Charger les questionnaires du logiciel en base, comme brouillons."""
    with house() as opened, step("Questionnaires") as under_way:
        loaded = load_into(opened.db, load_all(), now=now())
        n_new = sum(version.new for version in loaded)
        news = counted(n_new, "nouvelle version", "nouvelles versions")
        under_way.said = f"{len(loaded)} questionnaires en base, dont {news}"


def _line(questionnaire: Questionnaire) -> str:
    """`1  Inclusion numérique  version 1  16 questions  8 min`."""
    n_questions = counted(len(questionnaire.questions), "question", "questions")
    minutes = told_minutes(questionnaire)
    return (
        f"{questionnaire.number}  {questionnaire.title}  version {questionnaire.version}  "
        f"{n_questions}  {minutes}\u00a0min"
    )
