"""`barometre panel`: what public data says of the authorities of the panel, and whom to forget."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from app.cli.forgetting import forget_command
from app.cli.french import DAY
from app.cli.running import house
from app.cli.telling import number, step
from app.now import now
from app.panel.imports.dpnt import import_dpnt


@click.group("panel")
def panel() -> None:
    """Compléter le panel avec des données publiques, oublier qui le demande."""


panel.add_command(forget_command)


@panel.command("dpnt")
@click.argument("file", type=click.Path(path_type=Path), metavar="FICHIER")
@click.option(
    "--date",
    "as_of",
    type=DAY,
    required=True,
    help="Jour du fichier, montré à côté de chaque réponse proposée.",
)
@click.option("--dry-run", is_flag=True, help="Dire ce qui serait fait, sans rien écrire.")
def dpnt_command(file: Path, as_of: datetime, dry_run: bool) -> None:
    """Importer la présence numérique des territoires (ANCT), en CSV, compressé ou non.

    Site, messagerie et HTTPS de chaque collectivité : proposés comme réponses, jamais comptés
    avant d’être confirmés. Une ligne illisible est dite, les autres sont gardées.
    """
    with house() as opened:
        with step("Présence numérique") as under_way:
            report = import_dpnt(
                opened.db,
                file,
                as_of=as_of.date(),
                now=now(),
                progress=under_way.progress,
                dry_run=dry_run,
            )
            verb = "à écrire" if dry_run else "écrits"
            under_way.said = f"{number(report.n_written)} indicateurs {verb}"
        told = report.sentences()
        n_faults = len(report.faults)
        for sentence in told[: len(told) - n_faults]:
            click.echo(f"  {sentence}")
        for sentence in told[len(told) - n_faults :]:
            click.echo(sentence, err=True)
    if report.faults:
        click.get_current_context().exit(1)
