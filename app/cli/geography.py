"""`barometre import`: who is asked, and how they are reached."""

from __future__ import annotations

from pathlib import Path

import click

from app.cli.running import house
from app.cli.telling import number, step
from app.now import now
from app.panel.contacts import import_contacts
from app.panel.geography import import_geography
from app.settings import ROOT

PACKAGE = ROOT / "node_modules" / "@etalab" / "decoupage-administratif" / "data"


@click.group("import")
def imports() -> None:
    """Importer la géographie officielle et les contacts."""


@imports.command("geography")
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default=PACKAGE,
    help="Dossier « data » du paquet @etalab/decoupage-administratif.",
)
@click.option("--millesime", type=int, default=2026, help="Année de la liste (2026 par défaut).")
def geography_command(folder: Path, millesime: int) -> None:
    """Importer les communes, intercommunalités, départements et régions."""
    with house() as opened:
        with step("Géographie") as under_way:
            report = import_geography(
                opened.db, folder, millesime, now=now(), progress=under_way.progress
            )
            under_way.said = f"{number(report.n_asked)} collectivités à interroger"
        for sentence in report.sentences():
            click.echo(f"  {sentence}")


@imports.command("contacts")
@click.argument("file", type=click.Path(path_type=Path), metavar="FICHIER")
@click.option("--origin", default="csv", help="D’où viennent les adresses (csv, annuaire…).")
def contacts_command(file: Path, origin: str) -> None:
    """Importer des contacts depuis un CSV : code, type, courriel, nom, fonction."""
    with house() as opened:
        with step("Contacts") as under_way:
            report = import_contacts(opened.db, file, origin=origin, now=now())
            under_way.said = report.sentences()[0].removesuffix(".")
        for fault in report.faults:
            click.echo(fault.sentence, err=True)
    if report.faults:
        click.get_current_context().exit(1)
