"""`barometre bot`: the messengers; the process stays even while none is set up."""

from __future__ import annotations

import click

from app.cli.running import STAYING, house
from bot.main import MESSENGERS, run_bot
from scheduler.idle import until_stopped


@click.command("bot")
@click.argument("messenger", required=False)
def bot(messenger: str | None) -> None:
    """Répondre sur une messagerie configurée."""
    if messenger is None and not MESSENGERS:
        click.echo(
            "Aucune messagerie n’est configurée\u00a0: ce processus attend, Ctrl-C l’arrête. "
            "Telegram et Tchap viendront plus tard\u00a0; pour essayer le dialogue ici, utilisez "
            "«\u00a0barometre chat --territory CODE\u00a0»."
        )
        until_stopped()
        return
    with house(**STAYING) as opened:
        run_bot(opened, messenger or next(iter(MESSENGERS)))
