"""A wording seen before it is saved: on an authority one names, and on the longest names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.messages.letterhead import Letterhead
from app.messages.letters import TerritoryFacts
from app.messages.template_samples import (
    FULLEST,
    NO_KEY,
    OF_SEVERAL,
    Sample,
    occasions,
    sample,
    step_of,
)
from app.messages.template_tried import Tried, tried
from app.messages.wordings import Wording
from app.panel.sort_names import sort_name

_FACTS = """
    SELECT territories.id, territories.name, territories.sort_name, territories.kind,
           coalesce(places.name, '') AS departement
      FROM territories
      LEFT JOIN places ON places.level = 'departement'
                      AND places.code = territories.departement_code
     WHERE territories.asked
"""
_NAMED = text(f"""
    {_FACTS} AND (territories.sort_name LIKE :name || '%' OR territories.code = :typed
                  OR territories.siren = :typed)
     ORDER BY territories.code = :typed OR coalesce(territories.siren = :typed, false) DESC,
              territories.sort_name = :name DESC, territories.kind = 'commune' DESC,
              territories.population DESC NULLS LAST, territories.id
     LIMIT 1
""")
_LONGEST = text(f"""
    {_FACTS} AND territories.kind = :kind
     ORDER BY length(territories.name) DESC, territories.id LIMIT :n
""")
_LATEST_WAVE = text("SELECT label FROM waves ORDER BY opens_at DESC, id DESC LIMIT 1")


@dataclass(frozen=True, slots=True)
class Preview:
    """What some readers would see; `place`: the authority found, None when none bears that name."""

    place: TerritoryFacts | None
    shown: tuple[Tried, ...]


def preview(
    session: Session,
    wording: Wording,
    letterhead: Letterhead,
    *,
    named: str,
    occasion: str,
    now: datetime,
) -> Preview:
    """The wording on the authority named, then on the longest names there are."""
    place = place_named(session, named)
    shape = next((one for one in occasions(wording.name) if one.label == occasion), FULLEST)
    label = session.scalar(_LATEST_WAVE)
    made_up: list[Sample] = []
    for title, places in _addressees(session, wording.name, place):
        told = replace(shape, label=title)
        more = {"wave_label": label} if label else {}
        made = sample(wording.name, told, places, letterhead, now=now, **more)
        # Shown as this installation writes: without a telephone or a chat that it does not have.
        head = replace(letterhead, signer=NO_KEY) if shape.reachable else made.letterhead
        made_up.append(replace(made, letterhead=head))
    shown, _ = tried(wording, made_up, now=now)  # what cannot be written, the checks tell
    return Preview(place, tuple(shown))


def place_named(session: Session, named: str) -> TerritoryFacts | None:
    """The authority of this name, INSEE code or SIREN; the most populated when several bear it."""
    typed = " ".join(named.replace("\0", "").split())[:200]
    name = sort_name(typed)
    if not name:
        return None
    row = session.execute(_NAMED, {"name": name, "typed": re.sub(r"\s", "", typed)}).first()
    return _facts(row) if row else None


def longest(session: Session, kind: str, n: int) -> list[TerritoryFacts]:
    """The authorities of one kind that have the longest names."""
    return [_facts(row) for row in session.execute(_LONGEST, {"kind": kind, "n": n})]


def _addressees(
    session: Session, name: str, place: TerritoryFacts | None
) -> list[tuple[str, Sequence[TerritoryFacts]]]:
    communes, epci = longest(session, "commune", 3), longest(session, "epci", 1)
    found: list[tuple[str, Sequence[TerritoryFacts]]] = []
    if place is not None:
        found.append((place.name, [place]))
    if communes:
        found.append(("Le plus long nom de commune", communes[:1]))
    if epci:
        found.append(("Le plus long nom d’intercommunalité", epci))
    if step_of(name) in OF_SEVERAL and len(communes) > 1:
        found.append((f"{len(communes)} communes aux noms longs, une seule boîte", communes))
    return found


def _facts(row: Row[Any]) -> TerritoryFacts:
    return TerritoryFacts(row.id, row.name, row.sort_name, row.kind, row.departement)
