"""What rendering needs is fetched for a whole claim: a handful costs no more than one message."""

from __future__ import annotations

from app.messages import outbox
from app.messages.drafts import HANDFUL
from tests.messages.holds.boxes import all_invited, boxes
from tests.messages.post import change
from tests.messages.test_recording import listening
from tests.world import World


def claim(world: World) -> tuple[int, int]:
    """How many parcels a claim gives, and how many statements it took."""
    with listening(world) as said, world.db.transaction() as session:
        parcels = outbox.claim(session, "wide", world.letterhead, now=world.now)
    return len(parcels), len(said)


def test_a_handful_is_fetched_and_written_with_the_statements_of_one(world: World) -> None:
    boxes(world, "a.invalid", 42)
    all_invited(world)
    change(
        world,
        "UPDATE messages SET next_try_at = next_try_at + interval '1 minute' "
        "WHERE id <> (SELECT id FROM messages ORDER BY id LIMIT 1)",
    )
    claim(world)  # what is asked once a process is asked
    change(world, "UPDATE messages SET state = 'queued', leased_until = NULL, tries = 0")

    n_alone, of_one = claim(world)
    world.days_pass(0.01)
    n_together, of_many = claim(world)

    assert (n_alone, n_together) == (1, HANDFUL)
    assert of_many == of_one
