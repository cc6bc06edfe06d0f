"""Hand in one theme."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.cases.record import record
from app.collect.live import mark_of_draft
from app.collect.open import Submission, submission_of
from app.collect.receipts import next_number, queue_receipt
from app.collect.refusals import AnswersChanged, AwaitsValidation, NothingToSubmit
from app.collect.standing import Held, hold
from app.collect.team_standing import team_standing
from app.collect.validate import approve
from app.db import Database
from app.messages.letterhead import Letterhead
from app.vocabulary.dispositions import USUAL, Completeness
from app.vocabulary.scope import ActorKind, Respondent


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the person is told: number and counts. `mailed`: the same goes to their mailbox."""

    submission: Submission
    mailed: bool

    @property
    def number(self) -> str:
        return self.submission.number


def submit(
    db: Database,
    respondent: Respondent,
    theme: str,
    letterhead: Letterhead,
    *,
    completeness: Completeness = USUAL,
    seen: str | None = None,
    now: datetime,
) -> Receipt:
    """Hand in one theme. All or nothing: the response, the case and the receipt's message.

    Blanks are accepted. Where a team has somebody validate, nobody else submits. A theme already
    handed in gives its receipt again and writes nothing: a form sent twice is not a mistake.
    `seen` is the mark of the answers that the person read (see `live`), if they read them all:
    `AnswersChanged` when these are others.
    """
    with db.transaction() as session:
        held = hold(session, respondent, theme, now=now)
        return submit_into(session, held, respondent, letterhead, completeness, seen=seen, now=now)


def submit_into(
    session: Session,
    held: Held,
    respondent: Respondent,
    letterhead: Letterhead,
    completeness: Completeness,
    *,
    seen: str | None = None,
    now: datetime,
) -> Receipt:
    """The step of `submit`, for who holds the theme already."""
    case, response = held.case, held.response
    if response.submitted_at is not None:
        return Receipt(submission_of(held), mailed=False)
    walked = held.walked()
    if not walked.counted:
        raise NothingToSubmit
    team = team_standing(session, respondent, case.wave_id, [response.id])
    if team.needs_validation:
        raise AwaitsValidation
    if seen is not None and seen != mark_of_draft(held):
        raise AnswersChanged
    if team.validates and respondent.author.kind is ActorKind.LINK:
        approve(session, held, respondent, now=now)
    response.receipt_number = next_number(session, case, response)
    response.submitted_at = now
    response.submitted_by_kind = respondent.author.kind
    response.submitted_by_id = respondent.author.id
    to = completeness.of_submission(walked.share_answered)
    record(session, case, to, why="submitted", by=respondent.author, at=now)
    handed_in = submission_of(held)
    mailed = queue_receipt(
        session, respondent.link_id, case, handed_in, key_id=letterhead.signer.key_id, now=now
    )
    return Receipt(handed_in, mailed)
