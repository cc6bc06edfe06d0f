"""The faults of tests/scheduler at full size: two thousand mails, again and again."""

from __future__ import annotations

import pytest

from tests.scheduler.bad_servers import sent_to_a_moody_server
from tests.scheduler.database_faults import restarted_midway, without_room
from tests.sink import Sink
from tests.world import World

N_MESSAGES = 2_000

pytestmark = pytest.mark.drill


def test_ten_restarts_in_a_sending_of_two_thousand_repeat_nothing(sink: Sink) -> None:
    restarted_midway(sink, N_MESSAGES, modes=["fast", "immediate"] * 5)


def test_a_full_disk_in_a_sending_of_two_thousand_repeats_nothing(sink: Sink) -> None:
    without_room(sink, N_MESSAGES)


def test_a_moody_server_gets_two_thousand_mails_as_often_as_it_hid_having_them(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent_to_a_moody_server(world, monkeypatch, N_MESSAGES)
