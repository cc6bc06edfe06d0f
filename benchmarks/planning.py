"""How long the clock plans, and with how much memory: the real frame, then a million authorities.

First 36,242 authorities and nine themes, in three waves of three that follow one another as the
calendar has them: each wave's invitations, its reminders, its dry run. Then one wave of a million
authorities, invited by département over ten working days. One mailbox each; office hours are kept.
What opens waves and what sends is not counted. BENCH_SIZE=0.02 is quick.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import text

from app.campaigns.batches import Wanted, plan_batch
from app.campaigns.control import open_wave
from app.cases.waves import effective_end
from app.house import House
from app.models.campaigns import Wave
from app.vocabulary.scope import Author
from app.vocabulary.wave_steps import BatchKind
from benchmarks._ground import (
    analyse,
    bounded,
    campaign_waves,
    mailboxes,
    real_panel,
    show,
    sized,
    temporary_house,
)
from benchmarks._million import invent
from benchmarks._planner import OutOfMemory, Planner, Spent, planner

N_AUTHORITIES = 36_242
N_MILLION = 1_000_000
# From the day of the opening, a Tuesday: ten working days, and when their reminders fall.
RAMP = (0, 1, 2, 3, 6, 7, 8, 9, 10, 13)
REMINDED = (15, 16, 17, 20, 21, 22, 23, 24, 27, 28)
_KEEP = text("""
    UPDATE territories SET asked = false, not_asked_because = 'mesure'
     WHERE asked AND id > (SELECT max(id) FROM (SELECT id FROM territories WHERE asked
                                                 ORDER BY id LIMIT :n) AS kept)
""")
_HOURS = text("UPDATE waves SET office_hours = true")
_SENT = text("""
    UPDATE messages SET state = 'sent', sent_at = next_try_at, tries = 1 WHERE state = 'queued'
""")
_INVITED = text("""
    UPDATE cases SET disposition = 'invited'
     WHERE disposition = 'not_invited'
       AND id IN (SELECT message_cases.case_id FROM message_cases
                    JOIN messages ON messages.id = message_cases.message_id
                   WHERE messages.step = 'invitation')
""")
_PLACES = text("""
    SELECT DISTINCT lie.departement_code
      FROM territory_departements AS lie JOIN territories ON territories.id = lie.territory_id
     WHERE territories.asked AND territories.kind <> 'region' ORDER BY lie.departement_code
