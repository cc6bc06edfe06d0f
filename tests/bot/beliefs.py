"""What a person believes was kept: a few dictionaries, and the rules that they would state.

What I answer last counts; a colleague's newer answer stays until I choose; what was handed in is
closed. It shares with the house only which questions are asked (`path`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from app.interview.path import Path, path
from app.interview.questionnaire import Profile, Question
from app.interview.values import SPECIAL_CODES, Special, Value
from app.questionnaires.load import load_all

PLACES = ("23096", "23008")
THEMES = ("inclusion", "communication")  # the third of the wave is not asked on this messenger
FORMS = {form.theme: form for form in load_all()}

Key = tuple[str, str]
"""A place and a theme."""


@dataclass
class Standing:
    """An answer that counts: `mine` when it was given in this chat; `event` is its number.

    `value` None: it was taken back.
    """

    value: Value | None
    mine: bool
    event: int | None = None


@dataclass(frozen=True)
class Deed:
    """What counted, in order: an answer (`question` and `value`), a theme sent or opened again."""

    key: Key
    what: str
    question: str = ""
    value: Value | None = None


@dataclass
class Beliefs:
    """What should be stored, and how it came there."""

    profiles: dict[str, Profile]
    answers: dict[Key, dict[str, Standing]] = field(default_factory=dict)
    sent: set[Key] = field(default_factory=set)
    deeds: list[Deed] = field(default_factory=list)
    kept_out: list[Value | None] = field(default_factory=list)  # my answers, by a colleague's
    told: dict[int, Value | None] = field(default_factory=dict)  # every answer, by its number

    def walked(self, key: Key) -> Path:
        standing = self.answers.get(key, {})
        counted = {code: one.value for code, one in standing.items() if one.value is not None}
        return path(FORMS[key[1]], self.profiles[key[0]], counted)

    def counts(self, key: Key, question: str, value: Value | None, *, mine: bool) -> None:
        self.answers.setdefault(key, {})[question] = Standing(value, mine)
        self.deeds.append(Deed(key, "answer", question, value))

    def answered(
        self,
        key: Key,
        question: str,
        value: Value | None,
        seen: int | None,
        *,
        settling: bool = False,
    ) -> None:
        """I answered, in this chat, a prompt that showed the answer numbered `seen`."""
        stands = self.answers.get(key, {}).get(question)
        if value == (stands.value if stands else None):
            return
        if stands is None or stands.event == seen or (stands.mine and not settling):
            self.counts(key, question, value, mine=True)
        else:
            self.kept_out.append(value)

    def ticked(self, key: Key, question: Question, code: str, seen: int | None) -> None:
        """I pressed one choice of several: it is added to what I was shown, or taken away."""
        stands = self.answers.get(key, {}).get(question.code)
        if stands is not None and stands.event != seen and not stands.mine:
            before = self.told.get(seen or 0)
        else:
            before = stands.value if stands else None
        self.answered(key, question.code, with_or_without(question, before, code), seen)

    def handed_in(self, key: Key) -> None:
        if key not in self.sent and self.walked(key).counted:
            self.sent.add(key)
            self.deeds.append(Deed(key, "submit"))

    def opened_again(self, key: Key) -> None:
        if key in self.sent:
            self.sent.remove(key)
            self.deeds.append(Deed(key, "reopen"))


def with_or_without(question: Question, before: Value | None, code: str) -> Value | None:
    """Pressed once more, a choice goes; "Aucun" and "Je ne sais pas" never stand with another."""
    chosen = set(before) if isinstance(before, tuple) else set()
    if isinstance(before, Special):
        chosen = {before.value}
    alone = {one.code for one in question.choices if one.exclusive} | SPECIAL_CODES
    if code in chosen:
        chosen.remove(code)
    elif code in alone:
        chosen = {code}
    else:
        chosen = (chosen | {code}) - alone
    if not chosen:
        return None
    if chosen <= SPECIAL_CODES:
        return Special(chosen.pop())
    return tuple(one.code for one in question.choices if one.code in chosen)
