"""The dialogue on this machine's terminal: to try it, to demonstrate it, to test it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid4

import click

from app.db import Database
from app.house import House
from app.links.chats import tie
from app.links.trial import link_of_territory
from app.messages.letterhead import Letterhead
from app.now import now as the_time
from app.vocabulary.dispositions import USUAL, Completeness
from app.vocabulary.scope import Channel
from bot.channels.channel import Heard, Say
from bot.conversation import take_turn
from bot.desk import Desk
from bot.prompts import Asked


class TerminalChat:
    """A conversation in text, one for each link. A program may hold it as well as a person.

    `begin(now)` says hello; `say(text, now)` answers one line; `asked` is what the last prompt
    waits for (its kind, theme and question), None before the first.
    """

    channel = Channel.TERMINAL
    confidential_allowed = True  # nobody else reads this machine's terminal
    results_allowed = True
    writes_first = False  # nobody sits before it when a reminder is due
    longest = 100_000

    def __init__(
        self,
        db: Database,
        letterhead: Letterhead,
        link_id: UUID,
        *,
        show: Callable[[str], None] = lambda _: None,
        completeness: Completeness = USUAL,
    ) -> None:
        self.desk = Desk(db, letterhead, completeness)
        self.link_id = link_id
        self.external_id = str(link_id)
        self.asked: Asked | None = None
        self._show = show

    def begin(self, now: datetime) -> list[str]:
        """Tie the chat to its link; the first words."""
        with self.desk.db.transaction() as session:
            tie(session, self.channel, self.external_id, self.link_id, now=now)
        return self.say("/start", now)

    def say(self, text: str, now: datetime) -> list[str]:
        """Answer one line; what was said."""
        # A terminal never sends a line twice: each gets a name of its own.
        heard = Heard(text, source=f"term:{uuid4()}", external_id=self.external_id)
        return [say.text for say in take_turn(self.desk, self, heard, now=now)]

    def send(self, external_id: str, say: Say) -> str:  # noqa: ARG002
        """Show one message. Options are already numbered in its text: buttons are left out."""
        self._show(say.text)
        if say.asked is not None:
            self.asked = say.asked
        return uuid4().hex


def run(house: House, territory_id: int) -> None:
    """Talk with whoever sits at the terminal, in the name of this authority, until they leave."""
    key_id = house.letterhead.signer.key_id
    link_id = link_of_territory(house.db, territory_id, key_id=key_id, now=the_time())
    chat = TerminalChat(
        house.db,
        house.letterhead,
        link_id,
        show=lambda text: click.echo(f"\n{text}\n"),
        completeness=house.completeness,
    )
    chat.begin(the_time())
    while (line := _line()) is not None:
        chat.say(line, the_time())


def _line() -> str | None:
    """What is typed; None at the end of the input or after Ctrl-C."""
    try:
        return input("> ")
    except (EOFError, KeyboardInterrupt):
        click.echo()
        return None
