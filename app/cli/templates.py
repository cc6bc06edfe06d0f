"""`barometre templates`: whether the texts that leave now pass the checks of this release."""

from __future__ import annotations

import click

from app.cli.running import house
from app.messages.template_check import check
from app.messages.template_faults import PART_LABELS
from app.messages.template_history import texts, wording_at
from app.now import now


@click.group("templates")
def templates() -> None:
    """Vérifier les textes des messages."""


@templates.command("check")
def check_command() -> None:
    """Vérifier chaque texte qui part en ce moment, sans rien changer.

    Une ligne par texte : nom, version, qui l’a écrit, puis ce qui est à corriger. À lancer après
    une mise à jour. Code de sortie 1 si un texte est à corriger.
    """
    moment, n_bad = now(), 0
    with house() as opened:
        with opened.db.reading() as session:
            found = [
                (one, wording_at(session, one.name, one.current.number)) for one in texts(session)
            ]
        for text, wording in found:
            checked = check(wording, opened.letterhead, now=moment)
            author = "de l’équipe" if text.current.by_staff else "du logiciel"
            click.echo(f"{text.name}, version {text.current.number}, {author}")
            if text.waiting:
                click.echo(f"   à comparer\u00a0: la version {text.waiting} du logiciel")
            for fault in checked.faults:
                click.echo(f"   à corriger\u00a0: {PART_LABELS[fault.part]}, {fault.sentence}")
            for advice in checked.warnings:
                click.echo(f"   à relire\u00a0: {PART_LABELS[advice.part]}, {advice.sentence}")
            n_bad += bool(checked.faults)
    if n_bad:
        click.get_current_context().exit(1)
