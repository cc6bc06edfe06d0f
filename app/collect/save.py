"""Save what a person sends at once: one chat turn, one page. One transaction, nothing lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.cases.record import record
from app.collect.answer_events import NewEvent, keep, past_of
from app.collect.authors import names_for
from app.collect.entries import Entry, RefusedEntry, is_stated, read_entry
from app.collect.fate import Earlier, Fate, Offer, Stands, fate
from app.collect.open import answer_from, events_of
from app.collect.refusals import UnknownQuestion
from app.collect.saved import Conflict, Saved
from app.collect.standing import Held, hold_draft
from app.collect.stored_answers import json_of
from app.db import Database
from app.interview.values import Json, Misread, Value
from app.vocabulary.dispositions import D
from app.vocabulary.scope import Respondent

Opening = Callable[[Session], Respondent]
"""A step that reads who sends, such as from a link."""


def save(
    db: Database,
    respondent: Respondent | Opening,
    theme: str,
    entries: Sequence[Entry],
    *,
    source: str,
    now: datetime,
) -> Saved:
    """Save these answers in one transaction; a conflict or a misread on one loses none other.

    `source` names the sending ("form:<nonce>", "tg:<update id>"): the same answer under the same
    source is a repeat. An unchanged value writes nothing. For a link just received, the step that
    opens it: one transaction reads who sends and saves.
    """
    with db.transaction() as session:
        who = respondent if isinstance(respondent, Respondent) else respondent(session)
        held = hold_draft(session, who, theme, now=now)
        return save_into(session, held, who, entries, source=source, now=now)


def save_into(
    session: Session,
    held: Held,
    respondent: Respondent,
    entries: Sequence[Entry],
    *,
    source: str,
    now: datetime,
) -> Saved:
    """The step of `save`, for who holds the draft already."""
    return _Page(session, held, respondent, source, now).save(entries)


_LOST = (Fate.LOST, Fate.LOST_AGAIN)


@dataclass(frozen=True, slots=True)
class _Read:
    """An entry that could be read."""

    entry: Entry
    value: Value | None
    stored: Json


class _Page:
    """One sending, while its response is locked."""

    def __init__(
        self, session: Session, held: Held, respondent: Respondent, source: str, now: datetime
    ) -> None:
        self.session = session
        self.held = held
        self.respondent = respondent
        self.source = source
        self.now = now

    def save(self, entries: Sequence[Entry]) -> Saved:
        readings, refused = self._read(entries)
        earlier, shown = self._past([one.entry for one in readings.values()])
        fates = self._fates(readings, earlier, shown)
        n_earlier = {code: len(found) for code, found in earlier.items()}
        events = _kept_before(readings, earlier) | self._write(readings, fates, n_earlier)
        self._start(readings, fates)

        def those(*fates_told: Fate) -> tuple[str, ...]:
            return tuple(code for code in readings if fates[code] in fates_told)

        return Saved(
            kept=those(Fate.COUNTED),
            unchanged=those(Fate.UNCHANGED),
            repeated=those(Fate.REPEATED),
            conflicts=self._conflicts(
                {code: (readings[code].value, events[code]) for code in those(*_LOST)}
            ),
            refused=tuple(refused),
            path=self.held.walked(),
        )

    def _read(self, entries: Sequence[Entry]) -> tuple[dict[str, _Read], list[RefusedEntry]]:
        readings: dict[str, _Read] = {}
        refused: list[RefusedEntry] = []
        for entry in entries:
            if entry.question not in self.held.questionnaire:
                raise UnknownQuestion
            question = self.held.questionnaire.question(entry.question)
            value = read_entry(question, entry)
            if isinstance(value, Misread):
                refused.append(RefusedEntry.of(entry, value))
            else:
                readings[question.code] = _Read(entry, value, json_of(question, value))
        return readings, refused

    def _stands(self, code: str) -> Stands:
        kept = self.held.response.answers.get(code)
        return Stands(kept["value"], kept["event"]) if kept else Stands(None, None)

    def _fates(
        self,
        readings: Mapping[str, _Read],
        earlier: Mapping[str, Sequence[Earlier]],
        shown: Mapping[int | None, Json],
    ) -> dict[str, Fate]:
        fates = {}
        for code, one in readings.items():
            seen = one.entry.seen
            offer = Offer(one.stored, seen, shown.get(seen), is_stated(one.entry))
            fates[code] = fate(offer, self._stands(code), earlier.get(code, ()))
        return fates

    def _past(
        self, entries: Sequence[Entry]
    ) -> tuple[dict[str, list[Earlier]], dict[int | None, Json]]:
        """What this source already wrote, by question; and the values of the events seen."""
        seen = {entry.seen for entry in entries if entry.seen is not None}
        rows = past_of(self.session, self.held, self.source, seen)
        earlier: dict[str, list[Earlier]] = {}
        for row in rows:
            if row.source.partition("#")[0] == self.source:
                earlier.setdefault(row.question, []).append(Earlier(row.value, row.counted, row.id))
        return earlier, {row.id: row.value for row in rows if row.id in seen}

    def _write(
        self,
        readings: Mapping[str, _Read],
        fates: Mapping[str, Fate],
        n_earlier: Mapping[str, int],
    ) -> dict[str, int]:
        """Write the events that are new; their ids by question."""
        new = [
            # A second answer under one source gets a key of its own: both are kept.
            NewEvent(
                question=code,
                value=one.stored,
                counted=fates[code] is Fate.COUNTED,
                source=f"{self.source}#{n}" if (n := n_earlier.get(code)) else self.source,
                origin=one.entry.origin,
            )
            for code, one in readings.items()
            if fates[code] in (Fate.COUNTED, Fate.LOST)
        ]
        return keep(self.session, self.held, new, self.respondent, now=self.now)

    def _start(self, readings: Mapping[str, _Read], fates: Mapping[str, Fate]) -> None:
        """Start the case at its first answer that counts and says something."""
        if not any(
            one.stored is not None for code, one in readings.items() if fates[code] is Fate.COUNTED
        ):
            return
        record(
            self.session,
            self.held.case,
            D.STARTED,
            why="answered",
            by=self.respondent.author,
            at=self.now,
        )

    def _conflicts(self, mine: Mapping[str, tuple[Value | None, int]]) -> tuple[Conflict, ...]:
        """The conflicts told, from each losing value and the event that keeps it."""
        answers = self.held.response.answers
        ids = [answers[code]["event"] for code in mine]
        events = events_of(self.session, ids)
        authors = {(event.actor_kind, event.actor_id) for event in events.values()}
        names = names_for(self.session, self.respondent, authors)
        return tuple(
            Conflict(
                code,
                answer_from(
                    self.held.questionnaire,
                    code,
                    answers[code]["value"],
                    events[answers[code]["event"]],
                    names,
                ),
                value,
                lost,
            )
            for code, (value, lost) in mine.items()
        )


def _kept_before(
    readings: Mapping[str, _Read], earlier: Mapping[str, Sequence[Earlier]]
) -> dict[str, int]:
    """The events that already keep what is sent again, by question."""
    return {
        code: before.event
        for code, found in earlier.items()
        for before in found
        if code in readings and before.value == readings[code].stored
    }
