"""The authorities that a chat speaks for, as one may choose between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.db import Database
from app.interview.french import fold
from app.links.chats import Untied, chats_of_link, tied_links, untie
from app.links.handoff import web_url
from app.links.preferring import prefer, prefer_mail, silence
from app.messages.letterhead import Letterhead
from app.messages.moved import tell_moved
from app.models.cases import AnswerEvent
from app.models.chats import Chat, ChatUpdate
from app.models.contacts import Link
from app.vocabulary.articles import the_place
from app.vocabulary.scope import Channel
from app.vocabulary.themes import in_order
from bot.lists import number_in


@dataclass(frozen=True, slots=True)
class Tie:
    """A live link that the chat is tied to; `label` tells it from the chat's others."""

    link: Link
    label: str
    the_label: str  # the same inside a sentence: "la Creuse"

    @property
    def link_id(self) -> UUID:
        return self.link.id


def ties_of(session: Session, chat_id: int) -> tuple[Tie, ...]:
    """The live ties of a chat, the newest first."""
    links = tied_links(session, chat_id)
    names = Counter(link.territory_id for link in links)
    homonyms = Counter(name for _, name in {(one.territory_id, _name(one)) for one in links})
    return tuple(
        _tie(link, shared=names[link.territory_id] > 1, alike=homonyms[_name(link)] > 1)
        for link in links
    )


def choices(ties: Sequence[Tie]) -> tuple[Tie, ...]:
    """What to choose between, by name: a link to every theme stands for the others of its place."""
    whole = {tie.link.territory_id for tie in ties if tie.link.themes is None}
    kept: dict[object, Tie] = {}
    for tie in ties:
        if tie.link.themes is not None and tie.link.territory_id in whole:
            continue
        key = (tie.link.territory_id, tuple(tie.link.themes or ()))
        kept.setdefault(key, tie)
    return tuple(sorted(kept.values(), key=lambda tie: (fold(tie.label), str(tie.link_id))))


def named(ties: Sequence[Tie], typed: str) -> Tie | None:
    """The one tie that a name means, typos included; None where none does, or several."""
    number = None if typed.strip().isdecimal() else number_in(typed, [tie.label for tie in ties])
    return ties[number - 1] if number else None


def same_place(ties: Sequence[Tie], one: Tie) -> list[UUID]:
    """The ties that go with this one when the chat leaves its place."""
    if one.link.themes is not None:
        return [one.link_id]
    return [tie.link_id for tie in ties if tie.link.territory_id == one.link.territory_id]


def leave(db: Database, chat_id: int, links: Collection[UUID], *, now: datetime) -> int:
    """The person unties this chat; how many ties were taken back."""
    with db.transaction() as session:
        return untie(session, chat_id, because=Untied.CHAT, now=now, links=links)


def hush(db: Database, chat_id: int) -> None:
    """Nothing more is sent in this chat of our own accord."""
    with db.transaction() as session:
        silence(session, chat_id)


def site_url(db: Database, letterhead: Letterhead, link: Link, *, now: datetime) -> str:
    """A new link to the form, which serves once."""
    with db.transaction() as session:
        return web_url(session, letterhead, link, now=now)


def remind_here(db: Database, chat_id: int, link_id: UUID, *, now: datetime) -> bool:
    """Reminders come in this chat, and the mailbox is told; False where they may not."""
    with db.transaction() as session:
        held = prefer(session, chat_id, link_id, now=now)
        if held:
            channel = Channel(session.get_one(Chat, chat_id).channel)
            tell_moved(session, link_id, channel, now=now)
        return held


def remind_by_mail(db: Database, chat_id: int, link_id: UUID) -> None:
    """Reminders come by mail."""
    with db.transaction() as session:
        prefer_mail(session, chat_id, link_id)


def reminded_here(session: Session, chat_id: int, link_id: UUID) -> bool:
    """Whether this chat is where reminders about a link's authority come."""
    return any(one.chat_id == chat_id and one.preferred for one in chats_of_link(session, link_id))


def said_here(session: Session, channel: Channel, external_id: str, event: int) -> bool:
    """Whether an answer was given in this very chat: it may be replaced without a question."""
    return bool(
        session.scalar(
            select(
                exists().where(
                    AnswerEvent.id == event,
                    ChatUpdate.channel == channel,
                    ChatUpdate.external_id == external_id,
                    _came_in(ChatUpdate.update_id),
                )
            )
        )
    )


def given_by(session: Session, event: int, source: str) -> bool:
    """Whether an answer came in the message of that source, which its process may not know of."""
    came = exists().where(AnswerEvent.id == event, _came_in(source))
    return bool(session.scalar(select(came)))


def _came_in(message: str | InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """An answer's source is its message's; a second answer to it has a number after a sign."""
    return func.split_part(AnswerEvent.source, "#", 1) == message


def _name(link: Link) -> str:
    return link.territory.name


def _tie(link: Link, *, shared: bool, alike: bool) -> Tie:
    label = _label(link, shared=shared, alike=alike)
    name = _name(link)
    return Tie(link, label, the_place(name, link.territory.kind) + label.removeprefix(name))


def _label(link: Link, *, shared: bool, alike: bool) -> str:
    departement = link.territory.departement_code
    label = f"{_name(link)} ({departement})" if alike and departement else _name(link)
    if shared and link.themes is not None:
        return f"{label}, {', '.join(theme.name for theme in in_order(link.themes))}"
    return label
