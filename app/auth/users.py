"""Accounts of the staff: opening, changing and closing one, knowing who holds a session."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.auth.passwords import hashed
from app.auth.roles import RoleRow, role_named
from app.db import Database
from app.errors import Refused
from app.models.organisations import AuditEntry, Organisation, User
from app.vocabulary.scope import Author, Role, Scope


class AccountExists(Refused):
    """An account already has this e-mail."""

    sentence = "Un compte existe déjà pour {email}. Modifiez-le, ou indiquez une autre adresse."


class BadEmail(Refused):
    """Not an address."""

    sentence = (
        "«\u00a0{email}\u00a0» n’est pas une adresse électronique. Vérifiez-la, puis recommencez."
    )


class NameMissing(Refused):
    """Colleagues must be able to tell who did what."""

    sentence = "Indiquez le nom de la personne qui tiendra ce compte."


class OrganisationMissing(Refused):
    """A local role sees an organisation's territories."""

    sentence = (
        "Le rôle «\u00a0{label}\u00a0» a besoin d’une organisation. Indiquez-la avec le compte."
    )


class UnknownOrganisation(Refused):
    """The organisation was not found by its name."""

    sentence = (
        "L’organisation «\u00a0{name}\u00a0» n’existe pas. Créez-la d’abord, ou vérifiez son nom."
    )


class UnknownAccount(Refused):
    """No account has this e-mail."""

    sentence = "Aucun compte n’existe pour {email}. Vérifiez cette adresse."


@dataclass(frozen=True, slots=True)
class Staff:
    """The member of staff behind a session."""

    scope: Scope
    name: str
    organisation: str | None
    session_stamp: int


def create_user(
    db: Database,
    email: str,
    name: str,
    role: str,
    organisation: str | None,
    password: str,
    *,
    by: Author,
    now: datetime,
) -> int:
    """Open an account; the id of the user. `organisation` is a name; a local role needs one."""
    row = role_named(role)
    address, called = email.strip(), name.strip()
    _check(address, called)
    kept = hashed(password)
    with db.transaction() as session:
        if session.scalar(select(User.id).where(func.lower(User.email) == address.lower())):
            raise AccountExists(email=address)
        user = User(
            email=address,
            name=called,
            role=row.role,
            organisation_id=_organisation(session, row, organisation),
            password_hash=kept,
            active=True,
            session_stamp=0,
            created_at=now,
        )
        session.add(user)
        session.flush()
        session.add(_audited("user_created", user.id, by, now, role=row.role))
        return user.id


def staff_behind(session: Session, user_id: int, session_stamp: int) -> Staff | None:
    """Who holds this session, or nobody: account closed, or session ended meanwhile."""
    found = session.execute(
        select(User, Organisation.name)
        .outerjoin(Organisation, Organisation.id == User.organisation_id)
        .where(User.id == user_id, User.active, User.session_stamp == session_stamp)
    ).one_or_none()
    if found is None:
        return None
    user, organisation = found
    return Staff(scope_of(user), user.name, organisation, user.session_stamp)


def scope_of(user: User) -> Scope:
    """What this account may see."""
    return Scope(user.id, Role(user.role), user.organisation_id)


def end_sessions(db: Database, user_id: int, *, by: Author, now: datetime) -> None:
    """Every open session of this account ends, on every device."""
    with db.transaction() as session:
        session.execute(
            update(User).where(User.id == user_id).values(session_stamp=User.session_stamp + 1)
        )
        session.add(_audited("sessions_ended", user_id, by, now))


def change_password(db: Database, email: str, password: str, *, by: Author, now: datetime) -> None:
    """Give this account another password: its holder lost it, or somebody else read it.

    Its open sessions end. `WeakPassword` and `UnknownAccount` change nothing.
    """
    kept = hashed(password)
    with db.transaction() as session:
        user = _locked(session, email)
        user.password_hash = kept
        user.session_stamp += 1
        session.add(_audited("password_changed", user.id, by, now))


def set_active(db: Database, email: str, active: bool, *, by: Author, now: datetime) -> None:
    """Close an account, whose open sessions end, or open it again. What it did stays its own."""
    with db.transaction() as session:
        user = _locked(session, email)
        if user.active == active:
            return
        user.active = active
        user.session_stamp += 1
        session.add(_audited("user_reopened" if active else "user_closed", user.id, by, now))


def _locked(session: Session, email: str) -> User:
    """The account of this e-mail; two changes at once wait for each other here."""
    wanted = email.strip().lower()
    user = session.scalar(
        select(User).where(func.lower(User.email) == wanted).with_for_update(of=User)
    )
    if user is None:
        raise UnknownAccount(email=email.strip())
    return user


def _check(email: str, name: str) -> None:
    mailbox, at, domain = email.partition("@")
    if not (mailbox and at and "." in domain) or any(letter.isspace() for letter in email):
        raise BadEmail(email=email)
    if not name:
        raise NameMissing


def _organisation(session: Session, row: RoleRow, name: str | None) -> int | None:
    if name is None:
        if row.local:
            raise OrganisationMissing(label=row.label)
        return None
    found = session.scalar(select(Organisation.id).where(Organisation.name == name))
    if found is None:
        raise UnknownOrganisation(name=name)
    return found


def _audited(action: str, user_id: int, by: Author, now: datetime, **details: str) -> AuditEntry:
    return AuditEntry.of(by, action, f"user:{user_id}", details, at=now)


def names(session: Session, user_ids: Collection[int]) -> dict[int, str]:
    """The names of these accounts: colleagues may know who wrote a note."""
    rows = session.execute(
        select(User.id, User.name).where(User.id.in_(user_ids)).order_by(User.id)
    )
    return dict(rows.all())
