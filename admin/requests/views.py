"""Requests: what somebody asked for from a link or a public page, and dealing with it."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy import case, select
from sqlalchemy.orm import Query, contains_eager, joinedload

from admin import french
from admin.console import author, console, scope_with, staff
from admin.lists import Formatters, RowPages
from admin.sending.views import mailbox
from admin.sieve import Sieve
from admin.territories.views import named, titled
from admin.views import exposed
from app.auth.users import names
from app.collect.renewal import accept_request, refuse_request
from app.collect.requests import mailbox_of_request, restore_contact, settle
from app.errors import Hidden
from app.messages.why_asked import Standing, why_asked
from app.models.contacts import Contact
from app.models.requests import Request
from app.models.territories import Territory
from app.now import now
from app.vocabulary.requests import KIND_LABELS, STATE_LABELS, RequestKind, RequestState
from app.vocabulary.scope import CHANNEL_LABELS, Channel, Right

SIGNS = {RequestState.OPEN: "attention", RequestState.DONE: "done", RequestState.REFUSED: "closed"}
# What is flashed once it is done.
SAID = {
    RequestState.DONE: "La demande est traitée.",
    RequestState.REFUSED: "La demande est refusée.",
}
# Why another address is asked for.
STANDING_SAID = {
    Standing.RETURNED: "Nos messages reviennent de cette boîte.",
    Standing.ARRIVES: "Nos messages arrivent à cette boîte.",
    Standing.MENDED: (
        "Des messages sont revenus de cette boîte\u00a0; une équipe dit qu’elle fonctionne de "
        "nouveau."
    ),
    Standing.STOPPED: "Nous n’écrivons plus à cette boîte, à la demande de qui la tient.",
}
_OPEN_FIRST = case((Request.state == RequestState.OPEN, 0), else_=1)


class Requests(RowPages):
    """What waits for a person: open ones first, the oldest of them on top."""

    column_list = ("kind", "territory", "asked_at", "state")
    column_labels: ClassVar[dict[str, str]] = {
        "kind": "Demande",
        "territory": "Collectivité",
        "asked_at": "Reçue le",
        "state": "État",
    }
    column_sortable_list = ()
    column_auto_select_related = False
    column_formatters: ClassVar[Formatters] = {
        "kind": lambda view, _c, row, _n: view.linked(row),
        "territory": lambda _v, _c, row, _n: titled(
            row.territory, url_for("collectivites.details_view", id=row.territory_id)
        ),
        "asked_at": lambda _v, _c, row, _n: french.moment(row.asked_at),
        "state": lambda _v, _c, row, _n: standing(row),
    }
    details_template = "console/request.html"
    one, many = "demande", "demandes"
    lead = "Les plus anciennes d’abord"
    empty = "Aucune demande avec ces filtres."
    fields = (
        Sieve(
            "q",
            "Nom, code ou SIREN",
            lambda text: Request.territory_id.in_(
                select(Territory.__table__.c.id).where(named(text))
            ),
        ),
        Sieve(
            "genre",
            "Demande",
            lambda text: Request.kind == text,
            lambda: [(kind.value, label) for kind, label in KIND_LABELS.items()],
            "Toutes",
        ),
        Sieve(
            "etat",
            "État",
            lambda text: Request.state == text,
            lambda: [(state.value, label) for state, label in STATE_LABELS.items()],
        ),
    )

    def get_query(self) -> Query[Any]:
        return (
            super()
            .get_query()
            .join(Request.territory)
            .options(contains_eager(Request.territory))
            .order_by(_OPEN_FIRST, Request.asked_at, Request.id)
        )

    def linked(self, row: Request) -> Markup:
        about = french.theme(row.theme) if row.theme else ""
        return Markup('<a href="{}"><b>{}</b></a><br><span class="soft small">{}</span>').format(
            self.get_url(".details_view", id=row.id), KIND_LABELS[RequestKind(row.kind)], about
        )

    def beside(self, row: Request) -> dict[str, Any]:
        decided_by = [row.decided_by] if row.decided_by is not None else []
        with console().house.db.reading() as session:
            deciders = names(session, set(decided_by))
            known = mailbox_of_request(session, staff().scope, row.id)
            why = why_asked(session, staff().scope, row.id)
        return {
            "kind_label": KIND_LABELS[RequestKind(row.kind)],
            "standing": standing(row),
            "mailbox": known or _mailbox(row),
            "channel": CHANNEL_LABELS[Channel(row.channel)],
            "decider": deciders.get(row.decided_by or 0, "compte fermé"),
            "is_open": row.state == RequestState.OPEN,
            "by_mistake": row.kind == RequestKind.NOT_OURS,
            "new_link": row.kind == RequestKind.NEW_LINK,
            "why": why,
            "standing_said": STANDING_SAID,
            "contacts": _contacts(row.territory_id),
        }

    @exposed("/regler", "POST")
    def settle(self) -> ResponseReturnValue:
        """Deal with one request, or refuse it."""
        scope = scope_with(Right.CHASE)
        state = RequestState.REFUSED if _is("refused") else RequestState.DONE
        settle(console().house.db, scope, author(), _number(), state, now=now())
        flash(SAID[state])
        return redirect(url_for("demandes.index_view"))

    @exposed("/retablir", "POST")
    def restore(self) -> ResponseReturnValue:
        """ "Not ours" was a mistake: write to this mailbox again."""
        scope = scope_with(Right.CHASE)
        restore_contact(console().house.db, scope, author(), _number(), now=now())
        flash("Le contact est rétabli, et son lien s’ouvre de nouveau.")
        return redirect(url_for("demandes.index_view"))

    @exposed("/accepter", "POST")
    def accept(self) -> ResponseReturnValue:
        """Write to the mailbox that asked for a new link, perhaps instead of another."""
        scope, house = scope_with(Right.CHASE), console().house
        replaces = request.form.get("replaces", "")
        accept_request(
            house.db,
            scope,
            author(),
            _number(),
            house.letterhead,
            replaces=_number("replaces") if replaces else None,
            now=now(),
        )
        flash("Le lien part à cette adresse.")
        return redirect(url_for("demandes.index_view"))

    @exposed("/refuser", "POST")
    def refuse(self) -> ResponseReturnValue:
        """No new link for this mailbox, which is forgotten."""
        scope = scope_with(Right.CHASE)
        refuse_request(console().house.db, scope, author(), _number(), now=now())
        flash(SAID[RequestState.REFUSED])
        return redirect(url_for("demandes.index_view"))


def standing(row: Request) -> Markup:
    """The sign and the word of where a request stands."""
    state = RequestState(row.state)
    return french.signed(SIGNS[state], STATE_LABELS[state])


def _mailbox(row: Request) -> str:
    return (
        "aucune boîte\u00a0: le lien vient d’une lettre"
        if row.address_id is None
        else (mailbox(row.address))
    )


def _is(state: str) -> bool:
    return request.form.get("state", "") == state


def _contacts(territory_id: int) -> list[Contact]:
    """Those still written to, whom a new one may replace; not the colleagues of a theme."""
    return list(
        console().session.scalars(
            select(Contact)
            .options(joinedload(Contact.address))
            .where(
                Contact.territory_id == territory_id,
                Contact.stopped_at.is_(None),
                Contact.role != "colleague",
            )
            .order_by(Contact.id)
            .limit(50)
        )
    )


def _number(field: str = "request_id") -> int:
    text = request.form.get(field, "")
    if not (text.isdecimal() and len(text) < 18):
        raise Hidden
    return int(text)
