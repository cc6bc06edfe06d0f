"""A sending during which worker processes are killed, and what is counted at the mail server."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from random import Random

from scheduler.sweep import sweep
from tests.messages.post import change, invited, leases_end, rows
from tests.scheduler.worker_process import AT_ONCE, running
from tests.world import World

SEED = 20260915
LATEST_KILL = 0.05  # seconds after the share arrived: the time in which several mails leave
PATIENCE = 60.0  # seconds for a worker to start or to move on, on a busy machine

_MAILBOXES = """
    WITH box AS (
        INSERT INTO addresses (channel, value, lane, created_at)
        SELECT 'email', 'boite-' || number || '@drill.invalid', 'wide', :now
          FROM generate_series(1, :n) AS number RETURNING id, value
    ), place AS (
        SELECT id, row_number() OVER (ORDER BY id) - 1 AS rank, count(*) OVER () AS n
          FROM territories WHERE asked AND kind = 'commune' AND departement_code = '23'
    )
    INSERT INTO contacts (territory_id, address_id, role, origin, as_of)
    SELECT place.id, box.id, 'mairie', 'simulated', CAST(:now AS date)
      FROM box JOIN place ON box.id % place.n = place.rank
"""


@dataclass(frozen=True, slots=True)
class Counted:
    """What arrived, by mailbox and by Message-ID."""

    n_mailboxes: int
    n_repeated: int  # mails beyond the first of each mailbox
    n_ids_of_busiest: int  # Message-IDs of the mailbox that saw the most: 1 if all is well


def prepare(world: World, n_messages: int) -> None:
    """As many mailboxes of the Creuse, invited; nothing has left."""
    change(world, _MAILBOXES, n=n_messages, now=world.now)
    world.open_wave()
    assert invited(world).n_messages == n_messages


def send_under_fire(world: World, n_messages: int, n_kills: int, *, seed: int = SEED) -> Counted:
    """Send them all; at moments drawn by `seed` the worker is killed, and another begins."""
    drawn = Random(seed)
    for n_left in range(n_kills, 0, -1):
        n_seen = len(world.smtp.received)
        share = max((n_messages - n_seen) // n_left, 1)
        with running(world):
            until(partial(_arrived, world, n_seen + drawn.randint(1, share)))
            time.sleep(drawn.uniform(0, LATEST_KILL))
        # Five minutes later, for whoever was killed: leases end, the sweep finds the rows.
        leases_end(world)
        sweep(world.db, now=world.now)
    with running(world):
        until(partial(all_sent, world))
    return counted(world)


def _arrived(world: World, n_mails: int) -> bool:
    return len(world.smtp.received) >= n_mails or all_sent(world)


def all_sent(world: World) -> bool:
    """Whether nothing waits any more: every message left, and this is known."""
    return not rows(world, "SELECT FROM messages WHERE state <> 'sent' LIMIT 1")


def counted(world: World) -> Counted:
    """Count at the sink."""
    ids: dict[str, Counter[str]] = {}
    for mail in world.smtp.messages:
        ids.setdefault(str(mail["To"]), Counter())[str(mail["Message-ID"])] += 1
    return Counted(
        n_mailboxes=len(ids),
        n_repeated=sum(sum(seen.values()) - 1 for seen in ids.values()),
        n_ids_of_busiest=max(len(seen) for seen in ids.values()),
    )


def most_repeats(n_kills: int) -> int:
    """What a kill may repeat: the one mail of each drain whose acceptance was not recorded."""
    return n_kills * AT_ONCE


def until(holds: Callable[[], bool]) -> None:
    """Wait for other processes to get there."""
    end = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError("the workers stopped moving on")
        time.sleep(0.02)
