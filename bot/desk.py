"""What every conversation needs of the house."""

from __future__ import annotations

from dataclasses import dataclass

from app.db import Database
from app.messages.letterhead import Letterhead
from app.vocabulary.dispositions import USUAL, Completeness


@dataclass(frozen=True, slots=True)
class Desk:
    """The database, what our links are signed with, and from when a response is complete."""

    db: Database
    letterhead: Letterhead
    completeness: Completeness = USUAL
