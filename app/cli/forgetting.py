"""`barometre panel forget`: a person asked that we forget them."""

from __future__ import annotations

from collections.abc import Sequence

import click

from app.cli.running import house
from app.errors import Refused
from app.house import House
from app.links.forgetting import LoneChat, forget_lone_chat, forget_mailbox, lone_chats
from app.models.territories import Territory
from app.now import now
from app.panel.find import territory
from app.vocabulary.french_dates import day_month_year
from app.vocabulary.scope import CHANNEL_LABELS, Author
from app.vocabulary.territory_kinds import TerritoryKind


class NotConfirmed(Refused):
    """What was typed again is not what was to be forgotten."""

    sentence = "Ce n’est pas la même. Rien n’est effacé\u00a0: recommencez."


@click.command("forget")
@click.argument("email", required=False, metavar="[ADRESSE]")
@click.option(
    "--letters-of", "code", help="Code ou SIREN : conversations ouvertes par ses lettres."
)
@click.option(
    "--kind", type=click.Choice(list(TerritoryKind)), help="Type, si ce code en désigne plusieurs."
)
@click.option("--chat", type=int, help="Numéro de la conversation à oublier.")
@click.option("--yes", is_flag=True, help="Ne pas demander de confirmation.")
def forget_command(
    email: str | None, code: str | None, kind: str | None, chat: int | None, yes: bool
) -> None:
    """Oublier une personne qui le demande. C’est sans retour : sauvegardez d’abord.

    ADRESSE : son adresse, son nom, ses liens, ses messages, ses conversations, et les réponses
    données par ces liens. Pour ne plus lui écrire seulement, le lien au pied des messages suffit.

    --letters-of : qui a ouvert une conversation par le code d’une lettre n’a pas d’adresse. Sans
    --chat, la commande donne les numéros de ces conversations.
    """
    if (email is None) == (code is None):
        raise click.UsageError("Donnez une adresse, ou --letters-of.")
    with house() as opened:
        if email is not None:
            if (
                not yes
                and click.prompt(
                    "Pour confirmer, retapez l’adresse", default="", show_default=False
                )
                != email
            ):
                raise NotConfirmed
            forget_mailbox(opened.db, email, by=Author.system(), now=now())
            click.echo("✓ Cette adresse est oubliée")
            return
        _of_letters(opened, str(code), kind, chat, yes)


def _of_letters(opened: House, code: str, kind: str | None, chat: int | None, yes: bool) -> None:
    with opened.db.reading() as session:
        theirs = territory(session, kind, code)
        found = lone_chats(session, theirs.id)
    if chat is None:
        _tell(theirs, found)
        return
    if not yes and click.prompt(
        "Pour confirmer, retapez le numéro", default="", show_default=False
    ) != str(chat):
        raise NotConfirmed
    forget_lone_chat(opened.db, theirs.id, chat, by=Author.system(), now=now())
    click.echo("✓ Cette conversation est oubliée")


def _tell(theirs: Territory, found: Sequence[LoneChat]) -> None:
    if not found:
        click.echo(f"{theirs.name}\u00a0: aucune conversation ouverte par une lettre seule.")
    for one in found:
        heard = one.last_heard_at or one.created_at
        click.echo(
            f"  {one.chat_id}\u00a0: conversation {CHANNEL_LABELS[one.channel]}, commencée le "
            f"{day_month_year(one.created_at)}, dernier message le {day_month_year(heard)}"
        )
