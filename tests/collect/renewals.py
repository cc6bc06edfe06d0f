"""A new link is asked for, mailed, taken over: short ways to do it."""

from __future__ import annotations

import re
from uuid import UUID

from sqlalchemy import func, select

from app.collect.delegate import delegate
from app.collect.lost_link import ask_new_link
from app.collect.renewal import accept_request, refuse_request
from app.collect.respondent import respondent_behind
from app.collect.takeover import take_over
from app.models.contacts import Link
from app.models.messages import Message
from app.models.requests import Request
from app.vocabulary.scope import Author, Channel, Scope
from tests.messages.post import send
from tests.world import World

AJAIN, GUERET = "23002", "23096"
SIREN = "212309603"  # Guéret's
MAIRIE, CLAIRE = "mairie@gueret.invalid", "claire.faure@gueret.invalid"
JULIE = "julie.lamy@gueret.invalid"


def asks(world: World, email: str = MAIRIE, reference: str = SIREN, where: str = "a") -> None:
    ask_new_link(
        world.db,
        siren_or_code=reference,
        email=email,
        letterhead=world.letterhead,
        from_hash=where,
        now=world.now,
    )


def mailed_token(world: World, email: str = MAIRIE) -> str:
    """What the mailbox's last mail about a new link holds."""
    while send(world).n_sent:
        pass
    bodies = [mail.get_body(("plain",)) for mail in world.sink.to(email)]
    told = "".join(body.get_content() for body in bodies if body is not None)
    return str(re.findall(r"/nouveau/([A-Za-z0-9_-]{43})", told)[-1])


def renews(world: World, email: str = MAIRIE) -> str:
    """The whole way: asks, reads the mail, presses the button; the new link's token."""
    asks(world, email)
    return take_over(world.db, world.signer, mailed_token(world, email), now=world.now)


def requests(world: World) -> list[Request]:
    with world.db.reading() as session:
        return list(session.scalars(select(Request).order_by(Request.id)))


def mails(world: World, step: str = "renewal") -> int:
    with world.db.reading() as session:
        return session.scalar(select(func.count()).where(Message.step == step)) or 0


def opens(world: World, token: str) -> UUID:
    with world.db.reading() as session:
        link_id = respondent_behind(session, world.signer, token, Channel.WEB).link_id
        assert link_id is not None
        return link_id


def opens_id(world: World, token: str) -> UUID:
    return world.signer.read(token, "answer")


def accepts(world: World, by: Scope, *, replaces: int | None = None) -> None:
    accept_request(
        world.db,
        by,
        Author.user(by.user_id),
        requests(world)[-1].id,
        world.letterhead,
        replaces=replaces,
        now=world.now,
    )


def refuses(world: World, by: Scope) -> None:
    refuse_request(world.db, by, Author.user(by.user_id), requests(world)[-1].id, now=world.now)


def hands_over(world: World) -> str:
    """The town hall hands a theme to Julie; her token."""
    delegate(
        world.db,
        world.respondent(GUERET),
        "inclusion",
        JULIE,
        world.letterhead,
        name=None,
        now=world.now,
    )
    with world.db.reading() as session:
        link = session.scalars(select(Link).where(Link.purpose == "delegate")).one()
        return world.signer.token(link.id, "delegate", link.key_id)
