"""From a link to a respondent: what its holder may answer, in whose name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from app.collect.refusals import NoLongerAsked, NothingAsked
from app.collect.standing import themes_asked, themes_left
from app.links.opened import alive, signed_for
from app.links.signed import Signer
from app.models.contacts import Link
from app.vocabulary.scope import Author, Channel, Respondent

ANSWER, DELEGATE = "answer", "delegate"
PURPOSES = (ANSWER, DELEGATE)
"""The purposes of links that may answer."""

# Every request of a respondent starts here: one query, written once, of what it needs.
_LINK = select(
    *(Link.id, Link.territory_id, Link.purpose, Link.themes),
    *(Link.revoked_at, Link.revoked_because),
    themes_asked(Link.territory_id).scalar_subquery().label("asked"),
).where(Link.id == bindparam("link_id"), Link.purpose == bindparam("purpose"))
_THEMES = themes_asked(bindparam("territory_id"))
_LEFT = themes_left(bindparam("territory_id"))


def respondent_behind(session: Session, signer: Signer, token: str, channel: Channel) -> Respondent:
    """Who answers through a token; `BadLink` or `RevokedLink` when it opens nothing."""
    link_id, purpose = signed_for(signer, token, *PURPOSES)
    found = session.execute(_LINK, {"link_id": link_id, "purpose": purpose}).one_or_none()
    link = alive(found)
    return _respondent(link, link.asked, channel)


def respondent_of(session: Session, link: Link, channel: Channel) -> Respondent:
    """Who answers through this live link."""
    asked = session.scalar(_THEMES, {"territory_id": link.territory_id})
    return _respondent(link, asked, channel)


def respondent_still_asked(session: Session, link: Link, channel: Channel) -> Respondent:
    """The same without what has left the frame since: merged, or in double.

    `NoLongerAsked` where nothing is left.
    """
    asked, left = session.execute(_LEFT, {"territory_id": link.territory_id}).one()
    whole = _respondent(link, asked, channel)
    themes = tuple(theme for theme in whole.themes if theme in (left or ()))
    if not themes:
        raise NoLongerAsked
    return replace(whole, themes=themes)


def _respondent(
    link: Link | Row[*tuple[Any, ...]], asked: Sequence[str] | None, channel: Channel
) -> Respondent:
    """Every theme that the wave asks, or those of them that were handed over."""
    themes = tuple(t for t in sorted(asked or ()) if link.themes is None or t in link.themes)
    if not themes:  # handed over in a wave that is past
        raise NothingAsked
    return Respondent(
        territory_id=link.territory_id,
        themes=themes,
        author=Author.link(link.id),
        channel=channel,
        link_id=link.id,
        may_delegate=link.purpose == ANSWER,
    )
