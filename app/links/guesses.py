"""Slows down whoever tries codes, or asks for links, again and again; guesses learn nothing."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, delete, select, text
from sqlalchemy.orm import Session

from app.db import Database
from app.errors import Refused
from app.links.codes import link_of
from app.links.signed import Signer
from app.models.contacts import Link
from app.models.requests import Guess
from app.vocabulary.french_dates import wait_in_words


class What(StrEnum):
    """What is tried."""

    CODE = "code"
    RENEWAL = "renewal"
    CHAT_CODE = "chat_code"


@dataclass(frozen=True, slots=True)
class Allowance:
    """How often something may be tried: by one network or chat, and by everybody together."""

    from_one: int
    in_all: int
    within: timedelta


# Several people of a town hall share one network address, hence more than a hand's few mistakes.
# 36,000 live codes of 40 bits: at full speed of everybody, a code is found in about two years.
ALLOWANCES: Mapping[What, Allowance] = {
    What.CODE: Allowance(from_one=10, in_all=500, within=timedelta(minutes=15)),
    What.RENEWAL: Allowance(from_one=10, in_all=1_000, within=timedelta(hours=1)),
    # Six digits, and some five live at once: at full speed of everybody, one is found in 35 days.
    What.CHAT_CODE: Allowance(from_one=5, in_all=60, within=timedelta(minutes=15)),
}
KEPT = timedelta(days=1)
SUBSCRIBER_BITS = 48


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


def hash_of(secret: str, network_address: str) -> str:
    """Under what an address is counted: keyed, since a plain hash of it can be guessed."""
    where = _network(network_address)
    return hmac.new(secret.encode(), f"guess:{where}".encode(), hashlib.sha256).hexdigest()


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
    waits = (
        _full_since(session, what, allowed.from_one, allowed.within, now, same),
        _full_since(session, what, allowed.in_all, allowed.within, now),
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


def _network(network_address: str) -> str:
    """The network that one subscriber holds.

    In version 6 it is a /56 at home and a /48 for an office (RIPE 690): counted by /64, one home
    alone would use up what everybody together may try. An address of version 4 may be spelt as
    one of version 6; those must not all count as one.
    """
    try:
        address = ipaddress.ip_address(network_address)
    except ValueError:
        return network_address
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, SUBSCRIBER_BITS), strict=False))


def _full_since(
    session: Session,
    what: What,
    most: int,
    within: timedelta,
    now: datetime,
    *same: ColumnElement[bool],
) -> datetime | None:
    """The oldest try of those that fill the allowance; None while there is room."""
    return session.scalar(
        select(Guess.at)
        .where(Guess.what == what, Guess.at > now - within, *same)
        .order_by(Guess.at.desc())
        .offset(most - 1)
        .limit(1)
    )
