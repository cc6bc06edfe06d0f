"""`barometre send`: what is due leaves now."""

from __future__ import annotations

import click

from app.cli.postman import deliver, due
from app.cli.running import house
from app.cli.telling import counted, step
from app.errors import Refused


class SendingHeld(Refused):
    """An operator holds all sending: a copy of the database sends nothing."""

    sentence = (
        "L’envoi est suspendu par le réglage HOLD_SENDING. "
        "Retirez-le si cette base est bien celle qui doit écrire aux collectivités."
    )


@click.command("send")
@click.option(
    "--connections", type=click.IntRange(1, 8), default=2, help="Connexions à la fois (2)."
)
def send(connections: int) -> None:
    """Envoyer maintenant tous les messages dus, sans attendre les processus d’envoi."""
    with house() as opened:
        if opened.settings.hold_sending:
            raise SendingHeld
        with step("Envoi") as under_way:
            n_sent = deliver(opened, at_once=connections, progress=under_way.progress)
            under_way.said = counted(n_sent, "message envoyé", "messages envoyés")
        left = sum(due(opened.db).values())
        if left:
            waiting = counted(left, "message attend encore", "messages attendent encore")
            click.echo(f"  {waiting}, voir la console.")
