"""No more messages about one authority, from the page of its link.

The stop link of a mail is its mailbox's: it stops all that one mail spoke of. The link to answer
may have been forwarded: from its page one sees, and stops, what is about its own authority alone.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from flask.typing import ResponseReturnValue

from app.collect.refusals import NoMailboxBehind
from app.collect.surroundings import sibling_link
from app.links.preferring import preferred_messengers
from app.messages import suppressions
from app.messages.suppressions import MayStop
from app.models.contacts import Link
from app.now import now
from app.respond import stop_page
from app.web.app_state import house
from app.web.links import respondent_in


def silence(token: str) -> ResponseReturnValue:
    """Ask once: mail scanners open links."""
    return stop_page.asking_page(_own(token)[1])


def keep_silent(token: str) -> ResponseReturnValue:
    """Stop it. Whatever else comes to this mailbox is neither stopped nor told."""
    stop_id, own = _own(token)
    only = [one.contact_id for one in own.spoken]
    stopped = suppressions.stop(house().db, stop_id, only=only, now=now())
    return stop_page.done_page(replace(stopped, going_on=()))


def _own(token: str) -> tuple[UUID, MayStop]:
    """The stop link of whoever holds this link, and what it may stop of this authority."""
    with house().db.reading() as session:
        found = sibling_link(session, respondent_in(session, token).link_id, stop_page.STOP)
        if found is None:
            raise NoMailboxBehind
        asked = suppressions.may_stop(session, found[0])
        contact_id = session.get_one(Link, found[0]).contact_id
        own = tuple(one for one in asked.spoken if one.contact_id == contact_id)
        written_to = [one.contact_id for one in own if not one.at_rest]
        messengers = tuple(preferred_messengers(session, written_to))
        return found[0], replace(asked, spoken=own, messengers=messengers)
