"""`barometre simulate`: steps 1 to 6 of the demo, in a process of their own."""

from __future__ import annotations

import time

import click

from app.cli.demo.fresh import begin_anew
from app.cli.demo.mails import Mails, PostOffice
from app.cli.demo.steps import Demo, play
from app.cli.geography import PACKAGE
from app.cli.running import house
from app.cli.telling import seconds
from app.house import data_folder
from app.panel.decoupage import departements


@click.command("simulate", hidden=True)
@click.argument("departement", metavar="DÉPARTEMENT")
def simulate(departement: str) -> None:
    """Fabriquer les données de la démonstration (étape de « barometre demo »)."""
    began = time.monotonic()
    place = departements(PACKAGE)[departement]
    with house() as opened:
        begin_anew(opened)
        mails = Mails(data_folder(opened.settings) / "demo" / "mails")
        mails.clear()
        office = PostOffice(mails, opened.settings.smtp_port)
        office.open()
        try:
            play(Demo.starting(opened, departement, place, office))
        finally:
            office.close()
    click.echo(f"✓ Étapes 1 à 6 en {seconds(time.monotonic() - began)}")
