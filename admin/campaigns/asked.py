"""What the forms of a wave's calendar ask for, as values; what cannot be read is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from app.campaigns.batches import Wanted
from app.campaigns.steps import Step
from app.errors import Hidden, Refused
from app.now import PARIS
from app.vocabulary.wave_steps import Anchor, Audience, BatchKind, StepKind

MORNING = time(9)
EVENING = time(23, 59, 59)
YEARS = range(2000, 2100)  # a day of any other is a slip, and no calendar counts from it
_ANCHORS = {StepKind.LAST_CALL: Anchor.END}
_BEFORE = (StepKind.PRENOTICE, StepKind.LAST_CALL)


class BadNumber(Refused):
    """Not a number of days, or of per cent."""

    sentence = "«\u00a0{given}\u00a0» n’est pas un nombre. Écrivez-le en chiffres, par exemple 15."


class BadDay(Refused):
    """Not a day."""

    sentence = "Indiquez un jour sous la forme 2026-11-24."


def steps_asked(
    kinds: Sequence[str], days: Sequence[str], words: Sequence[str], audiences: Sequence[str]
) -> tuple[Step, ...]:
    """The lines of the form that say something; a line without days is no step."""
    found = []
    if len({len(kinds), len(days), len(words), len(audiences)}) > 1:
        raise Hidden
    lines = zip(kinds, days, words, audiences, strict=True)
    for kind_text, days_text, words_text, audience_text in lines:
        if not days_text.strip() or kind_text not in set(StepKind):
            continue
        if audience_text not in set(Audience):
            raise Hidden
        kind, n_days = StepKind(kind_text), number(days_text)
        writes = kind not in (StepKind.TELEPHONE, StepKind.LETTER)
        found.append(
            Step(
                kind,
                _ANCHORS.get(kind, Anchor.INVITATION),
                -n_days if kind in _BEFORE else n_days,
                words_text if writes else None,
                audience=Audience(audience_text),
            )
        )
    return tuple(found)


def batch_asked(form: Mapping[str, str]) -> Wanted:
    """The batch that the form plans, at nine o'clock in Paris on its day."""
    kind = form.get("kind", "")
    if kind not in set(BatchKind):
        raise Hidden
    share, sender = form.get("share", "").strip(), form.get("sender", "").strip()
    return Wanted(
        kind=BatchKind(kind),
        planned_at=moment(form.get("day", ""), MORNING),
        departement_code=form.get("departement", ""),
        share=number(share) / 100 if share and kind == BatchKind.SHARE else None,
        codes=form.get("codes", "").replace(",", " ").split(),
        sender_id=number(sender) if sender else None,
    )


def moment(text: str, at: time) -> datetime:
    """That hour of that day, in Paris."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise BadDay from None
    if day.year not in YEARS:
        raise BadDay
    return datetime.combine(day, at, PARIS).astimezone(UTC)


def until_asked(text: str, otherwise: datetime) -> datetime:
    """The end of the day asked for, if any."""
    if not text.strip():
        return otherwise
    return moment(text, time()) + timedelta(days=1)


def number(text: str) -> int:
    """A whole number, of at most nine figures."""
    given = text.strip()
    if not (given.isdecimal() and len(given) < 10):
        raise BadNumber(given=given[:20])
    return int(given)
