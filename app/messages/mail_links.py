"""The links that mails carry, made before they are needed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import islice

from sqlalchemy.orm import Session

from app.links.make import Wanted, ensure_links

AT_ONCE = 5_000


def ensure_answer_links(
    session: Session, contacts: Iterable[tuple[int, int]], *, key_id: int, now: datetime
) -> None:
    """For each (authority, contact): a live link to answer, and one to stop the mail."""
    _ensure(session, contacts, ("answer", "stop"), key_id, now)


def ensure_several_links(
    session: Session, contacts: Iterable[tuple[int, int]], *, key_id: int, now: datetime
) -> None:
    """For each (authority, contact) of a mailbox that follows several: the page of all of them."""
    _ensure(session, contacts, ("several",), key_id, now)


def ensure_stop_links(
    session: Session, contacts: Iterable[tuple[int, int]], *, key_id: int, now: datetime
) -> None:
    """For each (authority, contact): a live link to stop the mail."""
    _ensure(session, contacts, ("stop",), key_id, now)


def _ensure(
    session: Session,
    contacts: Iterable[tuple[int, int]],
    purposes: tuple[str, ...],
    key_id: int,
    now: datetime,
) -> None:
    left = iter(sorted(set(contacts)))
    while some := list(islice(left, AT_ONCE)):
        wanted = [
            Wanted(purpose, territory_id, contact_id)
            for territory_id, contact_id in some
            for purpose in purposes
        ]
        ensure_links(session, wanted, key_id=key_id, now=now)
