"""Why sending may be held."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class HoldReason(StrEnum):
    """Why nothing leaves, for everybody or for one domain."""

    COPY = "copy"  # this database is a copy of another
    OPERATOR = "operator"  # somebody pressed the button
    DOMAIN = "domain"  # one domain's server refuses everything


LABELS: Mapping[HoldReason, str] = {
    HoldReason.COPY: "Cette base est une copie",
    HoldReason.OPERATOR: "Envois arrêtés par l’équipe",
    HoldReason.DOMAIN: "Un domaine refuse nos messages",
}
