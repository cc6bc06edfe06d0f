"""How a command tells what holds sending, and how it goes."""

from __future__ import annotations

from collections.abc import Sequence

import click

from app.cli.telling import counted
from app.messages.holds.read import Hold
from app.messages.progress import LaneProgress, Progress
from app.now import paris
from app.vocabulary.french_dates import day_and_hour
from app.vocabulary.sending_holds import LABELS, HoldReason

SLOWEST_TOLD = 0.05  # messages a second: less would read 0,0


def tell_holds(holds: Sequence[Hold], differs: Sequence[str] = ()) -> None:
    """One line a hold, then what to do; nothing when nothing is held.

    `differs`: in what this database is not the one that sends. Known before its first sending, when
    a copy was just restored and holds nothing yet.
    """
    if differs and not any(one.reason is HoldReason.COPY for one in holds):
        click.echo(f"⏸ {LABELS[HoldReason.COPY]}\u00a0: rien n’en partira")
        _tell_copy(differs)
    for one in holds:
        domain = f" ({one.domain})" if one.domain else ""
        waiting = counted(one.n_waiting, "message attend", "messages attendent")
        click.echo(f"⏸ {one.label}{domain}, depuis le {day_and_hour(one.since)}\u00a0: {waiting}")
        if one.reason is HoldReason.COPY:
            _tell_copy(differs)
            continue
        ending = f" --domain {one.domain}" if one.domain else ""
        click.echo(f"    Pour laisser repartir\u00a0: barometre sending release{ending}")


def _tell_copy(differs: Sequence[str]) -> None:
    for words in differs:
        click.echo(f"    {words}")
    click.echo("    Si elle remplace l’originale, arrêtée\u00a0: barometre sending release")


def tell_progress(found: Progress) -> None:
    """The lanes where something waits, leaves or left, and when it should be over."""
    for one in found.lanes:
        click.echo(f"  File {one.lane}\u00a0: {', '.join(_counts(one))}")
    if found.n_left and found.ends_at:
        left = counted(found.n_left, "message dû", "messages dus")
        click.echo(f"  {left}, fin estimée à {paris(found.ends_at):%H\u00a0h\u00a0%M}")
    if found.next_at:
        later = counted(found.n_later, "message", "messages")
        click.echo(f"  Ensuite\u00a0: {later} pour plus tard, dès le {day_and_hour(found.next_at)}")


def _counts(one: LaneProgress) -> list[str]:
    counts = [
        (one.n_due, "à envoyer maintenant", "à envoyer maintenant"),
        (one.n_leaving, "en cours", "en cours"),
        (one.n_later, "pour plus tard", "pour plus tard"),
        (one.n_sent, "parti", "partis"),
        (one.n_refused, "refusé", "refusés"),
        (one.n_bounced, "rejeté", "rejetés"),
        (one.n_cancelled, "annulé", "annulés"),
    ]
    told = [counted(*count) for count in counts if count[0]]
    if one.pace.per_second >= SLOWEST_TOLD:
        told.append(f"{one.pace.per_second:.1f}\u00a0par seconde".replace(".", ","))
    return told
