"""What is told of a wording before it is saved. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    """Which of the three fields is spoken of."""

    SUBJECT = "subject"
    TEXT = "body_text"
    HTML = "body_html"


PART_LABELS: dict[Part, str] = {
    Part.SUBJECT: "Objet",
    Part.TEXT: "Texte",
    Part.HTML: "HTML",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend: where, and a sentence that says what to do."""

    part: Part
    sentence: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What keeps a wording from being saved, and what does not."""

    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
