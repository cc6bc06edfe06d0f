"""What a person does with a page: read it, fill in its form, press a button, follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html.parser import HTMLParser

from flask import Flask
from werkzeug.test import TestResponse

Answers = Mapping[str, str | Sequence[str]]


class Browser:
    """A browser with no script, which sends forms whole, as they were shown."""

    def __init__(self, site: Flask, token: str) -> None:
        self.client = site.test_client()
        self.token = token
        self.page: TestResponse = self.client.get(f"/r/{token}")

    def opens(self, path: str = "") -> TestResponse:
        """Open an address under the link, redirects followed."""
        return self.goes(f"/r/{self.token}{path}")

    def goes(self, address: str) -> TestResponse:
        self.page = self.client.get(address, follow_redirects=True)
        return self.page

    @property
    def text(self) -> str:
        return self.page.get_data(as_text=True)

    @property
    def form(self) -> Form:
        """The page's main form."""
        return Form.of(self.text)

    def fills(self, answers: Answers, *, go: str = "next") -> TestResponse:
        """Fill in what is on the page, leave the rest as shown, and press a button."""
        form = self.form
        return self.sends(form.action, form.filled(answers) | {"go": [go]})

    def presses(self, action: str, **fields: str) -> TestResponse:
        """Send the form that leads to this address."""
        return self.sends(f"/r/{self.token}{action}", {k: [v] for k, v in fields.items()})

    def sends(self, address: str, fields: Mapping[str, Sequence[str]]) -> TestResponse:
        self.page = self.client.post(address, data=dict(fields), follow_redirects=True)
        return self.page


class Form(HTMLParser):
    """The fields of a page's form as a browser would send them untouched."""

    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, list[str]] = {}
        self.controls: dict[str, list[str]] = {}  # radio and checkbox values offered, by name
        self._inside = False

    @classmethod
    def of(cls, page: str) -> Form:
        form = cls()
        form.feed(page)
        return form

    def filled(self, answers: Answers) -> dict[str, list[str]]:
        """The fields with these answers; a name or a choice that the page lacks is a mistake."""
        fields = dict(self.fields)
        for name, value in answers.items():
            values = [value] if isinstance(value, str) else list(value)
            assert name in self.controls or name in self.fields, f"{name} is not on the page"
            fields[name] = values
        return fields

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and not self.action:
            self.action, self._inside = given["action"], True
        if not self._inside or "name" not in given or tag not in ("input", "textarea"):
            return
        if given.get("type") in ("radio", "checkbox"):
            self.controls.setdefault(given["name"], []).append(given["value"])
            if "checked" not in given:
                return
        self.fields.setdefault(given["name"], []).append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
