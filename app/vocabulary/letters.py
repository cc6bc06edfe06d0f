"""Letters: to whom one is worth writing, and why one is not."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from app.vocabulary.dispositions import CALLABLE, D


class LetterReason(StrEnum):
    """Why an authority is worth a stamp."""

    SILENT = "silent"  # written to by mail, and nothing came
    UNREACHED = "unreached"  # no e-mail address, or none that takes our mail
    STARTED = "started"  # something came, not all of it


class NoLetter(StrEnum):
    """Why an authority gets none, or is taken out of the pile."""

    ANSWERED = "answered"
    DECLINED = "declined"
    STOPPED = "stopped"
    TO_CONFIRM = "to_confirm"
    NOT_ASKED = "not_asked"
    RECENT = "recent"
    BY_HAND = "by_hand"


REASON_LABELS: Mapping[LetterReason, str] = {
    LetterReason.SILENT: "Sans réponse à nos courriels",
    LetterReason.UNREACHED: "Sans adresse électronique, ou adresse qui rejette nos courriels",
    LetterReason.STARTED: "Réponse commencée",
}
REASONS_IN_SHORT: Mapping[LetterReason, str] = {
    LetterReason.SILENT: "sans réponse",
    LetterReason.UNREACHED: "sans adresse qui marche",
    LetterReason.STARTED: "commencée",
}
NO_LETTER_LABELS: Mapping[NoLetter, str] = {
    NoLetter.ANSWERED: "a tout envoyé",
    NoLetter.DECLINED: "a refusé de répondre",
    NoLetter.STOPPED: "ne veut plus de nos messages",
    NoLetter.TO_CONFIRM: "une réponse reste à confirmer",
    NoLetter.NOT_ASKED: "n’est plus interrogée",
    NoLetter.RECENT: "a déjà un courrier récent",
    NoLetter.BY_HAND: "retirée à la main",
}
LETTERS_A_PART = 100  # of one PDF: four seconds of drawing
WEEKS_APART = 4
"""How long one usually waits before another letter."""

REFUSALS = frozenset({D.REFUSED_BY_AUTHORITY, D.REFUSED_BY_PERSON, D.PAPER_REFUSED})
BEGUN = frozenset({D.STARTED, D.COMPLETE, D.PARTIAL})
UNREACHED = frozenset({D.NO_ADDRESS, D.UNDELIVERED, D.MOVED})
TO_CONFIRM = frozenset({D.UNCONFIRMED, D.ANSWERED_ELSEWHERE})
OPEN = CALLABLE - TO_CONFIRM


def no_letter(
    dispositions: frozenset[D], *, asked: bool, n_stopped: int, n_in_service: int
) -> NoLetter | None:
    """Why an authority must get no letter, whoever asks; None: it may.

    `dispositions` of its questionnaires in the wave. One refusal is enough: a letter speaks of the
    whole wave, and a mayor who said no to one theme would read that nobody listened. A mailbox
    that was stopped (`n_stopped`: by its holder, who asked or complained) does not forbid a letter
    while another of the authority's takes our mail (`n_in_service`); when all that the authority
    has was stopped, it has spoken. A mailbox that bounces forbids nothing: letters are for that.
    """
    if not asked:
        return NoLetter.NOT_ASKED
    if dispositions & REFUSALS:
        return NoLetter.DECLINED
    if not dispositions & OPEN:
        return NoLetter.TO_CONFIRM if dispositions & TO_CONFIRM else NoLetter.ANSWERED
    if n_stopped and not n_in_service:
        return NoLetter.STOPPED
    return None


def reason_of(dispositions: frozenset[D]) -> LetterReason:
    """Why this authority, which may get a letter, is worth one."""
    if dispositions & BEGUN:
        return LetterReason.STARTED
    waiting = dispositions & OPEN
    return LetterReason.UNREACHED if waiting <= UNREACHED else LetterReason.SILENT
