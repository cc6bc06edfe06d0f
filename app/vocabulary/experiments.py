"""What an experiment on reminders may try, and what it may find."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Tried(StrEnum):
    """What differs between the two arms."""

    WORDS = "words"  # another template
    HOUR = "hour"  # another hour of the day


class Arm(StrEnum):
    """What a mailbox was drawn for: the usual way, or the one that is tried."""

    USUAL = "usual"
    TRIED = "tried"


class Finding(StrEnum):
    """What an experiment has shown so far."""

    TOO_EARLY = "too_early"
    USUAL_BETTER = "usual_better"
    TRIED_BETTER = "tried_better"
    NO_DIFFERENCE = "no_difference"
    TOO_FEW = "too_few"  # the wave ended before enough mailboxes were asked, and nothing shows


FINDING_LABELS: Mapping[Finding, str] = {
    Finding.TOO_EARLY: "Trop tôt pour conclure",
    Finding.USUAL_BETTER: "La manière habituelle est meilleure",
    Finding.TRIED_BETTER: "La manière essayée est meilleure",
    Finding.NO_DIFFERENCE: "Pas de différence notable",
    Finding.TOO_FEW: "Trop peu de boîtes pour conclure",
}
