"""Sending a theme, or having it validated; opening again what was sent."""

from __future__ import annotations

import re

from app.collect.overview import Overview, Standing
from app.collect.refusals import NothingToSubmit
from app.collect.reopen import reopen
from app.collect.submit import submit
from app.collect.validate import ask_validation
from app.interview.typed_lines import first_word
from app.interview.typed_words import said, without_courtesy
from bot import phrases_again, phrases_team, phrases_themes
from bot.asking import begin, enter, next_of, themes
from bot.channels.channel import Say
from bot.talk import Answered, Reply, Talk, Unread

_YES = frozenset(
    {
        *("ok", "okay", "d'accord", "vas-y", "allez-y", "volontiers", "go", "c'est bon"),
        *("je confirme", "confirmer", "envoyer", "rouvrir", "avec plaisir", "pourquoi pas"),
    }
)
_YES_DO = re.compile(r"(?:oui|ok|d'accord),? (?:(?:vous pouvez|tu peux) )?(?:l'|les )?envoye[rz]")
_NO = frozenset({"pas encore", "surtout pas", "annuler", "annule", "pas tout de suite", "jamais"})


def yes_or_no(text: str) -> bool | None:
    """Whether they said yes, or no; None for anything else, figures included.

    A "1" meant for the question before must neither send a theme, nor open it again.
    """
    words = said(text[:50])
    for way in (words, without_courtesy(words)):
        first = first_word(way)
        if first == "oui" or way in _YES or _YES_DO.fullmatch(way):
            return True
        if first == "non" or way in _NO:
            return False
    return None


YES_NO_EXPECTED = Unread(phrases_again.YES_OR_NO, "oui\nnon", "oui")


def decide(talk: Talk, reply: Reply) -> Answered:
    """Send the theme, or not yet."""
    theme, meant = reply.asked.theme, yes_or_no(reply.text)
    if meant is None or theme is None:
        return YES_NO_EXPECTED
    if not meant:
        return begin(talk) if len(talk.respondent.themes) > 1 else [Say(phrases_team.NOT_SENT)]
    if talk.overview().of(theme).needs_validation:
        return _ask_validation(talk, theme)
    try:
        receipt = submit(
            talk.desk.db,
            talk.respondent,
            theme,
            talk.letterhead,
            completeness=talk.desk.completeness,
            now=talk.now,
        )
    except NothingToSubmit as refused:
        return [Say(str(refused)), next_of(talk, talk.opened(theme), None)]
    thanks = Say(phrases_themes.receipt(receipt.submission))
    seen = talk.overview()
    if all_sent(seen):
        return [thanks, nothing_left(talk, seen)]
    return [thanks, themes(talk, seen)]


def nothing_left(talk: Talk, seen: Overview) -> Say:
    """All is sent; how to change an answer, or to answer for another authority."""
    whole = talk.respondent.may_delegate
    return Say(phrases_themes.all_sent(seen, several=talk.several, whole=whole))


def all_sent(seen: Overview) -> bool:
    """Whether nothing is left to send."""
    return all(one.standing is Standing.SUBMITTED for one in seen.themes)


def open_again(talk: Talk, reply: Reply) -> Answered:
    """Open what was sent, or leave it."""
    theme, meant = reply.asked.theme, yes_or_no(reply.text)
    if meant is None or theme is None:
        return YES_NO_EXPECTED
    if not meant:
        return [themes(talk, talk.overview())]
    reopen(talk.desk.db, talk.respondent, theme, now=talk.now)
    one = talk.overview().of(theme)
    return [Say(phrases_themes.reopened(one.theme.name)), *enter(talk, one)]


def _ask_validation(talk: Talk, theme: str) -> list[Say]:
    told = ask_validation(talk.desk.db, talk.respondent, theme, talk.letterhead, now=talk.now)
    said = (
        phrases_team.VALIDATION_UNREACHABLE if told.unreachable else phrases_team.VALIDATION_ASKED
    )
    return [Say(said), themes(talk, talk.overview())]
