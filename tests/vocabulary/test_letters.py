"""Who must get no letter, and why one is worth its stamp."""

from __future__ import annotations

import pytest

from app.vocabulary.dispositions import DISPOSITIONS, D
from app.vocabulary.letters import LetterReason, NoLetter, no_letter, reason_of


def why_not(
    *dispositions: D, asked: bool = True, n_stopped: int = 0, n_in_service: int = 1
) -> NoLetter | None:
    return no_letter(
        frozenset(dispositions), asked=asked, n_stopped=n_stopped, n_in_service=n_in_service
    )


@pytest.mark.parametrize(
    ("dispositions", "because"),
    [
        ((D.INVITED,), None),
        ((D.NO_ADDRESS,), None),
        ((D.UNDELIVERED, D.MOVED), None),
        ((D.COMPLETE, D.INVITED), None),
        ((D.COMPLETE, D.PARTIAL), NoLetter.ANSWERED),
        ((D.REFUSED_BY_AUTHORITY, D.INVITED), NoLetter.DECLINED),
        ((D.REFUSED_BY_PERSON,), NoLetter.DECLINED),
        ((D.PAPER_REFUSED, D.NO_ADDRESS), NoLetter.DECLINED),
        ((D.ANSWERED_ELSEWHERE,), NoLetter.TO_CONFIRM),
        ((D.OUT_OF_FRAME,), NoLetter.ANSWERED),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else str(value),
)
def test_one_refusal_is_enough_and_one_open_theme_is_worth_a_letter(
    dispositions: tuple[D, ...], because: NoLetter | None
) -> None:
    assert why_not(*dispositions) is because


def test_when_all_that_it_has_was_stopped_the_authority_has_spoken() -> None:
    assert why_not(D.INVITED, n_stopped=1, n_in_service=0) is NoLetter.STOPPED
    assert why_not(D.INVITED, n_stopped=1, n_in_service=1) is None
    assert why_not(D.UNDELIVERED, n_stopped=0, n_in_service=0) is None


def test_who_left_the_survey_gets_none() -> None:
    assert why_not(D.INVITED, asked=False) is NoLetter.NOT_ASKED


@pytest.mark.parametrize("submitted", [D.COMPLETE, D.PARTIAL])
def test_whatever_is_handed_in_alone_never_gets_a_letter(submitted: D) -> None:
    for other in DISPOSITIONS:
        if not DISPOSITIONS[other].may_be_reminded and other not in (
            D.NO_ADDRESS,
            D.UNDELIVERED,
            D.MOVED,
        ):
            assert why_not(submitted, other) is not None, other


@pytest.mark.parametrize(
    ("dispositions", "reason"),
    [
        ((D.INVITED,), LetterReason.SILENT),
        ((D.INVITED, D.UNDELIVERED), LetterReason.SILENT),
        ((D.NO_ADDRESS, D.UNDELIVERED), LetterReason.UNREACHED),
        ((D.INVITED, D.STARTED), LetterReason.STARTED),
        ((D.COMPLETE, D.INVITED), LetterReason.STARTED),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else str(value),
)
def test_why_one_writes(dispositions: tuple[D, ...], reason: LetterReason) -> None:
    assert reason_of(frozenset(dispositions)) is reason
