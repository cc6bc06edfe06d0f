"""What came in, kept before the messenger is told so, and answered once whatever repeats it.

A process killed between any two lines here loses nothing: what was not thought of yet is thought
of again (the answer is known by its source), what was thought of and not said is said. What a bug
of ours keeps from being thought of, or said, ends with a sentence (`conversation.apologise`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, delete, func, null, select, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from app.db import Database
from app.links.preferring import COMES_BACK, shut_door
from app.models.chats import Chat, ChatUpdate
from app.vocabulary.scope import Channel
from bot.channels.channel import Button, Heard, Say, Thing
from bot.prompts import Asked, PromptKind, remember

KEPT = timedelta(days=7)
"""How long an update is remembered: messengers repeat within a day."""


@dataclass(frozen=True, slots=True)
class Update:
    """One message that came in, and how far it was answered."""

    id: int
    heard: Heard | None  # None once done: words are not kept
    received_at: datetime
    says: tuple[Say, ...] | None  # None: not thought of yet
    n_said: int
    done: bool
    chat_id: int | None  # None: a conversation that is tied to nothing, or was not when it came


def keep(db: Database, channel: Channel, heard: Heard, *, now: datetime) -> Update:
    """Keep what came in; the same update again gives the same row, however far it went."""
    heard = replace(heard, text=_storable(heard.text))
    values = {
        "channel": channel,
        "update_id": heard.source,
        "external_id": heard.external_id,
        "message_id": heard.message_id,
        "heard": asdict(heard),
        "speaks": heard.thing is not Thing.BLOCKED,
        "now": now,
    }
    with db.transaction() as session:
        kept = session.execute(_KEEP, values).one()
        if kept.id is not None:
            return Update(kept.id, heard, now, None, 0, done=False, chat_id=kept.chat_id)
        row = session.scalars(
            select(ChatUpdate).where(
                ChatUpdate.channel == channel, ChatUpdate.update_id == heard.source
            )
        ).one()
        return _update(row, kept.chat_id)


_KEEP = text(f"""
    WITH kept AS (
        INSERT INTO chat_updates (channel, update_id, external_id, message_id, heard, received_at)
        VALUES (:channel, :update_id, :external_id, :message_id, :heard, :now)
        ON CONFLICT (channel, update_id) DO NOTHING
        RETURNING id
    ), spoke AS (
        UPDATE chats SET last_heard_at = :now
         WHERE channel = :channel AND external_id = :external_id
        RETURNING id, address_id
    ), back AS (
        {COMES_BACK} AND :speaks AND EXISTS (SELECT FROM kept)
    )
    SELECT (SELECT id FROM kept) AS id, (SELECT id FROM spoke) AS chat_id
