"""How long a message waits before it is tried again."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.vocabulary.message_life import MOST_JITTER, MOST_TRIES, delay_before

PLAIN = {2: 1, 3: 4, 4: 16, 5: 64, 6: 256, 7: 1024, 8: 1440}  # minutes


@pytest.mark.parametrize("next_try", PLAIN)
@given(message=st.uuids())
def test_each_wait_is_the_plain_one_or_up_to_a_quarter_longer(next_try: int, message: UUID) -> None:
    plain = timedelta(minutes=PLAIN[next_try])

    assert plain <= delay_before(next_try, message) < plain * (1 + MOST_JITTER)
    assert delay_before(next_try, message) == delay_before(next_try, message)


@given(message=st.uuids())
def test_a_server_may_make_us_wait_two_days(message: UUID) -> None:
    waits = [delay_before(next_try, message) for next_try in range(2, MOST_TRIES + 1)]

    assert timedelta(hours=46) < sum(waits, timedelta()) < timedelta(hours=60)
    assert waits == sorted(waits)


def test_what_was_put_off_together_does_not_come_back_together() -> None:
    waits = [delay_before(6, uuid4()) for _ in range(400)]

    # Of the 256 moments that the draw may give, most are met.
    assert len(set(waits)) > 150
    assert max(waits) - min(waits) > timedelta(minutes=256 * MOST_JITTER * 0.8)
