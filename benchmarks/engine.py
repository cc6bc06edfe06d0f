"""The engine alone: one walk through a questionnaire larger than any of ours.

200 questions, half of them asked only if the one before has a certain answer, all answered.
"""

from __future__ import annotations

import time
from statistics import median

from app.interview.conditions import Condition, Profile
from app.interview.kinds.scale import scale_choices
from app.interview.path import path
from app.interview.questionnaire import Question, Questionnaire, Section
from benchmarks._ground import show

N_QUESTIONS = 200
N_WALKS = 2_000


def large() -> Questionnaire:
    """Every second question hangs on the one before: 100 conditions."""
    questions = [
        Question(
            code=f"q{rank}",
            kind="scale",
            text=f"Question {rank}",
            short=f"Question {rank}",
            choices=scale_choices({}),
            conditions=(Condition("is", "yes", f"q{rank - 1}"),) if rank % 2 else (),
        )
        for rank in range(N_QUESTIONS)
    ]
    sections = tuple(
        Section(f"s{start}", f"Section {start}", tuple(questions[start : start + 10]))
        for start in range(0, N_QUESTIONS, 10)
    )
    return Questionnaire("large", 1, 1, "Grand", 10, sections)


def main() -> None:
    """Print the median time of a walk."""
    questionnaire, profile = large(), Profile("commune", 240)
    answers = {question.code: "yes" for question in questionnaire.questions}
    taken = []
    for _ in range(N_WALKS):
        start = time.perf_counter()
        walked = path(questionnaire, profile, answers)
        taken.append(time.perf_counter() - start)
        assert len(walked.asked) == N_QUESTIONS
    show("engine.walk_200_ms", 1_000 * median(taken), "ms")


if __name__ == "__main__":
    main()
