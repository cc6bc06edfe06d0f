"""The hatch of what is masked: fewer than five respondents."""

from typing import Final

from app.charts.ink import CARD, DECORATIVE, SOFT, amount, element

_STEP: Final = 7.0


def masked_swatch(width: int = 48, height: int = 14) -> str:
    """A hatched box at 45°, one line every 7 units.

    The lines are drawn and cut here rather than by a pattern: a pattern needs an identifier,
    and a table repeats the box. The words "moins de cinq répondants" always stand beside.
    """
    return element(
        "svg",
        {
            "viewBox": f"0 0 {width} {height}",
            "width": width,
            "height": height,
            **DECORATIVE,
        },
        element("rect", {"x": 0, "y": 0, "width": width, "height": height, "fill": CARD}),
        element(
            "path",
            {"d": _hatch(width, height), "stroke": SOFT, "stroke-width": 1.6, "fill": "none"},
        ),
        element(
            "rect",
            {
                "x": 0.6,
                "y": 0.6,
                "width": width - 1.2,
                "height": height - 1.2,
                "fill": "none",
                "stroke": SOFT,
                "stroke-width": 1.2,
            },
        ),
    )


def _hatch(width: float, height: float) -> str:
    """Lines of slope one, each cut where it meets the box: x + y = c."""
    lines: list[str] = []
    c = _STEP
    while c < width + height:
        top, left = min(c, width), min(c, height)
        start = f"M{amount(top)} {amount(c - top)}"
        lines.append(f"{start}L{amount(c - left)} {amount(left)}")
        c += _STEP
    return "".join(lines)
