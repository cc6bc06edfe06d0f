"""`barometre clock`: what is due at its hour."""

from __future__ import annotations

import click

from app.cli.running import STAYING, house
from scheduler.clock import run_clock


@click.command("clock")
def clock() -> None:
    """Faire tourner l’horloge : relances dues, fins de vague, balayage."""
    with house(**STAYING) as opened:
        run_clock(opened)
