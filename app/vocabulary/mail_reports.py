"""What may come back by mail about a message of ours."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class ReportKind(StrEnum):
    """What a returned mail says (RFC 3463, RFC 3464, RFC 5965, RFC 3834)."""

    HARD = "hard"  # the mailbox does not exist
    SOFT = "soft"  # not delivered this time: the server, the network, the text
    FULL = "full"  # the mailbox is full
    MOVED = "moved"  # the mailbox moved elsewhere
    DELAYED = "delayed"  # its server goes on trying
    DELIVERED = "delivered"
    AUTO_REPLY = "auto_reply"  # out of office: not a bounce
    COMPLAINT = "complaint"  # somebody pressed "spam"
    OTHER = "other"  # a person's words, or what no rule knows: for the staff


LABELS: Mapping[ReportKind, str] = {
    ReportKind.HARD: "Boîte inexistante",
    ReportKind.SOFT: "Non remis cette fois",
    ReportKind.FULL: "Boîte pleine",
    ReportKind.MOVED: "Boîte déménagée",
    ReportKind.DELAYED: "Remise retardée",
    ReportKind.DELIVERED: "Remis",
    ReportKind.AUTO_REPLY: "Réponse d’absence",
    ReportKind.COMPLAINT: "Signalé comme indésirable",
    ReportKind.OTHER: "À lire par une personne",
}
