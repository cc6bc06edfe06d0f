"""From a chat to the form: a link that serves once, since a chat must never hold the answer token.

A messenger keeps what was said, and opens what it links to for a preview: the page shows one
button, and only pressing it uses the link up.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.db import Database
from app.links.opened import REPLACED, RevokedLink
from app.links.signed import BadLink, Signer
from app.links.tie_codes import USED, led_to
from app.models.contacts import Link

WEB = "web"
"""The purpose of a link that goes from a chat to the form once."""
WEB_LIVES = timedelta(minutes=15)


class HandoffOver(RevokedLink):
    """It served, it is too old, a newer one was made, or we never made it: never told which."""

    sentence = (
        "Ce lien ne sert qu’une fois, pendant quinze minutes, et il n’ouvre plus rien. "
        "Demandez-en un autre dans la messagerie, ou ouvrez le lien de notre courriel."
    )


class Head(Protocol):
    """What a letterhead gives here: it is a floor above, and the only way to a link's address."""

    @property
    def signer(self) -> Signer:
        """What our links are signed with."""

    def continue_url(self, link_id: UUID, key_id: int) -> str:
        """Where one goes on from a chat."""


def web_url(session: Session, letterhead: Head, link: Link, *, now: datetime) -> str:
    """The address of a new link from a chat to this one's form; the former serves no more."""
    # One at a time for a link: two at once would both void the former, then collide.
    session.execute(select(Link.id).where(Link.id == link.id).with_for_update(key_share=True))
    session.execute(
        update(Link)
        .where(
            Link.purpose == WEB,
            Link.territory_id == link.territory_id,
            Link.contact_id.is_not_distinct_from(link.contact_id),
            Link.themes.is_not_distinct_from(link.themes),
            Link.revoked_at.is_(None),
        )
        .values(revoked_at=now, revoked_because=REPLACED)
    )
    key_id = letterhead.signer.key_id
    made = session.scalars(
        insert(Link)
        .values(
            purpose=WEB,
            territory_id=link.territory_id,
            contact_id=link.contact_id,
            themes=link.themes,
            delegated_by=link.id,
            key_id=key_id,
            created_at=now,
        )
        .returning(Link.id)
    ).one()
    return letterhead.continue_url(made, key_id)


def promised(session: Session, signer: Signer, token: str, *, now: datetime) -> Link:
    """The link that a handoff would open, with its authority; `HandoffOver` if none. No write."""
    return _led_to(session, _handoff(session, signer, token), now)


def hand_off(db: Database, signer: Signer, token: str, *, now: datetime) -> str:
    """Use the handoff up; the token of the link that it leads to."""
    with db.transaction() as session:
        one = _handoff(session, signer, token, lock=True)
        link = _led_to(session, one, now)
        one.revoked_at, one.revoked_because = now, USED
        return signer.token(link.id, link.purpose, link.key_id)


def _handoff(session: Session, signer: Signer, token: str, *, lock: bool = False) -> Link:
    try:
        web_id = signer.read(token, WEB)
    except BadLink:
        raise HandoffOver from None
    wanted = select(Link).where(Link.id == web_id, Link.purpose == WEB)
    one = session.scalar(wanted.with_for_update() if lock else wanted)
    if one is None:
        raise HandoffOver
    return one


def _led_to(session: Session, one: Link, now: datetime) -> Link:
    over = one.revoked_at is not None or one.created_at + WEB_LIVES <= now
    link = None if over else led_to(session, one)
    if link is None:
        raise HandoffOver
    return link
