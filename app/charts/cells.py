"""Progress as boxes: one a question, filled when answered. Never a percentage."""

from typing import Final

from app.charts.ink import CARD, EDGE, TEAL, element

_STEP: Final = 12.5
_BOX: Final = 10.0


def cells(answered: int, asked: int, *, fill: str = TEAL, empty: str = CARD) -> str:
    """One box a question asked, the first `answered` of them filled.

    Stands beside the words "9 questions sur 14", and says them to those who do not see it.
    """
    asked = max(asked, 0)
    answered = min(max(answered, 0), asked)
    width = max(asked * _STEP - (_STEP - _BOX), 0) + 2
    boxes = [
        _box(index, fill if index < answered else empty, fill, index < answered)
        for index in range(asked)
    ]
    return element(
        "svg",
        {
            "class": "cells",
            "viewBox": f"-1 0 {width:g} 10",
            "width": width,
            "height": 10,
            "role": "img",
            "aria-label": cells_label(answered, asked),
        },
        *boxes,
    )


def cells_label(answered: int, asked: int) -> str:
    """ "Rempli : 9 questions sur 14", in French."""
    if asked == 0:
        return "aucune question"
    plural = "s" if answered > 1 else ""
    return f"Rempli\u00a0: {answered} question{plural} sur {asked}"


def _box(index: int, ground: str, fill: str, filled: bool) -> str:
    return element(
        "rect",
        {
            "x": index * _STEP,
            "y": 0.75,
            "width": _BOX,
            "height": 8.5,
            "rx": 1,
            "fill": ground,
            "stroke": fill if filled else EDGE,
            "stroke-width": 1.2,
        },
    )
