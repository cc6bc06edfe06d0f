"""Who answered, as the person who reads may be told: "vous", a name, or what they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.interview.french import capital
from app.models.contacts import Address, Contact, Link
from app.models.territories import Territory
from app.vocabulary.scope import ActorKind, Author, Respondent
from app.vocabulary.territory_kinds import OFFICES, TerritoryKind

YOU = "vous"
_SOMEBODY = "un collègue"
_STAFF = "l’équipe du baromètre"
_NOBODY = "une personne oubliée à sa demande"
_COORDINATOR = "votre syndicat numérique"


@dataclass(frozen=True, slots=True)
class Names:
    """What to call the authors of a territory's answers, for one reader."""

    known: Mapping[Author, str]

    def of(self, kind: str, actor_id: str | None) -> str:
        author = Author(ActorKind(kind), actor_id)
        return self.known.get(author, _SOMEBODY)


def names_for(
    session: Session, respondent: Respondent, authors: Iterable[tuple[str, str | None]]
) -> Names:
    """The names of these authors; the reader's own is "vous"."""
    known: dict[Author, str] = {}
    links: list[UUID] = []
    for kind, actor_id in authors:
        author = Author(ActorKind(kind), actor_id)
        if author == respondent.author:
            known[author] = YOU
        elif author.kind is ActorKind.LINK and actor_id is not None:
            links.append(UUID(actor_id))
        else:
            known[author] = _NOBODY if author.kind is ActorKind.LINK else _STAFF
    if links:
        known |= _holders(session, links)
    return Names(known)


def _holders(session: Session, links: list[UUID]) -> dict[Author, str]:
    rows = session.execute(
        select(Link.id, Address.holder_name, Contact.role, Territory.kind)
        .join(Territory, Territory.id == Link.territory_id)
        .outerjoin(Contact, Contact.id == Link.contact_id)
        .outerjoin(Address, Address.id == Contact.address_id)
        .where(Link.id.in_(links))
        .order_by(Link.id)
    )
    return {Author.link(row.id): row.holder_name or _by_role(row.role, row.kind) for row in rows}


def just_answered(by: str) -> str:
    """Who gave another answer meanwhile, as its reader is told; no final stop."""
    if by == YOU:
        return "Une autre réponse vient d’être donnée avec ce lien"
    return f"{capital(by)} vient de répondre"


def giver_role(session: Session, link_id: UUID | None) -> str:
    """Who hands a theme over, by what they are: never a name, which `forget()` could not find."""
    found = session.execute(
        select(Contact.role, Territory.kind)
        .join(Link, Link.contact_id == Contact.id)
        .join(Territory, Territory.id == Link.territory_id)
        .where(Link.id == link_id)
    ).one_or_none()
    return _SOMEBODY if found is None else _by_role(*found)


def _by_role(role: str | None, kind: str) -> str:
    if role == "coordinator":
        return _COORDINATOR
    return OFFICES[TerritoryKind(kind)] if role == "mairie" else _SOMEBODY
