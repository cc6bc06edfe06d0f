"""The texts that messages are made from: versioned rows, seeded from files."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy import Row, bindparam, func, select
from sqlalchemy.dialects.postgresql import distinct_on, insert
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
)
CHAT_TEXTS = ("chat_invitation", "chat_reminder")
"""What goes to a chat instead of a mail: text alone, and never a link that answers."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One version of one text: three templates and the digest that tells versions apart."""

    name: str
    subject: str
    body_text: str
    body_html: str
    digest: str


def digest_of(subject: str, body_text: str, body_html: str) -> str:
    """SHA-256 of the three parts: the same text is the same version."""
    return hashlib.sha256("\x00".join((subject, body_text, body_html)).encode()).hexdigest()


@cache
def packaged() -> tuple[Wording, ...]:
    """The wordings that come with this release, in the order of the steps."""
    return tuple(_from_files(name) for name in (*STEPS, *CHAT_TEXTS))


def current_templates(session: Session, *, now: datetime) -> dict[str, int]:
    """The newest version of each text, by step; a text of this release not stored yet becomes one.

    What staff wrote since stays the newest: a file seen before is never stored again.
    """
    stored = session.execute(
        select(MessageTemplate.name, MessageTemplate.digest, MessageTemplate.version)
    ).all()
    known = {(row.name, row.digest) for row in stored}
    for wording in packaged():
        if (wording.name, wording.digest) not in known:
            newest = max((row.version for row in stored if row.name == wording.name), default=0)
            _store(session, wording, newest + 1, now)
    newest_first = select(MessageTemplate.name, MessageTemplate.id).order_by(
        MessageTemplate.name, MessageTemplate.version.desc()
    )
    return {
        row.name: row.id
        for row in session.execute(newest_first.ext(distinct_on(MessageTemplate.name)))
    }


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


def _store(session: Session, wording: Wording, version: int, now: datetime) -> None:
    # Two processes may seed at once: the second finds the version taken, and lets it be.
    session.execute(
        insert(MessageTemplate)
        .values(
            name=wording.name,
            version=version,
            subject=wording.subject,
            body_text=wording.body_text,
            body_html=wording.body_html,
            digest=wording.digest,
            created_at=now,
        )
        .on_conflict_do_nothing()
    )


def _from_files(name: str) -> Wording:
    parts = ("subject.txt", "txt") if name in CHAT_TEXTS else ("subject.txt", "txt", "html")
    subject, body_text, *html = (
        (FOLDER / f"{name}.{part}").read_text(encoding="utf-8") for part in parts
    )
    body_html = "".join(html)
    return Wording(name, subject, body_text, body_html, digest_of(subject, body_text, body_html))
