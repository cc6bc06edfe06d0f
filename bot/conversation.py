"""One turn on a messenger: keep what came in, think, say, and keep how far it went."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.interview.french import NBSP
from app.messages.drain import Clock
from bot import updates
from bot.channels.channel import Heard, Messenger, Say, Thing, Unreachable
from bot.desk import Desk
from bot.door import come_in
from bot.prompts import Sent, last_sent, sent_as, sent_with_id
from bot.turns import told
from bot.updates import Update

log = logging.getLogger(__name__)

SORRY = (
    "Un problème de notre côté nous a empêchés de lire votre message. Vos réponses déjà notées "
    f"sont gardées. Écrivez «{NBSP}reprendre{NBSP}» pour continuer, ou passez par le lien de notre "
    "courriel."
)


def take_turn(
    desk: Desk, messenger: Messenger, heard: Heard, *, now: Clock | datetime
) -> list[Say]:
    """Keep and answer one message; what was said. A repeat of an answered one says nothing."""
    clock = _clock(now)
    one = updates.keep(desk.db, messenger.channel, heard, now=clock())
    return answer(desk, messenger, one, now=clock)


def answer(
    desk: Desk,
    messenger: Messenger,
    one: Update,
    *,
    now: Clock | datetime,
    tried_at: datetime | None = None,
) -> list[Say]:
    """Answer a message that was kept, from where an ended process left it.

    `now`: a clock where sending takes time. A prompt is sent when its messenger has delivered it,
    so that what was written meanwhile does not answer a question that nobody had read.
    `tried_at`: when the first message that is left was sent before, if it may have come through.
    """
    if one.done or one.heard is None:
        return []
    clock = _clock(now)
    says = one.says if one.says is not None else _think(desk, messenger, one, one.heard, clock())
    left = says[one.n_said :]
    if not left:
        updates.done(desk.db, one, now=clock())
    for rank, say in enumerate(left, start=one.n_said):
        try:
            message_id = messenger.send(one.heard.external_id, say)
        except Unreachable:
            updates.shut(desk.db, one, now=clock())
            break
        last = rank == len(says) - 1
        tried = tried_at if rank == one.n_said else None
        at = clock()
        updates.said(desk.db, one, rank, message_id, say, last=last, now=at, tried_at=tried)
    return list(left)


def apologise(desk: Desk, messenger: Messenger, one: Update, *, now: Clock | datetime) -> None:
    """End a turn that a fault of ours keeps from ending: one sentence, whatever it was about.

    `one`: how far it came. What was said stays said. Where even this cannot be said, the message
    waits for the next start, which says it.
    """
    if one.done:
        return
    says = (*(one.says or ())[: one.n_said], Say(SORRY))
    try:
        updates.thought(desk.db, one, says)
        answer(desk, messenger, replace(one, says=says), now=now)
    except Exception as error:
        log.error("turn %s is left: %s", one.id, told(error))


def _think(
    desk: Desk, messenger: Messenger, one: Update, heard: Heard, now: datetime
) -> tuple[Say, ...]:
    with desk.db.reading() as session:
        sent = _answered(session, messenger, one, heard)
    says = merged(come_in(desk, messenger, heard, one.chat_id, sent, now=now), messenger.longest)
    answered = sent.id if sent and not sent.overtaken else None
    updates.thought(desk.db, one, says, answered)
    return says


def _clock(now: Clock | datetime) -> Clock:
    return now if callable(now) else lambda: now


def _answered(session: Session, messenger: Messenger, one: Update, heard: Heard) -> Sent | None:
    """The prompt that a message answers: its own for a button, a reply, an edit; else the last."""
    chat_id = one.chat_id
    if chat_id is None:
        return None
    if heard.reply_to is not None:
        found = sent_as(session, chat_id, heard.reply_to)
        if found is not None:
            return found
        if heard.thing is Thing.BUTTON:
            return None  # pressed under what asked nothing: it must not answer something else
    if heard.edited and heard.message_id is not None:
        prompt_id = updates.prompt_answered(
            session, messenger.channel, heard.external_id, heard.message_id
        )
        return sent_with_id(session, chat_id, prompt_id) if prompt_id else None
    return last_sent(session, chat_id, before=one.received_at, number=heard.number)


def merged(says: Sequence[Say], longest: int) -> tuple[Say, ...]:
    """Fewer messages: a text that waits for nothing goes before the next, where both fit.

    Telegram lets a chat have one message a second.
    """
    kept: list[Say] = []
    for say in says:
        last = kept[-1] if kept else None
        if last and last.asked is None and not last.buttons and last.card is None:
            text = f"{last.text}\n\n{say.text}"
            if len(text) <= longest:
                kept[-1] = Say(text, say.buttons, say.asked, say.card)
                continue
        kept.append(say)
    return tuple(kept)
