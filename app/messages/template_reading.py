"""What a reader sees of a message: its words and its links, from text or from HTML. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser

_URL = re.compile(r"https?://[^\s<>\"]+")
_CLOSING = ".,;:!?)»\u00a0"
_WORD = re.compile(r"\d+|[^\W\d_]{4,}")
_VOID = frozenset(
    {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
)
_INLINE = frozenset({"a", "b", "em", "i", "small", "span", "strong", "sub", "sup", "u"})
_UNSEEN = frozenset({"head", "script", "style", "title", "template"})
# Said otherwise on each side, they say nothing else.
_SMALL = frozenset(
    {"avec", "cette", "dans", "elle", "elles", "leur", "leurs", "notre", "nous", "pour", "sont",
     "votre", "vous"}
)  # fmt: skip

# What mail programs take out or warn of, and what would tell us that a message was opened.
ACTIVE = frozenset(
    {"script", "iframe", "frame", "object", "embed", "form", "input", "button", "link", "base",
     "audio", "video", "source", "svg", "meta-refresh"}
)  # fmt: skip
_FETCHING = ("src", "srcset", "background", "poster")


@dataclass(frozen=True, slots=True)
class Seen:
    """The visible text, the words of its buttons and links, where these lead, what is active."""

    text: str
    labels: str
    links: frozenset[str]
    active: frozenset[str]

    @property
    def words(self) -> frozenset[str]:
        """The numbers, and the words of four letters or more, small; addresses apart."""
        return words_of(self.text)


def words_of(text: str) -> frozenset[str]:
    """The numbers, and the words of four letters or more, small; addresses apart."""
    return frozenset(_WORD.findall(_URL.sub(" ", text).casefold())) - _SMALL


def urls_of(text: str) -> frozenset[str]:
    """The web addresses that a text tells, without the sign that ends the sentence."""
    return frozenset(found.rstrip(_CLOSING) for found in _URL.findall(text))


def seen_in_text(text: str) -> Seen:
    """A plain text as it is."""
    return Seen(text, "", urls_of(text), frozenset())


def seen_in_html(html: str) -> Seen:
    """What is left of an HTML message once it is shown."""
    reading = _Reading()
    reading.feed(html)
    reading.close()
    text = "".join(reading.text)
    links = frozenset(link for link in reading.links if not link.startswith("mailto:"))
    return Seen(text, " ".join(reading.labels), links | urls_of(text), frozenset(reading.active))


class _Reading(HTMLParser):
    """Follows the tags; what is in the head, or not displayed, is not seen."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self.labels: list[str] = []
        self.links: list[str] = []
        self.active: list[str] = []
        self._unseen: list[str] = []
        self._n_links = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._note_active(tag, given)
        if tag not in _INLINE:
            self.text.append(" ")
        if tag == "a":
            self._n_links += 1
            self.links.append(given.get("href", "").strip())
        if tag not in _VOID and (self._unseen or tag in _UNSEEN or _hidden(given)):
            self._unseen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._unseen:
            while self._unseen.pop() != tag:
                pass
        elif tag == "a":
            self._n_links = max(0, self._n_links - 1)
        if tag not in _INLINE:
            self.text.append(" ")

    def handle_data(self, data: str) -> None:
        if self._unseen:
            return
        self.text.append(data)
        if self._n_links:
            self.labels.append(data)

    def _note_active(self, tag: str, given: dict[str, str]) -> None:
        if tag in ACTIVE:
            self.active.append(f"<{tag}>")
        if tag == "meta" and given.get("http-equiv", "").lower() == "refresh":
            self.active.append("<meta http-equiv=refresh>")
        self.active += [name for name in given if name.startswith("on")]
        self.active += [name for name in _FETCHING if given.get(name, "data:")[:5] != "data:"]
        if given.get("href", "").strip().lower().startswith(("javascript:", "data:")):
            self.active.append("href")
        if "url(" in given.get("style", ""):
            self.active.append("url(")


def _hidden(given: dict[str, str]) -> bool:
    return "display:none" in given.get("style", "").replace(" ", "")
