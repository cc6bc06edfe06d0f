"""Mailboxes of a domain, and a moment of their sending. No assertion here."""

from __future__ import annotations

from datetime import timedelta

from app.messages.holds.read import Hold, live_holds
from app.messages.holds.watch import Watched, watch_domains
from tests.messages.post import change, invited, send
from tests.world import World

_BOXES = """
    WITH box AS (
        INSERT INTO addresses (channel, value, lane, created_at)
        SELECT 'email', 'boite-' || number || '@' || :domain, 'wide', :now
          FROM generate_series(1, :n) AS number RETURNING id, value
    ), place AS (
        SELECT id, row_number() OVER (ORDER BY id) - 1 AS rank, count(*) OVER () AS n
          FROM territories WHERE asked AND kind = 'commune' AND departement_code = '23'
    )
    INSERT INTO contacts (territory_id, address_id, role, origin, as_of)
    SELECT place.id, box.id, 'mairie', 'simulated', CAST(:now AS date)
      FROM box JOIN place ON box.id % place.n = place.rank
"""


def boxes(world: World, domain: str, n: int) -> None:
    """So many mailboxes of this domain, in the Creuse."""
    change(world, _BOXES, domain=domain, n=n, now=world.now)


def all_invited(world: World) -> None:
    """The wave opens and the Creuse is invited; nothing has left."""
    world.open_wave()
    invited(world)


def a_minute_passes(world: World) -> Watched:
    """The clock's next look, after whoever sends has sent what is due."""
    world.now += timedelta(minutes=1)
    send(world)
    return watch_domains(world.db, now=world.now)


def holds(world: World) -> list[Hold]:
    with world.db.reading() as session:
        return live_holds(session)


def held(world: World) -> list[str]:
    """What is held, by domain or by reason."""
    return [one.domain or str(one.reason) for one in holds(world)]
