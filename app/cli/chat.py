"""`barometre chat`: the dialogue, here, in the name of one authority."""

from __future__ import annotations

import click

from app.cli.running import house
from app.panel.find import territory
from app.vocabulary.territory_kinds import TerritoryKind
from bot.channels.terminal import run


@click.command("chat")
@click.option("--territory", "code", required=True, help="Code Insee ou SIREN, par exemple 23096.")
@click.option(
    "--kind",
    type=click.Choice([str(kind) for kind in TerritoryKind]),
    help="Type de collectivité, si le code a plusieurs sens (01\u00a0: Ain et Guadeloupe).",
)
def chat(code: str, kind: str | None) -> None:
    """Répondre par messagerie, dans ce terminal. « aide » dit comment, Ctrl-D quitte."""
    with house() as opened:
        with opened.db.reading() as session:
            found = territory(session, kind, code)
        run(opened, found.id)
