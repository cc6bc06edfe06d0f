"""Correct the contact: the address that the authority wants to be written to at."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.collect.contact_change import Changed, change_contact, last_given
from app.collect.overview import Overview, overview
from app.collect.refusals import (
    AddressNotReachable,
    ChangedTooOften,
    MayNotChangeContact,
    NotAName,
)
from app.messages.drafts import RealAddress
from app.now import now
from app.panel.mailboxes import BadMailbox
from app.respond.frame import frame
from app.vocabulary.scope import Respondent
from app.web.app_state import house
from app.web.links import respondent_behind, respondent_in
from app.web.skin import page

REPLACES, ADDS = "remplace", "ajoute"
DONE = frozenset({"envoye", "connu", "repris"})


def contact(token: str) -> ResponseReturnValue:
    """The form; once it is sent, where the message went and what becomes of this link."""
    with house().db.reading() as session:
        respondent = respondent_in(session, token)
        seen = overview(session, respondent, now=now())
        given = last_given(session, respondent.link_id)
    if seen.wave.ends_at <= now():
        return redirect(url_for("respond.link", token=token), 303)
    done = request.args.get("fait", "")
    return _page(token, respondent, seen, done=done if done in DONE else "", given=given)


def correct(token: str) -> ResponseReturnValue:
    """Write there; an address to mend is told beside its field, with what was typed."""
    respondent = respondent_behind(token)
    email, name = request.form.get("email", ""), request.form.get("name", "")
    how = REPLACES if request.form.get("how") == REPLACES else ADDS
    try:
        changed = change_contact(
            house().db,
            respondent,
            email,
            house().letterhead,
            name=name,
            replaces=how == REPLACES,
            now=now(),
        )
    except (BadMailbox, NotAName, AddressNotReachable, ChangedTooOften, RealAddress) as refused:
        with house().db.reading() as session:
            seen = overview(session, respondent, now=now())
        field = "name_error" if isinstance(refused, NotAName) else "error"
        typed = {"email": email, "name": name, "how": how, field: str(refused)}
        return _page(token, respondent, seen, **typed), refused.status
    return redirect(url_for("respond.contact", token=token, fait=_told(changed)), 303)


def _told(changed: Changed) -> str:
    if changed.mailed:
        return "envoye"
    return "repris" if changed.resumed else "connu"


def _page(
    token: str,
    respondent: Respondent,
    seen: Overview,
    *,
    done: str = "",
    given: str = "",
    email: str = "",
    name: str = "",
    how: str = REPLACES,
    error: str = "",
    name_error: str = "",
) -> str:
    if not respondent.may_delegate:
        raise MayNotChangeContact
    return page(
        "contact.html",
        **frame(token, seen.authority, seen.wave),
        done=done,
        given=given,
        contact_url=url_for("respond.correct", token=token),
        sent_to=seen.sent_to,
        email=email,
        name=name,
        how=how,
        error=error,
        name_error=name_error,
    )
