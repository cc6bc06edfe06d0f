"""The response rate of one kind of authority, by theme and by département."""

from __future__ import annotations

from flask import request

from admin.console import console, staff
from admin.home.views import scale_end
from admin.sieve import chosen_wave, departements, kinds, wave_choices
from admin.views import Page, exposed
from app.cases import rates as formulas
from app.cases.rates import Rates, rates
from app.cases.read import WaveFacts, by_departement, by_kind_and_theme, participation
from app.vocabulary.territory_kinds import TerritoryKind


class ResponseRates(Page):
    """RR1 and RR2, with the counts that make them. One kind at a time: kinds never add up."""

    group = 1

    @exposed("/")
    def index(self) -> str:
        wave = chosen_wave()
        kind = request.args.get("type", "")
        kind = kind if kind in dict(kinds()) else TerritoryKind.COMMUNE.value
        asked = request.args.get("theme", "")
        theme = asked if wave and asked in wave.themes else None
        return self.render(
            "console/rates.html",
            wave=wave,
            waves=wave_choices(),
            kinds=kinds(),
            kind=kind,
            asked_theme=theme,
            formulas=formulas,
            **(_tables(wave, kind, theme) if wave else {}),
        )


def _tables(wave: WaveFacts, kind: str, theme: str | None) -> dict[str, object]:
    scope = staff().scope
    with console().house.db.reading() as session:
        tallies = by_kind_and_theme(session, scope, wave.id)
        places = by_departement(session, scope, wave.id, kind, theme)
        took_part = participation(session, scope, wave.id)
    by_theme = {
        code: rates(tallies[(kind, code)]) for code in wave.themes if (kind, code) in tallies
    }
    by_place: list[tuple[str, Rates]] = [
        (label, rates(places[code])) for code, label in departements() if code in places
    ]
    every = [*by_theme.values(), *(found for _, found in by_place)]
    return {
        "by_theme": by_theme,
        "by_place": by_place,
        "participation": took_part.get(kind),
        "end": scale_end(every),
    }
