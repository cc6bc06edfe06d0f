"""Hand in one theme."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.cases.record import record
from app.collect.open import Submission, submission_of
from app.collect.receipts import next_number, queue_receipt
from app.collect.refusals import NothingToSubmit
from app.collect.standing import hold
from app.db import Database
from app.messages.letterhead import Letterhead
from app.vocabulary.dispositions import of_submission
from app.vocabulary.scope import Respondent


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
    now: datetime,
) -> Receipt:
    """Hand in one theme. All or nothing: the response, the case and the receipt's message.

    Blanks are accepted. A theme already handed in gives its receipt again and writes nothing: a
    form sent twice is not a mistake.
    """
    with db.transaction() as session:
        held = hold(session, respondent, theme, now=now)
        case, response = held.case, held.response
        if response.submitted_at is not None:
            return Receipt(submission_of(held), mailed=False)
        walked = held.walked()
        if not walked.counted:
            raise NothingToSubmit
        response.receipt_number = next_number(session, case, response)
        response.submitted_at = now
        response.submitted_by_kind = respondent.author.kind
        response.submitted_by_id = respondent.author.id
        record(
            session,
            case,
            of_submission(walked.share_answered),
            why="submitted",
            by=respondent.author,
            at=now,
        )
        handed_in = submission_of(held)
        mailed = queue_receipt(
            session, respondent.link_id, case, handed_in, key_id=letterhead.signer.key_id, now=now
        )
        return Receipt(handed_in, mailed)
