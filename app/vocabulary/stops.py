"""Why a mailbox is written to no more about an authority."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class StopReason(StrEnum):
    """`contacts.stopped_because`. Only a mailbox that was `REPLACED` comes back by a link."""

    ASKED = "asked"  # its own word: by the link of a mail, or "this is not ours"
    REPLACED = "replaced"  # somebody of the authority named another mailbox instead
    STAFF = "staff"
    COMPLAINT = "complaint"  # it reported us as unwanted mail
    LEFT = "left"  # its holder left the authority, as the staff was told


STOP_LABELS: Mapping[StopReason, str] = {
    StopReason.ASKED: "ne veut plus de messages sur cette collectivité",
    StopReason.REPLACED: "remplacée par une autre adresse de la collectivité",
    StopReason.STAFF: "arrêtée par l’équipe de l’enquête",
    StopReason.COMPLAINT: "a signalé nos messages comme indésirables",
    StopReason.LEFT: "la personne a quitté la collectivité",
}
MAY_COME_BACK = frozenset({StopReason.ASKED, StopReason.STAFF, StopReason.COMPLAINT, None})
"""What the staff may take back when the person asks; None: stopped before we kept the reason."""
UNKNOWN_STOP = "plus de messages sur cette collectivité"
"""Shown for a mailbox that was stopped before we kept the reason."""
