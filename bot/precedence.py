"""An order, or an answer that is spelt alike? Both may be one word in a chat.

An open question takes any words: an order is told from an answer to it by what completes it.
"""

from __future__ import annotations

from app.interview.french import fold
from app.interview.questionnaire import Question
from app.interview.typed import read_typed
from app.interview.typed_words import telling, tokens
from app.interview.values import Misread
from app.vocabulary.themes import BY_CODE
from bot.commands import TAUGHT, Command, Leading
from bot.lists import number_in
from bot.prompts import Asked, PromptKind
from bot.talk import Talk
from bot.team_talk import address_in


def asked_question(talk: Talk, asked: Asked) -> Question | None:
    """The question that a prompt waits for, as it is asked now; None where there is none."""
    if asked.kind is not PromptKind.QUESTION or asked.theme is None or asked.question is None:
        return None
    questionnaire = talk.opened(asked.theme).questionnaire
    return questionnaire.question(asked.question) if asked.question in questionnaire else None


def completed(talk: Talk, asked: Asked, leading: Leading) -> bool:
    """Whether what follows an order makes it one, under an open question too.

    The number of a question that is asked, a colleague's address, one of our themes by its name,
    whether it is asked of them or not.
    """
    match leading.command:
        case Command.CHANGE if leading.rest:
            return 1 <= int(leading.rest) <= len(talk.opened(asked.theme or "").path.asked)
        case Command.DELEGATE:
            return bool(address_in(leading.rest))
        case Command.THEMES:
            labels = [theme.name for theme in BY_CODE.values()]
            return any(is_called(label, leading.rest) for label in labels) and (
                number_in(leading.rest, labels) is not None
            )
    return False


def is_called(label: str, typed: str) -> bool:
    """Whether every word that was typed, little ones aside, is a word of this name."""
    said = telling(tokens(fold(typed)))
    return bool(said) and set(said) <= set(tokens(fold(label)))


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
