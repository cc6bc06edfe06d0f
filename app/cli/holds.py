"""`barometre sending`: stop all sending, let it go again, see how it goes; mend its lanes."""

from __future__ import annotations

from collections.abc import Sequence

import click
from sqlalchemy import text

from app.cli.lanes import lanes_command
from app.cli.running import house
from app.cli.sending_told import tell_holds, tell_progress
from app.cli.telling import counted
from app.errors import Refused
from app.house import House
from app.messages.holds.lifting import (
    NothingHeld,
    release_all,
    resume_domain,
    stop_sending,
)
from app.messages.holds.read import Hold, differences_now, live_holds
from app.messages.progress import progress
from app.now import now
from app.vocabulary.scope import Author


class OtherName(Refused):
    """What was typed is not the database's name."""

    sentence = "Ce n’est pas le nom de la base. Rien n’est relâché\u00a0: recommencez."


@click.group("sending")
def sending() -> None:
    """Arrêter tous les envois, les laisser repartir, voir où ils en sont."""


sending.add_command(lanes_command)


@sending.command("stop")
def stop_command() -> None:
    """Arrêter tous les envois, en quelques secondes. Rien n’est perdu."""
    with house() as opened:
        stopped = stop_sending(opened.db, by=Author.system(), now=now())
    click.echo("✓ Tous les envois sont arrêtés" if stopped else "✓ Ils étaient déjà arrêtés")
    click.echo("  Pour les laisser repartir\u00a0: barometre sending release")


@sending.command("release")
@click.option("--domain", help="Laisser repartir les messages de ce seul domaine.")
@click.option("--yes", is_flag=True, help="Ne rien demander : cette base est bien celle qui écrit.")
def release_command(domain: str | None, yes: bool) -> None:
    """Laisser repartir les envois. Une copie de la base demande d’abord confirmation."""
    with house() as opened:
        if domain is not None:
            resume_domain(opened.db, domain.strip().lower(), by=Author.system(), now=now())
            click.echo(f"✓ Les messages de {domain.strip().lower()} repartent")
            return
        url = opened.letterhead.public_url
        with opened.db.reading() as session:
            held = [one for one in live_holds(session) if one.domain is None]
            differs = differences_now(session, url)
        if not held and not differs:
            raise NothingHeld
        if differs and not yes:
            _confirm(opened, differs)
        lifted = release_all(opened.db, url, by=Author.system(), now=now())
        click.echo("✓ Les envois repartent de cette base")
        _what_stays(opened, lifted)


@sending.command("status")
def status_command() -> None:
    """Dire ce qui arrête les envois, et où ils en sont, file par file."""
    with house() as opened, opened.db.reading() as session:
        held, found = live_holds(session), progress(session, now=now())
        tell_holds(held, differences_now(session, opened.letterhead.public_url))
        if opened.settings.hold_sending:
            click.echo("⏸ Ici, le réglage HOLD_SENDING retient tout envoi.")
        tell_progress(found)


def _confirm(opened: House, differs: Sequence[str]) -> None:
    """Whoever releases a copy has read what differs, and types which database they mean."""
    with opened.db.reading() as session:
        name = str(session.scalar(text("SELECT current_database()")))
    click.echo("Depuis le premier envoi, ou depuis la dernière fois\u00a0:")
    for words in differs:
        click.echo(f"  - {words}")
    click.echo(
        "Si une autre installation écrit encore aux mêmes collectivités, elles recevraient tout "
        "en double."
    )
    if (
        click.prompt(
            f"Pour continuer, tapez le nom de la base ({name})", default="", show_default=False
        )
        != name
    ):
        raise OtherName


def _what_stays(opened: House, lifted: Sequence[Hold]) -> None:
    waiting = max((one.n_waiting for one in lifted), default=0)
    if waiting:
        click.echo(f"  {counted(waiting, 'message attendait', 'messages attendaient')}")
    if opened.settings.hold_sending:
        click.echo("  Le réglage HOLD_SENDING retient encore ce qui est lancé avec lui.")
