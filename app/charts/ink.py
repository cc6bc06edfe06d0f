"""Colours and shapes common to all drawings.

Presentation attributes only: the page's style sheet, classes, `var()` and (in WeasyPrint)
`currentColor` do not reach an inline SVG, so colours are constants here.
"""

from collections.abc import Mapping
from html import escape
from typing import Final, TypeAlias

INK: Final = "#21241f"
SOFT: Final = "#565a50"
TEAL: Final = "#0f5c63"
CARD: Final = "#fffefb"
SAND: Final = "#f1ebdf"
EDGE: Final = "#847a69"
RULE: Final = "#ddd5c5"
WHITE: Final = "#ffffff"

Attributes: TypeAlias = Mapping[str, str | float]

DECORATIVE: Final[Mapping[str, str]] = {"aria-hidden": "true", "focusable": "false"}


def amount(value: float) -> str:
    """A coordinate as SVG wants it: a point, two decimals at most, no exponent."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def percent(share: float) -> str:
    """A position along a stretching drawing; `share` from 0 to 1, kept within the drawing."""
    return f"{amount(100 * within(share))}%"


def within(share: float) -> float:
    """The share, brought back between 0 and 1: no mark may leave its drawing."""
    return min(1.0, max(0.0, share))


def element(name: str, attributes: Attributes, *children: str) -> str:
    """One SVG element. Attribute values are escaped; children are SVG already."""
    written = "".join(f' {key}="{_value(value)}"' for key, value in attributes.items())
    return f"<{name}{written}>{''.join(children)}</{name}>" if children else f"<{name}{written}/>"


def words(text: str) -> str:
    """Text as a child of an element, escaped."""
    return escape(text, quote=False)


def _value(value: str | float) -> str:
    return escape(value) if isinstance(value, str) else amount(value)
