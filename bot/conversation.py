"""One turn on a messenger: find whose chat it is, let the dialogue answer, keep its prompts."""

from __future__ import annotations

from datetime import datetime

from app.collect.refusals import WaveEnded
from app.collect.respondent import respondent_of
from app.db import Database
from app.errors import Refused
from app.messages.letterhead import Letterhead
from app.vocabulary.dispositions import USUAL, Completeness
from bot.channels.channel import Heard, Messenger, Say
from bot.dialogue import Dialogue
from bot.prompts import Asked, asked_by, last_asked, link_behind, remember


def begin(
    db: Database, letterhead: Letterhead, messenger: Messenger, chat_id: int, *, now: datetime
) -> list[str]:
    """Say the first words in a chat that was just tied to a link; the texts that were sent."""
    return _turn(db, letterhead, messenger, chat_id, None, now)


def take_turn(
    db: Database,
    letterhead: Letterhead,
    messenger: Messenger,
    chat_id: int,
    heard: Heard,
    *,
    completeness: Completeness = USUAL,
    now: datetime,
) -> list[str]:
    """Answer one message; the texts that were sent."""
    return _turn(db, letterhead, messenger, chat_id, heard, now, completeness)


def prompt_of(db: Database, chat_id: int, heard: Heard) -> Asked | None:
    """What a message answers: a button its own prompt, typed text the chat's last one."""
    with db.reading() as session:
        if heard.button_of is not None:
            return asked_by(session, chat_id, heard.button_of)
        return last_asked(session, chat_id)


def _turn(
    db: Database,
    letterhead: Letterhead,
    messenger: Messenger,
    chat_id: int,
    heard: Heard | None,
    now: datetime,
    completeness: Completeness = USUAL,
) -> list[str]:
    """The rim: what a person can mend is said in the chat, then the themes are shown again."""
    try:
        dialogue = _dialogue(db, letterhead, messenger, chat_id, now, completeness)
    except Refused as refused:
        said = [Say(str(refused))]
    else:
        said = _said(db, dialogue, chat_id, heard)
    for say in said:
        message_id = messenger.send(say)
        if say.asked is not None:
            remember(db, chat_id, message_id, say.asked, now=now)
    return [say.text for say in said]


def _said(db: Database, dialogue: Dialogue, chat_id: int, heard: Heard | None) -> list[Say]:
    try:
        if heard is None:
            return dialogue.start()
        return dialogue.hear(heard.text, prompt_of(db, chat_id, heard), heard.source)
    except WaveEnded as refused:
        return [Say(str(refused))]
    except Refused as refused:
        return [Say(str(refused)), *dialogue.themes()]


def _dialogue(
    db: Database,
    letterhead: Letterhead,
    messenger: Messenger,
    chat_id: int,
    now: datetime,
    completeness: Completeness,
) -> Dialogue:
    with db.reading() as session:
        link = link_behind(session, chat_id)
        return Dialogue(
            db=db,
            letterhead=letterhead,
            respondent=respondent_of(session, link, messenger.channel),
            url=letterhead.answer_url(link.id, link.key_id, link.purpose),
            confidential_allowed=messenger.confidential_allowed,
            now=now,
            completeness=completeness,
        )
