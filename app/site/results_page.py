"""Published results: all themes on one page, then each theme by size and place."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template, request, url_for

from app.errors import Hidden
from app.results import read
from app.results.figures import Figure
from app.results.read import Published
from app.site.figures_shown import key_figure, masked_words, publication_words, row, share_words
from app.site.pages import nav
from app.vocabulary.territory_kinds import PLURALS, TerritoryKind
from app.vocabulary.themes import BY_CODE, THEMES, Theme
from app.web.app_state import house

# What a theme's page may show, in this order, and the words of each table.
LEVELS = (
    ("stratum", "Selon la taille", "Habitants"),
    ("region", "Par région, dans l’ordre alphabétique", "Région"),
    ("departement", "Par département, dans l’ordre alphabétique", "Département"),
)


class NoSuchResult(Hidden):
    """A theme or a kind of authority that does not exist."""

    sentence = "Ce résultat n’existe pas. Revenez à la liste des résultats publiés."


def overview() -> str:
    """Every theme of the newest publication, for one kind of authority."""
    kind = _kind()
    with house().published.reading() as session:
        publication = read.latest(session)
        figures = read.national(session, publication.id) if publication else []
    found = {one.theme: one for one in figures if one.kind == kind}
    return render_template(
        "results.html",
        nav=nav("/resultats"),
        publication=publication_words(publication),
        simulated=publication.simulated if publication else False,
        kinds=_kinds(kind),
        plural=PLURALS[kind],
        kind=kind.value,
        themes=[(theme, found.get(theme.code)) for theme in THEMES],
        row=row,
    )


def theme_page(theme: str) -> str:
    """One theme: the national figure, then the same by size, région and département."""
    known, kind = BY_CODE.get(theme), _kind()
    if known is None:
        raise NoSuchResult
    with house().published.reading() as session:
        publication = read.latest(session)
        if publication is None:
            raise NoSuchResult
        france = read.theme_table(session, publication.id, theme, kind, "france")
        tables = [
            (title, head, read.theme_table(session, publication.id, theme, kind, level))
            for level, title, head in LEVELS
        ]
    if not france:
        raise NoSuchResult
    return _rendered(known, kind, publication, france[0], tables)


def _rendered(
    theme: Theme,
    kind: TerritoryKind,
    publication: Published,
    france: Figure,
    tables: Sequence[tuple[str, str, Sequence[Figure]]],
) -> str:
    return render_template(
        "theme_results.html",
        nav=nav("/resultats"),
        simulated=publication.simulated,
        publication=publication_words(publication),
        theme=theme,
        plural=PLURALS[kind],
        kinds=_kinds(kind, theme.code),
        share=share_words(france, PLURALS[kind]),
        national=key_figure(france),
        masked=masked_words(france),
        tables=[
            (title, head, [row(one) for one in figures])
            for title, head, figures in tables
            if figures
        ],
    )


def _kind() -> TerritoryKind:
    """The kind of authority that the address asks for; communes when it says nothing."""
    asked = request.args.get("type", TerritoryKind.COMMUNE.value)
    try:
        return TerritoryKind(asked)
    except ValueError:
        raise NoSuchResult from None


def _kinds(current: TerritoryKind, theme: str = "") -> list[tuple[str, str, bool]]:
    """The same page for each kind of authority."""
    page = url_for("site.theme_page", theme=theme) if theme else url_for("site.overview")
    return [
        (plural.capitalize(), f"{page}?type={kind.value}", kind is current)
        for kind, plural in PLURALS.items()
    ]
