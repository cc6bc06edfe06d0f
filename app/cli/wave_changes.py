"""What may change while a wave runs: `barometre campaign pause`, `resume`, `extend`, `close`."""

from __future__ import annotations

from datetime import UTC, datetime, time

import click

from app.campaigns.changes import extend_wave, pause_wave, resume_wave
from app.campaigns.control import close_wave
from app.cli.running import house
from app.cli.telling import counted
from app.now import PARIS, now
from app.vocabulary.scope import Author

why = click.option("--why", required=True, help="Pourquoi ; gardé avec le changement.")


@click.command("pause")
@click.argument("wave", type=int)
@why
def pause(wave: int, why: str) -> None:
    """Suspendre les invitations et les relances. On peut toujours répondre."""
    with house() as opened:
        pause_wave(opened.db, wave, why=why, by=Author.system(), now=now())
    click.echo(
        f"✓ Vague {wave}\u00a0: envois en pause. Pour reprendre\u00a0: campaign resume {wave}"
    )


@click.command("resume")
@click.argument("wave", type=int)
@why
def resume(wave: int, why: str) -> None:
    """Reprendre les envois suspendus."""
    with house() as opened:
        resume_wave(opened.db, wave, why=why, by=Author.system(), now=now())
    click.echo(f"✓ Vague {wave}\u00a0: les envois reprennent")


@click.command("extend")
@click.argument("wave", type=int)
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    required=True,
    help="Nouveau dernier jour, inclus, par exemple 2027-04-30.",
)
@why
def extend(wave: int, until: datetime, why: str) -> None:
    """Reporter la fin d’une vague, même terminée : elle court jusqu’au soir de ce jour."""
    # The last second of the day, as in the calendar of campaigns, so that the day reads right.
    ends_at = datetime.combine(until, time(23, 59, 59), PARIS).astimezone(UTC)
    with house() as opened:
        extend_wave(opened.db, wave, ends_at, why=why, by=Author.system(), now=now())
    click.echo(f"✓ Vague {wave}\u00a0: prolongée jusqu’au {until:%d/%m/%Y} au soir")


@click.command("close")
@click.argument("wave", type=int)
def close(wave: int) -> None:
    """Solder une vague terminée : ce qui fut commencé et jamais envoyé est classé.

    L’horloge le fait chaque heure ; cette commande n’attend pas.
    """
    with house() as opened:
        n_moved = close_wave(opened.db, wave, opened.completeness, now=now())
    moved = counted(n_moved, "questionnaire classé", "questionnaires classés")
    click.echo(f"✓ Vague {wave} close\u00a0: {moved}")
