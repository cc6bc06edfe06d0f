"""The clock: a few hours of the day, each calling an idempotent use case."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable
from types import FrameType
from typing import Any

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.cron import CronTrigger

from app.campaigns.apply import close_ended, plan_due
from app.campaigns.experimenting import settle_experiments
from app.collect.retention import purge_respondents_data
from app.house import House
from app.links.guesses import purge_guesses
from app.messages.bounces.applying import take
from app.messages.bounces.collecting import Tally, collect
from app.messages.bounces.sources import boxes_of
from app.messages.holds.gate import look_at_holds
from app.messages.holds.watch import watch_domains
from app.messages.retention import purge_sending_traces
from app.now import PARIS, now
from app.vocabulary.sending_holds import HoldReason
from bot.updates import purge_updates
from scheduler.leader import Leader
from scheduler.sweep import purge_jobs, sweep

log = logging.getLogger(__name__)

Work = Callable[[House], object]


def read_returned_mail(house: House) -> Tally | None:
    """Read the boxes of returned mail, if any; on a copy they are another's, and left alone."""
    boxes, place = boxes_of(house.settings), house.settings.public_url
    if not boxes or HoldReason.COPY in look_at_holds(house.db, place, now=now()):
        return None
    return collect(boxes, lambda raw: take(house.db, house.letterhead, raw, now=now()))


# What is due is planned at any hour: each authority has its own, from La Réunion to Martinique.
# The other hours are those of Paris.
_SWEEP: tuple[str, Work] = ("sweep", lambda house: sweep(house.db, now=now()))
RETURNED_MAIL = "read_returned_mail"
HOURS: tuple[tuple[str, dict[str, Any], Work], ...] = (
    (_SWEEP[0], {"second": "*/20"}, _SWEEP[1]),
    (
        "plan_due",
        {"minute": "*/10"},
        lambda house: plan_due(house.db, house.letterhead, now=now()),
    ),
    (
        "close_ended",
        {"minute": "10"},
        lambda house: close_ended(house.db, house.completeness, now=now()),
    ),
    (
        "watch_domains",
        {"second": "30"},
        lambda house: watch_domains(house.db, now=now()),
    ),
    (
        RETURNED_MAIL,
        {"minute": "*/5"},
        read_returned_mail,
    ),
    (
        "settle_experiments",
        {"hour": "6", "minute": "40"},
        lambda house: settle_experiments(house.db, now=now()),
    ),
    ("purge_jobs", {"hour": "3", "minute": "20"}, lambda house: purge_jobs(house.db)),
    (
        "purge_guesses",
        {"hour": "3", "minute": "25"},
        lambda house: purge_guesses(house.db, now=now()),
    ),
    (
        "purge_chat_updates",
        {"hour": "3", "minute": "35"},
        lambda house: purge_updates(house.db, now=now()),
    ),
    (
        "purge_respondents_data",
        {"hour": "3", "minute": "30"},
        lambda house: purge_respondents_data(house.db, now=now()),
    ),
    (
        "purge_sending_traces",
        {"hour": "3", "minute": "45"},
        lambda house: purge_sending_traces(house.db, now=now()),
    ),
)


def run_clock(house: House) -> None:
    """Run until SIGTERM or SIGINT; only the leading clock works, the others wait."""
    leader = Leader(house.db)
    scheduler = BlockingScheduler(
        timezone=PARIS,
        # A mail server that does not answer holds its own thread, and nothing else.
        executors={"default": ThreadPoolExecutor(1), RETURNED_MAIL: ThreadPoolExecutor(1)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 3600},
    )
    for name, hours, work in HOURS:
        trigger = CronTrigger(timezone=PARIS, **hours)
        executor = RETURNED_MAIL if name == RETURNED_MAIL else "default"
        args = (leader, name, work, house)
        scheduler.add_job(_led, trigger, args=args, id=name, executor=executor)
    # After a stop, what waits is looked for at once.
    scheduler.add_job(_led, args=(leader, *_SWEEP, house), id="first sweep")
    _stop_on_signals(scheduler)
    try:
        scheduler.start()
    finally:
        leader.step_down()


def _led(leader: Leader, name: str, work: Work, house: House) -> None:
    """Do one thing if this clock leads; what fails is told, and tried again at its next hour."""
    if not leader.leads():
        return
    try:
        log.info("%s: %s", name, work(house))
    except Exception:
        log.exception("%s failed", name)


def _stop_on_signals(scheduler: BlockingScheduler) -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        scheduler.shutdown(wait=False)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
