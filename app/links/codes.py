"""Short codes for letters and paper: typed by hand, kept by nobody.

Eight characters drawn from the link's id with our key (40 bits), and one check character. With
every authority of France holding a code, one guess in thirty million finds one: `guesses.py`
gives a network a few. Only a keyed hash is stored, so a copy of the database holds no usable code.
"""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.links.make import Wanted, ensure_links
from app.links.signed import Signer
from app.models.contacts import Link, ShortCode

# Crockford's base 32: digits and capitals without I, L, O (look like 1, 1, 0) and U.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BODY = 8
LENGTH = BODY + 1
GROUPS = ((0, 4), (4, 8), (8, 9))
MOST_ATTEMPTS = 8

_VALUES = {letter: value for value, letter in enumerate(ALPHABET)} | {"O": 0, "I": 1, "L": 1}
_LOOSE = re.compile(r"[\s\-\u2010-\u2015\u2212_.·]+")
_LONGEST_TYPED = 64
_CODE, _HASH = "code", "code hash"


class CodesExhausted(RuntimeError):
    """Several codes in a row were taken: not by chance."""


def check_character(body: str) -> str:
    """The character that follows these eight, and tells what the hand gets wrong.

    A polynomial check over the field of 32 elements (a Damm scheme without table): each place
    weighs a different power of 2, none zero. So one wrong character always shows, whichever it
    is, and so do two neighbours exchanged.
    """
    total = 0
    for letter in body:
        total = _doubled(total) ^ _VALUES[letter]
    return ALPHABET[_doubled(total)]


def read_code(typed: str) -> str | None:
    """The nine characters that were meant, or None when no code is spelt so.

    Capitals or not, spaces, dashes, O for 0, I or L for 1 are all the same.
    """
    letters = _LOOSE.sub("", typed[:_LONGEST_TYPED]).upper()
    if len(letters) != LENGTH or any(letter not in _VALUES for letter in letters):
        return None
    code = "".join(ALPHABET[_VALUES[letter]] for letter in letters)
    return code if check_character(code[:BODY]) == code[BODY] else None


def shown(code: str) -> str:
    """The code as it is printed: `7KQ4-M2XP-D`."""
    return "-".join(code[start:end] for start, end in GROUPS)


def code_of(session: Session, signer: Signer, link_id: UUID, *, now: datetime) -> str:
    """The code of this link as printed, the same at each printing; its row is made if missing."""
    known = _known(session, signer, link_id)
    if known is not None:
        return shown(known)
    for attempt in range(MOST_ATTEMPTS):
        code = _computed(signer, signer.key_id, link_id, attempt)
        if _store(session, signer, link_id, code, attempt, now):
            return shown(code)
        known = _known(session, signer, link_id)  # somebody printed the same letter meanwhile
        if known is not None:
            return shown(known)
    raise CodesExhausted(str(link_id))


def printed_code(session: Session, signer: Signer, link_id: UUID) -> str | None:
    """The code of this link as printed, if it has one already; nothing is written."""
    known = _known(session, signer, link_id)
    return None if known is None else shown(known)


def link_of(session: Session, signer: Signer, typed: str) -> UUID | None:
    """The live link that this code opens. What is spelt wrong is looked up all the same.

    So wrong, unknown and revoked take the same time, and are told apart by nobody. A code is as
    good as the key that it was drawn with, whichever signed its link.
    """
    code = read_code(typed) or ""
    return session.scalar(
        select(ShortCode.link_id)
        .join(Link, Link.id == ShortCode.link_id)
        .where(
            ShortCode.code_hash == func.any(list(_hashes(signer, code).values())),
            Link.revoked_at.is_(None),
        )
        .order_by(ShortCode.key_id.desc())
        .limit(1)
    )


def letter_link(session: Session, signer: Signer, territory_id: int, *, now: datetime) -> UUID:
    """The link of an authority's letters: it answers, and belongs to no mailbox."""
    wanted = Wanted("answer", territory_id, None)
    return ensure_links(session, [wanted], key_id=signer.key_id, now=now)[wanted]


def _doubled(value: int) -> int:
    """Times two in the field of 32 elements, modulo x⁵ + x² + 1."""
    return (value << 1) ^ (0b100101 if value & 0b10000 else 0)


def _known(session: Session, signer: Signer, link_id: UUID) -> str | None:
    """The code of the row; none when its key is no longer in use: its letters open nothing."""
    row = session.execute(
        select(ShortCode.key_id, ShortCode.attempt).where(
            ShortCode.link_id == link_id, ShortCode.key_id == func.any(list(signer.key_ids))
        )
    ).one_or_none()
    return None if row is None else _computed(signer, row.key_id, link_id, row.attempt)


def _store(
    session: Session, signer: Signer, link_id: UUID, code: str, attempt: int, now: datetime
) -> bool:
    """Keep the code's hash; False when another link has that code, under any key."""
    hashes = _hashes(signer, code)
    if session.scalar(
        select(ShortCode.link_id).where(ShortCode.code_hash == func.any(list(hashes.values())))
    ):
        return False
    row = {
        "code_hash": hashes[signer.key_id],
        "key_id": signer.key_id,
        "attempt": attempt,
        "created_at": now,
    }
    adding = insert(ShortCode).values(link_id=link_id, **row)
    # A row that is there already was made with a key no longer in use, or by a neighbour just now.
    outdated = ShortCode.key_id != func.all(list(signer.key_ids))
    return (
        session.scalar(
            adding.on_conflict_do_update(
                index_elements=["link_id"], set_=row, where=outdated
            ).returning(ShortCode.attempt)
        )
        is not None
    )


def _computed(signer: Signer, key_id: int, link_id: UUID, attempt: int) -> str:
    drawn = int.from_bytes(signer.digest(_CODE, link_id.bytes + bytes([attempt]), key_id)[:5])
    body = "".join(ALPHABET[drawn >> (5 * place) & 31] for place in range(BODY))
    return body + check_character(body)


def _hashes(signer: Signer, code: str) -> dict[int, str]:
    return {key_id: signer.digest(_HASH, code.encode(), key_id).hex() for key_id in signer.key_ids}
