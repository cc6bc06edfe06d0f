"""One row of a file of answers, inside its transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.collect.answers_table import Fault, Line
from app.collect.entered import contact_link, respondent_in_name_of
from app.collect.entries import Entry
from app.collect.open import events_of
from app.collect.refusals import (
    NoLongerAsked,
    NothingAskedOfThem,
    NotYourTheme,
    WaveEnded,
)
from app.collect.save import save_into
from app.collect.saved import Saved
from app.collect.standing import Held, hold
from app.collect.stored_answers import json_of
from app.collect.submit import submit_into
from app.interview.kinds import registry
from app.interview.questionnaire import Questionnaire
from app.interview.values import Misread, Value
from app.messages.letterhead import Letterhead
from app.questionnaires.formats.answers_file import read_cell
from app.vocabulary.dispositions import Completeness
from app.vocabulary.in_sentences import uncapitalised
from app.vocabulary.scope import Author, Channel, Respondent
from app.vocabulary.themes import BY_CODE


class RowRefused(Exception):
    """Nothing of the row is kept; `column` is empty when it is about the whole row."""

    def __init__(self, reason: str, column: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.column = column


@dataclass(frozen=True, slots=True)
class Wish:
    """What the person who brings the file wants done with it."""

    theme: str
    wave_id: int
    submit: bool = False
    replace: bool = False  # answers that somebody else gave are replaced, not contested
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a row's answers; `remarks` are to be known, not mended."""

    kept: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    conflicts: tuple[Fault, ...] = ()
    remarks: tuple[Fault, ...] = ()
    submitted: bool = False


def take_row(
    session: Session,
    line: Line,
    territory_id: int,
    questionnaire: Questionnaire,
    wish: Wish,
    source: str,
    letterhead: Letterhead,
    completeness: Completeness,
    *,
    by: Author,
    now: datetime,
) -> Kept:
    """Save the answers of one row, and hand it in when asked and nothing is to be mended."""
    held, respondent = _held(session, territory_id, wish, by, now)
    if held.questionnaire.version != questionnaire.version:
        said = held.questionnaire.version
        raise RowRefused(f"cette collectivité répond à la version {said}", "questionnaire_version")
    values, faults = _values(line, held.questionnaire)
    if held.response.submitted_at is not None:
        return _already(held, values, faults)
    entries = _entries(session, held, values, wish, by)
    if wish.replace:  # a sending of its own: the file's earlier loss is no repeat of it
        source = f"{source}:{max((e.seen or 0 for e in entries), default=0)}"
    saved = save_into(session, held, respondent, entries, source=source, now=now)
    conflicts = tuple(_conflict(line, held.questionnaire, saved, code) for code in _lost(saved))
    submitted = False
    if wish.submit and not (faults or conflicts) and saved.path.counted:
        key_id = letterhead.signer.key_id
        link_id = contact_link(session, territory_id, key_id=key_id, now=now)
        told = replace(respondent, link_id=link_id)
        submit_into(session, held, told, letterhead, completeness, now=now)
        submitted = True
    return Kept(saved.kept, faults, conflicts, _remarks(line, saved, values), submitted)


def _held(
    session: Session, territory_id: int, wish: Wish, by: Author, now: datetime
) -> tuple[Held, Respondent]:
    """The case of this row, locked; each refusal in words for who brings a file."""
    try:
        respondent = respondent_in_name_of(session, by, territory_id, Channel.FILE)
        held = hold(session, respondent, wish.theme, now=now)
    except (NothingAskedOfThem, NotYourTheme) as refused:
        raise RowRefused("ce thème n’est pas demandé à cette collectivité") from refused
    except NoLongerAsked as refused:
        raise RowRefused("cette collectivité n’est plus interrogée sur ce thème") from refused
    except WaveEnded as refused:
        raise RowRefused(
            f"la vague s’est terminée le {refused.details['ended_on']}, la ligne n’est pas reprise"
        ) from refused
    if held.case.wave_id != wish.wave_id:
        raise RowRefused("une autre vague interroge aujourd’hui cette collectivité")
    return held, respondent


def _values(line: Line, questionnaire: Questionnaire) -> tuple[dict[str, Value], tuple[Fault, ...]]:
    """The answers that can be read, and what is wrong with the others. An empty cell says nothing:
    it never clears an answer."""
    values: dict[str, Value] = {}
    faults = list(line.faults)
    for code, text in line.cells.items():
        if code not in questionnaire:
            continue
        value = read_cell(questionnaire.question(code), text)
        if isinstance(value, Misread):
            faults.append(Fault(line.row, code, uncapitalised(value.sentence)))
        elif value is not None:
            values[code] = value
    return values, tuple(faults)


def _already(held: Held, values: Mapping[str, Value], faults: tuple[Fault, ...]) -> Kept:
    """A theme handed in: the same answers again change nothing, others are refused.

    A confidential theme is not even compared: "the same" would tell its answers.
    """
    if BY_CODE[held.case.theme].confidential:
        raise RowRefused(
            "ce thème est déjà envoyé et ses réponses ne se relisent pas, rouvrez-le pour repartir "
            "d’une page blanche"
        )
    stands = held.response.answers
    changed = [
        code
        for code, value in values.items()
        if stands.get(code, {}).get("value") != json_of(held.questionnaire.question(code), value)
    ]
    if changed or faults:
        raise RowRefused("ce thème est déjà envoyé, rouvrez-le avant de changer une réponse")
    return Kept()


def _entries(
    session: Session, held: Held, values: Mapping[str, Value], wish: Wish, by: Author
) -> list[Entry]:
    """One entry an answer. `seen` is what stands where the file may change it: nothing yet, an
    answer of the same person's earlier file, or any answer when told to replace."""
    stands = held.response.answers
    events = events_of(session, [stands[code]["event"] for code in values if code in stands])
    entries = []
    for code, value in values.items():
        event = events[stands[code]["event"]] if code in stands else None
        own = event is not None and (
            (event.channel, event.actor_kind, event.actor_id) == (Channel.FILE, by.kind, by.id)
        )
        seen = event.id if event is not None and (own or wish.replace) else None
        entries.append(Entry(code, value, seen))
    return entries


def _lost(saved: Saved) -> list[str]:
    return [conflict.question for conflict in saved.conflicts]


def _conflict(line: Line, questionnaire: Questionnaire, saved: Saved, code: str) -> Fault:
    conflict = next(one for one in saved.conflicts if one.question == code)
    question, counted = questionnaire.question(code), conflict.counted.value
    said = "aucune réponse" if counted is None else registry.show(question, counted)
    return Fault(
        line.row,
        code,
        f"une autre réponse a été donnée («\u00a0{said}\u00a0») et reste celle qui compte",
    )


def _remarks(line: Line, saved: Saved, values: Mapping[str, Value]) -> tuple[Fault, ...]:
    reason = (
        "cette question n’est pas posée à cette collectivité, la réponse est gardée sans compter"
    )
    return tuple(Fault(line.row, code, reason) for code in values if not saved.path.asks(code))
