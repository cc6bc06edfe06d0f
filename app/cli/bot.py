"""`barometre bot`: the messengers; the process stays even while none is set up."""

from __future__ import annotations

import click

from app.cli.messengers import keep_all
from app.cli.running import STAYING, house
from bot.main import run_bot, set_up
from scheduler.idle import until_stopped


@click.command("bot")
@click.argument("messenger", required=False, metavar="[MESSAGERIE]")
@click.pass_context
def bot(ctx: click.Context, messenger: str | None) -> None:
    """Répondre sur les messageries configurées, ou sur une seule : « telegram » ou « tchap »."""
    with house(**STAYING) as opened:
        names = [messenger] if messenger else set_up(opened.settings)
        if len(names) == 1:
            run_bot(opened, names[0])
        elif names:
            ctx.exit(keep_all(names))
        else:
            click.echo(
                "Aucune messagerie n’est configurée\u00a0: ce processus attend, Ctrl-C l’arrête. "
                "Pour essayer le dialogue ici, utilisez "
                "«\u00a0barometre chat --territory CODE\u00a0»."
            )
            until_stopped()
