"""A light browser for the benchmark: it spends next to nothing of the processor it measures.

It knows one thing: to send a section again with other answers, and to follow where that leads.
"""

from __future__ import annotations

import http.client
import re
from dataclasses import dataclass, field
from secrets import token_urlsafe
from urllib.parse import urlencode, urlsplit

_SEEN = re.compile(r'name="([a-z_0-9]+)\.seen" value="(\d*)"')
_CHOICE = re.compile(r'<input [^>]*type="radio"[^>]*>')
_NAME = re.compile(r'name="([a-z_0-9]+)"')
_VALUE = re.compile(r'value="([^"]*)"')


@dataclass
class LightBrowser:
    """One connection, kept open; `n_requests` counts what it asked."""

    address: str
    n_requests: int = 0
    _connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.address)
        self._connection = http.client.HTTPConnection(parts.netloc, timeout=30)

    def ask(self, method: str, path: str, body: str = "") -> tuple[int, str, str]:
        """Status, where it leads ("" when nowhere), and the page."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.address}
        self._connection.request(method, path, body or None, headers if body else {})
        response = self._connection.getresponse()
        text = response.read().decode()
        self.n_requests += 1
        return response.status, response.headers.get("Location", ""), text

    def close(self) -> None:
        self._connection.close()


def filled(html: str, turn: int) -> str:
    """The section's form, each radio question answered by another of its choices at each turn."""
    choices: dict[str, list[str]] = {}
    for tag in _CHOICE.findall(html):
        name, value = _NAME.search(tag), _VALUE.search(tag)
        if name and value:
            choices.setdefault(name[1], []).append(value[1])
    fields = [("nonce", token_urlsafe(12)), ("go", "stay")]
    for code, event in _SEEN.findall(html):
        fields.append((f"{code}.seen", event))
        offered = choices.get(code)
        if offered:
            fields.append((code, offered[turn % min(len(offered), 2)]))
    return urlencode(fields)
