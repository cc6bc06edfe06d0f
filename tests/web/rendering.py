"""The environment of the pages, without Flask, and what every page's reader would see."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

import app
from app.charts.drawings import DRAWINGS

SKINS = ("ours", "dsfr")
APP = Path(app.__file__).parent
PAGE_FOLDERS = (APP / "web" / "templates", APP / "respond" / "templates")

VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})
CONTROLS = frozenset({"input", "select", "textarea", "button"})


def environment(skin: str) -> Environment:
    """Jinja as the site holds it: escaping, strict, the skin and the drawings as globals."""
    loader = FileSystemLoader([APP / "web", *PAGE_FOLDERS])
    env = Environment(loader=loader, undefined=StrictUndefined, autoescape=True)
    env.globals["skin"] = lambda name: f"skins/{skin}/{name}"
    env.globals["svg"] = DRAWINGS
    return env


def render(skin: str, template: str, context: dict[str, object]) -> Page:
    """One page, read back."""
    return Page(environment(skin).get_template(template).render(context))


def render_source(skin: str, source: str, **context: object) -> Page:
    """A few lines of template that use the components as `c`."""
    start = '{% import skin("components.html") as c %}'
    return Page(environment(skin).from_string(start + source).render(context))


class Page(HTMLParser):
    """HTML as a reader of the page meets it: controls and their names, headings, links, ids.

    Refuses what is not closed in order, so that a broken macro cannot pass.
    """

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = text
        self.ids: list[str] = []
        self.fields: list[tuple[str, str, str]] = []
        self.described: list[str] = []
        self.pointed: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.names: list[tuple[str, str]] = []
        self.tags: list[str] = []
        self._open: list[str] = []
        self._listening: list[tuple[str, list[str]]] = []
        self.feed(text)
        self.close()
        assert self._open == [], f"never closed: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self.attributes += [(tag, name) for name in given]
        if "id" in given:
            self.ids.append(given["id"])
        if tag in CONTROLS and "name" in given:
            self.fields.append((tag, given["name"], given.get("value", "")))
        self.described += given.get("aria-describedby", "").split()
        self._point(tag, given)
        if tag in ("a", "button", "label", "legend", "h1", "h2", "h3", "summary", "th"):
            self._listening.append((tag, []))
        if tag not in VOID:
            self._open.append(tag)

    def _point(self, tag: str, given: dict[str, str]) -> None:
        if tag == "label":
            self.pointed.append(given["for"])
        if tag == "a" and given["href"].startswith("#"):
            self.pointed.append(given["href"][1:])
        self.pointed += given.get("aria-labelledby", "").split()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name) for name, _ in attrs]

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        assert self._open[-1:] == [tag], f"</{tag}> closes {self._open[-3:]}"
        self._open.pop()
        if self._listening and self._listening[-1][0] == tag:
            name, heard = self._listening.pop()
            self.names.append((name, _one_line("".join(heard))))

    def handle_data(self, data: str) -> None:
        for _, heard in self._listening:
            heard.append(data)

    def named(self, *tags: str) -> list[str]:
        """The accessible names of these elements, in the order they end."""
        return [name for tag, name in self.names if tag in tags]

    @property
    def words(self) -> str:
        """The page's text, on one line."""
        return _one_line(_Words(self.text).heard)


class _Words(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.heard = ""
        self.feed(text)
        self.close()

    def handle_data(self, data: str) -> None:
        self.heard += data


def _one_line(text: str) -> str:
    """Spaces made one, except U+00A0, which French holds on to."""
    return re.sub(r"[ \n\r\t]+", " ", text).strip()
