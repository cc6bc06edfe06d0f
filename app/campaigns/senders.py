"""Who signs a prenotice with us: DINUM's partners, an OPSN, an association of mayors."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.campaigns.scheduling import must_decide
from app.db import Database
from app.errors import Refused
from app.messages.partner_words import readable, why_not
from app.models.campaigns import Sender
from app.models.organisations import AuditEntry, Organisation
from app.vocabulary.scope import Author, Scope

LONGEST_NAME = 80
LONGEST_WORDS = 600
_MAILBOX = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+\.[^@\s<>,;\"]+")


class BadSender(Refused):
    """A name, an address, words or an organisation that will not do; `part` says which."""

    sentence = "Ce signataire ne convient pas\u00a0: {why}."


class SenderExists(Refused):
    """The name is taken."""

    sentence = "Un signataire porte déjà ce nom. Choisissez-en un autre."
    status = 409


@dataclass(frozen=True, slots=True)
class Signature:
    """What a partner gives: a name of one line, where to reply, a few plain sentences."""

    name: str
    reply_to: str
    words: str
    organisation: str | None = None


def add_sender(
    db: Database, scope: Scope | None, by: Author, given: Signature, *, now: datetime
) -> int:
    """Keep who may sign a prenotice; its id. Mail still leaves from our own address."""
    must_decide(scope)
    name, words = readable(given.name), readable(given.words)
    if not name or len(name) > LONGEST_NAME:
        raise BadSender(part="name", why=f"donnez un nom de {LONGEST_NAME} caractères au plus")
    if not _MAILBOX.fullmatch(given.reply_to):
        raise BadSender(
            part="reply_to", why="l’adresse de réponse n’est pas une adresse de courriel"
        )
    if len(words) > LONGEST_WORDS:
        raise BadSender(part="words", why=f"son mot dépasse {LONGEST_WORDS} caractères")
    for part, said, reply_to in (("name", name, ""), ("words", words, given.reply_to)):
        leads_away = why_not(said, reply_to)
        if leads_away is not None:
            raise BadSender(part=part, why=leads_away)
    with db.transaction() as session:
        if session.scalar(select(Sender.id).where(Sender.name == name)) is not None:
            raise SenderExists(part="name")
        organisation_id = None
        if given.organisation is not None:
            organisation_id = session.scalar(
                select(Organisation.id).where(Organisation.name == given.organisation)
            )
            if organisation_id is None:
                raise BadSender(part="organisation", why="son organisation n’est pas connue")
        kept = Sender(
            organisation_id=organisation_id,
            name=name,
            reply_to=given.reply_to,
            words=words,
            created_at=now,
        )
        session.add(kept)
        session.flush()
        session.add(AuditEntry.of(by, "sender_added", f"sender:{kept.id}", at=now))
        return kept.id
