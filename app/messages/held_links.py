"""The live links of some authorities, found by whoever holds them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from app.messages.letters import LinkFacts


class HeldLinks:
    """The live links of a handful's authorities, found by whoever holds them."""

    def __init__(self, rows: Sequence[Row[Any]]) -> None:
        self.by_id: dict[UUID, Row[Any]] = {row.id: row for row in rows}
        self._held: dict[tuple[str, int | None], Row[Any]] = {}
        self._handed: dict[tuple[int, str], list[Row[Any]]] = defaultdict(list)
        for row in rows:
            if row.purpose == "delegate":
                for theme in row.themes or ():
                    self._handed[row.territory_id, theme].append(row)
            else:
                self._held.setdefault((row.purpose, row.contact_id), row)

    def held(self, purpose: str, contact_id: int | None) -> LinkFacts | None:
        """This contact's link of that purpose."""
        row = self._held.get((purpose, contact_id))
        return link_facts(row) if row is not None and contact_id is not None else None

    def answering(self, case: Row[Any]) -> LinkFacts | None:
        """The link by which a contact answers: its own, else the one of the theme it was handed."""
        own = self.held("answer", case.contact_id)
        if own is not None:
            return own
        for row in self._handed[case.territory_id, case.theme]:
            if row.contact_id == case.contact_id:
                return link_facts(row)
        return None

    def is_delegated(self, case: Row[Any]) -> bool:
        """Whether the theme was handed to somebody whom our mails reach."""
        return any(row.reached for row in self._handed[case.territory_id, case.theme])


def link_facts(link: Row[Any]) -> LinkFacts:
    """A link as letters know it."""
    return LinkFacts(link.id, link.purpose, link.key_id, tuple(link.themes or ()) or None)
