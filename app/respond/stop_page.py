"""No more messages to one mailbox: a GET shows a button, a POST stops.

A mail to a shared mailbox speaks of several authorities: its person chooses which to stop. All are
ticked, because that is what whoever presses "no more messages" most often means.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.interview.french import listed
from app.links.opened import live_link
from app.messages import suppressions
from app.messages.suppressions import MayStop, Spoken, Stopped
from app.now import now
from app.vocabulary.messengers import MESSENGER_NAMES
from app.vocabulary.scope import Channel
from app.web.app_state import house
from app.web.skin import page

STOP = "stop"
CHOSEN = "boite"
NONE_TICKED = "Cochez au moins une collectivité, ou fermez cette page pour ne rien changer."


def stop(token: str) -> ResponseReturnValue:
    """Ask once: mail scanners open links."""
    return asking_page(_link_behind(token)[1])


def stop_mail(token: str) -> ResponseReturnValue:
    """Stop what is ticked; where there is no choice, all. Mail programs post elsewhere."""
    link_id, asked = _link_behind(token)
    known = [one.contact_id for one in asked.spoken]
    chosen = [one for one in known if str(one) in request.form.getlist(CHOSEN)]
    if not chosen:
        chosen = [one.contact_id for one in asked.spoken if not one.at_rest]
        if len(chosen) > 1:
            return asking_page(asked, error=NONE_TICKED), 400
    return done_page(suppressions.stop(house().db, link_id, only=chosen or known, now=now()))


def _link_behind(token: str) -> tuple[UUID, MayStop]:
    with house().db.reading() as session:
        link_id = live_link(session, house().letterhead.signer, token, STOP).id
        return link_id, suppressions.may_stop(session, link_id)


def asking_page(asked: MayStop, *, error: str = "") -> str:
    """What would stop, and a button; or that nothing comes any more."""
    left = [one for one in asked.spoken if not one.at_rest]
    at_rest = [one for one in asked.spoken if one.at_rest]
    return page(
        "stop.html",
        done=False,
        **_words(asked.address, left, asked.messengers),
        choices=[(str(one.contact_id), one.name) for one in left] if len(left) > 1 else [],
        stopped_before=_of(at_rest),
        going_on="",
        error=error,
    )


def done_page(stopped: Stopped) -> str:
    """What stopped, and what goes on."""
    return page(
        "stop.html",
        done=True,
        **_words(stopped.address, stopped.about, stopped.messengers),
        choices=[],
        stopped_before="",
        going_on=_of(stopped.going_on),
        error="",
    )


def _words(
    address: str, about: Sequence[Spoken], messengers: Sequence[Channel]
) -> dict[str, str | bool]:
    return {
        "address": masked(address),
        "about": _of(about),
        "messengers": listed([MESSENGER_NAMES[one] for one in messengers], last="et"),
        "stop_url": request.path,
        "simulated": address.endswith(".invalid"),
    }


def _of(authorities: Sequence[Spoken]) -> str:
    """`d’Ajain et de la Creuse`."""
    return listed([one.of_name for one in authorities], last="et")


def masked(mailbox: str) -> str:
    """`mai…@bonnat.example`: enough to know one's own."""
    name, _, domain = mailbox.partition("@")
    return f"{name[:3]}…@{domain}"
