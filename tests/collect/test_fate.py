"""What becomes of an entry: the rules, one by one, and what holds whatever they are given."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.collect.fate import Earlier, Fate, Offer, Stands, fate

VALUES = st.sampled_from(["yes", "no", None])
EVENTS = st.sampled_from([1, 2, None])
NOTHING = Stands(None, None)


def offer(value: str | None, seen: int | None, shown: str | None = None) -> Offer:
    return Offer(value, seen, shown, stated=True)


def test_the_first_answer_counts() -> None:
    assert fate(offer("yes", None), NOTHING, ()) is Fate.COUNTED


def test_an_answer_to_what_was_seen_counts() -> None:
    assert fate(offer("no", 1, "yes"), Stands("yes", 1), ()) is Fate.COUNTED


def test_an_answer_to_something_else_is_lost() -> None:
    assert fate(offer("no", 1, "yes"), Stands("planned", 2), ()) is Fate.LOST
    assert fate(offer("no", None), Stands("yes", 1), ()) is Fate.LOST


def test_two_people_who_agree_are_in_no_conflict() -> None:
    assert fate(offer("yes", None), Stands("yes", 1), ()) is Fate.UNCHANGED


def test_an_untouched_field_says_nothing() -> None:
    untouched = Offer("no", 1, "no", stated=False)
    assert fate(untouched, Stands("yes", 2), ()) is Fate.UNCHANGED
    assert fate(offer("no", 1, "no"), Stands("yes", 2), ()) is Fate.LOST


def test_what_was_blanked_by_a_reopening_takes_answers_again() -> None:
    assert fate(offer("no", 41, "yes"), NOTHING, (Earlier("no", True, 9),)) is Fate.COUNTED


@given(VALUES, EVENTS, VALUES, st.booleans(), VALUES, st.sampled_from([1, 2]), st.booleans())
def test_the_same_thing_said_again_never_counts_twice(
    value: str | None,
    seen: int | None,
    shown: str | None,
    stated: bool,
    stands: str | None,
    event: int,
    counted: bool,
) -> None:
    again = fate(
        Offer(value, seen, shown, stated), Stands(stands, event), [Earlier(value, counted, 9)]
    )
    assert again in (Fate.REPEATED, Fate.LOST_AGAIN)


@given(VALUES, EVENTS, VALUES, st.booleans(), VALUES, EVENTS)
def test_nothing_counts_over_an_answer_that_was_not_seen(
    value: str | None,
    seen: int | None,
    shown: str | None,
    stated: bool,
    stands: str | None,
    event: int | None,
) -> None:
    told = fate(Offer(value, seen, shown, stated), Stands(stands, event), ())
    if told is Fate.COUNTED:
        assert event is None or seen == event
