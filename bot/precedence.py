"""An order, or an answer that is spelt alike? Both may be one word in a chat."""

from __future__ import annotations

from app.interview.french import fold
from app.interview.questionnaire import Question
from app.interview.typed import read_typed
from app.interview.typed_words import telling, tokens
from app.interview.values import Misread
from bot.commands import TAUGHT, Leading
from bot.prompts import Asked, PromptKind
from bot.talk import Talk


def asked_question(talk: Talk, asked: Asked) -> Question | None:
    """The question that a prompt waits for, as it is asked now; None where there is none."""
    if asked.kind is not PromptKind.QUESTION or asked.theme is None or asked.question is None:
        return None
    questionnaire = talk.opened(asked.theme).questionnaire
    return questionnaire.question(asked.question) if asked.question in questionnaire else None


def is_answer(question: Question, text: str, leading: Leading | None) -> bool:
    """Whether a text answers this question, rather than the order that it may be as well.

    An order that was said alone is one, unless
    - it is the whole label of a choice, little words aside: "papier", for "Sur papier";
    - or it is one word that we never tell people to write, it stands in the label of a choice, and
      it is read as that choice: "collectivités", for "D’autres collectivités".
    Among other words it leads only where they do not answer.
    """
    if leading is not None and leading.firm:
        return False
    if leading is None or not leading.word:
        return reads(question, text)
    labels = [tokens(fold(choice.label)) for choice in question.choices]
    said = tokens(leading.word)
    if any(telling(label) == telling(said) for label in labels):
        return reads(question, text)
    if leading.word in TAUGHT or len(said) > 1:
        return False
    return any(said[0] in label for label in labels) and reads(question, text)


def reads(question: Question, text: str) -> bool:
    """Whether this text is an answer to this question."""
    return not isinstance(read_typed(question, text), Misread)
