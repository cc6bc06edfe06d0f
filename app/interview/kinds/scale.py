"""The barometer's recurring scale: yes, planned within twelve months, no.

Its choices are the same everywhere, so that themes and years compare; a definition gives only
their points. "Je ne sais pas" is added by the question, as for every kind.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.interview.kinds.single import Single
from app.interview.questionnaire import Choice

YES, PLANNED, NO = "yes", "planned", "no"

LABELS: Mapping[str, str] = {YES: "Oui", PLANNED: "Prévu dans les 12 mois", NO: "Non"}


def scale_choices(points: Mapping[str, int]) -> tuple[Choice, ...]:
    """The three choices with their points, if they are worth any."""
    return tuple(Choice(code, label, points.get(code)) for code, label in LABELS.items())


class Scale(Single):
    name = "scale"
