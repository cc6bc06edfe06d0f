"""What concerns others: handing a theme to a colleague, saying no, where reminders come."""

from __future__ import annotations

import re
from hmac import compare_digest

from app.collect.decline import REASONS, decline
from app.collect.delegate import delegate
from app.collect.overview import Standing
from app.collect.refusals import MayNotDecline, MayNotDelegate
from app.panel.mailboxes import is_mailbox, mailbox
from app.vocabulary.themes import BY_CODE
from bot import phrases, phrases_again, phrases_team
from bot.asking import again, begin, delegate_to, prompt, reason_labels, reasons, theme_first
from bot.channels.channel import Button, Say
from bot.lists import number_in
from bot.prompts import Asked, PromptKind
from bot.sending import YES_NO_EXPECTED, nothing_left, yes_or_no
from bot.talk import Answered, Reply, Talk, Unread

_ADDRESS = re.compile(r"[^\s<>(),;:]+@[^\s<>(),;:]+")
_USE = "chat delegate"


def hand_over(talk: Talk, asked: Asked, said: str) -> list[Say]:
    """Begin to give the current theme to a colleague: whom, then the address once more."""
    if not talk.respondent.may_delegate:
        raise MayNotDelegate
    if asked.theme is None:
        return theme_first(talk)
    address = address_in(said)
    return [_confirm(talk, asked.theme, address) if address else delegate_to(talk, asked.theme)]


def whom(talk: Talk, reply: Reply) -> Answered:
    """The colleague's address, or not after all."""
    address = address_in(reply.text)
    if address and reply.asked.theme:
        return [_confirm(talk, reply.asked.theme, address)]
    if yes_or_no(reply.text) is False:
        return [Say(phrases_team.NOT_HANDED_OVER), *again(talk, reply.asked)]
    return Unread(phrases_team.AN_ADDRESS, phrases_team.DELEGATE_TO, "nom@exemple.fr")


def confirm(talk: Talk, reply: Reply) -> Answered:
    """The same address once more: the theme is handed over. Another one is asked about anew."""
    theme, address = reply.asked.theme, address_in(reply.text)
    if yes_or_no(reply.text) is False:
        return [Say(phrases_team.NOT_HANDED_OVER), *again(talk, reply.asked)]
    if not address or theme is None:
        return Unread(phrases_team.SAME_ADDRESS, "nom@exemple.fr\nnon", "non")
    if not compare_digest(reply.asked.details["address"], _digest(talk, address)):
        return [_confirm(talk, theme, address)]
    done = delegate(
        talk.desk.db, talk.respondent, theme, address, talk.letterhead, name=None, now=talk.now
    )
    said = phrases_team.handed_over(BY_CODE[theme], done.email, mailed=done.mailed)
    return [Say(said), *begin(talk)]


def refuse(talk: Talk, asked: Asked) -> list[Say]:
    """Begin to say no: to the current theme, else to all those that are not sent."""
    if not talk.respondent.may_delegate:
        raise MayNotDecline
    seen = talk.overview()
    left = [one.theme.code for one in seen.themes if one.standing is not Standing.SUBMITTED]
    codes = [code for code in left if asked.theme in (None, code)]
    if not codes:
        if left:
            return begin(talk, seen)
        return [nothing_left(talk, seen)]
    return [reasons(talk, codes, seen)]


def say_why_not(talk: Talk, reply: Reply) -> Answered:
    """The reason is chosen: these themes are declined."""
    labels = reason_labels()
    codes = [code for code in reply.asked.details["themes"] if code in talk.respondent.themes]
    number = number_in(reply.text, labels)
    if number == len(labels) or (number is None and yes_or_no(reply.text) is False):
        return [Say(phrases_team.NOT_DECLINED), *again(talk, reply.asked)]
    if number is None:
        return Unread(phrases_again.which_line(len(labels)), phrases.numbered(labels))
    reason = REASONS[number - 1].code
    moved = decline(talk.desk.db, talk.respondent, codes, reason, now=talk.now)
    return [Say(phrases_team.declined(len(moved)))]


def choose_reminders(talk: Talk, reply: Reply) -> Answered:
    """Reminders here, or by mail; then the themes."""
    said = yes_or_no(reply.text)
    if said is None:
        return YES_NO_EXPECTED
    held = talk.remind(said)
    if not said:
        told = phrases_team.REMINDERS_BY_MAIL
    else:
        told = phrases_team.REMINDERS_HERE if held else phrases_team.REMINDERS_NOT_HERE
    return [Say(told), *([] if talk.ended() else begin(talk))]


def _confirm(talk: Talk, theme: str, address: str) -> Say:
    """The prompt keeps a keyed digest: a colleague's address lives in one table, which forgets."""
    asked = prompt(talk, PromptKind.CONFIRM_DELEGATE, theme, address=_digest(talk, address))
    return Say(
        phrases_team.confirm_delegate(BY_CODE[theme], address), (Button("Non", "non"),), asked
    )


def _digest(talk: Talk, address: str) -> str:
    signer = talk.letterhead.signer
    return signer.digest(_USE, address.casefold().encode(), signer.key_id).hex()


def address_in(text: str) -> str:
    """The one address of a text, as it is kept; empty when there is none, or several."""
    found = {
        mailbox(one.rstrip(".")) for one in _ADDRESS.findall(text) if is_mailbox(one.rstrip("."))
    }
    return found.pop() if len(found) == 1 else ""
