"""The dialogue: one turn, from what a person wrote to what is answered. No messenger, no state.

It speaks to the use cases of `app.collect`, as the pages do: an answer given here is on the site
at once, and the other way round.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.collect.entries import Entry, Typed
from app.collect.open import Opened, lost_value, opened
from app.collect.overview import Overview, Standing, ThemeStanding, overview
from app.collect.refusals import WaveEnded
from app.collect.save import save
from app.collect.saved import Conflict, Saved
from app.collect.submit import submit
from app.collect.validate import ask_validation
from app.db import Database
from app.interview.french import fold
from app.interview.questionnaire import Question
from app.messages.letterhead import Letterhead
from app.vocabulary.dispositions import USUAL, Completeness
from app.vocabulary.french_dates import day_month_year
from app.vocabulary.scope import Respondent
from bot import phrases
from bot.channels.channel import Button, Say
from bot.commands import Command, command_in
from bot.prompts import Asked, PromptKind

_YES = frozenset({"oui", "o", "1", "ok", "d'accord", "envoyer"})
_NO = frozenset({"non", "n", "2", "pas encore"})


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One respondent's side of a conversation, at one moment."""

    db: Database
    letterhead: Letterhead
    respondent: Respondent
    url: str  # the same questionnaires on the site
    confidential_allowed: bool
    now: datetime
    completeness: Completeness = USUAL

    def start(self) -> list[Say]:
        """First words, and the choice of a theme; a delegate goes straight to theirs."""
        seen = self._overview()
        hello = Say(phrases.welcome(seen))
        if len(seen.themes) == 1:
            return [hello, *self._enter(seen.themes[0])]
        return [hello, self._themes(seen)]

    def hear(self, text: str, asked: Asked | None, source: str) -> list[Say]:
        """Answer one message. `asked` is the prompt it belongs to."""
        if asked is None:
            return self.start()
        command = command_in(text)
        if command is not None:
            return self._obey(command, asked)
        match asked.kind:
            case PromptKind.THEME:
                return self._choose(text, asked)
            case PromptKind.QUESTION:
                return self._answer(text, asked, source)
            case PromptKind.CONFLICT:
                return self._settle(text, asked, source)
            case PromptKind.SUBMIT:
                return self._decide(text, asked)

    def themes(self) -> list[Say]:
        """The choice of a theme, after something went its own way."""
        return [self._themes(self._overview())]

    def _obey(self, command: Command, asked: Asked) -> list[Say]:
        match command:
            case Command.HELP:
                return [Say(phrases.HELP)]
            case Command.THEMES:
                return self.themes()
            case Command.PAUSE:
                return [Say(phrases.farewell(self._overview(), self.url))]
        if asked.theme is None:
            return [Say(phrases.NOT_HERE_YET)]
        seen = self._opened(asked.theme)
        if seen.submitted_at is not None:
            return self._enter(self._overview().of(asked.theme))
        match command:
            case Command.SUBMIT:
                return [self._ready(seen)]
            case Command.BACK:
                return [self._before(seen, asked)]
            case Command.SKIP:
                return [self._next(seen, asked.question)]

    def _choose(self, text: str, asked: Asked) -> list[Say]:
        codes = [str(code) for code in asked.details["themes"]]
        seen = self._overview()
        said = fold(text).rstrip(".")
        found = [
            code
            for number, code in enumerate(codes, start=1)
            if said == str(number) or (len(said) > 2 and said in fold(seen.of(code).theme.name))
        ]
        if len(found) != 1:
            return [Say(phrases.which_theme(len(codes)))]
        return self._enter(seen.of(found[0]))

    def _enter(self, one: ThemeStanding) -> list[Say]:
        """Go on with a theme where it stands; or say why not here, or not any more."""
        if one.theme.confidential and not self.confidential_allowed:
            return [Say(phrases.elsewhere(one, self.url))]
        if one.standing is Standing.SUBMITTED:
            return [Say(phrases.submitted(one, self.url))]
        return [self._next(self._opened(one.theme.code), None)]

    def _answer(self, text: str, asked: Asked, source: str) -> list[Say]:
        theme, code = _where(asked)
        seen = self._opened(theme)
        if not seen.path.asks(code):
            return [Say(phrases.MOVED_ON), self._next(seen, code)]
        saved = self._save(theme, Entry(code, Typed(text), asked.seen), source)
        if saved.refused:
            return [Say(saved.refused[0].sentence)]
        return self._after(theme, code, saved)

    def _settle(self, text: str, asked: Asked, source: str) -> list[Say]:
        theme, code = _where(asked)
        choice = fold(text).rstrip(".")
        if choice not in ("1", "2"):
            return [Say(phrases.ONE_OR_TWO)]
        seen = self._opened(theme)
        if choice == "1":
            return [self._next(seen, code)]
        with self.db.reading() as session:
            mine = lost_value(session, self.respondent, theme, code, asked.details["lost"])
        if mine is None:  # a confidential theme was handed in since: it starts blank
            return [Say(phrases.MOVED_ON), self._next(seen, None)]
        saved = self._save(theme, Entry(code, mine.value, asked.seen), source)
        return self._after(theme, code, saved)

    def _save(self, theme: str, entry: Entry, source: str) -> Saved:
        return save(self.db, self.respondent, theme, [entry], source=source, now=self.now)

    def _after(self, theme: str, code: str, saved: Saved) -> list[Say]:
        """What was understood, then what comes next; or two answers to choose between."""
        seen = self._opened(theme)
        question = seen.questionnaire.question(code)
        if saved.conflicts:
            return [self._conflict(theme, question, saved.conflicts[0])]
        answer = seen.answers.get(code)
        said = Say(phrases.noted(question, answer.value if answer else None))
        return [said, self._next(seen, code)]

    def _decide(self, text: str, asked: Asked) -> list[Say]:
        said = fold(text).rstrip(".!")
        if said in _NO:
            return self.themes()
        if said not in _YES or asked.theme is None:
            return [Say(phrases.YES_OR_NO)]
        if self._overview().of(asked.theme).needs_validation:
            ask_validation(self.db, self.respondent, asked.theme, self.letterhead, now=self.now)
            return [Say(phrases.VALIDATION_ASKED), *self.themes()]
        receipt = submit(
            self.db,
            self.respondent,
            asked.theme,
            self.letterhead,
            completeness=self.completeness,
            now=self.now,
        )
        thanks = Say(phrases.receipt(receipt.submission))
        seen = self._overview()
        if all(one.standing is Standing.SUBMITTED for one in seen.themes):
            return [thanks]
        return [thanks, self._themes(seen)]

    def _next(self, seen: Opened, after: str | None) -> Say:
        """The first blank after that question; at the end, the offer to send."""
        question = seen.path.next_after(after) if after else seen.path.next()
        return self._ask(seen, question) if question else self._ready(seen)

    def _before(self, seen: Opened, asked: Asked) -> Say:
        if asked.question is None:
            return self._ask(seen, seen.path.asked[-1])
        question = seen.path.before(asked.question)
        if question is None:
            return Say(phrases.FIRST_QUESTION)
        return self._ask(seen, question)

    def _ask(self, seen: Opened, question: Question) -> Say:
        answer = seen.answers.get(question.code)
        return Say(
            phrases.question(seen.path, question, answer, self.now),
            tuple(Button(option.label, str(option.number)) for option in question.options),
            Asked(
                PromptKind.QUESTION,
                self.respondent.territory_id,
                seen.theme.code,
                question.code,
                answer.event if answer else None,
            ),
        )

    def _conflict(self, theme: str, question: Question, told: Conflict) -> Say:
        return Say(
            phrases.conflict(question, told, self.now),
            (Button("1", "1"), Button("2", "2")),
            Asked(
                PromptKind.CONFLICT,
                self.respondent.territory_id,
                theme,
                question.code,
                told.counted.event,
                {"lost": told.lost},
            ),
        )

    def _ready(self, seen: Opened) -> Say:
        return Say(
            phrases.before_sending(seen.path, to_validate=seen.team.needs_validation),
            (Button("Oui", "oui"), Button("Non", "non")),
            Asked(PromptKind.SUBMIT, self.respondent.territory_id, seen.theme.code),
        )

    def _themes(self, seen: Overview) -> Say:
        codes = [one.theme.code for one in seen.themes]
        return Say(
            phrases.themes(seen),
            tuple(
                Button(one.theme.name, str(number))
                for number, one in enumerate(seen.themes, start=1)
            ),
            Asked(PromptKind.THEME, self.respondent.territory_id, details={"themes": codes}),
        )

    def _overview(self) -> Overview:
        with self.db.reading() as session:
            seen = overview(session, self.respondent, now=self.now)
        if seen.wave.ends_at <= self.now:
            raise WaveEnded(ended_on=day_month_year(seen.wave.ends_at))
        return seen

    def _opened(self, theme: str) -> Opened:
        with self.db.reading() as session:
            return opened(session, self.respondent, theme, now=self.now)


def _where(asked: Asked) -> tuple[str, str]:
    """The theme and question of a prompt that has both."""
    assert asked.theme is not None
    assert asked.question is not None
    return asked.theme, asked.question
