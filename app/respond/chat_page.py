"""Go on by messenger: what ties a conversation to this link, and those that are tied to it."""

from __future__ import annotations

import re
from dataclasses import dataclass

import segno
from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.collect.overview import overview
from app.errors import Hidden
from app.links.chats import TiedChat, chats_of_link
from app.links.tying import Codes, new_codes, untie_from_form
from app.now import now
from app.respond.frame import frame
from app.vocabulary.french_dates import hour, when
from app.vocabulary.in_sentences import uncapitalised
from app.vocabulary.messengers import MESSENGER_NAMES
from app.vocabulary.scope import Channel, Respondent
from app.web.app_state import house
from app.web.links import respondent_behind
from app.web.messengers import MessengerOn, messengers_of
from app.web.skin import page

_ID = re.compile(r"[0-9]{1,18}")
_MODULE = 4  # pixels a side of the QR code's squares: telephones read it from a screen


@dataclass(frozen=True, slots=True)
class Way:
    """How to reach one messenger with the code just made. `address` opens it; "" where none can."""

    kind: str  # "telegram", "matrix" or "terminal"
    name: str
    handle: str  # whom to write to
    address: str
    drawing: Markup  # the address as a square that telephones read, or ""


@dataclass(frozen=True, slots=True)
class TiedRow:
    """One conversation that is tied, in words."""

    chat_id: int
    name: str
    said: str


def chat(token: str) -> ResponseReturnValue:
    """What it is, and the conversations tied to this link. Opening it makes no code."""
    return _page(token, respondent_behind(token))


def make_code(token: str) -> ResponseReturnValue:
    """Make what ties a conversation, and show it: it is kept nowhere, so no redirect could."""
    respondent = respondent_behind(token)
    if respondent.link_id is None or not messengers_of(house().settings):
        raise Hidden
    signer = house().letterhead.signer
    codes = new_codes(house().db, signer, respondent.link_id, now=now())
    return _page(token, respondent, codes)


def untie(token: str) -> ResponseReturnValue:
    """Take one tie back; a conversation of somebody else's link is as good as none."""
    respondent = respondent_behind(token)
    chat_id = request.form.get("conversation", "")
    if respondent.link_id is not None and _ID.fullmatch(chat_id):
        untie_from_form(house().db, respondent.link_id, int(chat_id), now=now())
    return redirect(url_for("respond.chat", token=token, dissociee="oui"), 303)


def _page(token: str, respondent: Respondent, codes: Codes | None = None) -> str:
    messengers = messengers_of(house().settings)
    with house().db.reading() as session:
        seen = overview(session, respondent, now=now())
        tied = chats_of_link(session, respondent.link_id) if respondent.link_id else []
    if not messengers and not tied:
        raise Hidden
    return page(
        "chat.html",
        **frame(token, seen.authority, seen.wave),
        names=[_said(one) for one in messengers],
        code_url=url_for("respond.make_code", token=token),
        ways=[_way(one, codes.token) for one in messengers] if codes else [],
        digits=codes.digits.shown if codes else "",
        expires=hour(codes.digits.expires_at) if codes else "",
        tied=[_row(one) for one in tied],
        untie_url=url_for("respond.untie", token=token),
        new_link_url=url_for("respond.new_link"),
        untied=request.args.get("dissociee") == "oui",
        confidential=[one.theme.name for one in seen.themes if one.theme.confidential],
    )


def _said(one: MessengerOn) -> str:
    """A messenger's name inside a sentence: one of them is no brand."""
    demo = one.channel is Channel.TERMINAL
    return f"la {uncapitalised(one.name)}" if demo else one.name


def _way(one: MessengerOn, token: str) -> Way:
    match one.channel:
        case Channel.TELEGRAM:
            address = f"https://t.me/{one.address}?start={token}"
            return Way(one.channel, one.name, f"@{one.address}", address, _drawn(address))
        case Channel.MATRIX:
            return Way(one.channel, one.name, one.address, "", Markup(""))
        case _:
            return Way(one.channel, one.name, "", f"{one.address}?code={token}", Markup(""))


def _drawn(address: str) -> Markup:
    """An address of ours as a QR code, on white whatever the page's colours."""
    drawn = segno.make_qr(address, error="m")
    return Markup(drawn.svg_inline(scale=_MODULE, light="#fff", svgclass=None, lineclass=None))


def _row(one: TiedChat) -> TiedRow:
    said = f"Associée {when(one.tied_at, now())}."
    if one.last_heard_at is not None:
        said += f" Dernier message {when(one.last_heard_at, now())}."
    if one.preferred:
        said += " Nos rappels y arrivent."
    return TiedRow(one.chat_id, MESSENGER_NAMES[one.channel], said)
