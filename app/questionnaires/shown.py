"""The version of each theme that anybody may read: the one asked, else issued, else packaged."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Row, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from app.interview.questionnaire import Questionnaire
from app.models.campaigns import QuestionnaireVersion
from app.questionnaires.load import load_all
from app.questionnaires.publish import stored_as


@dataclass(frozen=True, slots=True)
class Shown:
    """One theme's questionnaire. Unless `issued`, its text may still change."""

    questionnaire: Questionnaire
    issued: bool


def shown(session: Session, asked: Collection[int]) -> dict[str, Shown]:
    """By theme: the version among these that a wave asks, else the latest issued, else ours."""
    found = {form.theme: Shown(form, issued=False) for form in _packaged()}
    for row in _rows(session, asked):
        form = stored_as(session, row.id, row.digest)
        found[row.theme] = Shown(form, issued=row.state == "issued" and not form.simulated)
    return found


def _rows(session: Session, asked: Collection[int]) -> Sequence[Row[int, str, str, str]]:
    """Id, theme, state and digest of one version a theme."""
    known = QuestionnaireVersion
    is_asked = known.id.in_(asked)
    issued = (known.state == "issued") & known.simulated.is_(False)
    return session.execute(
        select(known.id, known.theme, known.state, known.digest)
        .where(or_(is_asked, issued))
        .ext(distinct_on(known.theme))
        .order_by(known.theme, is_asked.desc(), known.version.desc())
    ).all()


@cache
def _packaged() -> tuple[Questionnaire, ...]:
    """Nine files, read once a process."""
    return tuple(load_all())
