"""What the finished demo says: where to look, and with which account."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cli.demo.fresh import Finished
from app.house import House
from app.models.contacts import Link
from app.models.territories import Territory

AICHA = "aicha@dinum.invalid"
PASSWORD = "quatre-mots-pour-essayer"  # of the demo only, which listens on this machine alone


def places_to_look(house: House, done: Finished, mailbox_port: int) -> list[str]:
    """The lines that end the demo."""
    public = house.letterhead.public_url
    lines = [f"Courrier reçu       http://127.0.0.1:{mailbox_port}/"]
    if done.open_territory_id is not None:
        lines += [
            f"Un lien à essayer   {link_address(house, 'answer', done.open_territory_id)}",
            f"                    ({_name(house, done.open_territory_id)} n’a pas encore répondu)",
        ]
    lines += [
        f"Console             {public}/console/",
        f"                    {AICHA}, mot de passe {PASSWORD}",
    ]
    if done.card_territory_id is not None:
        card_url = link_address(house, "card", done.card_territory_id)
        lines += [
            f"Une fiche           {card_url}  ({_name(house, done.card_territory_id)})",
            f"La même en PDF      {card_url}.pdf",
        ]
    return [*lines, f"Résultats publics   {public}/resultats"]


def _name(house: House, territory_id: int) -> str:
    with house.db.reading() as session:
        return session.get_one(Territory, territory_id).name


def link_address(house: House, purpose: str, territory_id: int) -> str:
    """The address that a mail to this territory holds."""
    with house.db.reading() as session:
        link = _link(session, purpose, territory_id)
    if purpose == "card":
        return house.letterhead.card_url(link.id, link.key_id)
    return house.letterhead.answer_url(link.id, link.key_id)


def _link(session: Session, purpose: str, territory_id: int) -> Link:
    return session.scalars(
        select(Link)
        .where(
            Link.purpose == purpose,
            Link.territory_id == territory_id,
            Link.revoked_at.is_(None),
        )
        .order_by(Link.created_at)
        .limit(1)
    ).one()
