"""Several choices by buttons: a press adds its choice or takes it away, until "Continuer"."""

from __future__ import annotations

from app.collect.entries import Entry
from app.collect.open import Opened, lost_value
from app.interview.questionnaire import Option, Question
from app.interview.values import Value
from bot.talk import Reply, Talk
from bot.ties import given_by


def picked(question: Question, reply: Reply) -> Option | None:
    """The choice that a press adds or takes away; None where it is typed, or answers at once."""
    if not reply.pressed or question.kind != "multiple":
        return None
    return next((one for one in question.options if str(one.number) == reply.text), None)


def pick(talk: Talk, reply: Reply, seen: Opened, option: Option, shown: int | None) -> Entry:
    """The answer that this press makes of the one that stands, which `shown` names.

    Where a colleague answered since, it is made of what the person was shown: two answers to choose
    between. A press that a process which ended has saved already is not turned back.
    """
    question = seen.questionnaire.question(reply.asked.question or "")
    stands = seen.answers.get(question.code)
    if stands is None:
        return Entry(question.code, turned(question, None, option.code))
    with talk.desk.db.reading() as session:
        if given_by(session, stands.event, reply.source):
            return Entry(question.code, stands.value, stands.event)
        if stands.event == shown:
            before = stands.value
        else:
            theme = seen.theme.code
            kept = lost_value(session, talk.respondent, theme, question.code, shown or 0)
            before = kept.value if kept else None
    return Entry(question.code, turned(question, before, option.code), shown)


def turned(question: Question, value: Value | None, code: str) -> Value | None:
    """The value with that choice, or without it; None when nothing is chosen any more.

    What stands alone ("Aucun", "Je ne sais pas") takes the place of all, and gives it to any other.
    """
    if code in held(value):
        return tuple(one for one in held(value) if one != code) or None
    special = next((one for one in question.specials if one.value == code), None)
    if special is not None:
        return None if value is special else special
    alone = {choice.code for choice in question.choices if choice.exclusive}
    chosen = {code} if code in alone else {*held(value), code} - alone
    return tuple(choice.code for choice in question.choices if choice.code in chosen)


def held(value: Value | None) -> tuple[str, ...]:
    """The codes of the choices of an answer of several."""
    return value if isinstance(value, tuple) else ()
