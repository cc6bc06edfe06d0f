"""A code that has just served, read once more in the chat that it tied. Steps."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.links.signed import TOKEN_LENGTH, BadLink, Signer
from app.links.tie_codes import CHAT, DIGITS_LIVE, USED, led_to, read_digits, spelt
from app.models.chats import Chat, ChatCode, ChatTie
from app.models.contacts import Link
from app.vocabulary.scope import Channel


def used_here(
    session: Session,
    signer: Signer,
    channel: Channel,
    external_id: str,
    typed: str,
    *,
    now: datetime,
) -> Link | None:
    """The live link that this very chat was just tied to with this code.

    A process killed once the tie was kept, before it could say so, reads the same message again:
    it must find what it found. Whoever holds the tie already is given nothing by it.
    """
    since = now - DIGITS_LIVE
    if len(typed) == TOKEN_LENGTH:
        found = _token_used(session, signer, typed, since)
    else:
        found = _digits_used(session, signer, typed, since)
    if found is None or found.revoked_at is not None:
        return None
    holds = exists().where(
        ChatTie.link_id == found.id,
        ChatTie.untied_at.is_(None),
        Chat.id == ChatTie.chat_id,
        Chat.channel == channel,
        Chat.external_id == external_id,
    )
    return found if session.scalar(select(holds)) else None


def _token_used(session: Session, signer: Signer, token: str, since: datetime) -> Link | None:
    try:
        chat_id = signer.read(token, CHAT)
    except BadLink:
        return None
    used = (Link.revoked_because == USED) & (Link.revoked_at > since)
    one = session.scalar(select(Link).where(Link.id == chat_id, Link.purpose == CHAT, used))
    return led_to(session, one) if one is not None else None


def _digits_used(session: Session, signer: Signer, typed: str, since: datetime) -> Link | None:
    code = read_digits(typed)
    if code is None:
        return None
    used = (
        select(Link)
        .join(ChatCode, ChatCode.link_id == Link.id)
        .where(spelt(signer, code), ChatCode.used_at > since)
        .order_by(ChatCode.used_at.desc())
        .limit(1)
    )
    return session.scalar(used)
