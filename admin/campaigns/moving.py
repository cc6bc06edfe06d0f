"""Moving a wave that is not open yet: its first and its last day."""

from __future__ import annotations

from datetime import datetime

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from admin.campaigns.asked import EVENING, MORNING, BadDay, moment, number
from admin.console import author, console, scope_with
from admin.views import Page, exposed
from app.campaigns.beside import WavesOverlap
from app.campaigns.calendar_read import calendar_of
from app.campaigns.scheduling import DatesLocked, move_wave
from app.campaigns.steps import BadCalendar
from app.errors import Hidden, Refused
from app.now import now, paris
from app.vocabulary.scope import Right

LONGEST_DAY = 20  # characters kept of what was typed as a day


class Moving(Page):
    """Two days and a button. Reached from the calendar, not from the navigation."""

    right = Right.PUBLISH
    national = True
    within = "calendrier"

    @exposed("/")
    def index(self) -> str:
        """The days as they are."""
        asked = request.args.get("vague", "")
        return self._page(_wave_in(asked))

    @exposed("/", "POST")
    def move(self) -> ResponseReturnValue:
        """Move it; days that cannot be kept are shown again as they were typed."""
        scope, wave_id = scope_with(Right.PUBLISH), _wave_in(request.form.get("wave_id", ""))
        first, last = (request.form.get(name, "")[:LONGEST_DAY] for name in ("first", "last"))
        beside = "first"
        try:
            opens_at = moment(first, MORNING)
            beside = "last"
            ends_at = moment(last, EVENING)
            move_wave(
                console().house.db,
                scope,
                author(),
                wave_id,
                opens_at=opens_at,
                ends_at=ends_at,
                now=now(),
            )
        except (BadDay, BadCalendar) as refused:
            return self._page(wave_id, (first, last), refused, beside), refused.status
        except WavesOverlap as refused:
            beside = str(refused.details["part"])
            return self._page(wave_id, (first, last), refused, beside), refused.status
        except DatesLocked as refused:
            return self._page(wave_id, (first, last), refused), refused.status
        flash("Les dates de la vague sont changées. Relisez ses étapes et ses lots.")
        return redirect(url_for("calendrier.index", vague=wave_id))

    def _page(
        self,
        wave_id: int,
        typed: tuple[str, str] | None = None,
        refusal: Refused | None = None,
        beside: str = "",
    ) -> str:
        with console().house.db.reading() as session:
            found = calendar_of(session, wave_id, now=now())
        first, last = typed or (_day(found.opens_at), _day(found.ends_at))
        return self.render(
            "console/moving.html",
            found=found,
            first=first,
            last=last,
            refusal=refusal,
            beside=beside,
        )


def _day(at: datetime) -> str:
    return paris(at).date().isoformat()


def _wave_in(text: str) -> int:
    """The wave that the address or the form names; what is no number names none."""
    try:
        return number(text)
    except Refused:
        raise Hidden from None
