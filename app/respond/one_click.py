"""The stop link, posted to: by a mail program alone (RFC 8058), or by a person from our page."""

from __future__ import annotations

from flask import Response
from flask.typing import ResponseReturnValue

from app.links.opened import live_link
from app.messages import suppressions
from app.now import now
from app.respond import stop_page
from app.web.app_state import house
from app.web.one_click import is_one_click


def stop_mail(token: str) -> ResponseReturnValue:
    """Stop, however often it is asked. A machine is told so in a line: no page, no redirect."""
    if not is_one_click():
        return stop_page.stop_mail(token)
    with house().db.reading() as session:
        link_id = live_link(session, house().letterhead.signer, token, stop_page.STOP).id
    stopped = suppressions.stop(house().db, link_id, now=now())
    told = f"Plus aucun message ne partira vers {stop_page.masked(stopped.address)}.\n"
    return Response(told, mimetype="text/plain")
