"""What is said when a wave, or a question, is not any more what it was."""

from __future__ import annotations

from app.interview.french import NBSP
from app.messages.letterhead import Letterhead
from bot.phrases_help import who_to_ask

FORMER_WAVE = (
    f"Ce message est d’une vague passée{NBSP}: vos réponses d’alors sont gardées, et celle-ci n’y "
    "change rien. Une nouvelle vague est ouverte."
)
QUESTION_GONE = (
    "Cette question a changé depuis que nous l’avons posée, et nous n’avons pas gardé cette "
    "réponse. Reprenons où vous en êtes."
)


def theme_not_asked(theme: str) -> str:
    """A theme that this authority is not asked, or not any more."""
    return f"Votre collectivité n’est plus interrogée sur «{NBSP}{theme}{NBSP}»."


def theme_gone(theme: str) -> str:
    """The same, under its question."""
    told = "Ce que vous aviez répondu est gardé, et ce message n’y ajoute rien."
    return f"{theme_not_asked(theme)} {told}"


def authority_gone(name: str, letterhead: Letterhead, *, listed: bool) -> str:
    """An authority that is asked nothing any more, and who answers in its place.

    `listed`: it still is in the official list. Which one it joined, that list does not say.
    """
    if listed:
        why = "Vous n’avez plus rien à remplir pour elle."
    else:
        why = (
            "Elle ne figure plus sur la liste officielle. Si elle a fusionné, c’est la nouvelle "
            "collectivité qui répond désormais, avec le lien que nous lui envoyons."
        )
    return (
        f"{name}{NBSP}: cette collectivité n’est plus interrogée. {why} Vos réponses sont gardées. "
        f"{who_to_ask(letterhead)}"
    )
