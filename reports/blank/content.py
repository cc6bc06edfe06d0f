"""What a blank questionnaire says on paper. Pure: a questionnaire in, sentences out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil

from app.interview.conditions import Profile
from app.interview.french import listed
from app.interview.kinds import registry
from app.interview.questionnaire import Question, Questionnaire
from app.interview.reach import reachable
from app.questionnaires.formats.asked_of import WHO, asked_of
from app.vocabulary.in_sentences import uncapitalised

ON_A_LINE = 60  # letters that a person writes by hand on one line
MOST_LINES = 3
ABREAST = 4  # boxes on one line
LETTERS_ABREAST = 48  # of all the labels of that line
SHORT_LIST, LETTERS_OF_TWO = 5, 40  # boxes, and letters a label, from which two columns save room
ONE, SEVERAL = "Cochez une seule case.", "Cochez tout ce qui convient."


@dataclass(frozen=True, slots=True)
class Box:
    """A box to tick. `alone`: nothing else is ticked with it."""

    label: str
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """One question. Without boxes, `n_lines` to write on, then its `unit`."""

    number: int
    text: str
    help: str
    how: str
    several: bool
    only_if: str  # a sentence, "" when asked of everyone who reads this paper
    boxes: tuple[Box, ...]
    specials: tuple[Box, ...]  # "Je ne sais pas" comes last
    n_lines: int
    unit: str
    setting: str  # of the boxes: "abreast", "two" columns, or "list"


@dataclass(frozen=True, slots=True)
class Part:
    """One section."""

    title: str
    questions: tuple[Asked, ...]


def parts_of(questionnaire: Questionnaire, profile: Profile | None) -> tuple[Part, ...]:
    """The questions by section, numbered; with a profile, those it may be asked and no other."""
    asked = reachable(questionnaire, profile) if profile else questionnaire.questions
    numbers = {question.code: rank for rank, question in enumerate(asked, start=1)}
    parts = [
        Part(
            section.title,
            tuple(
                _asked(questionnaire, question, numbers, profile)
                for question in section.questions
                if question.code in numbers
            ),
        )
        for section in questionnaire.sections
    ]
    return tuple(part for part in parts if part.questions)


def _asked(
    questionnaire: Questionnaire,
    question: Question,
    numbers: Mapping[str, int],
    profile: Profile | None,
) -> Asked:
    boxes = tuple(Box(one.label, one.exclusive) for one in question.choices)
    specials = tuple(Box(one.label, alone=True) for one in question.specials)
    labels = [box.label for box in (*boxes, *specials)]
    return Asked(
        number=numbers[question.code],
        text=question.text,
        help=question.help,
        how=_how(question),
        several=question.kind == "multiple",
        only_if=_only_if(questionnaire, question, numbers, profile),
        boxes=boxes,
        specials=specials,
        n_lines=0 if boxes else _lines(question),
        unit="%" if question.kind == "percentage" else question.unit,
        setting=_setting(labels),
    )


def _how(question: Question) -> str:
    if not question.choices:
        return registry.expects(question)
    return SEVERAL if question.kind == "multiple" else ONE


def _lines(question: Question) -> int:
    if question.kind != "text":
        return 1
    return min(ceil((question.max_length or MOST_LINES * ON_A_LINE) / ON_A_LINE), MOST_LINES)


def _setting(labels: Sequence[str]) -> str:
    if len(labels) <= ABREAST and sum(map(len, labels)) <= LETTERS_ABREAST:
        return "abreast"
    short = all(len(label) <= LETTERS_OF_TWO for label in labels)
    return "two" if short and len(labels) >= SHORT_LIST else "list"


def _only_if(
    questionnaire: Questionnaire,
    question: Question,
    numbers: Mapping[str, int],
    profile: Profile | None,
) -> str:
    """Under which earlier answers it is asked, and their numbers; what the profile settles, not."""
    conditions = question.conditions
    if profile is not None:
        conditions = tuple(one for one in conditions if one.question is not None)
    if not conditions:
        return ""
    said = asked_of(questionnaire, replace(question, conditions=conditions))
    ranks = dict.fromkeys(str(numbers[one.question]) for one in conditions if one.question)
    where = f" ({'questions' if len(ranks) > 1 else 'question'} {listed(list(ranks), last='et')})"
    said = uncapitalised(said).replace(f"si {WHO}", "si votre collectivité ")
    return f"Seulement {said}{where if ranks else ''}."
