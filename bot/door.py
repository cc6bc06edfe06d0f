"""Who is speaking, and what about: what comes before the dialogue itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from app.collect.refusals import WaveEnded
from app.collect.respondent import respondent_of
from app.errors import Refused
from app.links.chats import tied_links
from app.links.opened import RevokedLink
from app.models.contacts import Link
from bot.channels.channel import Heard, Messenger, Say
from bot.desk import Desk
from bot.dialogue import Dialogue
from bot.prompts import Asked, Sent


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
    asked = sent.asked if sent else None
    try:
        dialogue = _dialogue(desk, messenger, chat_id, asked, now)
    except Refused as refused:
        return [Say(str(refused))]
    return [_signed(say, dialogue) for say in _heard(dialogue, heard, asked)]


def _heard(dialogue: Dialogue, heard: Heard, asked: Asked | None) -> list[Say]:
    """What a person can mend is said in the chat, then the themes are shown again."""
    try:
        return dialogue.hear(heard.text, asked, heard.source)
    except WaveEnded as refused:
        return [Say(str(refused))]
    except Refused as refused:
        return [Say(str(refused)), *dialogue.themes()]


def _signed(say: Say, dialogue: Dialogue) -> Say:
    """A prompt says in whose name it is: the answer comes back to the same authority."""
    if say.asked is None:
        return say
    return replace(say, asked=replace(say.asked, link_id=dialogue.respondent.link_id))


def _dialogue(
    desk: Desk, messenger: Messenger, chat_id: int | None, asked: Asked | None, now: datetime
) -> Dialogue:
    with desk.db.reading() as session:
        links = tied_links(session, chat_id) if chat_id is not None else []
        link = _meant(links, asked)
        return Dialogue(
            db=desk.db,
            letterhead=desk.letterhead,
            respondent=respondent_of(session, link, messenger.channel),
            url=desk.letterhead.answer_url(link.id, link.key_id, link.purpose),
            confidential_allowed=messenger.confidential_allowed,
            now=now,
            completeness=desk.completeness,
        )


def _meant(links: list[Link], asked: Asked | None) -> Link:
    """The link that the prompt spoke of, else the newest."""
    if not links:
        raise RevokedLink
    if asked is not None:
        return next((link for link in links if link.id == asked.link_id), links[0])
    return links[0]
