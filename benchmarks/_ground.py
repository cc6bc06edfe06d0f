"""What the measures share: a database of their own, the real panel, one line a figure."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import FrameType
from uuid import UUID

from sqlalchemy import create_engine, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ProgrammingError

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
LIMIT = 3_600  # seconds that one measure may take, whatever happens
_MAILBOXES = text("""
    WITH place AS (
        SELECT id, kind || '-' || code AS name FROM territories WHERE asked ORDER BY id LIMIT :n
    ), box AS (
        INSERT INTO addresses (channel, value, lane, created_at)
        SELECT 'email', name || '@communes.invalid', 'wide', :now FROM place
        RETURNING id, value
    )
    INSERT INTO contacts (territory_id, address_id, role, origin, as_of)
    SELECT place.id, box.id, 'mairie', 'simulated', CAST(:now AS date)
      FROM place JOIN box ON box.value = place.name || '@communes.invalid'
""")


def show(name: str, value: float, unit: str) -> None:
    """One figure, as script/bench wants it."""
    print(f"{name}\t{value:.4g}\t{unit}", flush=True)


def goal(name: str, value: float, unit: str) -> None:
    """What the figure just shown is to reach."""
    show(f"{name}.goal", value, unit)


def sized(full: int) -> int:
    """How many of these are measured: BENCH_SIZE, between 0 and 1, is the share for a quick run."""
    return max(1, round(full * float(os.environ.get("BENCH_SIZE", "1"))))


@contextmanager
def bounded(seconds: int = LIMIT) -> Iterator[None]:
    """`TimeoutError` if it takes longer: nothing of a measure runs for ever."""

    def give_up(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError(f"a measure took more than {seconds} s")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


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
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # stopped, it cleans up all the same
    prepare(owner)
    upgrade(owner)
    house = open_house({"LOG_LEVEL": "WARNING", **settings, "DATABASE_URL": owner})
    try:
        yield house
    finally:
        house.close()
        _maintain(owner, f"DROP DATABASE {name} WITH (FORCE)")
        if server is not None:
            server.stop()


@contextmanager
def copied(house: House) -> Iterator[str]:
    """A copy of the house's database, dropped at the end: what several measures begin with.

    Its address. Nothing may have been sent from the original: a copy of what sent sends nothing.
    """
    owner, name = str(house.owner_url), f"bench_{uuid.uuid4().hex[:12]}"
    house.db.close()  # a database that is in use is not copied; these open again when needed
    house.published.close()
    _maintain(owner, f"CREATE DATABASE {name} TEMPLATE {make_url(owner).database}")
    with contextlib.suppress(ProgrammingError):  # only some accounts may
        _maintain(owner, "CHECKPOINT")  # else writing the copy to disk falls into the measure
    try:
        yield _in_database(owner, name)
    finally:
        _maintain(owner, f"DROP DATABASE {name} WITH (FORCE)")


def real_panel(house: House) -> None:
    """The 36,242 authorities of 2026, and the questionnaires of the first wave."""
    import_geography(house.db, PACKAGE, 2026, now=NOW)
    load_into(house.db, load_all(), now=NOW)
    analyse(house)


def mailboxes(house: House, n: int) -> None:
    """One mailbox for each of the first so many authorities."""
    with house.db.transaction() as session:
        session.execute(_MAILBOXES, {"n": n, "now": NOW})


def campaign_waves(house: House) -> list[int]:
    """A simulated campaign; its waves in their order, none of them open."""
    campaign = create_campaign(
        house.db, "Mesure", millesime=2026, simulated=True, first_opens_at=NOW, now=NOW
    )
    with house.db.reading() as session:
        waves = session.scalars(
            select(Wave.id).where(Wave.campaign_id == campaign).order_by(Wave.number)
        )
        return list(waves)


def new_wave(house: House) -> int:
    """A simulated campaign; its first wave, not opened yet."""
    return campaign_waves(house)[0]


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


def _maintain(owner: str, command: str) -> None:
    """A command about whole databases."""
    engine = create_engine(_in_database(owner, "postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(command))
    engine.dispose()


def _in_database(url: str, name: str) -> str:
    return make_url(with_driver(url)).set(database=name).render_as_string(hide_password=False)
