"""A frame of a million authorities: the real one, and as many invented communes as it takes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import create_engine, text

from app.house import House
from app.vocabulary.territory_kinds import TerritoryKind, stratum_of

_PLACES = text("""
    SELECT code, region_code FROM places WHERE level = 'departement' ORDER BY code
""")
_COPY = """
    COPY territories (kind, code, name, sort_name, population, stratum, departement_code,
                      region_code, asked) FROM STDIN
"""
_LIE = text("""
    INSERT INTO territory_departements (territory_id, departement_code)
    SELECT id, departement_code FROM territories WHERE code LIKE 'inventee-%' ORDER BY id
""")


def invent(house: House, n: int) -> None:
    """Add that many communes, by turns in each département, of ten sizes."""
    engine = create_engine(str(house.owner_url))
    with engine.begin() as connection:
        places = connection.execute(_PLACES).all()
        driver: Any = connection.connection.driver_connection
        with driver.cursor() as cursor, cursor.copy(_COPY) as copy:
            for number in range(n):
                place = places[number % len(places)]
                code, name = f"inventee-{number:07}", f"Commune inventée {number:07}"
                people = 100 + number % 10 * 900
                copy.write_row(
                    (
                        "commune",
                        code,
                        name,
                        name.lower(),
                        people,
                        stratum_of(TerritoryKind.COMMUNE, people).code,
                        place.code,
                        place.region_code,
                        True,
                    )
                )
        connection.execute(_LIE)
    engine.dispose()
