"""What may change of a wave: `barometre campaign move`, `pause`, `resume`, `extend`, `close`."""

from __future__ import annotations

from datetime import UTC, datetime, time

import click

from app.campaigns.changes import extend_wave, pause_wave, resume_wave
from app.campaigns.control import close_wave
from app.campaigns.scheduling import move_wave
from app.cli.campaign_calendar import MORNING
from app.cli.french import DAY
from app.cli.running import house
from app.cli.telling import counted
from app.now import PARIS, now
from app.vocabulary.scope import Author

why = click.option("--why", required=True, help="Pourquoi ; gardé avec le changement.")


@click.command("move")
@click.argument("wave", type=int, metavar="VAGUE")
@click.option("--opens-on", type=DAY, required=True, help="Premier jour, dès 9 h à Paris.")
@click.option("--until", type=DAY, required=True, help="Dernier jour, inclus.")
def move(wave: int, opens_on: datetime, until: datetime) -> None:
    """Déplacer une vague qui n’est pas encore ouverte.

    Ses étapes et ses lots doivent y tenir, et aucune autre vague de la campagne courir en même
    temps.
    """
    opens_at = datetime.combine(opens_on, MORNING, PARIS).astimezone(UTC)
    with house() as opened:
        move_wave(
            opened.db,
            None,
            Author.system(),
            wave,
            opens_at=opens_at,
            ends_at=_evening(until),
            now=now(),
        )
    click.echo(f"✓ Vague {wave}\u00a0: du {opens_on:%d/%m/%Y} au {until:%d/%m/%Y} au soir")


@click.command("pause")
@click.argument("wave", type=int, metavar="VAGUE")
@why
def pause(wave: int, why: str) -> None:
    """Suspendre les invitations et les relances. On peut toujours répondre."""
    with house() as opened:
        pause_wave(opened.db, wave, why=why, by=Author.system(), now=now())
    click.echo(
        f"✓ Vague {wave}\u00a0: envois en pause. Pour reprendre\u00a0: campaign resume {wave}"
    )


@click.command("resume")
@click.argument("wave", type=int, metavar="VAGUE")
@why
def resume(wave: int, why: str) -> None:
    """Reprendre les envois suspendus."""
    with house() as opened:
        resume_wave(opened.db, wave, why=why, by=Author.system(), now=now())
    click.echo(f"✓ Vague {wave}\u00a0: les envois reprennent")


@click.command("extend")
@click.argument("wave", type=int, metavar="VAGUE")
@click.option(
    "--until",
    type=DAY,
    required=True,
    help="Nouveau dernier jour, inclus, par exemple 2027-04-30.",
)
@why
def extend(wave: int, until: datetime, why: str) -> None:
    """Reporter la fin d’une vague, même terminée : elle court jusqu’au soir de ce jour."""
    with house() as opened:
        extend_wave(opened.db, wave, _evening(until), why=why, by=Author.system(), now=now())
    click.echo(f"✓ Vague {wave}\u00a0: prolongée jusqu’au {until:%d/%m/%Y} au soir")


@click.command("close")
@click.argument("wave", type=int, metavar="VAGUE")
def close(wave: int) -> None:
    """Solder une vague terminée : ce qui fut commencé et jamais envoyé est classé.

    L’horloge le fait chaque heure ; cette commande n’attend pas.
    """
    with house() as opened:
        n_moved = close_wave(opened.db, wave, opened.completeness, now=now())
    moved = counted(n_moved, "questionnaire classé", "questionnaires classés")
    click.echo(f"✓ Vague {wave} close\u00a0: {moved}")


def _evening(day: datetime) -> datetime:
    """The last second of the day, as in the calendar of campaigns, so that the day reads right."""
    return datetime.combine(day, time(23, 59, 59), PARIS).astimezone(UTC)
