"""A tied chat may do what its link may, for whom it was made, and no more."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import update

from app.links.chats import chat_of, chats_of_link
from app.links.make import Wanted, ensure_links, revoke
from app.models.contacts import Link
from app.vocabulary.scope import Channel
from tests.links.chats import (
    AJAIN,
    CHAT,
    GUERET,
    link_of,
    opens,
    refused,
    token,
    writes,
)
from tests.world import World


def delegated(world: World) -> UUID:
    """The link of a colleague who was handed one theme."""
    own = link_of(world)
    colleague = world.contact(GUERET, "julie@gueret.invalid")
    wanted = Wanted("delegate", world.territory(GUERET).id, colleague, ("inclusion",), own)
    with world.db.transaction() as session:
        made = ensure_links(session, [wanted], key_id=world.signer.key_id, now=world.now)
    return made[wanted]


def test_a_colleague_s_chat_gets_the_colleague_s_theme_and_no_more(world: World) -> None:
    world.contact(GUERET, "mairie@gueret.invalid")
    link = writes(world, token(world, delegated(world)))

    assert (link.purpose, link.themes) == ("delegate", ["inclusion"])


def test_a_colleague_who_is_withdrawn_ties_nothing(world: World) -> None:
    world.contact(GUERET, "mairie@gueret.invalid")
    made = token(world, delegated(world))
    with world.db.transaction() as session:
        revoke(session, link_of(world), because="withdrawn", now=world.now)

    refused(world, made)


def test_a_code_never_leads_to_somebody_else_s_link(world: World) -> None:
    """Whatever a withdrawn colleague had made is given to who withdraws them: not their codes."""
    own = link_of(world)
    colleague = world.contact(GUERET, "julie@gueret.invalid")
    wanted = Wanted("answer", world.territory(GUERET).id, colleague)
    with world.db.transaction() as session:
        theirs = ensure_links(session, [wanted], key_id=world.signer.key_id, now=world.now)[wanted]
    made = token(world, theirs)
    with world.db.transaction() as session:
        session.execute(update(Link).where(Link.delegated_by == theirs).values(delegated_by=own))

    refused(world, made)


def test_one_chat_holds_several_authorities_and_one_authority_several_chats(world: World) -> None:
    gueret, ajain = link_of(world), link_of(world, AJAIN)
    writes(world, token(world, gueret))
    world.now += timedelta(minutes=1)
    writes(world, token(world, ajain))
    writes(world, token(world, gueret), "a colleague’s")

    with world.db.reading() as session:
        chat_id = chat_of(session, Channel.TELEGRAM, CHAT)
        assert len(chats_of_link(session, gueret)) == 2
    assert chat_id is not None
    assert opens(world, chat_id) == [ajain, gueret]
