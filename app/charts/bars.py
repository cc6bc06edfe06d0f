"""Bars for tables on screen: the bar is you (or now), the ringed dot the others (or before).

No `viewBox`: positions are percentages of the cell's width, so the drawing stretches while
strokes and dots keep their size. The number stands in the next cell, so a bar is hidden from
assistive tools.
"""

from typing import Final

from app.charts.ink import CARD, DECORATIVE, EDGE, INK, TEAL, Attributes, element, percent

_THICK: Final = 10.0


def cell_bar(
    value: float,
    *,
    peers: float | None = None,
    low: float | None = None,
    high: float | None = None,
    end: float = 100,
    fill: str = TEAL,
) -> str:
    """A bar from 0 to `value` on a scale ending at `end`, in a table cell.

    `peers` draws the dot; `low` and `high` the interval, drawn twice because ink on teal alone
    has a contrast of 2. Values beyond the scale stop at its end: write the end in the key.
    """
    height = 18.0 if low is not None else 14.0
    middle = height / 2
    marks = [_axis(height), _bar(value / end, middle, fill)]
    if low is not None and high is not None:
        marks += [_interval(low / end, high / end, middle, CARD, 5)]
        marks += [_interval(low / end, high / end, middle, INK, 1.8)]
    if peers is not None:
        marks.append(_dot(peers / end, middle))
    return _stretching(height, *marks)


def interval_line(estimate: float, low: float, high: float, *, end: float = 100) -> str:
    """Under a key figure: the scale as a thin line, the interval as a band, the estimate."""
    return _stretching(
        14,
        _segment("0", "100%", 7, EDGE, 1),
        _segment(percent(low / end), percent(high / end), 7, TEAL, 5),
        _tick(percent(estimate / end), 1, 13, INK, 2.2),
    )


def key_bar(fill: str = TEAL) -> str:
    """The bar, for a key."""
    return element(
        "svg",
        {"width": 26, "height": 14, **DECORATIVE},
        element("rect", {"x": 0, "y": 2, "width": 26, "height": _THICK, "fill": fill}),
    )


def key_dot() -> str:
    """The ringed dot, for a key."""
    dot: Attributes = {"cx": 7, "cy": 7, "r": 4.5, "fill": CARD, "stroke": INK, "stroke-width": 2}
    return element("svg", {"width": 14, "height": 14, **DECORATIVE}, element("circle", dot))


def _stretching(height: float, *marks: str) -> str:
    attributes: Attributes = {
        "width": "100%",
        "height": height,
        "overflow": "visible",
        **DECORATIVE,
    }
    return element("svg", attributes, *marks)


def _axis(height: float) -> str:
    return _tick("0", 0, height, INK, 1.5)


def _bar(share: float, middle: float, fill: str) -> str:
    return element(
        "rect",
        {
            "x": 0,
            "y": middle - _THICK / 2,
            "width": percent(share),
            "height": _THICK,
            "fill": fill,
        },
    )


def _dot(share: float, middle: float) -> str:
    return element(
        "circle",
        {
            "cx": percent(share),
            "cy": middle,
            "r": 4.5,
            "fill": CARD,
            "stroke": INK,
            "stroke-width": 2,
        },
    )


def _interval(low: float, high: float, middle: float, colour: str, width: float) -> str:
    start, stop = percent(low), percent(high)
    ends = [_tick(x, middle - 3.5, middle + 3.5, colour, width) for x in (start, stop)]
    return _segment(start, stop, middle, colour, width) + "".join(ends)


def _segment(start: str, stop: str, y: float, colour: str, width: float) -> str:
    return element(
        "line",
        {"x1": start, "y1": y, "x2": stop, "y2": y, "stroke": colour, "stroke-width": width},
    )


def _tick(x: str, top: float, bottom: float, colour: str, width: float) -> str:
    return element(
        "line",
        {"x1": x, "y1": top, "x2": x, "y2": bottom, "stroke": colour, "stroke-width": width},
    )
