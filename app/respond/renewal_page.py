"""A link is lost, or left with a colleague: ask for a new one, then take over with it."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic, sleep

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.collect.lost_link import ask_new_link
from app.collect.refusals import BadReference
from app.collect.takeover import promised, take_over
from app.interview.french import listed
from app.links.guesses import TooManyGuesses
from app.now import now
from app.panel.mailboxes import BadMailbox
from app.respond.code_page import visitor
from app.respond.frame import territory_words
from app.respond.stop_page import masked
from app.vocabulary.messengers import MESSENGER_NAMES
from app.vocabulary.scope import Channel
from app.web.app_state import house
from app.web.skin import page

LONGEST = 300  # characters kept of what was typed
HELD = 0.1
"""Seconds before we answer. A mailbox that we know takes more work than another (15 ms against 6,
measured): told at once, the time alone would tell which it is."""


def new_link() -> ResponseReturnValue:
    """The form; once it is sent, one sentence, the same for everybody."""
    return _page(done=request.args.get("fait") == "oui")


def ask_for_new_link() -> ResponseReturnValue:
    """Look for the mailbox behind the scenes: the answer does not tell what was found."""
    reference, email = (
        request.form.get(name, "").replace("\0", "")[:LONGEST].strip()
        for name in ("reference", "email")
    )
    until = monotonic() + HELD
    try:
        ask_new_link(
            house().db,
            siren_or_code=reference,
            email=email,
            letterhead=house().letterhead,
            from_hash=visitor(),
            now=now(),
        )
    except (BadReference, BadMailbox, TooManyGuesses) as refused:
        field = "reference" if isinstance(refused, BadReference) else "email"
        errors = {field: str(refused)}
        return _page(reference=reference, email=email, errors=errors), refused.status
    sleep(max(0.0, until - monotonic()))
    return redirect(url_for("respond.new_link", fait="oui"), 303)


def renewal(token: str) -> ResponseReturnValue:
    """Say what will happen. Mail scanners open links: nothing happens here."""
    with house().db.reading() as session:
        promise = promised(session, house().letterhead.signer, token)
    return page(
        "renewal.html",
        territory=territory_words(promise.authority),
        mailbox=masked(promise.mailbox),
        former=[masked(one) for one in promise.former],
        chats_that_go_on=_named(promise.chats_that_go_on),
        chats_that_end=_named(promise.chats_that_end),
        renewal_url=url_for("respond.renew", token=token),
        simulated=promise.simulated,
    )


def renew(token: str) -> ResponseReturnValue:
    """Take over: the new link opens."""
    opened = take_over(house().db, house().letterhead.signer, token, now=now())
    return redirect(url_for("respond.link", token=opened), 303)


def _named(messengers: Sequence[Channel]) -> str:
    return listed([MESSENGER_NAMES[one] for one in messengers], last="et")


def _page(
    *,
    done: bool = False,
    reference: str = "",
    email: str = "",
    errors: dict[str, str] | None = None,
) -> str:
    return page(
        "new_link.html",
        done=done,
        new_link_url=url_for("respond.ask_for_new_link"),
        code_url=url_for("respond.code"),
        reference=reference,
        email=email,
        errors=errors or {},
    )
