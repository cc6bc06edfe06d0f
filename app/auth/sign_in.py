"""Signing in: the same answer, in the same time, for a wrong password and an unknown account."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.auth import throttle
from app.auth.passwords import NOBODYS_HASH, hashed, is_outdated, matches
from app.auth.users import scope_of
from app.db import Database
from app.errors import Refused
from app.models.organisations import AuditEntry, User
from app.vocabulary.french_dates import wait_in_words
from app.vocabulary.scope import Author, Scope


class WrongPassword(Refused):
    """Unknown account, closed account or wrong password: never told which."""

    sentence = "Adresse ou mot de passe inconnu. Vérifiez les deux, puis réessayez."
    status = 401


class TooManyAttempts(Refused):
    """The growing wait after wrong passwords."""

    sentence = "Trop d’essais de suite. Attendez {wait}, puis réessayez."
    status = 429


def sign_in(
    db: Database, email: str, password: str, from_address: str, *, secret: str, now: datetime
) -> Scope:
    """Who this is, if the password is theirs; every attempt is kept, refused ones too.

    Refusals are raised once the transaction is over: inside, they would undo its trace.
    """
    tried = throttle.origin(email, from_address, secret)
    with db.transaction() as session:
        wait = _wait(session, tried, now)
        scope = None if wait else _known(session, email, password, now)
        if not wait:
            throttle.note(session, tried, now, succeeded=scope is not None)
    if wait:
        raise TooManyAttempts(wait=wait_in_words(wait))
    if scope is None:
        raise WrongPassword
    return scope


def session_stamp(session: Session, user_id: int) -> int:
    """The stamp that a session opened now must carry."""
    return session.scalars(select(User.session_stamp).where(User.id == user_id)).one()


def _wait(session: Session, tried: throttle.Origin, now: datetime) -> timedelta:
    """How long to wait; two attempts at once on one account would both see the same count."""
    alone = session.scalar(
        text("SELECT pg_try_advisory_xact_lock(hashtextextended(:who, 0))"), {"who": tried.who}
    )
    if not alone:
        return timedelta(seconds=1)
    return max(throttle.free_again_at(session, tried, now) - now, timedelta(0))


def _known(session: Session, email: str, password: str, now: datetime) -> Scope | None:
    same = func.lower(User.email) == throttle.named(email)
    user = session.scalar(select(User).where(same, User.active))
    if not matches(user.password_hash if user else NOBODYS_HASH, password) or user is None:
        return None
    if is_outdated(user.password_hash):
        user.password_hash = hashed(password)
    user.last_seen_at = now
    session.add(AuditEntry.of(Author.user(user.id), "signed_in", f"user:{user.id}", at=now))
    return scope_of(user)
