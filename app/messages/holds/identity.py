"""Which database this is, compared with the one that sending began from.

A dump restored elsewhere has another cluster or another number in it; a restore to a point in time
has another timeline; a copy shown to the world under another name has another public address. A
snapshot of the whole disk has none of these: `docs/decisions/0018-a-copy-sends-nothing.md`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.models.sending import Installation
from app.settings import is_loopback

# The timeline of what is being written: the control file's changes only at the first checkpoint
# after a restore, when mail could have left. Any role may call these, PostgreSQL 15 to 18.
_PRESENT = text("""
    SELECT (SELECT system_identifier::text FROM pg_control_system()) AS system_identifier,
           (SELECT oid::bigint FROM pg_database WHERE datname = current_database()) AS database_oid,
           ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::bigint
               AS timeline
""")


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells one installation from a copy of it."""

    system_identifier: str  # of the PostgreSQL cluster, drawn when it was made
    database_oid: int  # of the database in it
    timeline: int  # one more after each restore to a point in time, and each failover
    public_url: str  # on this machine, without its port: a demo may take another


# In the order in which they are told.
DIFFERENCES = (
    ("system_identifier", "le serveur PostgreSQL n’est pas le même"),
    ("database_oid", "la base n’est pas la même sur ce serveur"),
    (
        "timeline",
        "la base a été restaurée à un moment passé, ou un serveur de secours a pris le relais",
    ),
    ("public_url", "l’adresse publique (PUBLIC_URL) n’est pas la même"),
)


def present_identity(session: Session, public_url: str) -> Identity:
    """This database and this public address, as they are now."""
    row = session.execute(_PRESENT).one()
    return Identity(row.system_identifier, row.database_oid, row.timeline, place_of(public_url))


def noted_identity(session: Session) -> Identity | None:
    """The installation that may send; None before sending ever began."""
    row = session.execute(select(Installation)).scalar_one_or_none()
    if row is None:
        return None
    return Identity(row.system_identifier, row.database_oid, row.timeline, row.public_url)


def note_first(session: Session, identity: Identity, *, now: datetime) -> None:
    """Sending begins from here, unless another process noted it at the same moment."""
    row = insert(Installation).values(id=1, **_columns(identity, now))
    session.execute(row.on_conflict_do_nothing())


def note(session: Session, identity: Identity, *, now: datetime) -> None:
    """From now on this one may send, and no other."""
    values = _columns(identity, now)
    row = insert(Installation).values(id=1, **values)
    session.execute(row.on_conflict_do_update(index_elements=["id"], set_=values))


def _columns(identity: Identity, now: datetime) -> dict[str, Any]:
    return {**asdict(identity), "noted_at": now}


def differences(noted: Identity, present: Identity) -> tuple[str, ...]:
    """What is not the same, in words for an operator; nothing if it is the same installation."""
    return tuple(
        words for name, words in DIFFERENCES if getattr(noted, name) != getattr(present, name)
    )


def place_of(public_url: str) -> str:
    """The address without the port, on this machine only: there, nobody else is misled."""
    address = urlsplit(public_url)
    if is_loopback(address.hostname or ""):
        return f"{address.scheme}://{address.hostname}"
    return public_url
