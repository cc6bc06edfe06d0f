"""Sendings to a mail server in all its moods, and what must hold afterwards. Not a test."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Row

from scheduler.sweep import sweep
from tests.messages.post import change, messages, rows
from tests.scheduler.killing import PATIENCE, counted, prepare
from tests.scheduler.moods import CYCLE, MOODS, Mood, Moody, mood_for
from tests.scheduler.worker_process import several
from tests.world import World

N_WORKERS = 2
BREATH = 0.1  # seconds between two looks at what the workers did

# The waits of messages and lanes end, as if hours had passed; drains under way go on.
# What a worker holds is left to the next time: locked in another order, both would wait.
_MESSAGES_WAITED = """
    WITH free AS MATERIALIZED (
        SELECT id FROM messages WHERE state = 'queued' ORDER BY id FOR UPDATE SKIP LOCKED)
    UPDATE messages SET next_try_at = :now FROM free WHERE messages.id = free.id
"""
_LANES_RESTED = "UPDATE lane_slots SET leased_until = NULL WHERE holder IS NULL"


def sent_to_a_moody_server(world: World, monkeypatch: pytest.MonkeyPatch, n_messages: int) -> None:
    """All mailboxes that exist get their mail; twice only where its acceptance was never said."""
    assert n_messages >= CYCLE > len(MOODS)
    Moody.made_of(world.smtp, monkeypatch)
    prepare(world, n_messages)

    with several(world, N_WORKERS):
        _hours_pass_until_settled(world)

    numbers = [f"boite-{number}@drill.invalid" for number in range(1, n_messages + 1)]
    arrived = Counter(mail["To"] for mail in world.smtp.messages)
    assert {box: arrived[box] for box in numbers} == {box: _owed(box) for box in numbers}
    assert counted(world).n_ids_of_busiest == 1
    assert {row.value: row.state for row in messages(world)} == {
        box: "sent" if _owed(box) else "bounced" for box in numbers
    }


def _owed(mailbox: str) -> int:
    return {Mood.NOBODY: 0, Mood.TAKES_AND_HANGS_UP: 2}.get(mood_for(mailbox), 1)


def _hours_pass_until_settled(world: World) -> None:
    """As long as the workers move on: each mood closes a lane, which takes its time."""
    n_left, seen_at = len(_unsettled(world)), time.monotonic()
    while n_left and time.monotonic() - seen_at < PATIENCE:
        change(world, _MESSAGES_WAITED, now=world.now)
        change(world, _LANES_RESTED)
        sweep(world.db, now=world.now)
        time.sleep(BREATH)
        n_now = len(_unsettled(world))
        if n_now < n_left:
            n_left, seen_at = n_now, time.monotonic()
    assert n_left == 0


def _unsettled(world: World) -> Sequence[Row[Any]]:
    return rows(world, "SELECT FROM messages WHERE state IN ('queued', 'sending')")
