"""Slows down whoever tries codes, or asks for links, again and again; guesses learn nothing."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, delete, exists, select, text
from sqlalchemy.orm import Session

from app.db import Database
from app.errors import Refused
from app.links.codes import link_of
from app.links.signed import Signer
from app.models.contacts import Link
from app.models.requests import Guess
from app.vocabulary.french_dates import wait_in_words
from app.vocabulary.networks import subscriber


class What(StrEnum):
    """What is tried."""

    CODE = "code"
    RENEWAL = "renewal"
    CHAT_CODE = "chat_code"


@dataclass(frozen=True, slots=True)
class Allowance:
    """How often something may be tried: by one network or chat, and by everybody together.

    `newcomers`: how many tries more, once `in_all` is used up, for who made none the day before;
    so that a few who try everything do not shut the door on those who have a good code.
    """

    from_one: int
    in_all: int
    within: timedelta
    newcomers: int = 0


CHAT_CODES = Allowance(from_one=5, in_all=30, within=timedelta(minutes=15), newcomers=100)
"""Six digits: with N codes that live, a wrong try finds one with N chances in a million.

N is some 5 on the best day of a wave: 1,000 chats tied, a code unused for 2 minutes, in 8 hours.
Each messenger counts apart. On one of them:
- the same few chats, over and over: 30 tries a quarter of an hour, 2,880 a day, 1.4 % a day that
  they find the code of an authority that they do not choose: 70 days for one;
- with 1,000 other chats of theirs, which may be wrong once a day: 3,880 tries a day, 50 days;
- rooms of Tchap cost nothing, but a server lets an account join some 90 in a quarter of an hour
  (`rc_joins` of Synapse): 11,500 tries a day, 17 days, every room opened by an agent whom the
  server knows.
To shut the door on those who type rightly takes 130 chats never seen the day before, every quarter
of an hour. In the best day's busiest quarter, people who mistype once in ten make 10 wrong tries.
"""

# Several people of a town hall share one network address, hence more than a hand's few mistakes.
# 36,000 live codes of 40 bits: at full speed of everybody, a code is found in about two years.
ALLOWANCES: Mapping[What, Allowance] = {
    What.CODE: Allowance(from_one=10, in_all=500, within=timedelta(minutes=15)),
    What.RENEWAL: Allowance(from_one=10, in_all=1_000, within=timedelta(hours=1)),
    What.CHAT_CODE: CHAT_CODES,
}
KEPT = timedelta(days=1)
_AMONG = ":"


class TooManyGuesses(Refused):
    """Said before anything is looked up: it is the same whatever was typed."""

    sentence = "Trop d’essais de suite. Attendez {wait}, puis réessayez."
    status = 429


class NoCode(Refused):
    """Nothing was typed."""

    sentence = "Écrivez le code imprimé sur la lettre ou sur le questionnaire."


class WrongCode(Refused):
    """Misspelt, unknown or withdrawn: never told which."""

    sentence = (
        "Ce code n’ouvre rien. Vérifiez ses neuf caractères sur la lettre, "
        "ou demandez un nouveau lien."
    )


def open_with_code(
    db: Database, signer: Signer, typed: str, from_hash: str, *, now: datetime
) -> str:
    """The token of the link that a typed code opens.

    Refusals are raised once the transaction is over: inside, they would undo the count.
    """
    if not typed.strip():
        raise NoCode
    with db.transaction() as session:
        wait = wait_before(session, What.CODE, from_hash, now=now)
        link_id = None if wait else link_of(session, signer, typed)
        link = None if link_id is None else session.get_one(Link, link_id)
        if link is None and not wait:
            note(session, What.CODE, from_hash, now=now)
    if wait:
        raise TooManyGuesses(wait=wait_in_words(wait))
    if link is None:
        raise WrongCode
    return signer.token(link.id, link.purpose, link.key_id)


def hash_of(secret: str, network_address: str, *, among: str = "") -> str:
    """Under what an address is counted: keyed, since a plain hash of it can be guessed.

    `among`: with whom it is counted in all, where not with everybody: it comes before the hash.
    """
    where = subscriber(network_address)
    hashed = hmac.new(secret.encode(), f"guess:{where}".encode(), hashlib.sha256).hexdigest()
    return f"{among}{_AMONG}{hashed}" if among else hashed


def wait_before(session: Session, what: What, from_hash: str, *, now: datetime) -> timedelta:
    """How long this network must wait; nothing while it may try.

    Tries made while waiting do not count: whoever waits gets in. Two at once from one network
    would both see the same count, so the second waits a moment.
    """
    alone = session.scalar(
        text("SELECT pg_try_advisory_xact_lock(hashtextextended(:who, 0))"),
        {"who": f"{what}:{from_hash}"},
    )
    if not alone:
        return timedelta(seconds=1)
    allowed = ALLOWANCES[what]
    same = Guess.from_hash == from_hash
    all_of_them = _counted_with(from_hash)
    new = _is_new(session, what, from_hash, now) if allowed.newcomers else False
    in_all = allowed.in_all + allowed.newcomers if new else allowed.in_all
    waits = (
        _full_since(session, what, allowed.from_one, allowed.within, now, same),
        _full_since(session, what, in_all, allowed.within, now, all_of_them),
    )
    return max((at + allowed.within - now for at in waits if at is not None), default=timedelta(0))


def note(session: Session, what: What, from_hash: str, *, now: datetime) -> None:
    """Count one try."""
    session.add(Guess(what=what, from_hash=from_hash, at=now))
    session.flush()


def purge_guesses(db: Database, *, now: datetime) -> int:
    """Forget the tries of the days before; how many."""
    with db.transaction() as session:
        old = delete(Guess).where(Guess.what.in_(list(What)), Guess.at < now - KEPT)
        return len(session.scalars(old.returning(Guess.id)).all())


def _counted_with(from_hash: str) -> ColumnElement[bool]:
    """The tries that count with those of this network or chat: its messenger's, or everybody's."""
    among, sign, _ = from_hash.rpartition(_AMONG)
    return Guess.from_hash.startswith(among + sign, autoescape=True)


def _is_new(session: Session, what: What, from_hash: str, now: datetime) -> bool:
    """Whether it tried nothing wrong since the day before."""
    tried = exists().where(Guess.what == what, Guess.from_hash == from_hash, Guess.at > now - KEPT)
    return not session.scalar(select(tried))


def _full_since(
    session: Session,
    what: What,
    most: int,
    within: timedelta,
    now: datetime,
    same: ColumnElement[bool],
) -> datetime | None:
    """The oldest try of those that fill the allowance; None while there is room."""
    return session.scalar(
        select(Guess.at)
        .where(Guess.what == what, Guess.at > now - within, same)
        .order_by(Guess.at.desc())
        .offset(most - 1)
        .limit(1)
    )
