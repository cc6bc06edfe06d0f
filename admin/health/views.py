"""The mailboxes that take no mail: which to mend first, and mending them."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from admin import french
from admin.console import author, console, scope_with, staff
from admin.views import Page, exposed
from app.errors import Hidden
from app.messages.health import address_health, domain_health
from app.messages.mending import Mended, replace_mailbox, works_again
from app.messages.to_mend import n_to_mend, n_to_read, to_mend
from app.now import now
from app.vocabulary.mail_reports import LABELS
from app.vocabulary.mailbox_kinds import LABELS as KIND_LABELS
from app.vocabulary.scope import Right

PAGE = 50
LAST_PAGE = 10_000


class MailboxHealth(Page):
    """Best gain first: authorities without another mailbox, and their silent questionnaires."""

    @exposed("/")
    def index(self) -> str:
        scope, page, moment = staff().scope, _page(), now()
        with console().house.db.reading() as session:
            board = to_mend(session, scope, now=moment, most=PAGE, after=page * PAGE)
            health = address_health(session, scope, [one.address_id for one in board])
            count = n_to_mend(session, scope)
            # Of all the panel: no département's staff may tell another's mailboxes from it.
            domains = domain_health(session, now=moment) if scope.national else []
            unread = n_to_read(session, now=moment) if scope.national else 0
        return self.render(
            "console/health.html",
            board=board,
            health=health,
            count=count,
            page=page,
            page_size=PAGE,
            pager_url=lambda number: url_for("adresses.index", page=number),
            domains=[one for one in domains if one.month.refused or one.month.bounced],
            unread=unread,
            report_labels=LABELS,
            kind_labels=KIND_LABELS,
            may_mend=scope.may(Right.CHASE),
        )

    @exposed("/remplacer", "POST")
    def replace(self) -> ResponseReturnValue:
        """Write to another mailbox instead."""
        scope, house = scope_with(Right.CHASE), console().house
        mended = replace_mailbox(
            house.db,
            scope,
            author(),
            _address(),
            request.form.get("email", ""),
            house.letterhead,
            now=now(),
        )
        flash(f"L’adresse est remplacée. {_told(mended)}")
        return redirect(url_for("adresses.index"))

    @exposed("/retablir", "POST")
    def restore(self) -> ResponseReturnValue:
        """The mailbox takes mail again."""
        scope, house = scope_with(Right.CHASE), console().house
        mended = works_again(house.db, scope, author(), _address(), house.letterhead, now=now())
        flash(f"Nous écrivons de nouveau à cette adresse. {_told(mended)}")
        return redirect(url_for("adresses.index"))


def _told(mended: Mended) -> str:
    who = french.several(mended.n_authorities, "collectivité concernée", "collectivités concernées")
    mail = "l’invitation part" if mended.n_invited else "aucun message n’est à envoyer maintenant"
    return f"{who}\u00a0; {mail}."


def _page() -> int:
    text = request.args.get("page", "0")
    return min(int(text), LAST_PAGE) if text.isdecimal() and len(text) < 9 else 0


def _address() -> int:
    text = request.form.get("address_id", "")
    if not (text.isdecimal() and len(text) < 18):
        raise Hidden
    return int(text)
