"""A made-up letter, written with a wording: what its reader would see. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.messages.carriers import Parcel
from app.messages.compose import UNWRITABLE, compose, context_of, sheet_of
from app.messages.template_faults import Fault, Part
from app.messages.template_reading import Seen, seen_in_html, seen_in_text
from app.messages.template_samples import Sample
from app.messages.template_source import unfilled
from app.messages.wordings import Wording


@dataclass(frozen=True, slots=True)
class Tried:
    """One letter written with the wording: what it was given, and what its reader sees."""

    sample: Sample
    context: dict[str, Any]
    parcel: Parcel
    subject: str  # before its spaces are made one line
    text: Seen
    html: Seen


def tried(
    wording: Wording, made_up: Sequence[Sample], *, now: datetime
) -> tuple[list[Tried], list[Fault]]:
    """These letters, written as a sending would; and what kept some from being written."""
    written: list[Tried] = []
    faults: list[Fault] = []
    for sample in made_up:
        try:
            written.append(_written(wording, sample, now))
        except UNWRITABLE as error:
            faults.append(Fault(Part.TEXT, f"{unfilled(error)} (Essai\u00a0: {sample.label}.)"))
    return written, faults


def _written(wording: Wording, sample: Sample, now: datetime) -> Tried:
    sheet = sheet_of(wording.subject, wording.body_text, wording.body_html)
    context = context_of(sample.letter, sample.letterhead, now)
    parcel = compose(sample.letter, sheet, sample.letterhead, carry_before=0, now=now)
    return Tried(
        sample,
        context,
        parcel,
        sheet.subject.render(context).strip(),
        seen_in_text(parcel.text),
        seen_in_html(parcel.html),
    )
