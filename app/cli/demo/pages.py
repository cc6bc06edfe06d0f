"""Reads a page as a person does: its links, its forms, the fields of each. Pure.

Our own pages only, whose tags are well formed: one pass over the tags that matter, since a demo
reads thousands of pages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape

_TAG = re.compile(r"<(/?)(form|a|h1|input|select|option|button|textarea)\b([^>]*)>")
_ATTRIBUTE = re.compile(r"""([a-z-]+)(?:="([^"]*)")?""")
_ANY_TAG = re.compile(r"<[^>]*>")


@dataclass
class Form:
    """A form: where it goes, what it holds before anybody touches it, what may be picked."""

    method: str
    action: str
    values: dict[str, list[str]] = field(default_factory=dict)
    offered: dict[str, list[str]] = field(default_factory=dict)  # radio, boxes, lists, fields
    buttons: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Page:
    """A page: its heading, its links by their text, its forms in order."""

    heading: str = ""
    links: list[tuple[str, str]] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)


def read(html: str) -> Page:
    """The page that this text makes."""
    reader = _Reader(html)
    for tag in _TAG.finditer(html):
        reader.tag(tag)
    return reader.page


class _Reader:
    def __init__(self, html: str) -> None:
        self.page = Page()
        self._html = html
        self._form: Form | None = None
        self._select = ""
        self._href = ""
        self._text_from = 0

    def tag(self, tag: re.Match[str]) -> None:
        closing, name, attributes = tag.groups()
        if closing:
            self._close(name, tag.start())
            return
        given = {key: unescape(value or "") for key, value in _ATTRIBUTE.findall(attributes)}
        if name == "form":
            self._form = Form(given.get("method", "get"), given.get("action", ""))
            self.page.forms.append(self._form)
        elif name in ("a", "h1"):
            self._href, self._text_from = given.get("href", ""), tag.end()
        elif self._form is not None:
            self._field(self._form, name, given)

    def _close(self, name: str, end: int) -> None:
        if name == "form":
            self._form = None
        elif name in ("a", "h1"):
            bare = _ANY_TAG.sub("", self._html[self._text_from : end])
            text = " ".join(unescape(bare).split())
            if name == "a":
                self.page.links.append((text, self._href))
            else:
                self.page.heading = text

    def _field(self, form: Form, tag: str, given: dict[str, str]) -> None:
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "select":
            self._select = name
            form.offered[name] = []
        elif tag == "option":
            form.offered[self._select].append(value)
            if "selected" in given:
                form.values[self._select] = [value]
        elif tag == "button":
            form.buttons.append((name, value))
        elif tag == "textarea":
            form.offered.setdefault(name, [])
        elif given.get("type") == "hidden":
            form.values.setdefault(name, []).append(value)
        else:
            self._control(form, name, given)

    def _control(self, form: Form, name: str, given: dict[str, str]) -> None:
        value = given.get("value", "")
        offered = form.offered.setdefault(name, [])
        if given.get("type") in ("radio", "checkbox"):
            offered.append(value)
            if "checked" in given:
                form.values.setdefault(name, []).append(value)
        elif value:
            form.values.setdefault(name, []).append(value)