""")


def furnished(house: House, n: int) -> list[int]:
    """That many authorities, a mailbox each, and a campaign; its waves, none of them open."""
    real_panel(house)
    if n > N_AUTHORITIES:
        invent(house, n - N_AUTHORITIES)
    with house.db.transaction() as session:
        session.execute(_KEEP, {"n": n})
    mailboxes(house, n)
    waves = campaign_waves(house)
    with house.db.transaction() as session:
        session.execute(_HOURS)
    analyse(house)
    return waves


def opened(house: House, wave_id: int) -> tuple[datetime, datetime]:
    """Open a wave on its day; that day, and its end."""
    with house.db.reading() as session:
        opens_at = session.get_one(Wave, wave_id).opens_at
        ends_at = effective_end(session, wave_id)
    open_wave(house.db, wave_id, now=opens_at)
    return opens_at, ends_at


def everything_leaves(house: House) -> None:
    """As if the workers had sent all that waits, each at its hour; nobody answers."""
    with house.db.transaction() as session:
        session.execute(_SENT)
        session.execute(_INVITED)
    analyse(house)


def three_waves(house: House) -> None:
    """The whole campaign on the real frame."""
    dry, invited, reminded, idle = Spent(), Spent(), Spent(), Spent()
    for wave_id in furnished(house, sized(N_AUTHORITIES)):
        opens_at, ends_at = opened(house, wave_id)
        whole = Wanted(BatchKind.SHARE, opens_at + timedelta(hours=1), share=1.0)
        plan_batch(house.db, None, Author.system(), wave_id, whole, now=opens_at)
        analyse(house)
        with planner(house) as one:
            dry += one.preview(wave_id, now=opens_at, until=ends_at)
        with planner(house) as one:
            invited += one.due(opens_at + timedelta(days=1))
            everything_leaves(house)
            reminded += one.due(opens_at + timedelta(days=22))
            everything_leaves(house)
            idle += one.due(opens_at + timedelta(days=23))
            reminded += one.due(opens_at + timedelta(days=38))
            everything_leaves(house)
    show("planning.seconds", (invited + reminded).seconds, "s")
    show("planning.mb", (invited + reminded).mb, "MB")
    show("planning.postgresql_mb", (invited + reminded).postgresql_mb, "MB")
    show("planning.invitations_s", invited.seconds, "s")
    show("planning.invited", invited.n_messages, "messages")
    show("planning.reminders_s", reminded.seconds, "s")
    show("planning.reminded", reminded.n_messages, "messages")
    # What the clock spends every ten minutes on a wave whose silent were all reminded.
    show("planning.nothing_due_s", idle.seconds / 3, "s")
    show("planning.preview_s", dry.seconds, "s")
    show("planning.preview_mb", dry.mb, "MB")
    show("planning.previewed", dry.n_messages, "messages")


def one_large_wave(house: House) -> None:
    """A million authorities, one wave: its invitations, then the first reminder of each."""
    wave_id, *_ = furnished(house, sized(N_MILLION))
    opens_at, _ = opened(house, wave_id)
    by_departement(house, wave_id, opens_at)
    analyse(house)
    with planner(house) as one:
        first = opens_at + timedelta(days=1)
        shown_dry("planning.preview_day", one, wave_id, opens_at, until=first)
    with planner(house) as one:
        try:
            invited = ticks(house, one, opens_at, RAMP)
            show("planning.invitations_million_s", invited.seconds, "s")
            show("planning.invited_million", invited.n_messages, "messages")
            show("planning.invitations_million_mb", invited.mb, "MB")
            reminded = ticks(house, one, opens_at, REMINDED)
            show("planning.reminders_million_s", reminded.seconds, "s")
            show("planning.reminded_million", reminded.n_messages, "messages")
        except OutOfMemory:
            show("planning.million_out_of_memory", 1, "times")
    show("planning.seconds_million", one.spent.seconds, "s")
    show("planning.mb_million", one.spent.mb, "MB")
    show("planning.postgresql_mb_million", one.spent.postgresql_mb, "MB")


def shown_dry(name: str, one: Planner, wave_id: int, now: datetime, *, until: datetime) -> None:
    """The dry run of a while, or that it had not enough memory."""
    try:
        dry = one.preview(wave_id, now=now, until=until)
    except OutOfMemory:
        show(f"{name}_out_of_memory", 1, "times")
        return
    show(f"{name}_s", dry.seconds, "s")
    show(f"{name}_mb", dry.mb, "MB")
    show(f"{name}_messages", dry.n_messages, "messages")


def by_departement(house: House, wave_id: int, opens_at: datetime) -> None:
    """Each département on one of the ramp's days, at the same hour; the régions on the first."""
    with house.db.reading() as session:
        places = session.scalars(_PLACES).all()
    for rank, code in enumerate(places):
        at = opens_at + timedelta(days=RAMP[rank % len(RAMP)], hours=1)
        wanted = Wanted(BatchKind.DEPARTEMENT, at, departement_code=code)
        plan_batch(house.db, None, Author.system(), wave_id, wanted, now=opens_at)
    regions = Wanted(BatchKind.REGIONS, opens_at + timedelta(days=RAMP[0], hours=1))
    plan_batch(house.db, None, Author.system(), wave_id, regions, now=opens_at)


def ticks(house: House, one: Planner, opens_at: datetime, days: Iterable[int]) -> Spent:
    """The clock's turn on each of these days; what it queues has left by the next."""
    spent = Spent()
    for day in days:
        spent += one.due(opens_at + timedelta(days=day, hours=2))
        with bounded():
            everything_leaves(house)
    return spent


def main() -> None:
    with temporary_house() as house:
        three_waves(house)
    with temporary_house() as house:
        one_large_wave(house)


if __name__ == "__main__":
    main()