""").bindparams(bindparam("heard", type_=JSONB))


def waiting(db: Database, channel: Channel) -> list[Update]:
    """What a process that ended had kept and not answered, in order."""
    with db.reading() as session:
        rows = session.execute(
            select(ChatUpdate, Chat.id)
            .outerjoin(Chat, _same_chat())
            .where(ChatUpdate.channel == channel, ChatUpdate.done_at.is_(None))
            .order_by(ChatUpdate.id)
        )
        return [_update(row, chat_id) for row, chat_id in rows]


def thought(db: Database, one: Update, says: Sequence[Say], prompt_id: int | None = None) -> None:
    """Keep what is to be said, before any of it is; and which prompt the message answered.

    None: the prompt that was known, if one was.
    """
    with db.transaction() as session:
        session.execute(
            update(ChatUpdate)
            .where(ChatUpdate.id == one.id)
            .values(
                says=[_say_to_json(say) for say in says],
                prompt_id=func.coalesce(prompt_id, ChatUpdate.prompt_id),
            )
        )


def said(
    db: Database,
    one: Update,
    rank: int,
    message_id: str,
    say: Say,
    *,
    last: bool,
    now: datetime,
    tried_at: datetime | None = None,
) -> None:
    """One message was delivered: its prompt, and that it needs no second time.

    `tried_at`: when it was sent before, if it may have come through.
    """
    with db.transaction() as session:
        if say.asked is not None:
            chat_id = _chat_of(session, one)
            if chat_id is not None:
                remember(session, chat_id, message_id, say.asked, now=now, tried_at=tried_at)
        _advance(session, one, rank + 1, done_at=now if last else None)


def done(db: Database, one: Update, *, now: datetime) -> None:
    """Nothing more is to be said about it."""
    with db.transaction() as session:
        _advance(session, one, one.n_said, done_at=now)


def shut(db: Database, one: Update, *, now: datetime) -> None:
    """The person shut this conversation: we write there no more, until they write to us."""
    with db.transaction() as session:
        chat_id = _chat_of(session, one)
        if chat_id is not None:
            shut_door(session, session.get_one(Chat, chat_id).address_id)
        _advance(session, one, one.n_said, done_at=now)


def prompt_answered(
    session: Session, channel: Channel, external_id: str, message_id: str
) -> int | None:
    """The prompt that an earlier message of the person answered: an edit answers it again."""
    return session.scalar(
        select(ChatUpdate.prompt_id)
        .where(
            ChatUpdate.channel == channel,
            ChatUpdate.external_id == external_id,
            ChatUpdate.message_id == message_id,
            ChatUpdate.prompt_id.is_not(None),
        )
        .order_by(ChatUpdate.id)
        .limit(1)
    )


def purge_updates(db: Database, *, now: datetime) -> int:
    """Forget the updates of long ago, those too that nothing could be said of; how many."""
    with db.transaction() as session:
        old = delete(ChatUpdate).where(ChatUpdate.received_at < now - KEPT)
        return len(session.scalars(old.returning(ChatUpdate.id)).all())


def _advance(session: Session, one: Update, n_said: int, *, done_at: datetime | None) -> None:
    values: dict[str, Any] = {"n_said": func.greatest(ChatUpdate.n_said, n_said)}
    if done_at is not None:
        values |= {"done_at": done_at, "heard": null(), "says": null()}
    session.execute(update(ChatUpdate).where(ChatUpdate.id == one.id).values(**values))


def _chat_of(session: Session, one: Update) -> int | None:
    """The chat of an update, tied in this very turn perhaps."""
    return one.chat_id or session.scalar(
        select(Chat.id).join(ChatUpdate, _same_chat()).where(ChatUpdate.id == one.id)
    )


def _same_chat() -> ColumnElement[bool]:
    return (ChatUpdate.channel == Chat.channel) & (ChatUpdate.external_id == Chat.external_id)


def _storable(text: str) -> str:
    """The text without what PostgreSQL keeps in no JSON: NUL, and halves of a character."""
    return "".join(c for c in text if c != "\x00" and not "\ud800" <= c <= "\udfff")


def _update(row: ChatUpdate, chat_id: int | None) -> Update:
    return Update(
        id=row.id,
        heard=_heard(row.heard) if row.heard else None,
        received_at=row.received_at,
        says=None if row.says is None else tuple(_say_from_json(say) for say in row.says),
        n_said=row.n_said,
        done=row.done_at is not None,
        chat_id=chat_id,
    )


def _heard(kept: dict[str, Any]) -> Heard:
    return Heard(**{**kept, "thing": Thing(kept["thing"])})


def _say_to_json(say: Say) -> dict[str, Any]:
    asked = say.asked
    return {
        "text": _storable(say.text),
        "buttons": [[button.label, button.reply] for button in say.buttons],
        "card": str(say.card) if say.card else None,
        "asked": asked
        and {**asdict(asked), "link_id": str(asked.link_id) if asked.link_id else None},
    }


def _say_from_json(kept: dict[str, Any]) -> Say:
    asked = kept["asked"]
    return Say(
        text=kept["text"],
        buttons=tuple(Button(label, reply) for label, reply in kept["buttons"]),
        card=UUID(kept["card"]) if kept["card"] else None,
        asked=asked
        and Asked(
            **{
                **asked,
                "kind": PromptKind(asked["kind"]),
                "link_id": UUID(asked["link_id"]) if asked["link_id"] else None,
            }
        ),
    )
