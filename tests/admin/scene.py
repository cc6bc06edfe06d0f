"""What the pages are looked at with: a mailbox, an invitation that left, a note."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.campaigns.control import invite
from app.cases.follow_ups import note_follow_up
from app.collect.requests import ask_help
from app.links.chats import tie
from app.messages.carriers import Carriers
from app.messages.drain import drain
from app.messages.smtp import SmtpCarrier
from app.models.messages import Message
from app.vocabulary.scope import Author, Channel
from tests.admin.cast import Cast
from tests.world import World

GUERET = "23096"
MAILBOX = "secretariat.gueret@console.invalid"
HOLDER = "Odile Marchand"
NOTE = "Elle prépare le thème 2 avec son collègue."
CHAT = "telegram-4411"
ASKED = "Où trouver le nombre de postes de la mairie ?"


@dataclass(frozen=True, slots=True)
class Scene:
    """Guéret, one of Bruno's, after the invitation: she asks for help and has tied a chat."""

    territory_id: int
    case_id: int
    message_id: UUID
    note_id: int
    request_id: int
    chat_id: int


def set_scene(world: World, cast: Cast) -> Scene:
    """Guéret is invited by real mail, and Bruno has called."""
    world.contact(GUERET, MAILBOX, HOLDER)
    invite(world.db, world.wave_id, "23", world.letterhead, by=Author.system(), now=world.now)
    sends(world)
    territory = world.territory(GUERET)
    assert cast.bruno.scope is not None
    note_id = note_follow_up(
        world.db,
        cast.bruno.scope,
        Author.user(cast.bruno.scope.user_id),
        territory.id,
        world.wave_id,
        NOTE,
        call_again_on=world.now.date(),
        now=world.now,
    )
    with world.db.reading() as session:
        message_id = session.scalars(select(Message.id)).one()
    request_id = ask_help(world.db, world.respondent(GUERET), "inclusion", ASKED, now=world.now)
    case_id = world.case(GUERET, "inclusion").id
    link_id = world.link("answer", GUERET)[0]
    with world.db.transaction() as session:
        chat_id = tie(session, Channel.TELEGRAM, CHAT, link_id, now=world.now)
    return Scene(territory.id, case_id, message_id, note_id, request_id, chat_id)


def sends(world: World) -> None:
    """A worker drains the lane once."""
    carriers: Carriers = {Channel.EMAIL: SmtpCarrier.of(world.settings)}
    drain(world.db, carriers, world.letterhead, "wide", now=world.now)
