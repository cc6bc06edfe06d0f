"""What became of a case: one row answers the label, the rate, the reminder and the next steps.

Codes: AAPOR Standard Definitions, as listed in `facts/barometre.md` 4.1 (mail and web tables,
words adapted to establishments).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """AAPOR outcome groups; NE leaves the denominator."""

    I = "I"  # noqa: E741 - AAPOR's own letter  # complete
    P = "P"
    R = "R"
    NC = "NC"
    O = "O"  # noqa: E741
    UH = "UH"
    UO = "UO"
    NE = "NE"


class D(StrEnum):
    """The dispositions a case may have."""

    NOT_INVITED = "not_invited"
    NO_ADDRESS = "no_address"
    INVITED = "invited"
    STARTED = "started"
    UNDELIVERED = "undelivered"
    MOVED = "moved"
    COMPLETE = "complete"
    PARTIAL = "partial"
    BROKEN_OFF = "broken_off"
    REFUSED_BY_AUTHORITY = "refused_by_authority"
    REFUSED_BY_PERSON = "refused_by_person"
    UNAVAILABLE = "unavailable"
    LATE = "late"
    UNCONFIRMED = "unconfirmed"
    OTHER = "other"
    PAPER_REFUSED = "paper_refused"
    ANSWERED_ELSEWHERE = "answered_elsewhere"
    OUT_OF_FRAME = "out_of_frame"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Disposition:
    """What became of a case, in the terms of the field and of the console."""

    code: D
    label: str  # shown to staff, in French
    aapor: str  # e.g. "3.19"; the outcome group follows from it
    outcome: Outcome
    sign: str  # the state sign of look.md: ring, half, ticked, triangle, arrow, paper
    may_be_invited: bool
    may_be_reminded: bool
    leads_to: frozenset[D]


_ENDS = frozenset({D.OUT_OF_FRAME, D.DUPLICATE})
_ANSWERS = frozenset({D.STARTED, D.COMPLETE, D.PARTIAL, D.BROKEN_OFF, D.LATE, D.UNCONFIRMED})
_REFUSALS = frozenset({D.REFUSED_BY_AUTHORITY, D.REFUSED_BY_PERSON, D.PAPER_REFUSED})
_SILENT = frozenset({D.UNDELIVERED, D.MOVED, D.UNAVAILABLE, D.ANSWERED_ELSEWHERE, D.OTHER})
_OPEN = _ANSWERS | _REFUSALS | _SILENT | _ENDS


def _row(
    code: D,
    label: str,
    aapor: str,
    outcome: Outcome,
    sign: str,
    *,
    invite: bool = False,
    remind: bool = False,
    to: frozenset[D] = frozenset(),
) -> Disposition:
    return Disposition(code, label, aapor, outcome, sign, invite, remind, to - {code})


_ROWS: tuple[Disposition, ...] = (
    _row(
        D.NOT_INVITED,
        "Pas encore invitée",
        "3.11",
        Outcome.UH,
        "ring",
        invite=True,
        to=_OPEN | {D.INVITED, D.NO_ADDRESS},
    ),
    _row(
        D.NO_ADDRESS,
        "Sans adresse",
        "3.11",
        Outcome.UH,
        "triangle",
        invite=True,
        to=_OPEN | {D.INVITED, D.NOT_INVITED},
    ),
    _row(
        D.INVITED,
        "Invitée, sans réponse",
        "3.19",
        Outcome.UH,
        "ring",
        remind=True,
        to=_OPEN | {D.NO_ADDRESS},
    ),
    # Provisional while the wave runs: a break-off until the questionnaire is handed in.
    _row(D.STARTED, "Commencée", "2.12", Outcome.R, "half", remind=True, to=_OPEN),
    _row(
        D.UNDELIVERED,
        "Message rejeté",
        "3.30",
        Outcome.UO,
        "triangle",
        invite=True,
        to=_OPEN | {D.INVITED},
    ),
    _row(
        D.MOVED,
        "Adresse abandonnée",
        "3.32",
        Outcome.UO,
        "triangle",
        invite=True,
        to=_OPEN | {D.INVITED},
    ),
    # Reopening brings a submitted case back to started.
    _row(D.COMPLETE, "Envoyée", "1.1", Outcome.I, "ticked", to=_ANSWERS | _ENDS),
    _row(D.PARTIAL, "Envoyée, incomplète", "1.2", Outcome.P, "ticked", to=_ANSWERS | _ENDS),
    _row(D.BROKEN_OFF, "Abandonnée en route", "2.12", Outcome.R, "half", to=_ANSWERS | _ENDS),
    _row(
        D.REFUSED_BY_AUTHORITY,
        "Refus de la collectivité",
        "2.111",
        Outcome.R,
        "cross",
        to=_ANSWERS | _ENDS,
    ),
    _row(
        D.REFUSED_BY_PERSON,
        "Refus de la personne",
        "2.112",
        Outcome.R,
        "cross",
        to=_ANSWERS | _ENDS | {D.REFUSED_BY_AUTHORITY},
    ),
    _row(
        D.UNAVAILABLE,
        "Jointe, indisponible",
        "2.25",
        Outcome.NC,
        "ring",
        remind=True,
        to=_ANSWERS | _REFUSALS | _ENDS | {D.UNDELIVERED},
    ),
    _row(
        D.LATE,
        "Arrivée après la fin",
        "2.27",
        Outcome.NC,
        "paper",
        # The wave was extended after all: what came is entered, or answered on the site.
        to=_ENDS | {D.STARTED, D.COMPLETE, D.PARTIAL, D.BROKEN_OFF},
    ),
    _row(
        D.UNCONFIRMED,
        "Répondue par un autre, à confirmer",
        "2.36",
        Outcome.O,
        "triangle",
        remind=True,
        to=_ANSWERS | _REFUSALS | _ENDS,
    ),
    _row(D.OTHER, "Autre situation", "2.90", Outcome.O, "triangle", remind=True, to=_OPEN),
    _row(
        D.PAPER_REFUSED,
        "Courrier refusé",
        "3.23",
        Outcome.UO,
        "cross",
        to=_ANSWERS | _REFUSALS | _ENDS,
    ),
    _row(
        D.ANSWERED_ELSEWHERE,
        "Réponse d’une adresse inconnue",
        "3.91",
        Outcome.UO,
        "triangle",
        to=_ANSWERS | _REFUSALS | _ENDS,
    ),
    _row(D.OUT_OF_FRAME, "Hors du champ", "4.10", Outcome.NE, "cross"),
    _row(D.DUPLICATE, "En double", "4.81", Outcome.NE, "cross"),
)
DISPOSITIONS: dict[D, Disposition] = {row.code: row for row in _ROWS}
INITIAL = frozenset({D.NOT_INVITED, D.NO_ADDRESS})
SUBMITTED = frozenset({D.COMPLETE, D.PARTIAL})
# Whom a call may still win: silent, or never reached by a message.
CALLABLE = frozenset(code for code, row in DISPOSITIONS.items() if row.may_be_reminded) | {
    D.NO_ADDRESS,
    D.UNDELIVERED,
    D.MOVED,
}


def may_move(start: D, to: D) -> bool:
    """Whether the table allows this move."""
    return to in DISPOSITIONS[start].leads_to


def codes_where(*, may_be_reminded: bool) -> frozenset[D]:
    """The dispositions that a reminder may go to, or not."""
    return frozenset(
        code for code, row in DISPOSITIONS.items() if row.may_be_reminded is may_be_reminded
    )


@dataclass(frozen=True, slots=True)
class Completeness:
    """From which share (0–1) of the questions asked a response is complete, and a partial.

    What counts is the questions that were asked of this authority; "Je ne sais pas" is an answer,
    for the person dealt with the question. It is item nonresponse, which AAPOR keeps apart from
    the disposition of the case: it is counted beside (`Path.n_dont_know`), never in these shares.

    A share is one whole number divided by another and a threshold a percentage divided by 100:
    both are rounded alike, so twelve answers of fifteen are 80 %, exactly.
    """

    complete_from: float
    partial_from: float

    def of_submission(self, share_answered: float) -> D:
        """I or P for what was handed in.

        What is submitted below the second threshold stays a partial, since the person said that
        they had finished.
        """
        return D.COMPLETE if share_answered >= self.complete_from else D.PARTIAL

    def at_wave_end(self, share_answered: float) -> D:
        """What a started, never submitted case becomes: P from the second threshold on, else R."""
        return D.PARTIAL if share_answered >= self.partial_from else D.BROKEN_OFF


USUAL = Completeness(complete_from=0.8, partial_from=0.5)
"""AAPOR's example thresholds, which are those of the settings by default."""
