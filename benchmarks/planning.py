"""How long the clock plans, on the whole frame: a wave's invitations, its reminders, a dry run.

36,242 authorities, three themes each, one mailbox each, one wave. Sending is not measured here.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import text

from app.campaigns.apply import plan_due
from app.campaigns.batches import Wanted, plan_batch
from app.campaigns.preview import preview
from app.house import House
from app.vocabulary.scope import Author
from app.vocabulary.wave_steps import BatchKind
from benchmarks._ground import NOW, analyse, opened_wave, real_panel, show, temporary_house

_MAILBOXES = text("""
    WITH place AS (
        SELECT id, kind || '-' || code AS name FROM territories WHERE asked
    ), box AS (
        INSERT INTO addresses (channel, value, lane, created_at)
        SELECT 'email', name || '@communes.invalid', 'wide', :now FROM place
        RETURNING id, value
    )
    INSERT INTO contacts (territory_id, address_id, role, origin, as_of)
    SELECT place.id, box.id, 'mairie', 'simulated', CAST(:now AS date)
      FROM place JOIN box ON box.value = place.name || '@communes.invalid'
""")
_SENT = text("""
    UPDATE messages SET state = 'sent', sent_at = next_try_at, tries = 1 WHERE state = 'queued'
""")
_INVITED = text("UPDATE cases SET disposition = 'invited' WHERE disposition = 'not_invited'")


def main() -> None:
    with temporary_house() as house:
        wave_id = furnished(house)
        told = measured("planning.preview_s", lambda: foreseen(house, wave_id))
        show("planning.previewed", told, "messages")
        invited = measured("planning.invitations_s", lambda: planned(house, days=1))
        show("planning.invited", invited, "messages")
        everything_leaves(house)
        measured("planning.nothing_due_s", lambda: planned(house, days=8))
        reminded = measured("planning.reminders_s", lambda: planned(house, days=20))
        show("planning.reminded", reminded, "messages")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        show("planning.peak_mb", peak, "MB")


def furnished(house: House) -> int:
    """A wave open on the real panel, a mailbox an authority, all to be invited in an hour."""
    real_panel(house)
    with house.db.transaction() as session:
        session.execute(_MAILBOXES, {"now": NOW})
    wave_id = opened_wave(house)
    wanted = Wanted(BatchKind.SHARE, NOW + timedelta(hours=1), share=1.0)
    plan_batch(house.db, None, Author.system(), wave_id, wanted, now=NOW)
    analyse(house)
    return wave_id


def measured(name: str, work: Callable[[], int]) -> int:
    start = time.perf_counter()
    n = work()
    show(name, time.perf_counter() - start, "s")
    return n


def foreseen(house: House, wave_id: int) -> int:
    """The whole wave, to its end."""
    with house.db.reading() as session:
        until = NOW + timedelta(days=80)
        return len(preview(session, wave_id, house.letterhead, until=until, now=NOW).sendings)


def planned(house: House, *, days: int) -> int:
    """What the clock queues, so many days later."""
    found = plan_due(house.db, house.letterhead, now=NOW + timedelta(days=days))
    return found.n_messages + found.n_announced


def everything_leaves(house: House) -> None:
    with house.db.transaction() as session:
        session.execute(_SENT)
        session.execute(_INVITED)
    analyse(house)


if __name__ == "__main__":
    main()
