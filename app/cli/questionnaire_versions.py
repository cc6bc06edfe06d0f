"""`barometre questionnaires compare` and `issue`: versions of a theme."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy.orm import Session

from app.cli.running import house
from app.cli.telling import counted
from app.errors import Refused
from app.interview.lineage import Comparison, compare
from app.interview.questionnaire import Questionnaire
from app.now import now
from app.questionnaires.compare import Mark, Run, ToldPair, summed_up, told
from app.questionnaires.issue import issue
from app.questionnaires.load import load
from app.questionnaires.versions import version_of
from app.vocabulary.scope import Author
from app.vocabulary.themes import BY_CODE

MARKS = {Mark.KEPT: "{}", Mark.GONE: "[-{}-]", Mark.COME: "{{+{}+}}"}
"""How changed words are shown on a terminal, as `git diff --word-diff` does."""


class NoSuchQuestionnaire(Refused):
    """Neither a file nor a version in the database."""

    sentence = (
        "«\u00a0{given}\u00a0» n’est ni un fichier ni un thème. Donnez un fichier YAML, ou un "
        "thème et sa version, par exemple inclusion@1."
    )


@click.command("compare")
@click.argument("old", metavar="ANCIEN")
@click.argument("new", metavar="NOUVEAU")
def compare_command(old: str, new: str) -> None:
    """Montrer ce qui change d’une version à l’autre, question par question.

    Chacune est un fichier YAML, ou THÈME@VERSION pour une version gardée en base. Le code de
    sortie est 1 si la nouvelle version ne dit pas tout de ce qu’elle devient de l’ancienne.
    """
    with _reading(old, new) as session:
        comparison = compare(_found(session, old), _found(session, new))
    for line in _lines(comparison):
        click.echo(line)
    for fault in comparison.faults:
        click.echo(f"à corriger\u00a0: {fault.code}, {fault.sentence}", err=True)
    if comparison.faults:
        click.get_current_context().exit(1)


@click.command("issue")
@click.argument("theme", type=click.Choice(list(BY_CODE)), metavar="THÈME")
@click.option("--version", type=int, help="La version à émettre ; par défaut, la plus récente.")
def issue_command(theme: str, version: int | None) -> None:
    """Émettre une version : elle ne changera plus, et une vraie campagne peut la poser."""
    with house() as opened:
        with opened.db.reading() as session:
            found, _ = version_of(session, theme, version)
        issued = issue(opened.db, None, found, by=Author.system(), now=now())
    n_questions = counted(len(issued.questions), "question", "questions")
    click.echo(f"✓ {issued.title}, version {issued.version}, {n_questions}\u00a0: émise")


@contextmanager
def _reading(*given: str) -> Iterator[Session | None]:
    """The database, only if one of them is not a file."""
    if all(Path(one).is_file() for one in given):
        yield None
        return
    with house() as opened, opened.db.reading() as session:
        yield session


def _found(session: Session | None, given: str) -> Questionnaire:
    if Path(given).is_file():
        return load(Path(given))
    theme, _, number = given.partition("@")
    if session is None or theme not in BY_CODE or not (number or "1").isdecimal():
        raise NoSuchQuestionnaire(given=given)
    return version_of(session, theme, int(number) if number else None)[1]


def _lines(comparison: Comparison) -> Iterator[str]:
    old, new = comparison.old, comparison.new
    yield f"{new.title}\u00a0: de la version {old.version} à la version {new.version}"
    yield f"{summed_up(comparison)}."
    for pair in told(comparison):
        yield ""
        yield from _of_pair(pair)


def _of_pair(pair: ToldPair) -> Iterator[str]:
    former = f", venue de {pair.came_from}" if pair.came_from else ""
    place = ", déplacée" if pair.moved else ""
    yield f"{pair.code}\u00a0: {pair.label}{former}{place}. {pair.text}"
    for change in pair.changes:
        yield f"  {change.label}\u00a0: {_shown(change.before)}"
        yield f"  {' ' * len(change.label)}→ {_shown(change.after)}"


def _shown(runs: tuple[Run, ...]) -> str:
    return "".join(MARKS[run.mark].format(run.words) for run in runs) or "(rien)"
