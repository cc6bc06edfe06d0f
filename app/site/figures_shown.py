"""How a published figure reads: a row of a table, a key figure, a sentence."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup, escape

from app.charts.bars import cell_bar, interval_line
from app.charts.masked import masked_swatch
from app.interview.french import NBSP
from app.interview.french import number as spaced
from app.results.figures import Figure
from app.results.read import Published
from app.vocabulary.french_dates import day_month_year

_MASKED = {
    "few": "Moins de cinq répondants",
    "secondary": "Masqué, il en ferait deviner un autre",
}


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """The national score, its drawing and its interval in words."""

    value: str
    drawing: Markup
    note: str


def key_figure(figure: Figure) -> KeyFigure | None:
    """The figure shown large; None when it is masked."""
    if figure.score is None or figure.low is None or figure.high is None or figure.n is None:
        return None
    uncertain = ", incertain" if figure.uncertain else ""
    return KeyFigure(
        value=f"{figure.score:.0f} sur 100",
        drawing=Markup(interval_line(figure.score, figure.low, figure.high)),
        note=f"de {figure.low:.0f} à {figure.high:.0f}{uncertain} · n = {spaced(figure.n)}",
    )


def masked_words(figure: Figure) -> str:
    """Why a figure is not shown; nothing when it is."""
    return _MASKED.get(figure.masked_because or "", "")


def row(figure: Figure, name: Markup | str = "") -> list[Markup | str]:
    """Name, bar, score, interval, n, number asked. A masked figure: hatch and words, no number."""
    asked = spaced(figure.n_asked)
    called = name or escape(figure.name)
    if figure.score is None or figure.low is None or figure.high is None or figure.n is None:
        hatch = Markup('<span class="masked">{}<span>{}</span></span>').format(
            Markup(masked_swatch()), masked_words(figure)
        )
        return [called, hatch, "", "", "", asked]
    if figure.uncertain:
        called = Markup("{} <b>incertain</b>").format(called)
    return [
        called,
        Markup(cell_bar(figure.score, low=figure.low, high=figure.high)),
        f"{figure.score:.0f}",
        f"{figure.low:.0f} à {figure.high:.0f}",
        spaced(figure.n),
        asked,
    ]


def share_words(figure: Figure, plural: str) -> str:
    """ "2 412 communes sur 34 875 ont répondu"."""
    if figure.n is None:
        return f"{masked_words(figure)}, sur {spaced(figure.n_asked)} {plural}"
    return f"{spaced(figure.n)} {plural} sur {spaced(figure.n_asked)} ont répondu"


def publication_words(publication: Published | None) -> str:
    """ "Publication nº 4, 15 janvier 2027"; nothing without one."""
    if publication is None:
        return ""
    when = day_month_year(publication.approved_at)
    return f"Publication nº{NBSP}{publication.id}, {when}"
