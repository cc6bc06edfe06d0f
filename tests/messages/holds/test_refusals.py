"""A server that refuses us is told from mailboxes that do not exist."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.messages.holds.refusals import Seen, is_refusal, refusing


@pytest.mark.parametrize(
    ("kind", "detail", "again", "refuses"),
    [
        ("sent", "250", False, False),
        ("delivered", "2.0.0", False, False),
        ("refused", "550 5.7.1", False, True),
        ("refused", "554 5.7.26", False, True),
        ("refused", "554", False, True),
        ("bounced", "5.7.606", True, True),
        ("bounced", "5.4.1", True, True),
        ("bounced", "550 5.1.1", False, False),  # this mailbox does not exist
        ("bounced", "5.2.2", True, False),  # it is full
        ("bounced", "550", False, True),  # to whoever we write: our list, or us
        ("refused", "552 5.3.4", False, True),
        ("refused", "500 5.6.0", False, False),  # this message's own words
        ("refused", "unwritable", False, False),
        ("deferred", "450", False, False),  # a first try, to anybody: greylisting
        ("deferred", "450", True, True),
        ("deferred", "451 4.7.650", True, True),
        ("deferred", "452 4.2.2", True, False),
        ("cancelled", "", False, False),
    ],
)
def test_what_speaks_of_us(kind: str, detail: str, again: bool, refuses: bool) -> None:
    assert is_refusal(kind, detail, again=again) is refuses


def news(refused: int, accepted: int, domain: str = "cg23.invalid") -> list[Seen]:
    return [
        Seen(domain, "refused", "550 5.7.1", False, refused),
        Seen(domain, "sent", "250", False, accepted),
    ]


@pytest.mark.parametrize(
    ("refused", "accepted", "held"),
    [(4, 0, False), (5, 0, True), (4, 1, True), (8, 2, True), (8, 3, False), (0, 9, False)],
)
def test_five_mailboxes_and_four_in_five(refused: int, accepted: int, held: bool) -> None:
    assert refusing(news(refused, accepted)) == (["cg23.invalid"] if held else [])


def test_each_domain_answers_for_itself() -> None:
    seen = [*news(9, 0, "b.invalid"), *news(0, 900, "wide.invalid"), *news(5, 0, "a.invalid")]

    assert refusing(seen) == ["a.invalid", "b.invalid"]


@given(st.integers(0, 50), st.integers(0, 50))
def test_one_acceptance_more_never_holds_a_domain(refused: int, accepted: int) -> None:
    if refused >= 5 and not refusing(news(refused, accepted)):
        assert refusing(news(refused, accepted + 1)) == []
