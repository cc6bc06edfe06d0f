"""`barometre sending lanes`: give stored mailboxes the lane that they would be given today."""

from __future__ import annotations

import click

from app.cli.running import house
from app.cli.telling import counted, step
from app.messages.relaning import Counted, Moved, Relaning, relane, relaning_ahead


@click.command("lanes")
@click.option("--apply", is_flag=True, help="Le faire. Sans cette option, rien n’est changé.")
def lanes_command(apply: bool) -> None:
    """Remettre les adresses, et leurs messages en attente, dans la file de leur fournisseur.

    À faire quand les domaines d’une file ont changé avec une nouvelle version. Les envois
    continuent pendant ce temps. Interrompue, la commande se relance.
    """
    with house() as opened:
        with opened.db.reading() as session:
            ahead = relaning_ahead(session)
        _tell(ahead)
        if not ahead.moves:
            click.echo("✓ Chaque adresse est déjà dans sa file")
            return
        if not apply:
            click.echo("Rien n’est changé. Pour le faire\u00a0: barometre sending lanes --apply")
            return
        with step("Changement de file") as under_way:
            moved = relane(
                opened.db, progress=lambda done: under_way.progress(done, ahead.n_addresses)
            )
            under_way.said = f"{_told(moved)} dans leur file"
        with opened.db.reading() as session:
            left = relaning_ahead(session).moves
        if left:
            still = Moved(
                sum(one.n_addresses for one in left.values()),
                sum(one.n_messages for one in left.values()),
            )
            click.echo(
                f"  En cours d’envoi ou de changement\u00a0: {_told(still)}. "
                "Relancez la commande dans quelques minutes."
            )


def _tell(ahead: Relaning) -> None:
    for (one, other), count in ahead.moves.items():
        click.echo(f"  {one} → {other}\u00a0: {_told(count)}")
    for lane, count in ahead.lanes.items():
        click.echo(f"  File {lane}\u00a0: {_told(count)}")


def _told(count: Counted | Moved) -> str:
    addresses = counted(count.n_addresses, "adresse", "adresses")
    return f"{addresses}, {counted(count.n_messages, 'message en attente', 'messages en attente')}"
