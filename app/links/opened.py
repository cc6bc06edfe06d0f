"""Open a link: from the token in an address to the row, or a kind refusal."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.errors import Refused
from app.links.signed import BadLink, Signer
from app.models.contacts import Contact, Link


class RevokedLink(Refused):
    """The link was withdrawn: by whoever passed the theme on, by a newer link, or by the staff."""

    sentence = (
        "Ce lien a été remplacé ou retiré. Demandez-en un nouveau à la personne qui vous l’a "
        "transmis, ou à l’adresse d’aide."
    )
    status = 410


def live_link(session: Session, signer: Signer, token: str, *purposes: str) -> Link:
    """The live link behind a token, for one of these purposes; `BadLink` or `RevokedLink`."""
    for purpose in purposes:
        try:
            link_id = signer.read(token, purpose)
        except BadLink:
            continue
        link = session.scalar(
            select(Link)
            .where(Link.id == link_id, Link.purpose == purpose)
            .options(
                joinedload(Link.territory), joinedload(Link.contact).joinedload(Contact.address)
            )
        )
        if link is None:
            raise BadLink
        if link.revoked_at is not None:
            raise RevokedLink
        return link
    raise BadLink
