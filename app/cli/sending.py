"""`barometre send`: what is due leaves now."""

from __future__ import annotations

import click

from app.cli.postman import deliver, due
from app.cli.running import house
from app.cli.telling import counted, step
from app.errors import Refused
from app.messages.holds.gate import look_at_holds
from app.now import now
from app.vocabulary.sending_holds import LABELS


class SendingHeldHere(Refused):
    """The operator of this machine holds all sending."""

    sentence = (
        "L’envoi est suspendu par le réglage HOLD_SENDING. "
        "Retirez-le si cette base est bien celle qui doit écrire aux collectivités."
    )


class SendingHeld(Refused):
    """Somebody pressed the stop button, or this database is a copy."""

    sentence = (
        "Tous les envois sont arrêtés\u00a0: {why}. "
        "Voyez «\u00a0barometre sending status\u00a0», puis "
        "«\u00a0barometre sending release\u00a0»."
    )


@click.command("send")
@click.option(
    "--connections", type=click.IntRange(1, 8), default=2, help="Connexions à la fois (2)."
)
def send(connections: int) -> None:
    """Envoyer maintenant tous les messages dus, sans attendre les processus d’envoi."""
    with house() as opened:
        if opened.settings.hold_sending:
            raise SendingHeldHere
        held = look_at_holds(opened.db, opened.letterhead.public_url, now=now())
        if held:
            raise SendingHeld(why=", ".join(sorted({LABELS[reason].lower() for reason in held})))
        with step("Envoi") as under_way:
            n_sent = deliver(opened, at_once=connections, progress=under_way.progress)
            under_way.said = counted(n_sent, "message envoyé", "messages envoyés")
        left = sum(due(opened.db).values())
        if left:
            waiting = counted(left, "message attend encore", "messages attendent encore")
            click.echo(f"  {waiting}, voir la console.")
