"""What ties a chat: the token of a deep link, or six digits to type. Each serves once. Steps.

Neither is the answer token: a messenger keeps what is written in it. The token cannot be guessed;
six digits can, so they live a quarter of an hour and `guesses.py` slows whoever tries them.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from app.links.make import Wanted, ensure_links
from app.links.opened import REPLACED
from app.links.signed import BadLink, Signer
from app.models.chats import ChatCode
from app.models.contacts import Link

CHAT = "chat"
"""The purpose of a link that ties a chat once."""
USED = "used"
"""Why a link was revoked: it served."""
N_DIGITS = 6
DIGITS_LIVE = timedelta(minutes=15)
MOST_ATTEMPTS = 20

_HASH = "chat digits hash"
_LOOSE = re.compile(r"[\s\-\u2010-\u2015\u2212.·]+")
_DIGITS = re.compile(r"[0-9]{6}")
_LONGEST_TYPED = 64


class DigitsExhausted(RuntimeError):
    """Many codes in a row were taken: not by chance."""


@dataclass(frozen=True, slots=True)
class Digits:
    """Six digits just drawn: known to whoever is shown them, kept by nobody."""

    code: str
    expires_at: datetime

    @property
    def shown(self) -> str:
        """In two groups, as they are read aloud."""
        return f"{self.code[:3]}\u00a0{self.code[3:]}"


def read_digits(typed: str) -> str | None:
    """The six digits that were meant, spaces and dashes left out; None when they are not."""
    code = _LOOSE.sub("", typed[:_LONGEST_TYPED])
    return code if _DIGITS.fullmatch(code) else None


def ensure_chat_links(
    session: Session, link_ids: Sequence[UUID], *, key_id: int, now: datetime
) -> dict[UUID, Link]:
    """For each live link that answers, the live one that ties a chat to it; by the former's id.

    Five statements whatever the number. One whose own link was withdrawn or replaced since would
    stand in the way of the new one: it is taken back.
    """
    answering = session.scalars(
        select(Link)
        .where(Link.id == func.any(list(link_ids)), Link.revoked_at.is_(None))
        .order_by(Link.id)
    ).all()
    if not answering:
        return {}
    _revoke_stale(session, sorted({link.territory_id for link in answering}), now)
    wanted = {
        link.id: Wanted(
            CHAT,
            link.territory_id,
            link.contact_id,
            tuple(link.themes) if link.themes is not None else None,
            link.id,
        )
        for link in answering
    }
    made = ensure_links(session, list(wanted.values()), key_id=key_id, now=now)
    found = session.scalars(select(Link).where(Link.id == func.any(list(made.values()))))
    by_id = {one.id: one for one in found}
    return {link_id: by_id[made[one]] for link_id, one in wanted.items()}


def led_to(session: Session, one: Link) -> Link | None:
    """The live link that a single-use link leads to; None when it may no longer.

    It is of the same person: what they handed out may since hang on another's link.
    """
    found = session.get(Link, one.delegated_by) if one.delegated_by else None
    if found is None or found.revoked_at is not None or found.contact_id != one.contact_id:
        return None
    return found if found.themes == one.themes else None


def draw_digits(session: Session, signer: Signer, link_id: UUID, *, now: datetime) -> Digits:
    """Six digits for this link, in place of those it had. Expired ones are thrown away."""
    _throw_away(session, link_id, now)
    expires_at = now + DIGITS_LIVE
    for _ in range(MOST_ATTEMPTS):
        code = f"{secrets.randbelow(10**N_DIGITS):0{N_DIGITS}}"
        if _is_taken(session, signer, code):
            continue
        kept = session.scalar(
            insert(ChatCode)
            .values(
                link_id=link_id,
                code_hash=_hashes(signer, code)[signer.key_id],
                created_at=now,
                expires_at=expires_at,
            )
            .on_conflict_do_nothing()
            .returning(ChatCode.id)
        )
        if kept is not None:
            return Digits(code, expires_at)
    raise DigitsExhausted(str(link_id))


def use_digits(session: Session, signer: Signer, code: str, *, now: datetime) -> Link | None:
    """The live link of these digits, which serve no more; None when they open nothing.

    One UPDATE: of two chats at once, one finds the row still unused.
    """
    link_id = session.scalar(
        update(ChatCode)
        .where(
            spelt(signer, code),
            ChatCode.used_at.is_(None),
            ChatCode.expires_at > now,
        )
        .values(used_at=now)
        .returning(ChatCode.link_id)
    )
    if link_id is None:
        return None
    link = session.get_one(Link, link_id)
    return link if link.revoked_at is None else None


def use_token(session: Session, signer: Signer, token: str, *, now: datetime) -> Link | None:
    """The live link of a deep link's token, which serves no more; None when it opens nothing."""
    try:
        chat_id = signer.read(token, CHAT)
    except BadLink:
        return None
    one = session.scalar(
        select(Link).where(Link.id == chat_id, Link.purpose == CHAT).with_for_update()
    )
    if one is None or one.revoked_at is not None:
        return None
    link = led_to(session, one)
    if link is not None:
        one.revoked_at, one.revoked_because = now, USED
    return link


def spelt(signer: Signer, code: str) -> ColumnElement[bool]:
    """Those digits, under any key."""
    return ChatCode.code_hash == func.any(list(_hashes(signer, code).values()))


def _revoke_stale(session: Session, territories: list[int], now: datetime) -> None:
    """Take back the single-use links whose own link is dead, or another person's."""
    own = aliased(Link)
    leads = exists().where(
        and_(
            own.id == Link.delegated_by,
            own.revoked_at.is_(None),
            own.contact_id.is_not_distinct_from(Link.contact_id),
        )
    )
    session.execute(
        update(Link)
        .where(
            Link.purpose == CHAT,
            Link.territory_id == func.any(territories),
            Link.revoked_at.is_(None),
            ~leads,
        )
        .values(revoked_at=now, revoked_because=REPLACED)
        .execution_options(synchronize_session=False)
    )


def _throw_away(session: Session, link_id: UUID, now: datetime) -> None:
    """Of this link, those not used; of all, the expired. What a neighbour is at is let be."""
    own = (ChatCode.link_id == link_id) & ChatCode.used_at.is_(None)
    old = (
        select(ChatCode.id)
        .where(own | (ChatCode.expires_at <= now))
        .order_by(ChatCode.id)
        .with_for_update(skip_locked=True)
    )
    session.execute(
        delete(ChatCode)
        .where(ChatCode.id.in_(old.scalar_subquery()))
        .execution_options(synchronize_session=False)
    )


def _is_taken(session: Session, signer: Signer, code: str) -> bool:
    """Whether another link has these digits, under any key."""
    taken = select(ChatCode.id).where(spelt(signer, code), ChatCode.used_at.is_(None))
    return session.scalar(taken) is not None


def _hashes(signer: Signer, code: str) -> dict[int, str]:
    return {key_id: signer.digest(_HASH, code.encode(), key_id).hex() for key_id in signer.key_ids}
