"""From the token in an address to whoever may answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sqlalchemy.orm import Session

from app.collect.respondent import respondent_behind as behind
from app.vocabulary.scope import Channel, Respondent
from app.web.app_state import house


def respondent_in(session: Session, token: str) -> Respondent:
    """Who holds this link, in a session that the view goes on reading with."""
    return behind(session, house().letterhead.signer, token, Channel.WEB)


def behind_link(token: str) -> Callable[[Session], Respondent]:
    """`respondent_in`, for a use case to call first in its own transaction."""
    return partial(respondent_in, token=token)


def respondent_behind(token: str) -> Respondent:
    """Who holds this link; `BadLink` or `RevokedLink` otherwise. Writes nothing."""
    with house().db.reading() as session:
        return respondent_in(session, token)
