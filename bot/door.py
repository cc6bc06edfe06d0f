"""Who is speaking, and for whom: what comes before the dialogue itself."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from datetime import datetime

from app.links.chats import chat_of
from app.links.tie_codes import read_digits
from app.links.tying import NotTied, hash_of_chat, tie_with
from bot import phrases, phrases_help, phrases_team
from bot.asking import first_words
from bot.channels.channel import Heard, Messenger, Say, Thing
from bot.commands import OF_THE_DOOR, Command, Leading, is_courtesy, leading_in
from bot.desk import Desk
from bot.prompts import Asked, PromptKind, Sent, last_sent
from bot.sending import yes_or_no
from bot.ties import Tie, ties_of
from bot.visit import Visit

_DECIDE = frozenset(
    {
        *(PromptKind.SUBMIT, PromptKind.REOPEN, PromptKind.REMINDERS, PromptKind.UNTIE),
    }
)
_WRITTEN = (Thing.TEXT, Thing.BUTTON)
_MARKED = re.compile(r"([*_`~]{1,3})(.+)\1", re.DOTALL)


def come_in(
    desk: Desk,
    messenger: Messenger,
    heard: Heard,
    chat_id: int | None,
    sent: Sent | None,
    *,
    now: datetime,
) -> list[Say]:
    """What is answered to one message; `sent` is the prompt that it belongs to."""
    if heard.thing is Thing.GROUP:
        return [Say(phrases_help.IN_A_GROUP)]
    visit = _visit(desk, messenger, heard, chat_id, sent, now)
    if heard.thing is Thing.BLOCKED:
        visit.hushed()
        return []
    return _disarmed(_answered(visit), visit.current or visit.asked)


def _disarmed(says: list[Say], asked: Asked | None) -> list[Say]:
    """After other words, a yes or no waits no more: "ok" to them must not send nor subscribe.

    `asked`: the prompt that waited, even where the message answers an older one. A button of that
    prompt, or a reply to it, still answers it.
    """
    if not says or asked is None or asked.kind not in _DECIDE or any(one.asked for one in says):
        return says
    was = {"was": asked.kind}
    nothing = replace(asked, kind=PromptKind.NOTHING, question=None, seen=None, details=was)
    return [*says[:-1], replace(says[-1], asked=nothing)]


def readable(text: str) -> str:
    """The text without what is not seen, nor the marks that a messenger makes bold or italic of."""
    seen = "".join(c for c in text if unicodedata.category(c) != "Cf")
    marked = _MARKED.fullmatch(seen.strip())
    return _without_courtesy((marked[2] if marked else seen).strip())


def _without_courtesy(text: str) -> str:
    """The lines between "Bonjour" and "Merci"; the first one where nothing else is said."""
    lines = text.splitlines()
    said = [n for n, line in enumerate(lines) if line.strip() and not is_courtesy(line)]
    return "\n".join(lines[said[0] : said[-1] + 1] if said else lines[:1]).strip()


def _visit(
    desk: Desk,
    messenger: Messenger,
    heard: Heard,
    chat_id: int | None,
    sent: Sent | None,
    now: datetime,
) -> Visit:
    """What the door knows; the newest prompt too, where the message answers an older one."""
    ties: tuple[Tie, ...] = ()
    newest = None
    if chat_id is not None:
        with desk.db.reading() as session:
            ties = ties_of(session, chat_id)
            # Of no prompt that we know: words that tie the chat, or a button that we lost track of.
            if sent or heard.thing is Thing.BUTTON:
                newest = last_sent(session, chat_id, before=now)
    late = newest is not None and (sent is None or newest.id > sent.id)
    return Visit(
        desk,
        messenger,
        heard,
        readable(heard.text),
        chat_id,
        ties,
        sent.asked if sent else None,
        newest.asked if newest and late else None,
        now,
    )


def _answered(visit: Visit) -> list[Say]:
    """ "stop" and codes first, then what needs no authority, then the dialogue of one."""
    written = visit.heard.thing in _WRITTEN
    leading = _leading(visit) if written else None
    ordered = leading if leading is not None and _is_for_the_door(visit, leading) else None
    if ordered is not None and ordered.command is Command.STOP:
        return visit.hushed()
    code = _code(visit, leading)
    if code:
        return _tied(visit, code)
    if not visit.ties:
        return [Say(str(NotTied()))]
    if not written:
        return [Say(phrases_help.THINGS[visit.heard.thing])]
    if not visit.text:
        return [Say(phrases_help.EMPTY)]
    if visit.heard.edited and (visit.asked is None or visit.asked.kind is not PromptKind.QUESTION):
        told = phrases.EDIT_OF_NO_ANSWER if visit.asked else phrases.EDIT_UNKNOWN
        return [Say(told)]
    return visit.obeyed(ordered) if ordered is not None else visit.meant(leading)


def _is_for_the_door(visit: Visit, leading: Leading) -> bool:
    if leading.command not in OF_THE_DOOR:
        return False
    return leading.firm or not visit.is_an_answer(leading)


def _leading(visit: Visit) -> Leading | None:
    leading = leading_in(visit.text, our_name=visit.desk.letterhead.telegram_bot)
    if leading is None and visit.asked is not None and visit.asked.overtaken:
        said = yes_or_no(visit.text)  # to the reminder: to go on, or not now
        if said is not None:
            return Leading(Command.RESUME if said else Command.PAUSE)
    return leading


def _code(visit: Visit, leading: Leading | None) -> str:
    """What may tie this chat: whatever an untied one says, else what looks like a code."""
    if visit.heard.thing is not Thing.TEXT or visit.heard.edited:
        return ""
    if leading is not None and leading.command in (Command.START, Command.TIE) and leading.rest:
        return leading.rest
    if not visit.ties:
        return visit.text
    if read_digits(visit.text) is None or visit.awaits_digits() or visit.is_an_answer(leading):
        return ""  # "1 7 5 2 6 4" may be six choices
    return visit.text


def _tied(visit: Visit, code: str) -> list[Say]:
    """Tie the chat with a code; the first words of the authority that it opens."""
    channel, name = visit.messenger.channel, visit.heard.external_id
    letterhead, db = visit.desk.letterhead, visit.desk.db
    from_hash = hash_of_chat(letterhead.secret, channel, name)
    try:
        link = tie_with(db, letterhead.signer, channel, name, code, from_hash, now=visit.now)
    except NotTied as refused:
        return _not_tied(visit, code, refused)
    with db.reading() as session:
        chat_id = chat_of(session, channel, name)
        ties = ties_of(session, chat_id) if chat_id is not None else ()
    opened = replace(visit, chat_id=chat_id, ties=ties, asked=None, current=None)
    tie = opened.tie_of(link.id)
    return opened.spoken(tie, first_words) if tie else [Say(str(NotTied()))]


def _not_tied(visit: Visit, code: str, refused: NotTied) -> list[Say]:
    if not visit.ties:
        return [Say(str(refused))]
    if read_digits(code) is None:  # the deep link, pressed again
        return visit.meant(Leading(Command.START))
    return [Say(phrases_team.CODE_OPENS_NOTHING)]
