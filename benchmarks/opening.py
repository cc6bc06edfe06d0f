"""How fast a wave opens: a case, its first event and its response for every authority and theme.

Beside it, in the same call: a COPY of as many rows into tables made alike (same columns, indexes,
checks and foreign keys), which is as fast as PostgreSQL takes rows in.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from sqlalchemy import create_engine, text

from app.campaigns.control import open_wave
from app.house import House
from benchmarks._ground import NOW, new_wave, real_panel, show, temporary_house

TABLES = ("cases", "case_events", "responses")
_FOREIGN_KEYS = text("""
    SELECT pg_get_constraintdef(oid) FROM pg_constraint
     WHERE conrelid = CAST(:table AS regclass) AND contype = 'f' ORDER BY conname
""")
_COLUMNS = text("""
    SELECT attname FROM pg_attribute
     WHERE attrelid = CAST(:table AS regclass) AND attnum > 0 AND NOT attisdropped ORDER BY attnum
""")


def opened(house: House) -> tuple[int, float]:
    """Open a wave on the real panel; cases and seconds."""
    wave_id = new_wave(house)
    start = time.perf_counter()
    told = open_wave(house.db, wave_id, now=NOW)
    return told.n_cases, time.perf_counter() - start


def copied(house: House) -> float:
    """Copy the same rows into like tables; seconds, in one transaction as well."""
    engine = create_engine(str(house.owner_url))
    with engine.connect() as connection:
        columns = {table: _alike(connection, table) for table in TABLES}
        rows = {table: _rows(connection, table, columns[table]) for table in TABLES}
        connection.commit()
        driver: Any = connection.connection.driver_connection
        start = time.perf_counter()
        with driver.cursor() as cursor:
            for table in TABLES:
                names = ", ".join(columns[table])
                with cursor.copy(f"COPY like_{table} ({names}) FROM STDIN") as copy:
                    copy.write(rows[table])
        driver.commit()
        seconds = time.perf_counter() - start
    engine.dispose()
    return seconds


def _alike(connection: Any, table: str) -> Sequence[str]:
    """Make `like_<table>`; its columns."""
    connection.execute(text(f"CREATE TABLE like_{table} (LIKE {table} INCLUDING ALL)"))
    for definition in connection.scalars(_FOREIGN_KEYS, {"table": table}).all():
        connection.execute(text(f"ALTER TABLE like_{table} ADD {definition}"))
    found: Sequence[str] = connection.scalars(_COLUMNS, {"table": table}).all()
    # Identities are the table's own, as they are when a wave opens.
    return [name for name in found if name != "id"]


def _rows(connection: Any, table: str, columns: Sequence[str]) -> bytes:
    driver: Any = connection.connection.driver_connection
    names = ", ".join(columns)
    reading = f"COPY (SELECT {names} FROM {table} ORDER BY id) TO STDOUT"
    with driver.cursor() as cursor, cursor.copy(reading) as copy:
        return b"".join(bytes(part) for part in copy)


def main() -> None:
    with temporary_house() as house:
        real_panel(house)
        n_cases, ours = opened(house)
        theirs = copied(house)
    show("opening.cases_per_s", n_cases / ours, "cases/s")
    show("opening.share_of_copy", theirs / ours, "ratio")


if __name__ == "__main__":
    main()
