"""The nine themes, their official names and order."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme of the barometer; its code is stable for ever."""

    code: str
    number: int
    name: str
    confidential: bool = False  # once submitted, its answers are never shown or mailed again


THEMES: tuple[Theme, ...] = (
    Theme("inclusion", 1, "Inclusion numérique"),
    Theme("cybersecurite", 2, "Cybersécurité", confidential=True),
    Theme("communication", 3, "Communication avec les administrés"),
    Theme("infrastructures", 4, "Infrastructures numériques du territoire"),
    Theme("outils", 5, "Outils numériques en interne"),
    Theme("donnee", 6, "Service public local de la donnée"),
    Theme("dematerialisation", 7, "Mise en œuvre des démarches de dématérialisation"),
    Theme("services", 8, "Services en ligne disponibles pour les habitants et usagers"),
    Theme("strategie", 9, "Stratégie numérique"),
)
BY_CODE: dict[str, Theme] = {theme.code: theme for theme in THEMES}


def in_order(codes: tuple[str, ...] | list[str]) -> list[Theme]:
    """These themes, in their official order."""
    return [theme for theme in THEMES if theme.code in codes]
