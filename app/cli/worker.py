"""`barometre worker`: the jobs that wait."""

from __future__ import annotations

import click

from app.cli.running import STAYING, house
from scheduler.worker import run_worker

QUEUES = ("sending", "cards", "default")


@click.command("worker")
@click.option(
    "--queue",
    "queues",
    multiple=True,
    type=click.Choice(QUEUES),
    help="File à traiter (répétable ; toutes par défaut).",
)
def worker(queues: tuple[str, ...]) -> None:
    """Traiter les travaux en attente : envois, fiches, calculs."""
    with house(**STAYING) as opened:
        run_worker(opened, list(queues or QUEUES))
