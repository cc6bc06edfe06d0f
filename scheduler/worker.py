"""The worker: takes jobs from the queues.

The carriers of every channel and the makers of attachments are wired here.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

import procrastinate
from psycopg.conninfo import make_conninfo
from sqlalchemy.engine import make_url

from app.house import House
from app.jobs import app
from app.messages.attachments import Makers
from app.messages.carriers import Carrier, Carriers
from app.messages.smtp import SmtpCarrier
from app.vocabulary.scope import Channel
from bot.channels.telegram_carrier import TelegramCarrier
from reports.receipts.attach import AnswersAttached
from scheduler import tasks
from scheduler.idle import until_stopped

log = logging.getLogger(__name__)

SENDING = "sending"
AT_ONCE = 4  # jobs; drains wait for mail servers most of their time
GRACE_SECONDS = 1.0  # then jobs are asked to stop: a drain does, after the mail it is carrying
# Importing the bodies of the tasks is what makes their names known to the job engine.
BODIES = (tasks.drain_lane, tasks.compute_publication, tasks.render_cards, tasks.send_cards)


def carriers_of(house: House) -> Carriers:
    """One carrier a channel; Tchap’s is in the bot’s own process, which has its rooms’ keys."""
    carriers: dict[str, Carrier] = {Channel.EMAIL: SmtpCarrier.of(house.settings)}
    telegram = TelegramCarrier.of(house.settings)
    if telegram is not None:
        carriers[Channel.TELEGRAM] = telegram
    return carriers


def makers_of(house: House) -> Makers:
    """What makes the files of each step's messages."""
    return {"receipt": AnswersAttached(house.db)}


def run_worker(
    house: House, queues: Sequence[str], *, at_once: int = AT_ONCE, wait: bool = True
) -> None:
    """Take jobs until SIGTERM or SIGINT; without `wait`, until the queues are empty.

    Where sending is held, that queue is left alone; a worker left with none waits to be stopped.
    """
    taken = [queue for queue in queues if not (queue == SENDING and house.settings.hold_sending)]
    if len(taken) < len(queues):
        log.warning("sending is held: the queue of messages is left alone")
    if taken:
        asyncio.run(_run(house, taken, at_once, wait))
    elif wait:
        until_stopped()


async def _run(house: House, queues: list[str], at_once: int, wait: bool) -> None:
    # A second app on the same tasks: the first keeps deferring in its caller's transactions.
    connector = procrastinate.PsycopgConnector(conninfo=conninfo(house.db.url))
    working = app.with_connector(connector)
    async with working.open_async():
        await working.run_worker_async(
            queues=queues,
            concurrency=at_once,
            wait=wait,
            shutdown_graceful_timeout=GRACE_SECONDS,
            additional_context={
                "house": house,
                "carriers": carriers_of(house),
                "makers": makers_of(house),
            },
        )


def conninfo(url: str) -> str:
    """A SQLAlchemy address as libpq reads it: spaces are not plus signs there."""
    made = make_url(url)
    words = {**made.translate_connect_args(username="user", database="dbname"), **made.query}
    return make_conninfo(**{name: str(value) for name, value in words.items()})
