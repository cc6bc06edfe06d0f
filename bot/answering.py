"""An answer to a question: kept, replaced, or set beside a colleague's."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.collect.confirm import confirm
from app.collect.entries import Entry, Typed
from app.collect.open import Opened, lost_value
from app.collect.save import save
from app.collect.saved import Saved
from app.interview.french import fold
from app.interview.questionnaire import Question
from app.interview.typed import read_typed
from app.interview.values import Misread, Value
from bot import phrases, phrases_again, phrases_waves
from bot.asking import again, ask, conflict, next_of
from bot.channels.channel import Say
from bot.either import COUNTED, MINE, Two, line_in
from bot.picking import pick, picked
from bot.prompts import Asked
from bot.talk import Answered, Reply, Talk, Unread
from bot.ties import given_by

_SECOND_THOUGHT = re.compile(
    r"\b(?:finalement|en fait|tout compte fait|apres reflexion|oups|zut|pardon|rectification|"
    r"je corrige|je rectifie|je me suis trompee?)\b"
)
"""How one takes back what one has just said, which may be the answer to the question before."""


def answer(talk: Talk, reply: Reply) -> Answered:
    """Keep what was typed or pressed in answer to a question, then go on."""
    theme, code = where(reply.asked)
    seen = talk.opened(theme)
    if code not in seen.questionnaire:
        return _gone(talk, seen)
    if not seen.path.asks(code):
        return [Say(phrases.MOVED_ON), next_of(talk, seen, code)]
    question = seen.questionnaire.question(code)
    shown, instead = _replaced(talk, seen, reply.asked)
    option = picked(question, reply)
    if option is not None:
        saved = _save(talk, reply, pick(talk, reply, seen, option, shown))
        return _after(talk, reply, question, saved, None, stay=True)
    saved, first_line = _saved(talk, reply, question, Entry(code, Typed(reply.text), shown))
    if saved.refused:
        expected = phrases.RENDERERS[question.kind](question)
        told = saved.refused[0].sentence
        if _SECOND_THOUGHT.search(fold(reply.text)) and seen.path.before(code) is not None:
            told = phrases_again.perhaps_before(told)
        return Unread(told, expected, phrases.example(question))
    says = _after(talk, reply, question, saved, instead)
    return [Say(phrases.first_line_only(first_line)), *says] if first_line else says


def settle(talk: Talk, reply: Reply) -> Answered:
    """Of two answers, the one that they choose.

    One that a process which ended has saved stands now: its words would mean both.
    """
    theme, code = where(reply.asked)
    seen = talk.opened(theme)
    if code not in seen.questionnaire:
        return _gone(talk, seen)
    question = seen.questionnaire.question(code)
    counted = seen.answers.get(code)
    with talk.desk.db.reading() as session:
        lost = reply.asked.details["lost"]
        mine = lost_value(session, talk.respondent, theme, code, lost)
        chosen = counted is not None and given_by(session, counted.event, reply.source)
    if mine is None:  # a confidential theme was handed in since: it starts blank
        return [Say(phrases.MOVED_ON), next_of(talk, seen, None)]
    stands, by = (counted.value, counted.by) if counted else (None, "")
    two = Two(question, stands, by, mine.value)
    line = MINE if chosen else line_in(two, reply.text)
    if line is None:
        return Unread(phrases_again.ONE_OR_TWO, "1\n2")
    if line == COUNTED:
        return [next_of(talk, seen, code)]
    saved = _save(talk, reply, Entry(code, mine.value, reply.asked.seen))
    return _after(talk, reply, question, saved, None)


def same(talk: Talk, asked: Asked, source: str) -> list[Say]:
    """Take what is suggested for the question."""
    theme, code = where(asked)
    if code not in talk.opened(theme).questionnaire:
        return _gone(talk, talk.opened(theme))
    confirm(talk.desk.db, talk.respondent, theme, [code], source=source, now=talk.now)
    seen = talk.opened(theme)
    question = seen.questionnaire.question(code)
    given = seen.answers.get(code)
    if given is None or given.value is None:
        return [Say(phrases.NOTHING_TO_KEEP)]
    if not talk.said_here(given.event):  # a colleague was quicker
        return [ask(talk, seen, question)]
    return [Say(phrases.noted(question, given.value)), next_of(talk, seen, code)]


def _gone(talk: Talk, seen: Opened) -> list[Say]:
    """The questionnaire does not hold the question of the prompt: on from where one stands."""
    return [Say(phrases_waves.QUESTION_GONE), next_of(talk, seen, None)]


def where(asked: Asked) -> tuple[str, str]:
    """The theme and question of a prompt that has both."""
    assert asked.theme is not None
    assert asked.question is not None
    return asked.theme, asked.question


def _replaced(talk: Talk, seen: Opened, asked: Asked) -> tuple[int | None, Value | None]:
    """What they may replace: what they were shown, or what they said here since.

    With oneself there is no conflict: a second answer, or a message edited, takes the place of the
    first. What a colleague, or the site, said since stays to choose between.
    """
    stands = seen.answers.get(asked.question or "")
    if stands is None or stands.event == asked.seen or not talk.said_here(stands.event):
        return asked.seen, None
    return stands.event, stands.value


def _saved(talk: Talk, reply: Reply, question: Question, entry: Entry) -> tuple[Saved, str]:
    """What became of the whole message; else of its first line, which is then given."""
    saved = _save(talk, reply, entry)
    line, *rest = [line for line in reply.text.splitlines() if line.strip()] or [""]
    if not saved.refused or not rest or not _goes_before(question, line, rest):
        return saved, ""
    first = _save(talk, reply, Entry(entry.question, Typed(line), entry.seen))
    return (saved, "") if first.refused else (first, line)


def _goes_before(question: Question, line: str, rest: Sequence[str]) -> bool:
    """Whether a first line may be an answer by itself, all the other lines being a remark.

    Not where they change it, nor where they answer as well: one of the two may be meant for
    another question. A text in one's own words is kept whole, or not at all.
    """
    if question.kind == "text":
        return False
    first = read_typed(question, line)
    others = [read_typed(question, one) for one in rest]
    if any(one != first for one in others if not isinstance(one, Misread)):
        return False
    return not any(_SECOND_THOUGHT.search(fold(one)) for one in rest)


def _save(talk: Talk, reply: Reply, entry: Entry) -> Saved:
    theme, _ = where(reply.asked)
    return save(talk.desk.db, talk.respondent, theme, [entry], source=reply.source, now=talk.now)


def _after(
    talk: Talk,
    reply: Reply,
    question: Question,
    saved: Saved,
    instead: Value | None,
    *,
    stay: bool = False,
) -> list[Say]:
    """What was understood, then what comes next; or two answers to choose between.

    `stay`: the same question comes next, for one more choice.
    """
    theme, code = where(reply.asked)
    seen = talk.opened(theme)
    if saved.conflicts:
        return [conflict(talk, seen, question, saved.conflicts[0])]
    given = seen.answers.get(code)
    value = given.value if given else None
    current = reply.current
    if current is None or (current.theme, current.question) == (theme, code):
        then = ask(talk, seen, question, noted=True) if stay else next_of(talk, seen, code)
        return [Say(phrases.noted(question, value, instead=instead)), then]
    noted = Say(phrases.noted_earlier(seen, question, value, talk.place))
    if current.link_id != talk.respondent.link_id:
        return [noted, Say(phrases.CURRENT_ELSEWHERE)]
    return [noted, *again(talk, current)]
