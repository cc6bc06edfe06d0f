"""Where Telegram is on, invitations and reminders open it; where it is off, no mail has changed."""

from __future__ import annotations

import re

from app.campaigns.control import remind_these
from app.links.tying import hash_of_chat, tie_with
from app.messages.compose import LINK_PLACEHOLDER
from app.models.contacts import Link
from app.vocabulary.scope import Author, Channel, Role, Scope
from tests.messages.post import AJAIN, GUERET, invited, messages, open_with_contacts, send
from tests.respond.messengers import TCHAP, TELEGRAM, switches_on
from tests.world import World

MAIRIE = "mairie@gueret.invalid"
DEEP = re.compile(r"https://t\.me/barometre_bot\?start=([A-Za-z0-9_-]{43})(?![A-Za-z0-9_-])")


def parts(world: World, mailbox: str = MAIRIE) -> tuple[str, str]:
    """Text and HTML of the last mail to this mailbox."""
    mail = world.sink.to(mailbox)[-1]
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    return text.get_content(), html.get_content()


def ties(world: World, token: str, chat: str = "1") -> Link:
    where = hash_of_chat(world.letterhead.secret, Channel.TELEGRAM, chat)
    return tie_with(world.db, world.signer, Channel.TELEGRAM, chat, token, where, now=world.now)


def invites(world: World) -> None:
    open_with_contacts(world, (GUERET, MAIRIE))
    invited(world)
    send(world)


def test_the_invitation_opens_telegram_with_what_ties_once(world: World) -> None:
    switches_on(world, TELEGRAM)
    invites(world)

    text, html = parts(world)

    assert "RÉPONDRE PAR MESSAGERIE (TELEGRAM)" in text
    assert "Répondre par messagerie (Telegram)" in html
    assert "sauf celui de la messagerie, qui ouvre Telegram (t.me)" in html
    tokens = {*DEEP.findall(text), *DEEP.findall(html)}
    assert len(tokens) == 1
    assert world.answer_link(GUERET) not in tokens
    assert ties(world, tokens.pop()).id == world.link("answer", GUERET)[0]


def test_what_staff_reads_later_holds_no_token(world: World) -> None:
    switches_on(world, TELEGRAM)
    invites(world)

    kept = messages(world)[0].body

    assert f"(TELEGRAM)\n{LINK_PLACEHOLDER}" in kept
    assert re.search(r"[A-Za-z0-9_-]{43}", kept) is None


def test_where_telegram_is_off_nothing_speaks_of_it_and_nothing_is_made(world: World) -> None:
    switches_on(world, TCHAP, {"TELEGRAM_TOKEN": "1:secret"}, {"TELEGRAM_BOT": ""})
    invites(world)

    text, html = parts(world)

    for part in (text, html):
        assert "messagerie" not in part.lower()
        assert "t.me" not in part
    assert f"Tous ses liens mènent à {world.settings.public_url}. Nous" in html
    assert [one for one in world.links(GUERET) if one.purpose == "chat"] == []


def test_a_shared_mailbox_ties_each_of_its_authorities(world: World) -> None:
    switches_on(world, TELEGRAM)
    open_with_contacts(world, (GUERET, MAIRIE), (AJAIN, MAIRIE))
    invited(world)
    send(world)

    text, html = parts(world)

    assert "RÉPONDRE PAR MESSAGERIE POUR AJAIN (TELEGRAM)" in text
    assert DEEP.findall(text) == DEEP.findall(html)
    tied = [ties(world, token).territory.name for token in DEEP.findall(text)]
    assert tied == ["Ajain", "Guéret"]


def test_a_reminder_ties_anew_once_the_invitation_s_link_has_served(world: World) -> None:
    switches_on(world, TELEGRAM)
    invites(world)
    first = DEEP.findall(parts(world)[0])[0]
    ties(world, first)
    world.days_pass(10)

    remind_these(
        world.db,
        Scope(1, Role.NATIONAL, None),
        Author.system(),
        [world.case(GUERET, "inclusion").id],
        world.letterhead,
        now=world.now,
    )
    send(world)

    second = DEEP.findall(parts(world)[0])[0]
    assert second != first
    assert ties(world, second, "a colleague’s").id == world.link("answer", GUERET)[0]
