"""SVG text read back, as a reader's program would."""

from __future__ import annotations

from xml.etree.ElementTree import Element, fromstring


def read(svg: str) -> Element:
    """The drawing as a tree; broken SVG raises."""
    return fromstring(svg)


def all_of(svg: str, tag: str) -> list[Element]:
    """Every element of that name."""
    return list(read(svg).iter(tag))


def share(written: str) -> float:
    """A position along a stretching drawing, from 0 to 100."""
    return float(written.removesuffix("%"))


def positions(svg: str) -> list[float]:
    """Every position along a stretching drawing, and every width."""
    names = ("x", "x1", "x2", "cx", "width")
    inner = [element for element in read(svg).iter() if element.tag != "svg"]
    return [share(e.attrib[name]) for e in inner for name in names if name in e.attrib]
