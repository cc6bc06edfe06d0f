"""Ties a chat to a link, and takes the tie back: from the chat, the form or the console."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import Database
from app.errors import Refused
from app.links.chats import Untied, tie, untie
from app.links.guesses import What, hash_of, note, wait_before
from app.links.preferring import resume
from app.links.signed import TOKEN_LENGTH, Signer
from app.links.tie_codes import (
    Digits,
    draw_digits,
    ensure_chat_links,
    read_digits,
    use_digits,
    use_token,
)
from app.links.used_codes import used_here
from app.models.chats import ChatTie
from app.models.contacts import Link
from app.models.organisations import AuditEntry
from app.models.scope import must_chase
from app.vocabulary.scope import Author, Channel, Scope


class NotTied(Refused):
    """What was written ties this chat to nothing: never told why, nor whether anything exists.

    All that a chat tied to nothing ever hears, also when too many codes were tried.
    """

    sentence = (
        "Cette conversation n’est associée à aucun questionnaire. Pour l’associer, ouvrez le lien "
        "de notre courriel et choisissez «\u00a0Continuer par messagerie\u00a0». Écrivez ensuite "
        "ici les six chiffres affichés. Ils servent une seule fois, pendant quinze minutes. "
        "Après plusieurs essais, attendez un quart d’heure."
    )
    status = 404


@dataclass(frozen=True, slots=True)
class Codes:
    """What ties a chat to one link: each of the two serves once."""

    token: str  # of the deep link
    digits: Digits


def hash_of_chat(secret: str, channel: Channel, external_id: str) -> str:
    """Under what a chat's tries are counted, messenger by messenger: `from_hash` of `tie_with`."""
    return hash_of(secret, f"{channel} chat {external_id}", among=channel)


def chat_token(session: Session, signer: Signer, link: Link, *, now: datetime) -> str:
    """The token that ties one chat to this link, the same until it is used. A step."""
    one = ensure_chat_links(session, [link.id], key_id=signer.key_id, now=now)[link.id]
    return signer.token(one.id, one.purpose, one.key_id)


def new_codes(db: Database, signer: Signer, link_id: UUID, *, now: datetime) -> Codes:
    """A deep link's token and six digits for this link."""
    with db.transaction() as session:
        token = chat_token(session, signer, session.get_one(Link, link_id), now=now)
        return Codes(token, draw_digits(session, signer, link_id, now=now))


def tie_with(
    db: Database,
    signer: Signer,
    channel: Channel,
    external_id: str,
    typed: str,
    from_hash: str,
    *,
    now: datetime,
) -> Link:
    """Tie a chat with what was typed in it, a token or six digits; the link, with its authority.

    `NotTied` for all that ties nothing, whatever the reason. Only digits are counted as tries: a
    token cannot be guessed, and whoever mistyped may still press the deep link. The refusal is
    raised once the transaction is over: inside, it would undo the count.
    """
    said = typed.strip()
    with db.transaction() as session:
        link = used_here(session, signer, channel, external_id, said, now=now)
        if link is None and len(said) == TOKEN_LENGTH:
            link = use_token(session, signer, said, now=now)
        elif link is None:
            link = _with_digits(session, signer, said, from_hash, now)
        if link is not None:
            chat_id = tie(session, channel, external_id, link.id, now=now)
            resume(session, chat_id)
            link.territory  # noqa: B018 (loaded while there is a session)
    if link is None:
        raise NotTied
    return link


def untie_from_form(db: Database, link_id: UUID, chat_id: int, *, now: datetime) -> int:
    """Take back the tie of one chat to this link; how many there were, 0 or 1."""
    with db.transaction() as session:
        return untie(session, chat_id, because=Untied.FORM, now=now, links=[link_id])


def untie_by_staff(
    db: Database, scope: Scope, by: Author, territory_id: int, chat_id: int, *, now: datetime
) -> int:
    """Take back the ties of one chat to an authority's links; how many there were."""
    with db.transaction() as session:
        must_chase(session, scope, territory_id)
        held = session.scalars(
            select(Link.id)
            .join(ChatTie, ChatTie.link_id == Link.id)
            .where(ChatTie.chat_id == chat_id, Link.territory_id == territory_id)
        ).all()
        n_untied = untie(session, chat_id, because=Untied.CONSOLE, now=now, links=held)
        if n_untied:
            session.add(
                AuditEntry.of(
                    by,
                    "chat_untied",
                    f"chat:{chat_id}",
                    {"territory": territory_id, "ties": n_untied},
                    at=now,
                )
            )
        return n_untied


def _with_digits(
    session: Session, signer: Signer, said: str, from_hash: str, now: datetime
) -> Link | None:
    code = read_digits(said)
    if code is None or wait_before(session, What.CHAT_CODE, from_hash, now=now):
        return None
    link = use_digits(session, signer, code, now=now)
    if link is None:
        note(session, What.CHAT_CODE, from_hash, now=now)
    return link
