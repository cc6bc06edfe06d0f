"""What staff call the lanes."""

from __future__ import annotations

from app.messages.lanes import LANES
from app.vocabulary.lanes import LANE_LABELS, WIDE, lane_label


def test_every_lane_has_a_name_for_people_and_no_two_the_same() -> None:
    assert set(LANES) <= set(LANE_LABELS)
    assert len({lane_label(name) for name in LANES}) == len(LANES)
    assert all(lane_label(name)[0].isupper() for name in LANES)


def test_the_lane_of_all_others_is_not_called_by_its_code() -> None:
    assert lane_label(WIDE) == "Autres boîtes"


def test_a_lane_that_is_no_longer_listed_keeps_its_name() -> None:
    assert lane_label("wanadoo") == "wanadoo"
