"""An authority, or a person, says no."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.cases.record import record
from app.collect.refusals import MayNotDecline, NothingToDecline, NotYourTheme, UnknownReason
from app.collect.standing import hold_all
from app.db import Database
from app.vocabulary.dispositions import D
from app.vocabulary.scope import Respondent


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one does not answer, and what the case becomes."""

    code: str
    label: str
    disposition: D


# "Ce thème ne nous concerne pas" stays a refusal: nobody takes themselves out of the
# denominator. The code is kept as the event's reason.
REASONS: tuple[Reason, ...] = (
    Reason("no_time", "Nous n’avons pas le temps ou les moyens", D.REFUSED_BY_AUTHORITY),
    Reason("decided", "La collectivité a décidé de ne pas répondre", D.REFUSED_BY_AUTHORITY),
    Reason("not_concerned", "Ce sujet ne nous concerne pas", D.REFUSED_BY_AUTHORITY),
    Reason("not_me", "Je ne suis pas la bonne personne", D.REFUSED_BY_PERSON),
    Reason("no_reason", "Je préfère ne pas le dire", D.REFUSED_BY_PERSON),
)
_NO = frozenset({D.REFUSED_BY_AUTHORITY, D.REFUSED_BY_PERSON})
_BY_CODE = {reason.code: reason for reason in REASONS}


def decline(
    db: Database, respondent: Respondent, themes: Sequence[str], reason: str, *, now: datetime
) -> tuple[str, ...]:
    """Refuse these themes for this wave; those that moved, in order.

    Submitted ones are left alone. Nothing is lost: answering again is enough to change one's mind.
    """
    if reason not in _BY_CODE:
        raise UnknownReason
    if not respondent.may_delegate:
        raise MayNotDecline
    if not themes or not set(themes) <= set(respondent.themes):
        raise NotYourTheme
    told = _BY_CODE[reason]
    with db.transaction() as session:
        declined = []
        for held in hold_all(session, respondent, themes, now=now):
            if held.response.submitted_at is not None:
                continue
            declined.append(held.case.theme)
            if D(held.case.disposition) in _NO:
                continue  # they said no already, perhaps for another reason
            record(
                session,
                held.case,
                told.disposition,
                why=f"declined:{told.code}",
                by=respondent.author,
                at=now,
            )
        if not declined:
            raise NothingToDecline
        return tuple(declined)
