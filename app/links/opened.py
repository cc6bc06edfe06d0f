"""Open a link: from the token in an address to the row, or a kind refusal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Refused
from app.links.signed import BadLink, Signer
from app.models.contacts import Link


class RevokedLink(Refused):
    """The link was withdrawn: by whoever passed the theme on, by a newer link, or by the staff."""

    sentence = (
        "Ce lien a été remplacé ou retiré. Demandez-en un nouveau à la personne qui vous l’a "
        "transmis, ou à l’adresse d’aide."
    )
    status = 410


class ReplacedLink(RevokedLink):
    """A newer link took its place: somebody of the authority asked for one."""

    sentence = (
        "Ce lien a été remplacé par un plus récent. Utilisez le nouveau, "
        "ou demandez-en un sur notre site, page «\u00a0Demander un nouveau lien\u00a0»."
    )


class WithdrawnLink(RevokedLink):
    """Their authority shared its themes out anew: this person answers or validates no more."""

    sentence = (
        "Votre collectivité a changé la répartition de ses thèmes et retiré ce lien. Les réponses "
        "déjà données sont gardées. Pour retrouver un accès, adressez-vous à votre collectivité."
    )


WITHDRAWN = "withdrawn"
"""Why a link was revoked: whoever handed it out, or the team's page, took it back."""

REPLACED = "replaced"
"""Why a link was revoked: a newer one took its place."""

_REFUSALS: Mapping[str, type[RevokedLink]] = {WITHDRAWN: WithdrawnLink, REPLACED: ReplacedLink}


def live_link(session: Session, signer: Signer, token: str, *purposes: str) -> Link:
    """The live link behind a token, for one of these purposes; `BadLink` or `RevokedLink`."""
    link_id, purpose = signed_for(signer, token, *purposes)
    return alive(session.scalar(select(Link).where(Link.id == link_id, Link.purpose == purpose)))


def signed_for(signer: Signer, token: str, *purposes: str) -> tuple[UUID, str]:
    """The link's id, and the one of these purposes that we signed it for; else `BadLink`."""
    for purpose in purposes:
        try:
            return signer.read(token, purpose), purpose
        except BadLink:
            continue
    raise BadLink


class Revocable(Protocol):
    """A link, or what was read of one."""

    @property
    def revoked_at(self) -> datetime | None: ...
    @property
    def revoked_because(self) -> str | None: ...


AnyLink = TypeVar("AnyLink", bound=Revocable)


def alive(link: AnyLink | None) -> AnyLink:
    """The link that was found, if it may still be used."""
    if link is None:
        raise BadLink
    if link.revoked_at is not None:
        raise _REFUSALS.get(link.revoked_because or "", RevokedLink)
    return link
