"""Who may be written to, said anew and simply: what people asked for, and what they got. Pure.

Nothing here is the engine's: it is what a town hall would say of us, with the mails before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.now import paris
from app.vocabulary.scope import Channel

Theme = tuple[str, str]
"""A commune's code, and one theme that it is asked."""
Who = tuple[str, str]
"""A mailbox, and the commune that it is written to about."""

UNASKED = {"prenotice", "invitation", "reminder"}
ANSWERING = {"delegation", "assignment", *UNASKED}
WEEK, MONTH = timedelta(days=7), timedelta(days=30)
_LEFT = re.compile(r"il vous reste (\d+) question")
_DAYS = re.compile(r"[Ii]l reste (\d+|un) jour")


@dataclass(frozen=True, slots=True)
class Told:
    """One message that a person got."""

    at: datetime
    person: str
    channel: str
    step: str
    step_id: int  # of the calendar; 0: none
    asked_by: str  # who named them: authority, or staff in the place of another; empty: nobody
    themes: frozenset[Theme]
    text: str


@dataclass
class Model:
    """What was said, and what was got."""

    ends_at: datetime
    paused: bool = False
    held: bool = False  # all sending is
    done: set[Theme] = field(default_factory=set)
    refused: set[Theme] = field(default_factory=set)
    left: dict[Theme, int] = field(default_factory=dict)  # questions, of what is begun
    gone: set[str] = field(default_factory=set)  # communes that are no more
    alone: set[Who] = field(default_factory=set)  # asked for silence, replaced, or not theirs
    never: set[str] = field(default_factory=set)  # mailboxes that asked it of the staff
    dead: set[str] = field(default_factory=set)  # mailboxes that take no mail
    in_chat: set[Who] = field(default_factory=set)  # rather than by mail
    shut: set[str] = field(default_factory=set)  # whose chat takes nothing
    colleagues: set[Who] = field(default_factory=set)
    coordinators: set[Who] = field(default_factory=set)
    handed: Mapping[Theme, set[str]] = field(default_factory=dict)
    got: list[Told] = field(default_factory=list)

    def may_hear(self, person: str, theme: Theme, step: str, *, asked_by: str = "") -> bool:
        """Whether this person may be told of this theme by such a message, at all."""
        place = theme[0]
        if place in self.gone or theme in self.done:
            return False
        if (person, place) in self.alone or person in self.never:
            return False
        if step in UNASKED and theme in self.refused and asked_by != "authority":
            return False
        if step != "reminder":  # what is begun needs no invitation
            return step not in UNASKED or theme not in self.left or bool(asked_by)
        holders = {one for one in self.handed.get(theme, set()) if self._reached(one, place)}
        if holders:
            return person in holders
        return (person, place) not in self.colleagues or (person, place) in self.coordinators

    def _reached(self, person: str, place: str) -> bool:
        """Whether a mail comes to this colleague: what they hold is else the town hall's again."""
        return (person, place) not in self.alone and person not in self.dead

    def runs(self, now: datetime) -> bool:
        """Whether the wave may send what nobody asked for."""
        return now < self.ends_at and not self.paused and not self.held

    def complaints(self, told: Told) -> Iterator[str]:
        """What a town hall would hold against this message; it is then added to what they got."""
        yield from self._of_content(told)
        yield from self._of_frequency(told)
        self.got.append(told)

    def _of_content(self, told: Told) -> Iterator[str]:
        if told.step in ANSWERING and told.at >= self.ends_at:
            yield "after the end"
        if told.step in UNASKED and self.paused:
            yield "while paused"
        if self.held:
            yield "while all sending is held"
        if told.channel == Channel.EMAIL and told.person in self.dead:
            yield "to a mailbox that takes no mail"
        for theme in sorted(told.themes):
            if told.step in ANSWERING and not self.may_hear(
                told.person, theme, told.step, asked_by=told.asked_by
            ):
                yield f"of {theme}, which they may not hear of"
            if told.channel != Channel.EMAIL and (told.person, theme[0]) not in self.in_chat:
                yield f"of {theme} in a chat that is not wanted"
        if told.step == "reminder":
            yield from self._of_figures(told)

    def _of_figures(self, told: Told) -> Iterator[str]:
        begun = [theme for theme in told.themes if self.left.get(theme)]
        if told.channel != Channel.EMAIL:
            begun = [theme for theme in begun if theme[1] != "cybersecurite"]
        true = sorted(self.left[theme] for theme in begun)
        said = sorted(int(n) for n in _LEFT.findall(told.text))
        if said != true:
            yield f"says {said} questions left, {true} are"
        nights = (paris(self.ends_at).date() - paris(told.at).date()).days
        days = {1 if n == "un" else int(n) for n in _DAYS.findall(told.text)}
        if days not in ({nights}, set()) or (not days and nights):
            yield f"says {days} days left, {nights} are"

    def _of_frequency(self, told: Told) -> Iterator[str]:
        if told.step not in UNASKED:
            return
        before = [one for one in self.got if one.person == told.person and one.step in UNASKED]
        if sum(told.at - one.at < WEEK for one in before) >= 2:
            yield "a third in a week"
        if sum(told.at - one.at < MONTH for one in before) >= 4:
            yield "a fifth in a month"
        if told.step != "reminder":
            return
        reminders = [one for one in before if one.step == "reminder"]
        for theme in sorted(told.themes):
            same = [one for one in reminders if theme in one.themes]
            if len(same) >= 3:
                yield f"a fourth reminder of {theme}"
            if told.step_id and any(one.step_id == told.step_id for one in same):
                yield f"the same step twice of {theme}"
            if told.step_id and any(told.at - one.at < WEEK for one in same):
                yield f"two reminders in a week of {theme}"
            if any(told.at - one.at < timedelta(days=1) for one in same):
                yield f"two reminders in a day of {theme}"
