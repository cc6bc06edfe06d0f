"""How long to wait after wrong passwords: a pure table of delays, and the count of attempts."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from app.models.organisations import SignInAttempt
from app.vocabulary.networks import subscriber

REMEMBERED = timedelta(hours=1)
LONGEST = timedelta(minutes=15)
# An office shares one network address, hence more room than one account has.
FREE_BY_ACCOUNT = 4
FREE_BY_ADDRESS = 20


@dataclass(frozen=True, slots=True)
class Origin:
    """Who tries, and from where: keyed hashes, since a plain one of either can be guessed."""

    who: str
    where: str


def named(email: str) -> str:
    """The account that was typed, as it is looked up: what is left out here is not counted apart.

    PostgreSQL compares no NUL.
    """
    return email.replace("\0", "").strip().lower()


def origin(email: str, from_address: str, secret: str) -> Origin:
    """The hashes under which this attempt is counted; a subscriber's network counts as one."""
    return Origin(
        _keyed(secret, f"who:{named(email)}"), _keyed(secret, f"from:{subscriber(from_address)}")
    )


def wait_after(failures: int, free: int) -> timedelta:
    """How long to wait after so many failures: none at first, then 2, 4, 8 … seconds."""
    if failures < free:
        return timedelta(0)
    return min(timedelta(seconds=2.0 ** min(failures - free + 1, 20)), LONGEST)


def free_again_at(session: Session, tried: Origin, now: datetime) -> datetime:
    """From when on this account may be tried from this address."""
    moments = [
        _free_at(session, SignInAttempt.who_hash == tried.who, FREE_BY_ACCOUNT, now),
        _free_at(session, SignInAttempt.from_hash == tried.where, FREE_BY_ADDRESS, now),
    ]
    return max(moments)


def note(session: Session, tried: Origin, now: datetime, *, succeeded: bool) -> None:
    """Write the attempt; what is older than a day is of no use and goes."""
    session.execute(
        delete(SignInAttempt).where(
            SignInAttempt.who_hash == tried.who, SignInAttempt.at < now - timedelta(days=1)
        )
    )
    session.add(
        SignInAttempt(who_hash=tried.who, from_hash=tried.where, at=now, succeeded=succeeded)
    )


def _free_at(session: Session, same: ColumnElement[bool], free: int, now: datetime) -> datetime:
    """Failures since the last success, within the hour that is remembered."""
    last_success = (
        select(func.max(SignInAttempt.at)).where(same, SignInAttempt.succeeded).scalar_subquery()
    )
    since = func.greatest(func.coalesce(last_success, now - REMEMBERED), now - REMEMBERED)
    failures, last = session.execute(
        select(func.count(), func.max(SignInAttempt.at)).where(
            same, ~SignInAttempt.succeeded, SignInAttempt.at > since
        )
    ).one()
    return last + wait_after(failures, free) if last else now


def _keyed(secret: str, text: str) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
