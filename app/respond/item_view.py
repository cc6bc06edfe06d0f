"""One question of a page, in words: what it shows, what was refused, what is to be chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.collect.authors import YOU, just_answered
from app.collect.entries import RefusedEntry
from app.collect.open import Answer, Opened
from app.collect.prefill import Suggestion
from app.collect.saved import Conflict, Saved
from app.interview.french import NBSP, capital
from app.interview.kinds import registry
from app.interview.questionnaire import Question, Section
from app.interview.values import Special, Value
from app.vocabulary.french_dates import when
from app.vocabulary.scope import CHANNEL_LABELS, Channel


@dataclass(frozen=True, slots=True)
class Dispute:
    """Two answers to one question, in words."""

    counted: str
    counted_by: str
    mine: str
    mine_by: str
    mine_raw: list[str]
    note: str
    opening: str  # who answered meanwhile, no final stop


@dataclass(frozen=True, slots=True)
class Item:
    """One question of the page; see `widgets.html`."""

    question: Question
    number: int
    entered: list[str]
    seen: str
    saved: str
    error: str
    conflict: Dispute | None
    suggestion: Suggestion | None = None


def items_of(seen: Opened, section: Section, saved: Saved | None, now: datetime) -> list[Item]:
    """The questions of a section. `saved`: what became of the page that is shown again, if any."""
    refused = {one.question: one for one in saved.refused} if saved else {}
    disputed = {one.question: one for one in saved.conflicts} if saved else {}
    numbers = {q.code: i for i, q in enumerate(seen.path.asked, start=1)}
    return [
        _item(seen, question, numbers[question.code], refused, disputed, now)
        for question in section.questions
    ]


def _item(
    seen: Opened,
    question: Question,
    number: int,
    refused: Mapping[str, RefusedEntry],
    disputed: Mapping[str, Conflict],
    now: datetime,
) -> Item:
    answer = seen.answers.get(question.code)
    wrong, dispute = refused.get(question.code), disputed.get(question.code)
    given = answer.value if answer else None
    entered = [] if given is None else raw_of(given)
    return Item(
        question=question,
        number=number,
        entered=list(wrong.typed) if wrong else entered,
        seen=str(answer.event) if answer else "",
        saved=_saved(answer, now) if answer and given is not None else "",
        error=wrong.sentence if wrong else "",
        conflict=_dispute(question, dispute, now) if dispute else None,
        suggestion=None if wrong or dispute else seen.suggestions.get(question.code),
    )


def raw_of(value: Value | None) -> list[str]:
    """The strings that a form would send for this value; one empty string to clear."""
    if value is None:
        return [""]
    if isinstance(value, Special):
        return [value.value]
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, str):
        return [value]
    return [f"{value}".replace(".", ",")]


def _saved(answer: Answer, now: datetime) -> str:
    """`Enregistrée par vous, à 10 h 42`; the channel is told when it is not this one."""
    return f"Enregistrée par {_by(answer, now)}"


def _by(answer: Answer, now: datetime) -> str:
    told = f"{answer.by}, {when(answer.at, now)}"
    if answer.channel is Channel.WEB:
        return told
    return f"{told}, {CHANNEL_LABELS[answer.channel]}"


def _dispute(question: Question, conflict: Conflict, now: datetime) -> Dispute:
    counted = conflict.counted
    who = "la réponse déjà enregistrée avec ce lien" if counted.by == YOU else "la première"
    first = "Avec ce même lien" if counted.by == YOU else capital(counted.by)
    return Dispute(
        counted=_said(question, counted.value),
        counted_by=f"{first}{_by(counted, now).removeprefix(counted.by)}",
        mine=_said(question, conflict.mine),
        mine_by="Vous, à l’instant, sur cette page",
        mine_raw=raw_of(conflict.mine),
        note=f"Sans choix de votre part, c’est {who} qui compte.",
        opening=just_answered(counted.by),
    )


def _said(question: Question, value: Value | None) -> str:
    return f"Sans{NBSP}réponse" if value is None else registry.show(question, value)
