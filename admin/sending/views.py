"""Messages: what was said to whom, and what came of it."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from admin import french, sieve
from admin.console import console
from admin.lists import Formatters, RowPages
from admin.sieve import Sieve
from app.logs import TOKEN
from app.messages.compose import LINK_PLACEHOLDER
from app.models.cases import Case
from app.models.contacts import Address
from app.models.messages import Message, MessageCase, MessageEvent
from app.vocabulary.message_life import LABELS
from app.vocabulary.themes import BY_CODE

# Kept bodies hold placeholders; should a real link ever be among them, it is not shown either:
# whatever kind of page it leads to, and under whatever public address it was written.
_LINK = re.compile(rf"[^\s<>(]*{TOKEN.pattern}[^\s<>)]*")


def masked(text: str | None) -> str | None:
    """A text as sent, without what would let its reader answer or stop in another's name."""
    return None if text is None else _LINK.sub(LINK_PLACEHOLDER, text)


def mailbox(address: Address | None) -> str:
    """The mailbox, while the reader may see one of its contacts."""
    return "boîte hors de votre périmètre" if address is None else address.value


class Messages(RowPages):
    """The messages whose every case is in the reader's scope, latest first."""

    column_list = ("created_at", "step", "address", "state", "tries", "last_reason")
    column_labels: ClassVar[dict[str, str]] = {
        "created_at": "Prévu le",
        "step": "Message",
        "address": "Boîte",
        "state": "État",
        "tries": "Essais",
        "last_reason": "Pourquoi",
    }
    column_sortable_list = ()
    column_default_sort: ClassVar[list[tuple[str, bool]]] = [("created_at", True), ("id", False)]
    column_auto_select_related = False
    column_select_related_list = (Message.address,)
    numbers = frozenset({"tries"})
    column_formatters: ClassVar[Formatters] = {
        "created_at": lambda _v, _c, row, _n: french.moment(row.created_at),
        "step": lambda view, _c, row, _n: view.linked(row),
        "address": lambda _v, _c, row, _n: mailbox(row.address),
        "state": lambda _v, _c, row, _n: french.message_state(row.state),
        "last_reason": lambda _v, _c, row, _n: row.last_reason or "",
    }
    details_template = "console/message.html"
    one, many = "message", "messages"
    empty = "Aucun message avec ces filtres."
    fields = (
        Sieve(
            "vague",
            "Vague",
            lambda text: Message.wave_id == int(text),
            sieve.wave_choices,
            "Toutes",
        ),
        Sieve(
            "etape",
            "Message",
            lambda text: Message.step == text,
            lambda: list(french.STEPS.items()),
        ),
        Sieve(
            "etat",
            "État",
            lambda text: Message.state == text,
            lambda: [(state.value, label) for state, label in LABELS.items()],
        ),
    )

    def linked(self, row: Message) -> Any:
        return Markup('<a href="{}"><b>{}</b></a>').format(
            self.get_url(".details_view", id=row.id), french.STEPS[row.step]
        )

    def beside(self, row: Message) -> dict[str, Any]:
        session = console().session
        events = session.scalars(
            select(MessageEvent)
            .where(MessageEvent.message_id == row.id)
            .order_by(MessageEvent.id)
            .limit(100)
        )
        cases = session.scalars(
            select(Case)
            .join(Case.territory)
            .options(contains_eager(Case.territory))
            .where(Case.id.in_(select(MessageCase.case_id).where(MessageCase.message_id == row.id)))
        )
        ordered = sorted(
            cases, key=lambda case: (case.territory.sort_name, BY_CODE[case.theme].number)
        )
        return {
            "events": list(events),
            "cases": ordered,
            "mailbox": mailbox(row.address),
            "subject": masked(row.subject),
            "body": masked(row.body),
        }
