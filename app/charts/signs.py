"""Logo and signs: a state is a word and a shape, then a colour. The word is the caller's."""

from collections.abc import Callable, Mapping
from typing import Final

from app.charts.ink import CARD, DECORATIVE, INK, TEAL, element

_ROUND: Final = {"stroke-linecap": "round", "stroke-linejoin": "round"}


def logo(size: int = 34, *, card: str = CARD) -> str:
    """Three bars and a ringed dot: you, and the others. Decoration: the name stands beside."""
    bars = [
        element("rect", {"x": 3, "y": y, "width": width, "height": 6, "fill": TEAL})
        for y, width in ((4, 27), (14, 15), (24, 21))
    ]
    return element(
        "svg",
        {"width": size, "height": size, "viewBox": "0 0 34 34", **DECORATIVE},
        element("path", {"d": "M2 2V32", "stroke": INK, "stroke-width": 2}),
        *bars,
        element(
            "circle",
            {"cx": 27, "cy": 17, "r": 4.5, "fill": card, "stroke": INK, "stroke-width": 2.5},
        ),
    )


def _stroke(d: str, colour: str, width: float) -> str:
    return element(
        "path", {"d": d, "fill": "none", "stroke": colour, "stroke-width": width, **_ROUND}
    )


def _ring(colour: str, radius: float = 8, width: float = 2) -> str:
    return element(
        "circle",
        {"cx": 10, "cy": 10, "r": radius, "fill": "none", "stroke": colour, "stroke-width": width},
    )


def _disc(colour: str) -> str:
    return element("circle", {"cx": 10, "cy": 10, "r": 9, "fill": colour})


SIGNS: Final[Mapping[str, Callable[[str, str], str]]] = {
    "todo": lambda ink, _: _ring(ink),
    "started": lambda ink, _: (
        _ring(ink) + element("path", {"d": "M10 2a8 8 0 0 1 0 16z", "fill": ink})
    ),
    "delegated": lambda ink, _: _stroke("M3 10h12M10.5 4.5L16 10l-5.5 5.5", ink, 2.2),
    "attention": lambda ink, _: (
        _stroke("M10 1.8l8.7 15.7H1.3z", ink, 1.9) + _stroke("M10 7.3v4.7M10 14.3v.6", ink, 2.2)
    ),
    "done": lambda ink, card: _disc(ink) + _stroke("M5.5 10.3l3 3 6-6.4", card, 2.2),
    "closed": lambda ink, card: _disc(ink) + _stroke("M6 10h8", card, 2.4),
    "info": lambda ink, _: _ring(ink, 8.5, 1.9) + _stroke("M10 9v5.3M10 5.7v.4", ink, 2.2),
    "offline": lambda ink, _: (
        _stroke("M2 7.5c4.5-4 11.5-4 16 0M5 11c3-2.6 7-2.6 10 0M10 15.5v.3", ink, 2)
        + _stroke("M3 17L17 3", ink, 2)
    ),
    "download": lambda ink, _: _stroke("M10 3v9M6 8.5l4 4 4-4M3.5 17h13", ink, 2),
}


def sign(name: str, *, colour: str = "currentColor", card: str = CARD) -> str:
    """One sign of `SIGNS`, 20 units square. On screen it takes the colour of its text;
    in a PDF, give the colour. Always beside a word, so it is hidden from assistive tools."""
    return element(
        "svg",
        {"class": "ico", "viewBox": "0 0 20 20", "width": 20, "height": 20, **DECORATIVE},
        SIGNS[name](colour, card),
    )
