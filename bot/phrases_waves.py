"""What is said when a wave, or a question, is not any more what it was."""

from __future__ import annotations

from app.interview.french import NBSP

FORMER_WAVE = (
    f"Ce message est d’une vague passée{NBSP}: vos réponses d’alors sont gardées, et celle-ci n’y "
    "change rien. Une nouvelle vague est ouverte."
)
QUESTION_GONE = (
    "Cette question a changé depuis que nous l’avons posée, et nous n’avons pas gardé cette "
    "réponse. Reprenons où vous en êtes."
)
