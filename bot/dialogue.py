"""The dialogue: from what a person wrote to what is answered. No messenger, no state.

It speaks to the use cases of `app.collect`, as the pages do: an answer given here is on the site
at once, and the other way round.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from app.collect.authors import YOU
from app.collect.overview import Overview
from app.collect.refusals import AlreadySubmitted
from app.interview.french import fold
from app.vocabulary.themes import BY_CODE
from bot import phrases, phrases_again, phrases_themes, phrases_waves
from bot.answering import answer, settle
from bot.asking import (
    YES_NO,
    again,
    begin,
    enter,
    may_ask,
    next_of,
    options_of,
    prompt,
    reason_buttons,
    theme_buttons,
    themes,
)
from bot.channels.channel import Button, Say
from bot.commands import OF_THE_DOOR, Command, Leading, guessed_in
from bot.leading import change, enter_named, obey
from bot.lists import number_in
from bot.precedence import asked_question, completed, is_answer
from bot.prompts import Asked, PromptKind
from bot.questions_back import asks
from bot.sending import all_sent, decide, open_again, yes_or_no
from bot.talk import Answered, Reply, Talk, Unread
from bot.team_talk import choose_reminders, confirm, say_why_not, whom

WAYS_OUT = (Button("Passer", "passer"), Button("Site", "site"), Button("Aide", "aide"))


def hear(talk: Talk, reply: Reply, leading: Leading | None) -> list[Say] | Leading:
    """Answer one message: a command is obeyed, anything else answers its prompt.

    A misspelt command that only the door can obey is given back.
    """
    theme = reply.asked.theme
    if theme is not None and theme not in talk.respondent.themes:
        return _of_a_theme_gone(talk, reply, leading, theme)
    if theme is not None and not may_ask(talk, theme):
        # Not for this messenger any more: what the person wants is not over.
        reply = replace(reply, asked=prompt(talk, PromptKind.NOTHING))
    if leading is not None and (reply.pressed or not _means_an_answer(talk, reply, leading)):
        if leading.command in OF_THE_DOOR:
            return leading
        if leading.command is not Command.SUBMIT or reply.asked.kind is not PromptKind.SUBMIT:
            return obey(talk, leading, reply.asked, reply.source)
        reply = replace(reply, text="oui")  # "envoyer", once we asked whether to send
    try:
        answered = _LISTENERS[reply.asked.kind](talk, reply)
    except AlreadySubmitted:  # by themselves, perhaps on the site, or by a colleague
        one = talk.overview().of(reply.asked.theme or "")
        told = phrases.SENT_BY_YOU if one.submitted_by == YOU else phrases.SENT_MEANWHILE
        return [Say(told), *enter(talk, one)]
    if isinstance(answered, Unread):
        return _not_understood(talk, reply, answered)
    return answered


def _of_a_theme_gone(
    talk: Talk, reply: Reply, leading: Leading | None, theme: str
) -> list[Say] | Leading:
    """They are not asked this theme any more: told once, with what is asked instead."""
    told = Say(phrases_waves.theme_gone(BY_CODE[theme].name))
    if leading is None:
        return [told, *begin(talk)]
    if leading.command in OF_THE_DOOR:
        return leading
    says = obey(talk, leading, prompt(talk, PromptKind.NOTHING), reply.source)
    return [told, *says] if any(say.asked for say in says) else says


def _means_an_answer(talk: Talk, reply: Reply, leading: Leading) -> bool:
    """Whether words that may lead elsewhere answer this question."""
    if leading.firm:
        return False
    question = asked_question(talk, reply.asked)
    if question is None or completed(talk, reply.asked, leading):
        return False
    return is_answer(question, reply.text, leading)


def _choose_theme(talk: Talk, reply: Reply) -> Answered:
    """By its number in the prompt, which may be older than the list is now, or by its name."""
    seen = talk.overview()
    codes = [str(code) for code in reply.asked.details["themes"]]
    labels = [BY_CODE[code].name for code in codes]
    number = number_in(reply.text, labels)
    if number is None:
        return _no_theme(seen, reply, labels)
    if codes[number - 1] not in talk.respondent.themes:
        return [Say(phrases_waves.theme_not_asked(labels[number - 1])), themes(talk, seen)]
    return enter(talk, seen.of(codes[number - 1]))


def _no_theme(seen: Overview, reply: Reply, labels: list[str]) -> Answered:
    """ "Ok" to what was just told, "non" to going on, or what is not understood."""
    said = yes_or_no(reply.text)
    if said is not None and all_sent(seen):
        return [Say(phrases_themes.NOTHING_LEFT)]
    if said is False:
        return [Say(phrases_themes.farewell(seen))]
    told = phrases_again.which_theme(len(labels))
    if said and not reply.asked.details.get("misread"):
        told = phrases_themes.WHENEVER
    return Unread(told, phrases.numbered(labels))


def _after_review(talk: Talk, reply: Reply) -> Answered:
    """The number of an answer to change, or on we go."""
    overview, seen = talk.overview(), talk.opened(reply.asked.theme or "")
    if seen.submitted_at is not None:
        return enter(talk, overview.of(seen.theme.code))
    said = fold(reply.text).strip(" .!?")
    if said.isdecimal() and len(said) < 4:
        return change(talk, seen, int(said))
    number = number_in(reply.text, [question.short for question in seen.path.asked])
    if number is not None:
        return change(talk, seen, number)
    if yes_or_no(reply.text) is not None:
        return [next_of(talk, seen, None)]
    return Unread(phrases_again.REVIEW, phrases.REVIEW_ASKS, "continuer")


def _goes_on(talk: Talk, reply: Reply) -> Answered:
    """Nothing was waited for: what was asked before is asked again, never taken as answered."""
    if reply.asked.crossed:
        was = PromptKind(reply.asked.details["was"])
        return [Say(phrases.CROSSED), *again(talk, replace(reply.asked, kind=was, details={}))]
    if all_sent(talk.overview()) and yes_or_no(reply.text) is not None:
        return [Say(phrases_themes.NOTHING_LEFT)]
    if len(fold(reply.text)) > 4:
        named = enter_named(talk, reply.text)
        if named is not None:
            return named
    was = PromptKind(reply.asked.details.get("was", PromptKind.THEME))
    return again(talk, replace(reply.asked, kind=was))


_LISTENERS: Mapping[PromptKind, Callable[[Talk, Reply], Answered]] = {
    PromptKind.THEME: _choose_theme,
    PromptKind.QUESTION: answer,
    PromptKind.CONFLICT: settle,
    PromptKind.SUBMIT: decide,
    PromptKind.REVIEW: _after_review,
    PromptKind.REOPEN: open_again,
    PromptKind.REMINDERS: choose_reminders,
    PromptKind.DELEGATE: whom,
    PromptKind.CONFIRM_DELEGATE: confirm,
    PromptKind.REASON: say_why_not,
    PromptKind.NOTHING: _goes_on,
}
"""Who listens to the answer of each prompt; the door listens to the choice of an authority."""


def _not_understood(talk: Talk, reply: Reply, unread: Unread) -> list[Say] | Leading:
    """Perhaps a misspelt command, or another theme's name; else ask again, in other words."""
    talk.overview()  # refused once the wave is over
    if reply.edited:
        return [Say(phrases.EDIT_NOT_READ)]
    guessed = guessed_in(reply.text)
    if guessed is not None and guessed.command in OF_THE_DOOR:
        return guessed
    if guessed is not None:
        return obey(talk, guessed, reply.asked, reply.source)
    if talk.is_place(reply.text):
        return Leading(Command.TERRITORIES, reply.text)
    if len(fold(reply.text)) > 4 and reply.asked.kind is not PromptKind.THEME:
        elsewhere = enter_named(talk, reply.text)
        if elsewhere is not None:
            return elsewhere
    if asks(reply.text) and reply.asked.question is not None:
        unread = replace(unread, told=phrases_again.no_answer_to(unread.told))
    return [ask_again(talk, reply.asked, reply.text, unread)]


def _buttons_of(talk: Talk, asked: Asked) -> tuple[Button, ...]:
    """What a prompt may be answered with, as when it was first asked."""
    match asked.kind:
        case PromptKind.QUESTION if asked.theme and asked.question:
            seen = talk.opened(asked.theme)
            return options_of(seen, seen.questionnaire.question(asked.question))
        case PromptKind.SUBMIT | PromptKind.REOPEN | PromptKind.REMINDERS:
            return YES_NO
        case PromptKind.THEME:
            return theme_buttons([str(code) for code in asked.details["themes"]])
        case PromptKind.REASON:
            return reason_buttons()
    return ()


def ask_again(talk: Talk, asked: Asked, typed: str, unread: Unread) -> Say:
    """The same prompt in other words; it counts how often it was not understood."""
    n = int(asked.details.get("misread", 0)) + 1
    leave = asked.kind is not PromptKind.THEME
    text = phrases_again.again(n, unread.told, typed, unread.expected, unread.example, leave=leave)
    tired = leave and n > phrases_again.N_PLAIN
    buttons = WAYS_OUT if tired else _buttons_of(talk, asked)
    return Say(text, buttons, replace(asked, details={**asked.details, "misread": n}))
