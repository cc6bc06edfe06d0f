"""The texts that messages are made from: versioned rows, seeded from files."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy import Row, bindparam, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.models.messages import MessageTemplate

FOLDER = Path(__file__).parent / "templates"
STEPS = (
    "invitation",
    "reminder",
    "delegation",
    "receipt",
    "card",
    "renewal",
    "assignment",
    "validation",
    "returned",
    "reminder_2",
    "last_call",
    "prenotice",
    "moved_to_chat",
)
REMINDERS = ("reminder", "reminder_2", "last_call")
"""The texts that a reminder may have."""
CHAT_TEXTS = ("chat_invitation", "chat_reminder")
"""What goes to a chat instead of a mail: text alone, and never a link that answers."""
_HEAD = re.compile(r"\A\{#.*?#\}\s*", re.DOTALL)
NOT_STORED = 0
"""The id of a version that the next sending, or the next edit, will store."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One version of one text: three templates and the digest that tells versions apart."""

    name: str
    subject: str
    body_text: str
    body_html: str
    digest: str


@dataclass(frozen=True, slots=True)
class Stored:
    """One stored version, as choosing the current one needs it; `by_staff`: not our files'."""

    id: int
    name: str
    version: int
    digest: str
    by_staff: bool


def digest_of(subject: str, body_text: str, body_html: str) -> str:
    """SHA-256 of the three parts: the same text is the same version."""
    return hashlib.sha256("\x00".join((subject, body_text, body_html)).encode()).hexdigest()


def wording_of(name: str, subject: str, body_text: str, body_html: str) -> Wording:
    """These three parts as a wording of this name."""
    return Wording(name, subject, body_text, body_html, digest_of(subject, body_text, body_html))


def without_heads(wording: Wording) -> Wording:
    """The same words, without what our files say first to whoever changes the code."""
    parts = (wording.subject, wording.body_text, wording.body_html)
    return wording_of(wording.name, *(_HEAD.sub("", part) for part in parts))


@cache
def packaged() -> tuple[Wording, ...]:
    """The wordings that come with this release, in the order of the steps."""
    return tuple(_from_files(name) for name in (*STEPS, *CHAT_TEXTS))


def packaged_as(name: str) -> Wording | None:
    """This release's wording of this name."""
    return next((one for one in packaged() if one.name == name), None)


def current_of(versions: Sequence[Stored]) -> Stored | None:
    """The version of one text that leaves, among all those stored; None when none is.

    What staff wrote stays, whatever text a later release brings. Staff who took a release's text
    as it was, the newest of that time, follow the next releases again.
    """
    ordered = sorted(versions, key=lambda one: one.version)
    ours = next((one for one in reversed(ordered) if one.by_staff), None)
    if ours is None or _follows_releases(ours, ordered):
        return ordered[-1] if ordered else None
    return ours


def stored_versions(session: Session) -> dict[str, list[Stored]]:
    """Every stored version of each text, oldest first."""
    found: dict[str, list[Stored]] = {}
    for row in session.execute(_VERSIONS):
        one = Stored(row.id, row.name, row.version, row.digest, row.written_by is not None)
        found.setdefault(row.name, []).append(one)
    return found


def with_release(stored: Mapping[str, Sequence[Stored]]) -> dict[str, list[Stored]]:
    """The versions once this release's texts are stored too; those not stored yet have no id.

    A file seen before is never stored again: an older worker still running would bring it back.
    """
    found = {name: list(versions) for name, versions in stored.items()}
    for wording in packaged():
        versions = found.setdefault(wording.name, [])
        if wording.digest not in {one.digest for one in versions}:
            newest = max((one.version for one in versions), default=0)
            versions.append(Stored(NOT_STORED, wording.name, newest + 1, wording.digest, False))
    return found


def seed(session: Session, *, now: datetime) -> dict[str, list[Stored]]:
    """Store this release's texts that are not yet; every version, then."""
    stored = stored_versions(session)
    new = {
        one.digest: one.version
        for versions in with_release(stored).values()
        for one in versions
        if one.id == NOT_STORED
    }
    for wording in packaged():
        if wording.digest in new:
            store(session, wording, new[wording.digest], now=now)
    return stored_versions(session) if new else stored


def current_templates(session: Session, *, now: datetime) -> dict[str, int]:
    """The version of each text that leaves now, by name; this release's are stored first."""
    stored = seed(session, now=now)
    current = {name: current_of(versions) for name, versions in stored.items()}
    return {name: one.id for name, one in current.items() if one is not None}


_VERSIONS = select(
    MessageTemplate.id,
    MessageTemplate.name,
    MessageTemplate.version,
    MessageTemplate.digest,
    MessageTemplate.written_by,
).order_by(MessageTemplate.name, MessageTemplate.version)
_READ = select(
    MessageTemplate.id,
    MessageTemplate.subject,
    MessageTemplate.body_text,
    MessageTemplate.body_html,
).where(MessageTemplate.id == func.any(bindparam("ids")))


def stored_wordings(
    session: Session, template_ids: list[int]
) -> list[Row[tuple[int, str, str, str]]]:
    """These versions, as stored."""
    return list(session.execute(_READ, {"ids": template_ids})) if template_ids else []


def store(
    session: Session,
    wording: Wording,
    version: int,
    *,
    now: datetime,
    written_by: int | None = None,
) -> int | None:
    """Store a wording under this number; its id, or None if the number is already taken."""
    # Two processes may seed at once: the second finds the version taken, and lets it be.
    return session.scalar(
        insert(MessageTemplate)
        .values(
            name=wording.name,
            version=version,
            subject=wording.subject,
            body_text=wording.body_text,
            body_html=wording.body_html,
            digest=wording.digest,
            created_at=now,
            written_by=written_by,
        )
        .on_conflict_do_nothing()
        .returning(MessageTemplate.id)
    )


def _follows_releases(ours: Stored, ordered: Sequence[Stored]) -> bool:
    before = [one for one in ordered if not one.by_staff and one.version < ours.version]
    return bool(before) and before[-1].digest == ours.digest


def _from_files(name: str) -> Wording:
    parts = ("subject.txt", "txt") if name in CHAT_TEXTS else ("subject.txt", "txt", "html")
    subject, body_text, *html = (
        (FOLDER / f"{name}.{part}").read_text(encoding="utf-8") for part in parts
    )
    return wording_of(name, subject, body_text, "".join(html))
