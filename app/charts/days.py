"""The campaign as a line: from its first day to its last, and where we are."""

from app.charts.ink import CARD, EDGE, INK, TEAL, element, percent


def campaign_line(elapsed_share: float, label: str, *, fill: str = TEAL) -> str:
    """A line stretching to its column, with its two ends and today.

    `elapsed_share` is the part of the campaign already gone, 0 to 1; `label` says it in words
    ("Du 3 novembre au 18 décembre ; nous sommes le 24 novembre.").
    """
    today = percent(elapsed_share)
    return element(
        "svg",
        {
            "class": "days",
            "width": "100%",
            "height": 22,
            "overflow": "visible",
            "role": "img",
            "aria-label": label,
        },
        _line("0", "100%", EDGE, 2),
        _line("0", today, fill, 6),
        _end("0"),
        _end("100%"),
        element(
            "circle",
            {"cx": today, "cy": 11, "r": 6, "fill": CARD, "stroke": INK, "stroke-width": 2.5},
        ),
    )


def _line(start: str, end: str, colour: str, width: float) -> str:
    return element(
        "line",
        {"x1": start, "y1": 11, "x2": end, "y2": 11, "stroke": colour, "stroke-width": width},
    )


def _end(x: str) -> str:
    return element("line", {"x1": x, "y1": 4, "x2": x, "y2": 18, "stroke": INK, "stroke-width": 2})
