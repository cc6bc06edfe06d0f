"""How a command tells what holds sending, and how it goes."""

from __future__ import annotations

from collections.abc import Sequence

import click

from app.cli.telling import counted, number
from app.messages.holds.read import Hold
from app.messages.progress import LaneProgress, Progress
from app.now import paris
from app.vocabulary.french_dates import day_and_hour
from app.vocabulary.sending_holds import HoldReason


def tell_holds(holds: Sequence[Hold], differs: Sequence[str] = ()) -> None:
    """One line a hold, then what to do; nothing when nothing is held."""
    for one in holds:
        domain = f" ({one.domain})" if one.domain else ""
        waiting = counted(one.n_waiting, "message attend", "messages attendent")
        click.echo(f"⏸ {one.label}{domain}, depuis le {day_and_hour(one.since)}\u00a0: {waiting}")
        if one.reason is HoldReason.COPY:
            for words in differs:
                click.echo(f"    {words}")
        ending = f" --domain {one.domain}" if one.domain else ""
        click.echo(f"    Pour laisser repartir\u00a0: barometre sending release{ending}")


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
        (one.n_due, "à envoyer maintenant"),
        (one.n_leaving, "en cours"),
        (one.n_later, "pour plus tard"),
        (one.n_sent, "partis"),
        (one.n_refused, "refusés"),
        (one.n_bounced, "rejetés"),
        (one.n_cancelled, "annulés"),
    ]
    told = [f"{number(n)} {words}" for n, words in counts if n]
    if one.pace.n_sent:
        told.append(f"{one.pace.per_second:.1f}\u00a0par seconde".replace(".", ","))
    return told
