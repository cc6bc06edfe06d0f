"""What a rim sends to be saved: a value, a form's strings, or what was typed in a chat."""

from __future__ import annotations

from dataclasses import dataclass

from app.interview.kinds import registry
from app.interview.kinds.kind import is_blank
from app.interview.questionnaire import Question
from app.interview.typed import read_typed
from app.interview.values import Misread, Value


@dataclass(frozen=True, slots=True)
class Form:
    """What a form sent for one question, among others; blank strings clear the answer.

    `settled`: the person chose it between two answers, so it is no mere repetition of the page.
    """

    parts: tuple[str, ...]
    settled: bool = False


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person typed in answer to one prompt."""

    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer sent. `seen`: the id of the answer event shown for this question, None if none.

    `value` None clears the answer. `origin`: the suggestion it confirms ("last_year:<response>",
    "indicator:<name>", "copy:<response>"), None for an answer of one's own.
    """

    question: str
    value: Value | Form | Typed | None
    seen: int | None = None
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class RefusedEntry:
    """What could not be read: the sentence that says how to mend it, and what was sent."""

    question: str
    sentence: str
    typed: tuple[str, ...]

    @classmethod
    def of(cls, entry: Entry, misread: Misread) -> RefusedEntry:
        if isinstance(entry.value, Form):
            typed = entry.value.parts
        else:
            typed = (entry.value.text if isinstance(entry.value, Typed) else str(entry.value),)
        return cls(entry.question, misread.sentence, typed)


def read_entry(question: Question, entry: Entry) -> Value | Misread | None:
    """The value sent, None to clear, or why it is refused."""
    sent = entry.value
    if sent is None:
        return None
    if isinstance(sent, Form):
        return None if is_blank(sent.parts) else registry.read(question, sent.parts)
    if isinstance(sent, Typed):
        return read_typed(question, sent.text)
    return registry.check(question, sent) or sent


def is_stated(entry: Entry) -> bool:
    """Whether the person said it on purpose, rather than sent back a page as it was shown."""
    return entry.value.settled if isinstance(entry.value, Form) else True
