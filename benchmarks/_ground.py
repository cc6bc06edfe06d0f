"""What the measures share: a database of their own, the real panel, one line a figure."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import create_engine, select, text
from sqlalchemy.engine import make_url

from app import embedded
from app.campaigns.control import create_campaign, open_wave
from app.house import House, open_house, with_driver
from app.links.make import Wanted, ensure_links
from app.migrations.apply import prepare, upgrade
from app.models.campaigns import Wave
from app.models.territories import Territory
from app.panel.geography import import_geography
from app.questionnaires.load import load_all
from app.questionnaires.publish import load_into
from app.settings import ROOT

NOW = datetime(2026, 9, 15, 8, 0, tzinfo=UTC)
PACKAGE = ROOT / "node_modules" / "@etalab" / "decoupage-administratif" / "data"


def show(name: str, value: float, unit: str) -> None:
    """One figure, as script/bench wants it."""
    print(f"{name}\t{value:.4g}\t{unit}", flush=True)


@contextmanager
def temporary_house(**settings: str) -> Iterator[House]:
    """A house on an empty, migrated database of its own, dropped at the end.

    On the server that DATABASE_URL names, else on an embedded one that keeps its data as a real
    one does: commits are waited for.
    """
    given = os.environ.get("DATABASE_URL")
    server = None if given else embedded.start(embedded.default_data(ROOT, "bench"))
    name = f"bench_{uuid.uuid4().hex[:12]}"
    owner = server.url(name) if server else _in_database(str(given), name)
    prepare(owner)
    upgrade(owner)
    house = open_house({"LOG_LEVEL": "WARNING", **settings, "DATABASE_URL": owner})
    try:
        yield house
    finally:
        house.close()
        maintenance = create_engine(_in_database(owner, "postgres"), isolation_level="AUTOCOMMIT")
        with maintenance.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        maintenance.dispose()
        if server is not None:
            server.stop()


def real_panel(house: House) -> None:
    """The 36,242 authorities of 2026, and the questionnaires of the first wave."""
    import_geography(house.db, PACKAGE, 2026, now=NOW)
    load_into(house.db, load_all(), now=NOW)
    analyse(house)


def new_wave(house: House) -> int:
    """A simulated campaign; its first wave, not opened yet."""
    campaign = create_campaign(
        house.db, "Mesure", millesime=2026, simulated=True, first_opens_at=NOW, now=NOW
    )
    with house.db.reading() as session:
        wave = session.query(Wave).filter_by(campaign_id=campaign, number=1).one()
        return wave.id


def opened_wave(house: House) -> int:
    """The same, opened on the whole panel."""
    wave_id = new_wave(house)
    open_wave(house.db, wave_id, now=NOW)
    return wave_id


def answer_links(house: House, n: int) -> list[UUID]:
    """Answer links of that many communes, each of its own."""
    with house.db.transaction() as session:
        communes = session.scalars(
            select(Territory.id)
            .where(Territory.kind == "commune", Territory.population > 500)
            .order_by(Territory.id)
            .limit(n)
        ).all()
        wanted = [Wanted("answer", territory_id, None) for territory_id in communes]
        key_id = house.letterhead.signer.key_id
        return list(ensure_links(session, wanted, key_id=key_id, now=NOW).values())


def analyse(house: House) -> None:
    """What autovacuum would have done by the time a real campaign begins."""
    engine = create_engine(str(house.owner_url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("ANALYZE"))
    engine.dispose()


def _in_database(url: str, name: str) -> str:
    return make_url(with_driver(url)).set(database=name).render_as_string(hide_password=False)
