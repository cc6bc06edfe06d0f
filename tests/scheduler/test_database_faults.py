"""PostgreSQL is restarted, or has no room left, in the middle of a sending."""

from __future__ import annotations

import pytest

from tests.scheduler.database_faults import restarted_midway, without_room
from tests.sink import Sink

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_restart_in_the_middle_of_a_sending_repeats_nothing(sink: Sink, mode: str) -> None:
    restarted_midway(sink, n_messages=150, modes=[mode])


def test_a_disk_that_is_full_for_a_while_repeats_nothing(sink: Sink) -> None:
    without_room(sink, n_messages=150)
