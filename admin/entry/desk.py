"""Where a member of staff stands while entering: whose answers, which theme, by which channel.

It travels in the address and in each form, so that two windows (a call, a pile of paper) do not
disturb each other; the last channel chosen is only proposed again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request, session, url_for
from sqlalchemy.orm import Session

from admin.console import author, console, scope_with, staff
from app.auth.access import looked_at
from app.collect.entered import ENTERED, respondent_for
from app.collect.open import Opened, opened
from app.errors import Hidden, Refused
from app.now import now
from app.vocabulary.scope import CHANNEL_LABELS, Channel, Respondent, Right
from app.vocabulary.themes import BY_CODE

CHANNEL = "entry_channel"  # in the cookie of the session


class NoChannel(Refused):
    """The form says neither telephone nor paper."""

    sentence = "Choisissez d’abord comment les réponses sont arrivées\u00a0: téléphone ou papier."


@dataclass(frozen=True, slots=True)
class Desk:
    """One theme of one authority, under the hand of who is signed in."""

    territory_id: int
    theme: str
    channel: Channel

    @property
    def fields(self) -> dict[str, str | int]:
        """What each address and form carries."""
        return {
            "territory_id": self.territory_id,
            "theme": self.theme,
            "channel": self.channel.value,
        }

    @property
    def how(self) -> str:
        return CHANNEL_LABELS[self.channel]

    def url(self, view: str, anchor: str | None = None, **more: str) -> str:
        values: dict[str, Any] = {**self.fields, **more, "_anchor": anchor}
        return url_for(f"saisie.{view}", **values)

    def respondent(self, reading: Session) -> Respondent:
        """The authority's respondent; `Hidden` out of the scope."""
        scope = scope_with(Right.CHASE)
        return respondent_for(reading, scope, author(), self.territory_id, self.channel)

    def opened(self) -> Opened:
        """The theme as it stands; who looked at it is kept."""
        with console().house.db.reading() as reading:
            seen = opened(reading, self.respondent(reading), self.theme, now=now())
        looked_at(
            console().house.db,
            staff().scope.user_id,
            "saisie",
            f"cases:{seen.case_id}",
            now=now(),
        )
        return seen

    def blank_url(self, seen: Opened) -> str:
        """Where to go on: the first section with a blank, else reading again."""
        blank = seen.path.next()
        if seen.submitted_at is not None:
            return self.url("done")
        if blank is None:
            return self.url("review")
        return self.url("section", section=seen.questionnaire.section_of(blank.code).code)


def desk() -> Desk:
    """Where the address or the form says that one stands."""
    territory_id, theme = territory_asked(), request.values.get("theme", "")
    if territory_id is None or theme not in BY_CODE:
        raise Hidden
    channel = channel_in(request.values.get("channel", ""))
    if channel is None:
        raise NoChannel
    return Desk(territory_id, theme, channel)


def territory_asked() -> int | None:
    """The authority that the address or the form names."""
    text = request.values.get("territory_id", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else None


def channel_in(text: str) -> Channel | None:
    return Channel(text) if text in ENTERED else None


def last_channel() -> str:
    """The channel chosen last by this person, to be proposed; empty before the first."""
    chosen = channel_in(str(session.get(CHANNEL, "")))
    return chosen.value if chosen else ""
