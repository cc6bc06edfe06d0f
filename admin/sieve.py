"""The filters above a list: a plain GET form, whose answers are conditions on rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import g, request
from sqlalchemy import ColumnElement, select

from admin.console import console
from app.cases.read import WaveFacts, opened_waves
from app.models.territories import Place
from app.vocabulary.dispositions import DISPOSITIONS
from app.vocabulary.territory_kinds import LABELS, STRATA
from app.vocabulary.themes import THEMES

Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Sieve:
    """One field of the form. Without choices it is a text field."""

    name: str
    label: str
    condition: Callable[[str], ColumnElement[bool] | None]
    choices: Callable[[], Choices] | None = None
    everything: str = "Tous"
    default: Callable[[], str] | None = None

    def value(self) -> str:
        """What was asked for: an empty answer means all, no answer means the usual one."""
        given = request.args.get(self.name)
        if given is None:
            return self.default() if self.default else ""
        return given.strip()[:200].replace("\0", "")

    def sifted(self) -> ColumnElement[bool] | None:
        """The condition that the answer asks for, if any; an unknown choice is no answer."""
        value = self.value()
        if not value or (self.choices and value not in dict(self.choices())):
            return None
        return self.condition(value)


def departements() -> Choices:
    """Every département by name, with its code."""
    return [(code, f"{name} ({code})") for code, name in places()["departement"].items()]


def places() -> dict[str, dict[str, str]]:
    """Names of départements and régions by code, read once a request."""
    if "places" not in g:
        found: dict[str, dict[str, str]] = {"departement": {}, "region": {}}
        for place in console().session.scalars(select(Place).order_by(Place.sort_name, Place.code)):
            found[place.level][place.code] = place.name
        g.places = found
    known: dict[str, dict[str, str]] = g.places
    return known


def waves() -> list[WaveFacts]:
    """The waves that have opened, latest first, read once a request."""
    if "waves" not in g:
        with console().house.db.reading() as session:
            g.waves = opened_waves(session)
    known: list[WaveFacts] = g.waves
    return known


def wave_choices() -> Choices:
    return [(str(wave.id), f"{wave.label} – {wave.campaign}") for wave in waves()]


def latest_wave() -> str:
    return str(waves()[0].id) if waves() else ""


def chosen_wave() -> WaveFacts | None:
    """The wave that the page speaks of: the one asked for, else the latest."""
    asked = request.args.get("vague", "")
    return next((wave for wave in waves() if str(wave.id) == asked), next(iter(waves()), None))


def kinds() -> Choices:
    return [(kind.value, label) for kind, label in LABELS.items()]


def sizes() -> Choices:
    """Size classes, told by kind: the same bounds do not mean the same for both."""
    return [
        (f"{kind}:{row.code}", f"{LABELS[kind]}, {row.label}")
        for kind, rows in STRATA.items()
        if len(rows) > 1
        for row in rows
    ]


def themes() -> Choices:
    return [(theme.code, f"{theme.number}. {theme.name}") for theme in THEMES]


def dispositions() -> Choices:
    return [(code.value, row.label) for code, row in DISPOSITIONS.items()]
