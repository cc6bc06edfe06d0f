"""What may be asked of the staff, from a link or from the public pages."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class RequestKind(StrEnum):
    """What is asked."""

    HELP = "help"
    NOT_OURS = "not_ours"  # this mailbox is not the authority's
    NEW_LINK = "new_link"  # a mailbox that we do not know asks for the authority's link
    PAPER = "paper"
    NEW_ADDRESS = "new_address"  # mail came back: somebody must find where to write


class RequestState(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"


KIND_LABELS: Mapping[RequestKind, str] = {
    RequestKind.HELP: "Demande d’aide",
    RequestKind.NOT_OURS: "«\u00a0Ce n’est pas notre collectivité\u00a0»",
    RequestKind.NEW_LINK: "Nouveau lien pour une adresse inconnue",
    RequestKind.PAPER: "Questionnaire sur papier",
    RequestKind.NEW_ADDRESS: "Adresse à remplacer",
}
STATE_LABELS: Mapping[RequestState, str] = {
    RequestState.OPEN: "À traiter",
    RequestState.DONE: "Traitée",
    RequestState.REFUSED: "Refusée",
}
