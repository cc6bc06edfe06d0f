"""The versions of each text: which leaves, who wrote them, how many messages they made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.auth.users import names
from app.errors import Hidden
from app.messages.template_faults import Part
from app.messages.wordings import (
    NOT_STORED,
    Stored,
    Wording,
    current_of,
    packaged,
    packaged_as,
    stored_versions,
    with_release,
    wording_of,
)
from app.models.messages import Message, MessageTemplate
from app.questionnaires.compare import Run, marked


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a text. `author`: "" for our files; `created_at`: None until it is stored."""

    name: str
    number: int
    digest: str
    by_staff: bool
    author: str
    created_at: datetime | None
    n_messages: int
    current: bool


@dataclass(frozen=True, slots=True)
class Text:
    """One text and its versions, the newest first.

    `waiting`: the number of a release's newer text, while the staff's own is kept; 0 if none.
    """

    name: str
    versions: tuple[Version, ...]
    waiting: int

    @property
    def current(self) -> Version:
        return next(one for one in self.versions if one.current)


@dataclass(frozen=True, slots=True)
class Difference:
    """One part of a text in two versions, cut where the words differ."""

    part: Part
    before: tuple[Run, ...]
    after: tuple[Run, ...]


def texts(session: Session) -> list[Text]:
    """Every text, in the order of the steps, as if this release's were all stored."""
    stored = with_release(stored_versions(session))
    made = _made(session)
    counts = _counts(session)
    authors = names(session, sorted({who for who, _ in made.values() if who is not None}))
    return [
        _text(name, stored[name], made, counts, authors)
        for name in [wording.name for wording in packaged()]
    ]


def text_named(session: Session, name: str) -> Text:
    """One text and its versions; a name that does not exist is as good as hidden."""
    found = next((one for one in texts(session) if one.name == name), None)
    if found is None:
        raise Hidden
    return found


def wording_at(session: Session, name: str, number: int) -> Wording:
    """The words of one version, stored or about to be."""
    row = session.execute(
        select(MessageTemplate.subject, MessageTemplate.body_text, MessageTemplate.body_html).where(
            MessageTemplate.name == name, MessageTemplate.version == number
        )
    ).one_or_none()
    if row is not None:
        return wording_of(name, row.subject, row.body_text, row.body_html)
    ours = packaged_as(name)
    coming = with_release(stored_versions(session)).get(name, ())
    if ours is None or not any(one.id == NOT_STORED and one.version == number for one in coming):
        raise Hidden
    return ours


def differences(older: Wording, newer: Wording) -> list[Difference]:
    """The parts that differ."""
    pairs = (
        (Part.SUBJECT, older.subject, newer.subject),
        (Part.TEXT, older.body_text, newer.body_text),
        (Part.HTML, older.body_html, newer.body_html),
    )
    return [Difference(part, *marked(was, now)) for part, was, now in pairs if was != now]


def _text(
    name: str,
    stored: Sequence[Stored],
    made: dict[int, tuple[int | None, datetime]],
    counts: dict[int, int],
    authors: dict[int, str],
) -> Text:
    current = current_of(stored)
    versions = [
        Version(
            name=name,
            number=one.version,
            digest=one.digest,
            by_staff=one.by_staff,
            author=authors.get(made[one.id][0] or 0, "") if one.id in made else "",
            created_at=made[one.id][1] if one.id in made else None,
            n_messages=counts.get(one.id, 0),
            current=one is current,
        )
        for one in sorted(stored, key=lambda one: -one.version)
    ]
    newest = versions[0]
    waits = newest.by_staff or newest.current
    return Text(name, tuple(versions), 0 if waits else newest.number)


def _made(session: Session) -> dict[int, tuple[int | None, datetime]]:
    """By version: who wrote it, and when it was stored."""
    rows = session.execute(
        select(MessageTemplate.id, MessageTemplate.written_by, MessageTemplate.created_at)
    )
    return {row.id: (row.written_by, row.created_at) for row in rows}


def _counts(session: Session) -> dict[int, int]:
    rows = session.execute(
        select(Message.template_id, func.count().label("n")).group_by(Message.template_id)
    )
    return {row.template_id: row.n for row in rows}
