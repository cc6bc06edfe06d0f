"""Bars of the report card, in units of a viewBox and millimetres of paper."""

from typing import Final

from app.charts.ink import INK, SAND, SOFT, TEAL, WHITE, Attributes, amount, element, within, words

_WIDE: Final = 400.0
_PAPER_MM: Final = 78.0
_MM_A_UNIT: Final = _PAPER_MM / (_WIDE + 4)
_CUTS: Final = (25, 50, 75)
LEVELS: Final = ("à engager", "engagé", "structuré", "abouti")


def card_bar(
    name: str,
    score: float,
    *,
    peers: float | None = None,
    low: float | None = None,
    high: float | None = None,
) -> str:
    """A score of 0 to 100 on its track cut at 25, 50, 75, with the peers' mean and its interval.

    Without `peers` (fewer than five respondents) the bar stands alone. `name` is the
    authority's; the title, which the PDF reads aloud, says all the numbers.
    """
    marks = [_rect(_WIDE, SAND), _rect(_at(score), TEAL)]
    marks += [_cut(_at(cut)) for cut in _CUTS]
    if peers is not None and low is not None and high is not None:
        whisker = _whisker(_at(low), _at(high))
        marks += [_path(whisker, WHITE, 6), _path(whisker, INK, 2)]
    if peers is not None:
        marks.append(_circle(_at(peers), 14, 6.5, 2.6))
    axis: Attributes = {"x1": 0, "y1": 0, "x2": 0, "y2": 28, "stroke": INK, "stroke-width": 2.5}
    marks.append(element("line", axis))
    title = element("title", {}, words(bar_title(name, score, peers, low, high)))
    return _drawing(28, title, *marks)


def bar_title(
    name: str, score: float, peers: float | None, low: float | None, high: float | None
) -> str:
    """ "Bonnat 58 sur 100, pairs 49, intervalle 45 à 53"."""
    said = f"{name} {score:.0f} sur 100"
    if peers is not None:
        said += f", pairs {peers:.0f}"
    if peers is not None and low is not None and high is not None:
        said += f", intervalle {low:.0f} à {high:.0f}"
    return said


def card_axis() -> str:
    """Under the bars: 0 to 100, and the names of the four levels."""
    numbers = [
        _label(_at(value), str(value), {0: "start", 100: "end"}.get(value, "middle"))
        for value in (0, *_CUTS, 100)
    ]
    names = [_label(_at(25 * i + 12.5), name, "middle") for i, name in enumerate(LEVELS)]
    title = element("title", {}, words("Échelle de 0 à 100 : " + ", ".join(LEVELS)))
    return _drawing(16, title, *numbers, *names)


def card_key_bar() -> str:
    """The bar, for the card's key."""
    return _key(element("rect", {"x": 0, "y": 2, "width": 28, "height": 10, "fill": TEAL}))


def card_key_peers() -> str:
    """The dot and its interval, for the card's key."""
    return _key(_path("M1 7H27M1 3V11M27 3V11", INK, 2), _circle(14, 7, 5, 2.2))


def level_of(score: float) -> str:
    """The name of the level a score of 0 to 100 falls in."""
    return LEVELS[min(int(within(score / 100) * 4), 3)]


def _at(score: float) -> float:
    return _WIDE * within(score / 100)


def _drawing(height: float, *children: str) -> str:
    return element(
        "svg",
        {
            "viewBox": f"-2 0 {_WIDE + 4:g} {height:g}",
            "width": f"{amount(_PAPER_MM)}mm",
            "height": f"{amount(height * _MM_A_UNIT)}mm",
            "role": "img",
        },
        *children,
    )


def _key(*children: str) -> str:
    size = {"viewBox": "0 0 28 14", "width": "7mm", "height": "3.5mm", "aria-hidden": "true"}
    return element("svg", size, *children)


def _rect(width: float, fill: str) -> str:
    return element("rect", {"x": 0, "y": 5, "width": width, "height": 18, "fill": fill})


def _cut(x: float) -> str:
    line: Attributes = {"x1": x, "y1": 5, "x2": x, "y2": 23, "stroke": WHITE, "stroke-width": 1.5}
    return element("line", line)


def _whisker(low: float, high: float) -> str:
    start, stop = amount(low), amount(high)
    return f"M{start} 14H{stop}M{start} 9.5V18.5M{stop} 9.5V18.5"


def _path(d: str, colour: str, width: float) -> str:
    return element("path", {"d": d, "stroke": colour, "stroke-width": width, "fill": "none"})


def _circle(x: float, y: float, radius: float, width: float) -> str:
    ring: Attributes = {
        "cx": x,
        "cy": y,
        "r": radius,
        "fill": WHITE,
        "stroke": INK,
        "stroke-width": width,
    }
    return element("circle", ring)


def _label(x: float, text: str, anchor: str) -> str:
    return element(
        "text",
        {
            "x": x,
            "y": 11,
            "text-anchor": anchor,
            "font-size": 13,
            "font-family": "Atkinson",
            "fill": SOFT,
        },
        words(text),
    )
