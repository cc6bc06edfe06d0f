"""The steps of a wave's calendar, and the batches in which authorities are invited."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class StepKind(StrEnum):
    """What a step does."""

    PRENOTICE = "prenotice"
    REMINDER = "reminder"
    LAST_CALL = "last_call"
    TELEPHONE = "telephone"
    LETTER = "letter"


class Anchor(StrEnum):
    """From when a step's days are counted."""

    INVITATION = "invitation"  # of the authority's batch
    END = "end"  # of the wave, extended or not


class Audience(StrEnum):
    """Whom, of the authorities that have not answered wholly, a step speaks to."""

    ALL = "all"
    STARTED = "started"  # they answered something, and stopped on the way
    UNSTARTED = "unstarted"  # they answered nothing yet


class BatchKind(StrEnum):
    """How the authorities of a batch are told."""

    DEPARTEMENT = "departement"
    REGIONS = "regions"
    TRIAL = "trial"  # a chosen few
    SHARE = "share"  # a share of the frame, drawn by stratum


STEP_LABELS: Mapping[StepKind, str] = {
    StepKind.PRENOTICE: "Préavis",
    StepKind.REMINDER: "Relance",
    StepKind.LAST_CALL: "Dernier rappel",
    StepKind.TELEPHONE: "Appel téléphonique",
    StepKind.LETTER: "Courrier",
}
AUDIENCE_LABELS: Mapping[Audience, str] = {
    Audience.ALL: "Toutes celles qui n’ont pas fini",
    Audience.STARTED: "Seulement celles qui ont commencé",
    Audience.UNSTARTED: "Seulement celles qui n’ont pas commencé",
}
BATCH_LABELS: Mapping[BatchKind, str] = {
    BatchKind.DEPARTEMENT: "Un département",
    BatchKind.REGIONS: "Les régions",
    BatchKind.TRIAL: "Un essai, auprès de quelques collectivités",
    BatchKind.SHARE: "Une part, tirée au sort",
}
MAILED = (StepKind.REMINDER, StepKind.LAST_CALL)
"""The steps that remind the silent by a message."""
