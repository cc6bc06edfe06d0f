"""No more messages to one mailbox: a GET shows a button, a POST stops."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from app.interview.french import listed
from app.links.opened import live_link
from app.messages import suppressions
from app.now import now
from app.vocabulary.messengers import MESSENGER_NAMES
from app.web.app_state import house
from app.web.skin import page

STOP = "stop"


def stop(token: str) -> ResponseReturnValue:
    """Ask once: mail scanners open links."""
    with house().db.reading() as session:
        link = live_link(session, house().letterhead.signer, token, STOP)
        concerned = suppressions.would_stop(session, link.id)
    return _page(concerned, done=False)


def stop_mail(token: str) -> ResponseReturnValue:
    """Stop. Mail programs post here by themselves (RFC 8058), without page, cookie or redirect."""
    with house().db.reading() as session:
        link_id = live_link(session, house().letterhead.signer, token, STOP).id
    stopped = suppressions.stop(house().db, link_id, now=now())
    return _page(stopped, done=True)


def _page(concerned: suppressions.Stopped, *, done: bool) -> str:
    return page(
        "stop.html",
        done=done,
        address=masked(concerned.address),
        about=listed(concerned.territories, last="et"),
        messengers=listed([MESSENGER_NAMES[one] for one in concerned.messengers], last="et"),
        stop_url=request.path,
        simulated=concerned.address.endswith(".invalid"),
    )


def masked(mailbox: str) -> str:
    """`mai…@bonnat.example`: enough to know one's own."""
    name, _, domain = mailbox.partition("@")
    return f"{name[:3]}…@{domain}"
