"""The links that mails carry, made before they are needed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from uuid import UUID

from sqlalchemy.orm import Session

from app.links.make import Wanted, ensure_links
from app.links.tie_codes import ensure_chat_links
from app.messages.letters import CaseFacts, Letter, LinkFacts
from app.vocabulary.scope import Channel

AT_ONCE = 5_000


def ensure_answer_links(
    session: Session, contacts: Iterable[tuple[int, int]], *, key_id: int, now: datetime
) -> None:
    """For each (authority, contact): a live link to answer, and one to stop the mail."""
    _ensure(session, contacts, ("answer", "stop"), key_id, now)


def ensure_several_links(
    session: Session, contacts: Iterable[tuple[int, int]], *, key_id: int, now: datetime
) -> None:
    """For each (authority, contact) of a mailbox that follows several: the page of all of them."""
    _ensure(session, contacts, ("several",), key_id, now)


def ensure_stop_links(
    session: Session, contacts: Iterable[tuple[int, int]], *, key_id: int, now: datetime
) -> None:
    """For each (authority, contact): a live link to stop the mail."""
    _ensure(session, contacts, ("stop",), key_id, now)


def with_chat_links(
    session: Session, letters: Sequence[Letter], *, key_id: int, now: datetime
) -> list[Letter]:
    """Invitations and reminders by mail, each with what ties a chat to the links it holds.

    Made as the mail leaves: one that tied a chat before serves no more, and a reminder has a new
    one.
    """
    told = [one for one in letters if _tells_of_chats(one)]
    links = {case.link.id for one in told for case in one.cases if case.link is not None}
    made = ensure_chat_links(session, sorted(links), key_id=key_id, now=now)
    facts = {own: LinkFacts(one.id, one.purpose, one.key_id, None) for own, one in made.items()}
    return [_with_chat(one, facts) if _tells_of_chats(one) else one for one in letters]


def _tells_of_chats(letter: Letter) -> bool:
    return letter.channel == Channel.EMAIL and letter.step in ("invitation", "reminder")


def _with_chat(letter: Letter, made: dict[UUID, LinkFacts]) -> Letter:
    def told(case: CaseFacts) -> CaseFacts:
        return replace(case, chat_link=made.get(case.link.id) if case.link else None)

    return replace(letter, cases=tuple(told(case) for case in letter.cases))


def _ensure(
    session: Session,
    contacts: Iterable[tuple[int, int]],
    purposes: tuple[str, ...],
    key_id: int,
    now: datetime,
) -> None:
    left = iter(sorted(set(contacts)))
    while some := list(islice(left, AT_ONCE)):
        wanted = [
            Wanted(purpose, territory_id, contact_id)
            for territory_id, contact_id in some
            for purpose in purposes
        ]
        ensure_links(session, wanted, key_id=key_id, now=now)
