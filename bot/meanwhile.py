"""An authority that is asked nothing: no wave is open for it, or it has left the frame.

Its people may still ask who we are, how to reach somebody, and where reminders come.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from app.collect.refusals import NoLongerAsked
from app.errors import Refused
from bot import phrases_help, phrases_team, phrases_themes, phrases_waves
from bot.asking import YES_NO
from bot.channels.channel import Messenger, Say
from bot.commands import Command, Leading, guessed_in, leading_in
from bot.desk import Desk
from bot.prompts import Asked, PromptKind
from bot.sending import yes_or_no
from bot.ties import Tie, remind_by_mail, remind_here


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """One authority in one chat, while nothing is asked of it; `nothing` is why."""

    desk: Desk
    messenger: Messenger
    chat_id: int | None
    tie: Tie
    nothing: Refused
    now: datetime

    @property
    def told(self) -> str:
        """Why nothing is asked, and who answers."""
        if not isinstance(self.nothing, NoLongerAsked):
            return str(self.nothing)
        listed = self.tie.link.territory.asked
        return phrases_waves.authority_gone(self.tie.label, self.desk.letterhead, listed=listed)

    def answers(self, text: str, asked: Asked | None) -> list[Say] | None:
        """What is answered to a text all the same; None where there is only `told` to say."""
        said = yes_or_no(text)
        if asked is not None and asked.kind is PromptKind.REMINDERS and said is not None:
            return [self._chosen(here=said)]
        name = self.desk.letterhead.telegram_bot
        leading = leading_in(text, our_name=name) or guessed_in(text) or Leading(Command.AGAIN)
        obeys = _OBEYS.get(leading.command)
        return [obeys(self)] if obeys else None

    def _chosen(self, *, here: bool) -> Say:
        """Reminders here, or by mail."""
        db, link_id = self.desk.db, self.tie.link_id
        if self.chat_id is None:
            return Say(phrases_team.REMINDERS_NOT_HERE)
        if here:
            held = remind_here(db, self.chat_id, link_id, now=self.now)
            return Say(phrases_team.REMINDERS_HERE if held else phrases_team.REMINDERS_NOT_HERE)
        remind_by_mail(db, self.chat_id, link_id)
        return Say(phrases_team.REMINDERS_BY_MAIL)

    def help(self) -> Say:
        """What one may write, and whom to ask."""
        reminders = self.messenger.writes_first
        return Say(
            phrases_help.help_meanwhile(self.desk.letterhead, self.told, reminders=reminders)
        )

    def reminders(self) -> Say:
        """Our messages here rather than by mail? They come with the next wave."""
        if not self.messenger.writes_first:
            return Say(phrases_team.NEVER_FIRST)
        link = self.tie.link
        asked = Asked(PromptKind.REMINDERS, link.territory_id, link_id=link.id)
        return Say(phrases_team.REMINDERS, YES_NO, asked)


_OBEYS: Mapping[Command, Callable[[Meanwhile], Say]] = {
    Command.HELP: Meanwhile.help,
    Command.REMINDERS: Meanwhile.reminders,
    Command.WHO: lambda one: Say(phrases_help.who(one.desk.letterhead)),
    Command.WHO_SEES: lambda one: Say(phrases_help.who_sees(one.desk.letterhead)),
    Command.SOMEBODY: lambda one: Say(phrases_help.who_to_ask(one.desk.letterhead)),
    Command.ROBOT: lambda _: Say(phrases_help.ROBOT),
    Command.ANGRY: lambda _: Say(phrases_help.ANGRY),
    Command.THANKS: lambda _: Say(phrases_themes.NOTHING_LEFT),
    Command.UNKNOWN: lambda _: Say(phrases_help.UNKNOWN_COMMAND),
}
