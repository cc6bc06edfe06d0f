"""One respondent's side of a conversation, at one moment: what every part of the dialogue needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.collect.open import Opened, opened
from app.collect.overview import Overview, overview
from app.collect.refusals import WaveEnded
from app.messages.letterhead import Letterhead
from app.vocabulary.french_dates import day_month_year
from app.vocabulary.scope import Respondent
from bot.channels.channel import Say
from bot.desk import Desk
from bot.prompts import Asked


@dataclass(frozen=True, slots=True)
class Manners:
    """What this messenger may carry."""

    confidential: bool
    results: bool
    writes_first: bool


@dataclass(frozen=True, slots=True)
class Talk:
    """Who answers, for whom, when; and what only the door can do for them.

    `place` names the authority where the chat speaks for several, else it is empty.
    """

    desk: Desk
    respondent: Respondent
    manners: Manners
    place: str
    now: datetime
    site: Callable[[], str]  # a new address of the form, which serves once
    said_here: Callable[[int], bool]  # whether an answer event was given in this chat
    reminded_here: Callable[[], bool]
    remind: Callable[[bool], bool]  # reminders here, or by mail; False where they may not
    is_place: Callable[[str], bool]  # whether that names an authority of this chat

    @property
    def several(self) -> bool:
        return bool(self.place)

    @property
    def letterhead(self) -> Letterhead:
        return self.desk.letterhead

    def overview(self) -> Overview:
        """Every theme at a glance; `WaveEnded` once nothing can be answered any more."""
        with self.desk.db.reading() as session:
            seen = overview(session, self.respondent, now=self.now)
        if seen.wave.ends_at <= self.now:
            raise WaveEnded(ended_on=day_month_year(seen.wave.ends_at))
        return seen

    def ended(self) -> WaveEnded | None:
        """What is said once nothing can be answered any more; None before."""
        try:
            self.overview()
        except WaveEnded as over:
            return over
        return None

    def opened(self, theme: str) -> Opened:
        with self.desk.db.reading() as session:
            return opened(session, self.respondent, theme, now=self.now)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a person said, and the prompt that it belongs to.

    `source` names it for ever. `edited`: they changed a message that was answered. `current`: the
    prompt that waits now, where it is another one than the one answered. `pressed`: by a button.
    """

    text: str
    source: str
    asked: Asked
    edited: bool = False
    current: Asked | None = None
    pressed: bool = False


@dataclass(frozen=True, slots=True)
class Unread:
    """A reply that is no answer to its prompt: what was wrong, what one may say, one example."""

    told: str
    expected: str
    example: str = "1"


Answered = list[Say] | Unread
