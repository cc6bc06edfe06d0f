"""Sends now what is due, on every lane, with several connections at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import text

from app.db import Database
from app.house import House
from app.messages.attachments import Makers
from app.messages.carriers import Carriers
from app.messages.drain import drain
from app.messages.smtp import SmtpCarrier
from app.now import now
from app.vocabulary.scope import Channel
from reports.receipts.attach import AnswersAttached

Progress = Callable[[int, int], None]

_DUE = text("""
    SELECT lane, count(*) FROM messages
     WHERE state IN ('queued', 'sending') AND next_try_at <= :now
     GROUP BY lane ORDER BY lane
""")


def due(db: Database) -> dict[str, int]:
    """How many messages wait on each lane."""
    with db.reading() as session:
        rows = session.execute(_DUE, {"now": now()}).all()
    return {str(lane): int(count) for lane, count in rows}


def deliver(
    house: House, *, at_once: int = 2, progress: Progress = lambda _done, _total: None
) -> int:
    """Drain every lane that has something due; how many messages left.

    Each thread leases a slot of its lane, as a worker process would: a provider never sees more
    connections than it tolerates.
    """
    waiting = due(house.db)
    total, sent = sum(waiting.values()), 0
    carriers: Carriers = {str(Channel.EMAIL): SmtpCarrier.of(house.settings)}
    makers: Makers = {"receipt": AnswersAttached(house.db)}

    def drain_one(lane: str) -> int:
        return drain(house.db, carriers, house.letterhead, lane, now=now, makers=makers).n_sent

    with ThreadPoolExecutor(max_workers=at_once) as threads:
        for done in threads.map(drain_one, [lane for lane in waiting for _ in range(at_once)]):
            sent += done
            progress(min(sent, total), max(total, 1))
    return sent
