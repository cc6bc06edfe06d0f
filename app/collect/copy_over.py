"""Copy answers from one authority to another of the same mailbox, question by question.

Cybersecurity is never copied, drafts included: simpler to promise, and safer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.collect.entries import Entry
from app.collect.save import save_into
from app.collect.standing import Held, hold_draft, look
from app.db import Database
from app.errors import Hidden
from app.interview.kinds import registry
from app.interview.questionnaire import Question
from app.interview.values import Value
from app.vocabulary.scope import Respondent
from app.vocabulary.themes import BY_CODE


class NeverCopied(Hidden):
    """A confidential theme: neither its answers nor that they are alike may be told."""

    sentence = (
        "Les réponses de ce thème ne se recopient pas. "
        "Répondez séparément pour chaque collectivité."
    )


@dataclass(frozen=True, slots=True)
class CopyRow:
    """One answer that could be copied. `event`: what gave it; `seen`: what stands there, if any."""

    question: Question
    number: int  # rank among the questions asked there
    value: Value
    said: str
    said_there: str  # "" when blank
    event: int
    seen: int | None

    @property
    def replaces(self) -> bool:
        """Whether an answer stands there already."""
        return bool(self.said_there)


@dataclass(frozen=True, slots=True)
class Pick:
    """One answer ticked on the page, and the two events that it showed."""

    question: str
    event: int
    seen: int | None


@dataclass(frozen=True, slots=True)
class Copied:
    """How many answers were copied, and how many were not because one of both had changed."""

    n_copied: int
    n_changed: int


def rows_to_copy(source: Held, target: Held) -> tuple[CopyRow, ...]:
    """What counts in the one, is asked in the other, and is blank or different there.

    Nothing between two versions of a questionnaire, two themes, or of a confidential one.
    """
    if (
        source.case.theme != target.case.theme
        or BY_CODE[target.case.theme].confidential
        or source.response.questionnaire_id != target.response.questionnaire_id
    ):
        return ()
    given, there = source.walked().counted, target.walked()
    if not given:
        return ()
    return tuple(
        _row(source, target, question, number, given[question.code], there.counted)
        for number, question in enumerate(there.asked, start=1)
        if question.code in given and there.counted.get(question.code) != given[question.code]
    )


def _row(
    source: Held,
    target: Held,
    question: Question,
    number: int,
    value: Value,
    there: Mapping[str, Value],
) -> CopyRow:
    code = question.code
    current, kept = there.get(code), target.response.answers.get(code)
    return CopyRow(
        question=question,
        number=number,
        value=value,
        said=registry.show(question, value),
        said_there="" if current is None else registry.show(question, current),
        event=source.response.answers[code]["event"],
        seen=kept["event"] if kept else None,
    )


def copyable(
    session: Session, source: Respondent, target: Respondent, theme: str
) -> tuple[CopyRow, ...]:
    """What the page proposes; `NeverCopied` for a confidential theme."""
    _refuse_confidential(theme)
    return rows_to_copy(look(session, source, theme), look(session, target, theme))


def copy_over(
    db: Database,
    source: Respondent,
    target: Respondent,
    theme: str,
    picks: Sequence[Pick],
    *,
    sending: str,
    now: datetime,
) -> Copied:
    """Save the answers ticked, in the name of the target's own link; the others stay as they are.

    What is copied is what was shown: an answer that has changed since, here or there, is not.
    `sending` names it, as `source` does for `save`: sent twice, it counts once.
    """
    _refuse_confidential(theme)
    with db.transaction() as session:
        held = hold_draft(session, target, theme, now=now)
        from_there = look(session, source, theme)
        rows = {row.question.code: row for row in rows_to_copy(from_there, held)}
        origin = f"copy:{from_there.response.id}"
        entries = [
            Entry(pick.question, row.value, pick.seen, origin)
            for pick in picks
            if (row := rows.get(pick.question)) is not None
            and (pick.event, pick.seen) == (row.event, row.seen)
        ]
        kept = save_into(session, held, target, entries, source=sending, now=now).kept
        # Not in `rows`: the same answer stands there already, or the question left the path.
        stale = {pick.question for pick in picks if pick.question in rows} - set(kept)
        return Copied(len(kept), len(stale))


def _refuse_confidential(theme: str) -> None:
    if theme in BY_CODE and BY_CODE[theme].confidential:
        raise NeverCopied
