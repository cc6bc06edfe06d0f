"""A dry run as lines to read, in the console, on the command line and in a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.campaigns.calendar_read import cases_named, places_named
from app.campaigns.plan import Sending
from app.campaigns.preview import Preview
from app.now import paris
from app.vocabulary.scope import CHANNEL_LABELS, Channel
from app.vocabulary.themes import BY_CODE
from app.vocabulary.wave_steps import STEP_LABELS, StepKind

INVITATION = "Invitation"
LEFT_OUT = "Rien"
BY_POST = "par la poste"
HEADINGS = ("quand", "quoi", "canal", "adresse", "collectivites", "codes", "themes", "pourquoi")


@dataclass(frozen=True, slots=True)
class Line:
    """One message, one call, one letter, or one theme that gets nothing."""

    at: datetime | None
    what: str
    channel: str
    address_id: int | None
    places: tuple[str, ...]
    codes: tuple[str, ...]
    themes: tuple[str, ...]
    reason: str

    def cells(self) -> tuple[str, ...]:
        """As a row of `HEADINGS`."""
        return (
            f"{paris(self.at):%d/%m/%Y %H:%M}" if self.at else "",
            self.what,
            self.channel,
            str(self.address_id or ""),
            ", ".join(self.places),
            ", ".join(self.codes),
            ", ".join(self.themes),
            self.reason,
        )


def label_of(one: Sending) -> str:
    """What a message is, in the calendar's words."""
    if one.step is not None:
        return STEP_LABELS[one.step.kind]
    kinds = {"invitation": INVITATION, "prenotice": STEP_LABELS[StepKind.PRENOTICE]}
    return kinds.get(one.message_step, STEP_LABELS[StepKind.REMINDER])


def counts(found: Preview) -> list[tuple[str, int]]:
    """How many of each thing, the most first."""
    counted = Counter(label_of(one) for one in found.sendings)
    counted.update(STEP_LABELS[one.step.kind] for one in found.calls)
    for pile in found.piles:
        counted[STEP_LABELS[pile.step.kind]] += len(pile.territory_ids)
    return counted.most_common()


def n_lines(found: Preview) -> int:
    """How many messages, calls and letters."""
    letters = sum(len(pile.territory_ids) for pile in found.piles)
    return len(found.sendings) + len(found.calls) + letters


def reasons(found: Preview) -> list[tuple[str, int]]:
    """Why nothing leaves, and of how many themes, the most first."""
    return Counter(one.reason for one in found.left_out).most_common()


def lines(session: Session, found: Preview, *, most: int | None = None) -> Iterator[Line]:
    """Messages, calls and letters, at most so many of each; what is left out unless it is cut."""
    sendings, calls = found.sendings[:most], found.calls[:most]
    letters = [(pile, one) for pile in found.piles for one in pile.territory_ids][:most]
    known = cases_named(session, [case for one in sendings for case in one.case_ids])
    order = {case: rank for rank, case in enumerate(known)}
    for one in sendings:
        rows = [known[case] for case in sorted(one.case_ids, key=order.__getitem__)]
        yield Line(
            at=one.leaves_at,
            what=label_of(one),
            channel=CHANNEL_LABELS[Channel(one.channel)],
            address_id=one.address_id,
            places=tuple(dict.fromkeys(row.name for row in rows)),
            codes=tuple(dict.fromkeys(row.code for row in rows)),
            themes=tuple(dict.fromkeys(BY_CODE[row.theme].name for row in rows)),
            reason="",
        )
    ids = {one.territory_id for one in calls} | {one.territory_id for one in found.left_out}
    ids.update(one for _, one in letters)
    places = places_named(session, sorted(ids))
    for call in calls:
        at = places[call.territory_id]
        what = STEP_LABELS[call.step.kind]
        phone = CHANNEL_LABELS[Channel.PHONE]
        yield Line(call.at, what, phone, None, (at.name,), (at.code,), (), "")
    for pile, territory_id in letters:
        at, what = places[territory_id], STEP_LABELS[pile.step.kind]
        yield Line(pile.at, what, BY_POST, None, (at.name,), (at.code,), (), "")
    for left in found.left_out if most is None else ():
        at = places[left.territory_id]
        theme = BY_CODE[left.theme].name
        yield Line(None, LEFT_OUT, "", None, (at.name,), (at.code,), (theme,), left.reason)
