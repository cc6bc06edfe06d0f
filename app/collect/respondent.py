"""From a link to a respondent: what its holder may answer, in whose name."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.collect.refusals import NothingAsked
from app.collect.standing import themes_asked
from app.models.contacts import Link
from app.vocabulary.scope import Author, Channel, Respondent

ANSWER, DELEGATE = "answer", "delegate"
PURPOSES = (ANSWER, DELEGATE)
"""The purposes of links that may answer."""


def respondent_of(session: Session, link: Link, channel: Channel) -> Respondent:
    """Who answers through this live link: every theme of the wave, or those handed over."""
    asked = themes_asked(session, link.territory_id)
    themes = asked if link.themes is None else tuple(t for t in asked if t in link.themes)
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
