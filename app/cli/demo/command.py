"""`barometre demo`: the whole barometer on the real territories, with simulated respondents."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from contextlib import ExitStack

import click

from app.cli.demo import window
from app.cli.demo.fresh import Finished, finished
from app.cli.demo.mailbox import mailbox_app, served
from app.cli.demo.mails import Mails, PostOffice
from app.cli.demo.serving import running, wait_for_site, wait_for_the_end
from app.cli.demo.shown import places_to_look
from app.cli.geography import PACKAGE
from app.cli.running import house, own_command
from app.house import House, data_folder
from app.migrations.apply import prepare, upgrade
from app.panel.decoupage import departements
from app.panel.organisations import UnknownDepartement
from bot.desk import Desk


@click.command("demo")
@click.option("--departement", default="23", help="Département invité (23, la Creuse).")
@click.option("--no-serve", is_flag=True, help="S’arrêter une fois les fiches envoyées.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, help="Port du site (8000).")
@click.option(
    "--mailbox-port",
    type=click.IntRange(1, 65535),
    default=8026,
    help="Port de la page où lire le courrier (8026).",
)
@click.option("--again", is_flag=True, help="Tout recommencer, même si tout est déjà prêt.")
def demo(departement: str, no_serve: bool, port: int, mailbox_port: int, again: bool) -> None:
    """Tout montrer : géographie, invitations, réponses, relances, résultats, fiches.

    La première fois, tout est fabriqué, avec des collectivités réelles et des répondants simulés.
    Ensuite, tout est servi aussitôt. Ctrl-C arrête tout ; les données restent.
    """
    code = departement.strip().upper()
    if code not in departements(PACKAGE):
        raise UnknownDepartement(code=departement)
    settings = {
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "CLOCK_OFFSET": "0",
        "DEMO_CHAT_URL": f"http://127.0.0.1:{mailbox_port}/messagerie",
    }
    with house(**settings) as opened:
        if opened.owner_url is not None:  # a database given by DATABASE_URL may still be empty
            prepare(opened.owner_url)
            upgrade(opened.owner_url)
        done = finished(opened.db)
        if done is None or done.departement != code or again:
            _simulate(code, settings)
            done = finished(opened.db)
        else:
            click.echo("✓ Les étapes 1 à 6 sont déjà faites. Pour les refaire\u00a0: --again.")
        if done is not None and not no_serve:
            _serve(opened, done, settings, mailbox_port)


def _simulate(departement: str, settings: Mapping[str, str]) -> None:
    """Steps 1 to 6, in a process that is gone before the site starts; its refusal is ours."""
    told = subprocess.run(
        own_command("simulate", departement), env={**os.environ, **settings}, check=False
    )
    if told.returncode:
        raise click.exceptions.Exit(told.returncode)


def _serve(opened: House, done: Finished, settings: Mapping[str, str], mailbox_port: int) -> None:
    """7. Web, clock and worker together, and the mailbox's page, until Ctrl-C."""
    folder = data_folder(opened.settings) / "demo"
    mails, logs = Mails(folder / "mails"), folder / "journaux"
    port = settings["PUBLIC_URL"].rpartition(":")[2]
    office = PostOffice(mails, opened.settings.smtp_port)
    with ExitStack() as open_things:
        office.open()
        open_things.callback(office.close)
        beside = mailbox_app(mails)
        window.install(beside, Desk(opened.db, opened.letterhead, opened.completeness))
        open_things.callback(served(beside, mailbox_port).close)
        # The site first: it answers sooner when it does not share the machine with the others.
        site = open_things.enter_context(running([("web", "--port", port)], settings, logs))
        wait_for_site(settings["PUBLIC_URL"], site, logs)
        behind = open_things.enter_context(running([("clock",), ("worker",)], settings, logs))
        click.echo("\n7. Tout tourne. À regarder\u00a0:\n")
        for line in places_to_look(opened, done, mailbox_port):
            click.echo(f"   {line}")
        click.echo("\nCtrl-C arrête tout. Les données restent.")
        wait_for_the_end([*site, *behind], logs)
    click.echo("\nTout est arrêté.")
