"""The simulated respondents at work: each acts on their day, as their way wants it."""

from __future__ import annotations

import heapq
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from app.cli.demo.answers import fields, maturity, rng_of
from app.cli.demo.chats import converse
from app.cli.demo.mails import Mail, Mails
from app.cli.demo.people import Person, Way, colleague_of
from app.cli.demo.visits import Fill, LostOnTheSite, Site, Stop
from app.cli.postman import deliver
from app.house import House
from app.interview.questionnaire import Question, Questionnaire
from app.now import set_offset

BETWEEN_THEMES = timedelta(minutes=11)
HANDED_OVER = "cybersecurite"
A_DAY = timedelta(days=1)
PATIENCE, TICK = 10.0, 0.05  # seconds, of the real clock
Act = Callable[[], None]


def live_at(moment: datetime) -> None:
    """Set this process's business clock."""
    set_offset(moment - datetime.now(UTC))


@dataclass
class Stage:
    """Where the respondents act, and what is still to happen, by the business clock."""

    house: House
    site: Site
    mails: Mails
    questionnaires: Mapping[str, Questionnaire]
    began_at: datetime  # when the invitations left
    day: int = 0
    n_turns: int = 0  # of chats
    _due: list[tuple[timedelta, int, Act]] = field(default_factory=list)
    _order: int = 0

    def schedule(self, after: timedelta, act: Act) -> None:
        """Let an act happen so long after the invitations."""
        self._order += 1
        heapq.heappush(self._due, (after, self._order, act))

    def expect(self, people: Sequence[Person]) -> int:
        """Let these people act on their day; how many will."""
        acting = [person for person in people if person.way is not Way.SILENT]
        for person in acting:
            self.schedule(person.waits, self._way_of(person))
        return len(acting)

    def play(self, tick: Act, *, until: timedelta) -> None:
        """Let everything happen in its order; the mails of a day leave before the next begins."""
        while self._due and self._due[0][0] <= until:
            after, _, act = heapq.heappop(self._due)
            self._pass_to(after)
            act()
            tick()
        self._pass_to(until)
        deliver(self.house)

    def _pass_to(self, after: timedelta) -> None:
        if after.days > self.day:
            deliver(self.house)
            self.day = after.days
        live_at(self.began_at + after)

    def _way_of(self, person: Person) -> Act:
        acts: dict[Way, Callable[[Person], None]] = {
            Way.ALL_ON_THE_SITE: self._all_on_the_site,
            Way.AFTER_THE_REMINDER: self._all_on_the_site,
            Way.ALL_IN_A_CHAT: self._all_in_a_chat,
            Way.STOPS_MIDWAY: self._stop_midway,
            Way.RESUMES_IN_A_CHAT: self._resume_in_a_chat,
            Way.HANDS_ONE_OVER: self._hand_one_over,
            Way.DECLINES: self._decline,
        }
        return lambda: acts[person.way](person)

    def _all_on_the_site(self, person: Person) -> None:
        for rank, theme in enumerate(self.questionnaires):
            live_at(self.began_at + person.waits + rank * BETWEEN_THEMES)
            self._answer(person, self._link(person), theme)

    def _all_in_a_chat(self, person: Person) -> None:
        self._chat(person, list(self.questionnaires))

    def _stop_midway(self, person: Person) -> None:
        first, second, *_ = self.questionnaires
        self._answer(person, self._link(person), first)
        self._answer(person, self._link(person), second, Stop(pages=1))

    def _resume_in_a_chat(self, person: Person) -> None:
        first, second, *rest = self.questionnaires
        self._answer(person, self._link(person), first)
        self._answer(person, self._link(person), second, Stop(pages=1))
        self.schedule(person.waits + A_DAY, lambda: self._chat(person, [second, *rest]))

    def _hand_one_over(self, person: Person) -> None:
        self.site.hand_over(self._link(person), HANDED_OVER, colleague_of(person))
        deliver(self.house)
        for theme in self.questionnaires:
            if theme != HANDED_OVER:
                self._answer(person, self._link(person), theme)
        self.schedule(person.waits + 2 * A_DAY, lambda: self._colleague(person))

    def _colleague(self, person: Person) -> None:
        """The colleague opens the mail that they were sent, and answers its one theme."""
        give_up_at = time.monotonic() + PATIENCE
        while not (mails := self.mails.to(colleague_of(person))):
            # Another process may be carrying it at this moment.
            if time.monotonic() > give_up_at:
                raise LostOnTheSite("the colleague's mail never came")
            time.sleep(TICK)
        self._answer(person, link_in(mails[-1], self.house.letterhead.public_url), HANDED_OVER)

    def _decline(self, person: Person) -> None:
        rng = rng_of(person.authority.kind, person.authority.code, "reason")
        self.site.decline(self._link(person), rng.choice(("no_time", "decided", "not_me")))

    def _answer(self, person: Person, link: str, theme: str, stop: Stop = Stop()) -> None:  # noqa: B008
        self.site.answer(link, theme, self.questionnaires[theme], self.fill(person, theme), stop)

    def _chat(self, person: Person, themes: Sequence[str]) -> None:
        wanted = [self.questionnaires[theme] for theme in themes]
        self.n_turns += converse(
            self.house, self._link(person), wanted, lambda theme: self.fill(person, theme)
        )

    def fill(self, person: Person, theme: str) -> Fill:
        """How this person answers a theme's questions; the same whichever way they are asked."""
        one = person.authority
        level = maturity(one.kind, one.population, theme, rng_of(one.kind, one.code, theme))

        def answered(question: Question) -> list[str]:
            rng = rng_of(one.kind, one.code, f"{theme}.{question.code}")
            return fields(question, level, one.population, rng)

        return answered

    def _link(self, person: Person) -> str:
        """The link of the newest mail about this authority, read as its secretary reads it."""
        name = person.authority.name.upper()
        about = [m for m in self.mails.to(person.email) if name in m.text.upper()]
        if not about:
            raise LostOnTheSite("the invitation never came")
        invitations = [m for m in about if "/r/" in m.text]
        public_url = self.house.letterhead.public_url
        return link_in(invitations[-1], public_url, person.authority.name)


def link_in(mail: Mail, public_url: str, name: str = "") -> str:
    """The page of the themes that a mail leads to; of several, the one under this name."""
    link = re.escape(public_url) + r"/r/[A-Za-z0-9_-]{43}(?![\w-])"
    found = re.search(rf"{re.escape(name)}\s*\n({link})", mail.text, re.IGNORECASE)
    found = found or re.search(f"({link})", mail.text)
    if found is None:
        raise LostOnTheSite(f"no link in mail {mail.number}")
    return found.group(1)
