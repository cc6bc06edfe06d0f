"""How far one case was answered, in counts: what the console may say of it, never a value.

"Je ne sais pas" is an answer: the question was read and dealt with, and the case keeps its
disposition (AAPOR: item nonresponse is no unit nonresponse). But it tells nothing of the authority,
so its number is told apart. It changes no response rate: those count cases, not questions.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.collect.open import is_withheld
from app.collect.standing import Held
from app.models.campaigns import QuestionnaireVersion, Wave
from app.models.cases import Case, SurveyResponse
from app.models.scope import visible_to
from app.questionnaires.publish import stored_as
from app.vocabulary.scope import Scope


@dataclass(frozen=True, slots=True)
class Handled:
    """Questions asked of this authority, answered by it, and those of them it does not know."""

    n_asked: int
    n_answered: int
    n_dont_know: int


def handled(session: Session, scope: Scope, case_id: int) -> Handled | None:
    """The counts of a case that this scope may read.

    None when nothing was answered, and for a confidential theme once it is handed in: the number
    of questions asked would tell answers.
    """
    row = session.execute(
        select(Case, SurveyResponse, QuestionnaireVersion.digest, Wave.ends_at)
        .join(SurveyResponse, SurveyResponse.case_id == Case.id)
        .join(QuestionnaireVersion, QuestionnaireVersion.id == SurveyResponse.questionnaire_id)
        .join(Wave, Wave.id == Case.wave_id)
        .where(Case.id == case_id, Case.territory_id.in_(visible_to(scope)))
    ).one_or_none()
    if row is None or not row[1].answers or is_withheld(row[0].theme, row[1].submitted_at):
        return None
    case, response, digest, ends_at = row
    questionnaire = stored_as(session, response.questionnaire_id, digest)
    walked = Held(case, response, questionnaire, ends_at).walked()
    if not walked.counted:
        return None
    return Handled(len(walked.asked), len(walked.counted), walked.n_dont_know)
