"""The article that a territory's name takes inside a sentence: « la Creuse », « de l’Ain ».

Source: INSEE's code officiel géographique, type of link of the name (TNCC), for départements and
régions; the official list for intercommunalités. A commune's name holds its article already.
"""

from __future__ import annotations

from enum import Enum

from app.vocabulary.territory_kinds import TerritoryKind


class Article(Enum):
    """What stands before a name: alone, and after « de »."""

    NONE = ("", "de ")
    NONE_ELIDED = ("", "d’")
    LE = ("le ", "du ")
    LA = ("la ", "de la ")
    LES = ("les ", "des ")
    L = ("l’", "de l’")

    @property
    def alone(self) -> str:
        return self.value[0]

    @property
    def after_de(self) -> str:
        return self.value[1]


# By name and not by code: whoever writes a sentence knows a name and a kind. Départements and
# régions that share a name share its article. Those that are not here have none.
_NAMES = {
    Article.LE: (
        "Bas-Rhin|Calvados|Cantal|Cher|Doubs|Finistère|Gard|Gers|Haut-Rhin|Jura|Loir-et-Cher"
        "|Loiret|Lot|Lot-et-Garonne|Morbihan|Nord|Pas-de-Calais|Puy-de-Dôme|Rhône|Tarn"
        "|Tarn-et-Garonne|Territoire de Belfort|Val-d’Oise|Val-de-Marne|Var|Vaucluse"
        "|Centre-Val de Loire|Grand Est"
    ),
    Article.LA: (
        "Charente|Charente-Maritime|Corrèze|Corse-du-Sud|Côte-d’Or|Creuse|Dordogne|Drôme|Gironde"
        "|Guadeloupe|Guyane|Haute-Corse|Haute-Garonne|Haute-Loire|Haute-Marne|Haute-Saône"
        "|Haute-Savoie|Haute-Vienne|Loire|Loire-Atlantique|Lozère|Manche|Marne|Martinique|Mayenne"
        "|Meuse|Moselle|Nièvre|Sarthe|Savoie|Seine-Maritime|Seine-Saint-Denis|Somme|Vendée|Vienne"
        "|Nouvelle-Aquitaine"
    ),
    Article.LES: (
        "Alpes-de-Haute-Provence|Alpes-Maritimes|Ardennes|Bouches-du-Rhône|Côtes-d’Armor"
        "|Deux-Sèvres|Hautes-Alpes|Hautes-Pyrénées|Hauts-de-Seine|Landes|Pyrénées-Atlantiques"
        "|Pyrénées-Orientales|Vosges|Yvelines|Hauts-de-France|Pays de la Loire"
    ),
    Article.L: (
        "Ain|Aisne|Allier|Ardèche|Ariège|Aube|Aude|Aveyron|Essonne|Eure|Hérault|Indre|Isère|Oise"
        "|Orne|Yonne"
    ),
}
_ARTICLES = {name: article for article, names in _NAMES.items() for name in names.split("|")}

# How the names that say what they are begin in the official list: « CC » is a communauté.
_FEMININE = ("CC ", "CA ", "CU ", "Métropole ", "Communauté ", "Collectivité ")
_FEMININE_ELIDED = ("Eurométropole ",)

_OWN = (("Le ", Article.LE), ("Les ", Article.LES))
_VOWELS = "aeiouyàâéèêëîïôœùûh"


def typeset(name: str) -> str:
    """The name with the apostrophe that French sets; the official files have the typewriter's."""
    return name.replace("'", "’")


def article_of(name: str, kind: TerritoryKind | str) -> Article:
    """The article that the name takes and does not hold.

    Limit: an `h` is always taken as silent, wrongly for two hundred communes (« d’Honfleur »).
    """
    if kind in (TerritoryKind.DEPARTEMENT, TerritoryKind.REGION):
        known = _ARTICLES.get(typeset(name))
        if known is not None:
            return known
    if kind != TerritoryKind.COMMUNE:
        if name.startswith(_FEMININE):
            return Article.LA
        if name.startswith(_FEMININE_ELIDED):
            return Article.L
    return Article.NONE_ELIDED if name[:1].lower() in _VOWELS else Article.NONE


def the_place(name: str, kind: TerritoryKind | str) -> str:
    """As one says it after « pour »: `la Creuse`, `l’Ain`, `la CC Marche et Combraille`, `Guéret`.

    A région that takes no article is said with its kind: one answers `pour la région Normandie`.
    """
    article = article_of(name, kind)
    bare = not article.alone and not name.startswith("La ")
    if kind == TerritoryKind.REGION and bare and name != "Mayotte":
        return f"la région {name}"
    return f"{article.alone}{name}"


def of_place(name: str, kind: TerritoryKind | str) -> str:
    """After « de »: `de la Creuse`, `des Landes`, `de Normandie`, `du Mans`, `d’Anzême`."""
    for own, contracted in _OWN:
        if name.startswith(own):
            return f"{contracted.after_de}{name.removeprefix(own)}"
    return f"{article_of(name, kind).after_de}{name}"
