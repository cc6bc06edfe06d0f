"""Obeying a command, wherever the conversation stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.collect.card import card_of
from app.collect.open import Opened
from app.collect.overview import Standing
from bot import phrases, phrases_again, phrases_help, phrases_team, phrases_themes
from bot.answering import same
from bot.asking import (
    again,
    ask,
    begin,
    enter,
    first_words,
    next_of,
    ready,
    reminders,
    review,
    theme_first,
    themes,
)
from bot.channels.channel import Say
from bot.commands import Command, Leading
from bot.lists import number_in
from bot.prompts import Asked, PromptKind
from bot.sending import all_sent
from bot.talk import Talk
from bot.team_talk import hand_over, refuse

NEEDS_A_DRAFT = frozenset(
    {
        *(Command.BACK, Command.SKIP, Command.SUBMIT, Command.CHANGE, Command.SAME),
        *(Command.REVIEW, Command.WHY),
    }
)
"""What is about a theme, and mostly about the question that waits."""
_AT_ANY_TIME = frozenset(
    {
        *(Command.HELP, Command.WHO, Command.WHO_SEES, Command.ROBOT, Command.SOMEBODY),
        *(Command.ANGRY, Command.CARD, Command.REMINDERS, Command.REVIEW, Command.THANKS),
        Command.UNKNOWN,
    }
)
"""What may be asked for when the wave is over too; the rest is refused then."""
_TAKES_BACK = frozenset({PromptKind.DELEGATE, PromptKind.CONFIRM_DELEGATE, PromptKind.REASON})
"""Prompts that "retour" and "passer" leave without doing anything."""


def obey(talk: Talk, leading: Leading, asked: Asked, source: str) -> list[Say]:
    """What is answered to a command; a command the door keeps for itself never comes here."""
    if leading.command not in _AT_ANY_TIME:
        talk.overview()  # refused once the wave is over
    plain = _PLAIN.get(leading.command)
    if plain is not None:
        return plain(talk, asked)
    match leading.command:
        case Command.DELEGATE:
            return hand_over(talk, asked, leading.rest)
        case Command.THEMES:
            named = enter_named(talk, leading.rest) if leading.rest else None
            return named or [themes(talk, talk.overview())]
    if leading.command not in NEEDS_A_DRAFT:
        return again(talk, asked)
    if asked.kind in _TAKES_BACK and leading.command in (Command.BACK, Command.SKIP):
        return again(talk, asked)
    if asked.theme is None:
        if leading.command is Command.WHY:
            return [Say(phrases_help.who(talk.letterhead))]
        if asked.kind is PromptKind.REMINDERS and leading.command is Command.SKIP:
            return begin(talk)
        return again(talk, asked) if asked.of_former_wave else theme_first(talk)
    return _in_theme(talk, leading, asked, source)


def enter_named(talk: Talk, name: str) -> list[Say] | None:
    """Go to the theme of that name, if there is one."""
    seen = talk.overview()
    number = number_in(name, [one.theme.name for one in seen.themes])
    return enter(talk, seen.themes[number - 1]) if number else None


def change(talk: Talk, seen: Opened, number: int) -> list[Say]:
    """Ask the question of that rank once more."""
    if not 1 <= number <= len(seen.path.asked):
        return [Say(phrases_again.no_such_answer(len(seen.path.asked)))]
    return [ask(talk, seen, seen.path.asked[number - 1])]


def _in_theme(talk: Talk, leading: Leading, asked: Asked, source: str) -> list[Say]:
    """What makes sense once a theme is chosen."""
    theme = asked.theme or ""
    seen = talk.opened(theme)
    if leading.command is Command.REVIEW and not seen.withheld:
        over, says = talk.ended(), review(talk, seen)
        return [*(say for say in says if say.asked is None), Say(str(over))] if over else says
    if seen.submitted_at is not None:
        if leading.command in (Command.BACK, Command.SKIP) and len(talk.respondent.themes) > 1:
            return begin(talk)
        return enter(talk, talk.overview().of(theme))
    match leading.command:
        case Command.WHY:
            return [Say(_why(seen, asked))]
        case Command.SUBMIT:
            return [ready(talk, seen)]
        case Command.BACK:
            return [_before(talk, seen, asked)]
        case Command.CHANGE:
            return change(talk, seen, int(leading.rest)) if leading.rest else review(talk, seen)
        case Command.SAME if asked.question is not None:
            return same(talk, asked, source)
        case Command.SAME:
            return [Say(phrases.NOTHING_TO_KEEP)]
    if asked.kind is PromptKind.SUBMIT:
        return begin(talk)
    return [next_of(talk, seen, asked.question)]


def _why(seen: Opened, asked: Asked) -> str:
    if asked.question is None or asked.question not in seen.questionnaire:
        return phrases.NOTHING_ASKED_NOW
    return phrases.why(seen.questionnaire.question(asked.question))


def _before(talk: Talk, seen: Opened, asked: Asked) -> Say:
    if asked.question is None:
        return ask(talk, seen, seen.path.asked[-1])
    if asked.question not in seen.questionnaire:
        return next_of(talk, seen, None)
    question = seen.path.before(asked.question)
    if question is None:
        return Say(phrases.FIRST_QUESTION)
    return ask(talk, seen, question)


def _help(talk: Talk, asked: Asked) -> list[Say]:  # noqa: ARG001
    whole, reminders = talk.respondent.may_delegate, talk.manners.writes_first
    results, over = talk.manners.results and whole, talk.ended()
    if over:
        told = phrases_help.help_afterwards(
            talk.letterhead, str(over), reminders=reminders, results=results
        )
    else:
        told = phrases_help.help_for(
            talk.letterhead,
            several=talk.several,
            may_delegate=whole,
            reminders=reminders,
            results=results,
        )
    return [Say(told)]


def _who(talk: Talk, asked: Asked) -> list[Say]:  # noqa: ARG001
    return [Say(phrases_help.who(talk.letterhead))]


def _told(tell: Callable[[Talk], str]) -> Callable[[Talk, Asked], list[Say]]:
    """A sentence that leaves what was asked as it was."""
    return lambda talk, _asked: [Say(tell(talk))]


def _start(talk: Talk, asked: Asked) -> list[Say]:  # noqa: ARG001
    return first_words(talk)


def _resume(talk: Talk, asked: Asked) -> list[Say]:
    """Go on where the response stands, whatever was asked last."""
    if asked.theme is None:
        return begin(talk)
    one = talk.overview().of(asked.theme)
    if asked.kind is PromptKind.NOTHING and one.standing is Standing.SUBMITTED:
        return begin(talk)
    if asked.question is not None and one.standing is not Standing.SUBMITTED:
        seen = talk.opened(asked.theme)
        if asked.question in seen.path.counted:  # answered, perhaps choice by choice: on we go
            return [next_of(talk, seen, asked.question)]
    return enter(talk, one)


def _progress(talk: Talk, asked: Asked) -> list[Say]:  # noqa: ARG001
    told = phrases_themes.progress(talk.overview(), confidential=talk.manners.confidential)
    return [Say(told)]


def _farewell(talk: Talk, asked: Asked) -> list[Say]:  # noqa: ARG001
    return [Say(phrases_themes.farewell(talk.overview()))]


def _site(talk: Talk, asked: Asked) -> list[Say]:  # noqa: ARG001
    return [Say(phrases_themes.on_the_site(talk.site()))]


def _reminders(talk: Talk, asked: Asked) -> list[Say]:  # noqa: ARG001
    if not talk.manners.writes_first:
        return [Say(phrases_team.NEVER_FIRST)]
    return [reminders(talk)]


def _card(talk: Talk, asked: Asked) -> list[Say]:  # noqa: ARG001
    """The card is handed out here, or it is told why not; the wave may be over for long."""
    if not talk.respondent.may_delegate:
        return [Say(phrases_team.CARD_OF_THE_AUTHORITY)]
    if not talk.manners.results:
        return [Say(phrases_team.NO_CARD_HERE)]
    with talk.desk.db.reading() as session:
        card = card_of(session, talk.respondent)
    return [Say(phrases_team.CARD, card=card) if card else Say(phrases_team.NO_CARD_YET)]


def _hello(talk: Talk, asked: Asked) -> list[Say]:
    return [Say(phrases_themes.HELLO), *again(talk, asked)]


def _thanks(talk: Talk, asked: Asked) -> list[Say]:  # noqa: ARG001
    left = talk.ended() is None and not all_sent(talk.overview())
    return [Say(phrases_themes.THANKS if left else phrases_themes.NOTHING_LEFT)]


def _unknown(talk: Talk, asked: Asked) -> list[Say]:  # noqa: ARG001
    return [Say(phrases_help.UNKNOWN_COMMAND)]


_PLAIN: Mapping[Command, Callable[[Talk, Asked], list[Say]]] = {
    Command.START: _start,
    Command.HELP: _help,
    Command.WHO: _who,
    Command.WHO_SEES: _told(lambda talk: phrases_help.who_sees(talk.letterhead)),
    Command.ROBOT: _told(lambda _: phrases_help.ROBOT),
    Command.SOMEBODY: _told(lambda talk: phrases_help.somebody(talk.letterhead, talk.site())),
    Command.PAPER: _told(lambda talk: phrases_help.paper(talk.site())),
    Command.HOW_LONG: _told(
        lambda talk: phrases_themes.how_long(
            talk.overview(), confidential=talk.manners.confidential
        )
    ),
    Command.ANGRY: _told(lambda _: phrases_help.ANGRY),
    Command.AGAIN: again,
    Command.RESUME: _resume,
    Command.PROGRESS: _progress,
    Command.PAUSE: _farewell,
    Command.SITE: _site,
    Command.DECLINE: refuse,
    Command.REMINDERS: _reminders,
    Command.CARD: _card,
    Command.HELLO: _hello,
    Command.THANKS: _thanks,
    Command.UNKNOWN: _unknown,
}
