"""How the console writes dates, numbers and states. Pure."""

from __future__ import annotations

from datetime import datetime

from markupsafe import Markup

from app.charts import signs
from app.now import paris
from app.vocabulary import message_life, territory_kinds, themes
from app.vocabulary.dispositions import DISPOSITIONS, D
from app.vocabulary.message_life import MessageState
from app.vocabulary.stops import STOP_LABELS, UNKNOWN_STOP, StopReason
from app.vocabulary.territory_kinds import TerritoryKind

NBSP = "\u00a0"
MONTHS = (
    "janv.", "févr.", "mars", "avril", "mai", "juin",
    "juil.", "août", "sept.", "oct.", "nov.", "déc.",
)  # fmt: skip
STEPS = {
    "invitation": "Invitation",
    "reminder": "Relance",
    "delegation": "Thème confié",
    "receipt": "Accusé de réception",
    "card": "Fiche",
    "renewal": "Nouveau lien demandé",
    "assignment": "Rôle dans l’équipe",
    "validation": "Validation demandée",
    "returned": "Thème renvoyé par la validation",
    "prenotice": "Préavis",
    "moved_to_chat": "Passage à une messagerie",
}
EVENTS = {
    "sent": "Accepté par le serveur du destinataire",
    "deferred": "Remis à plus tard par le serveur",
    "refused": "Refusé par le serveur",
    "cancelled": "Annulé avant l’envoi",
    "postponed": "Reporté",
    "delivered": "Remis dans la boîte",
    "bounced": "Rejeté après l’envoi",
    "complained": "Signalé comme indésirable",
}
ADDRESS_STATES = {
    "good": "en service",
    "bouncing": "rejette nos messages",
    "stopped": "ne veut plus de messages",
    "erased": "effacée",
}
# What `case_events.why` may hold; a refusal also says which reason was chosen, after a colon.
WHYS = {
    "wave opened": "Ouverture de la vague",
    "invitation sent": "Invitation envoyée",
    "answered": "Première réponse enregistrée",
    "submitted": "Questionnaire envoyé",
    "reopened": "Questionnaire rouvert",
    "declined": "Refus exprimé depuis le lien",
    "bounced": "Message rejeté",
    "wave ended": "Fin de la vague",
    "came late": "Reçue remplie après la fin",
}
ORIGINS = {
    "annuaire": "annuaire de l’administration",
    "csv": "fichier importé",
    "respondent": "donnée par un répondant",
    "staff": "trouvée par l’équipe",
    "simulated": "simulée",
}
# What the house itself writes; an imported file's words are shown as they came.
CONTACT_ROLES = {
    "mairie": "mairie",
    "colleague": "collègue d’un répondant",
    "coordinator": "opérateur numérique",
}
# The signs of `charts.signs`, under the names that the table of dispositions uses.
SIGNS = {
    "ring": "todo",
    "half": "started",
    "ticked": "done",
    "triangle": "attention",
    "arrow": "delegated",
    "paper": "info",
    "cross": "closed",
}
STATE_SIGNS = {
    MessageState.QUEUED: "todo",
    MessageState.SENDING: "started",
    MessageState.SENT: "done",
    MessageState.DELIVERED: "done",
    MessageState.BOUNCED: "attention",
    MessageState.FAILED: "attention",
    MessageState.CANCELLED: "closed",
}


def number(value: int | None) -> str:
    """1 820, with the space that does not break; an em dash when unknown."""
    return "—" if value is None else f"{value:,}".replace(",", NBSP)


def share(value: float | None) -> str:
    """A share from 0 to 1, as 11,4 %."""
    return "—" if value is None else f"{100 * value:.1f}".replace(".", ",") + f"{NBSP}%"


def day(moment: datetime | None) -> str:
    """The day in Paris: 1er nov."""
    if moment is None:
        return "—"
    local = paris(moment)
    first = "er" if local.day == 1 else ""
    return f"{local.day}{first}{NBSP}{MONTHS[local.month - 1]}"


def moment(at: datetime | None) -> str:
    """Day and hour in Paris: 17 nov. 2026, 10 h 42."""
    if at is None:
        return "—"
    local = paris(at)
    return f"{day(at)} {local.year}, {local.hour}{NBSP}h{NBSP}{local.minute:02}"


def several(n: int, one: str, many: str | None = None) -> str:
    """5 messages; nought and one are singular."""
    return f"{number(n)}{NBSP}{one if n < 2 else many or one + 's'}"


def theme(code: str) -> str:
    """The number and name of a theme."""
    found = themes.BY_CODE[code]
    return f"{found.number}. {found.name}"


def kind(code: str) -> str:
    return territory_kinds.LABELS[TerritoryKind(code)]


def kinds(code: str) -> str:
    return territory_kinds.PLURALS[TerritoryKind(code)]


def stratum(kind_code: str, code: str) -> str:
    """The size class in words."""
    rows = territory_kinds.STRATA[TerritoryKind(kind_code)]
    return next((row.label for row in rows if row.code == code), code)


def disposition(code: str) -> Markup:
    """The sign and the words of what became of a case."""
    row = DISPOSITIONS[D(code)]
    return signed(SIGNS[row.sign], row.label)


def why(code: str) -> str:
    """Why a case moved; what this table does not know is shown as it was written."""
    return WHYS.get(code.partition(":")[0], code)


def stopped(because: str | None) -> str:
    """Why a mailbox is written to no more about an authority."""
    return UNKNOWN_STOP if because is None else STOP_LABELS[StopReason(because)]


def message_state(code: str) -> Markup:
    """The sign and the word of where a message stands."""
    state = MessageState(code)
    return signed(STATE_SIGNS[state], message_life.LABELS[state])


def signed(sign: str, words: str) -> Markup:
    """A state is a word and a shape; what needs a look is also ochre."""
    kind_of = "stamp stamp-warn" if sign == "attention" else "stamp"
    return Markup('<span class="{}">{}{}</span>').format(kind_of, Markup(signs.sign(sign)), words)
