"""Whether the demo is finished, and how to begin it anew."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import datetime

from sqlalchemy import create_engine, exists, select, text
from sqlalchemy.engine import make_url

from app.db import Database
from app.errors import Refused
from app.house import House
from app.migrations.apply import prepare, upgrade
from app.models.campaigns import Campaign
from app.models.contacts import Contact
from app.models.organisations import AuditEntry
from app.models.territories import Territory
from app.vocabulary.scope import Author

FINISHED = "demo_finished"
OURS = ("simulated", "respondent")  # origins of contacts


class NotADemo(Refused):
    """The database holds something that was not simulated: it is never dropped."""

    sentence = (
        "Cette base contient une vraie campagne ou de vrais contacts\u00a0: la démonstration n’y "
        "touche pas. Indiquez une autre base par DATABASE_URL, ou un autre dossier par DATA_DIR."
    )


class CannotBeginAnew(Refused):
    """The demo drops and makes its database, which this account may not."""

    sentence = (
        "La démonstration recrée sa base et a besoin du compte propriétaire. "
        "Indiquez-le par DATABASE_OWNER_URL, ou laissez DATABASE_URL vide."
    )


@dataclass(frozen=True, slots=True)
class Finished:
    """What a finished demo holds, by opaque ids: neither addresses nor tokens."""

    departement: str
    wave_id: int
    publication_id: int
    open_territory_id: int | None  # None: nobody is left to answer
    card_territory_id: int | None


def finished(db: Database) -> Finished | None:
    """What the last demo left in this database, if it came to its end."""
    with db.reading() as session:
        details = session.scalar(
            select(AuditEntry.details)
            .where(AuditEntry.action == FINISHED)
            .order_by(AuditEntry.id.desc())
            .limit(1)
        )
    if details is None:
        return None
    return Finished(**{field.name: details[field.name] for field in fields(Finished)})


def remember(db: Database, done: Finished, *, now: datetime) -> None:
    """Write that the demo came to its end: the next one only serves."""
    with db.transaction() as session:
        session.add(
            AuditEntry.of(Author.system(), FINISHED, f"wave:{done.wave_id}", asdict(done), at=now)
        )


def begin_anew(house: House) -> None:
    """Drop and make the database, unless it holds anything real; nothing to do on an empty one."""
    with house.db.reading() as session:
        real_campaign = session.scalar(select(exists().where(Campaign.simulated.is_(False))))
        real_contact = session.scalar(select(exists().where(Contact.origin.not_in(OURS))))
        empty = not session.scalar(select(exists().where(Territory.id > 0)))
    if real_campaign or real_contact:
        raise NotADemo
    if empty:
        return
    if house.owner_url is None:
        raise CannotBeginAnew
    house.db.close()
    house.published.close()
    _drop(house.owner_url)
    prepare(house.owner_url)
    upgrade(house.owner_url)


def _drop(owner_url: str) -> None:
    url = make_url(owner_url)
    engine = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    name = engine.dialect.identifier_preparer.quote(url.database or "")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    engine.dispose()
