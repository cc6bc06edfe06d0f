"""`barometre mail returned`: reads what came back, and does what it asks for."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from app.cli.running import house
from app.cli.telling import counted
from app.errors import Refused
from app.messages.bounces.applying import take
from app.messages.bounces.collecting import Tally, collect
from app.messages.bounces.sources import Box, boxes_of, imap, maildir, piped
from app.now import now
from app.settings import Settings
from app.vocabulary.mail_reports import LABELS, ReportKind


class NoBox(Refused):
    """Nothing says where returned mail is."""

    sentence = (
        "Aucune boîte de messages revenus n’est réglée. Renseignez BOUNCE_IMAP_URL ou "
        "BOUNCE_MAILDIR, ou ajoutez --maildir ou --pipe à la commande."
    )


class NoImap(Refused):
    """`--imap` without an account."""

    sentence = "BOUNCE_IMAP_URL est vide. Renseignez-le, puis relancez la commande."


@click.command("returned")
@click.option(
    "--maildir",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Lire ce dossier Maildir, au lieu de ceux des réglages.",
)
@click.option("--imap", "by_imap", is_flag=True, help="Lire seulement la boîte BOUNCE_IMAP_URL.")
@click.option("--pipe", is_flag=True, help="Lire un seul courriel, sur l’entrée standard.")
def returned(folder: Path | None, by_imap: bool, pipe: bool) -> None:
    """Lire les courriels revenus : boîtes inexistantes, pleines, absences, plaintes.

    Sans option, lit les boîtes des réglages. Relu deux fois, un courriel ne compte qu’une fois.
    """
    with house() as opened:
        boxes = _boxes(opened.settings, folder, by_imap=by_imap, pipe=pipe)
        tally = collect(boxes, lambda raw: take(opened.db, opened.letterhead, raw, now=now()))
    for line in _told(tally):
        click.echo(line)


def _boxes(settings: Settings, folder: Path | None, *, by_imap: bool, pipe: bool) -> list[Box]:
    if pipe:
        return [piped(sys.stdin.buffer)]
    if folder is not None:
        return [maildir(folder)]
    if by_imap:
        if not settings.bounce_imap_url:
            raise NoImap
        return [imap(settings.bounce_imap_url)]
    boxes = boxes_of(settings)
    if not boxes:
        raise NoBox
    return boxes


def _told(tally: Tally) -> list[str]:
    lines = [
        f"  {LABELS[kind]}\u00a0: {tally.by_kind[kind]}"
        for kind in ReportKind
        if tally.by_kind[kind]
    ]
    n_read = tally.by_kind.total()
    first = counted(n_read, "courriel lu", "courriels lus")
    notes = []
    if tally.n_before:
        notes.append(counted(tally.n_before, "déjà lu auparavant", "déjà lus auparavant"))
    if tally.n_unknown:
        notes.append(counted(tally.n_unknown, "sans message connu", "sans message connu"))
    return [f"✓ {', '.join([first, *notes])}.", *lines]
