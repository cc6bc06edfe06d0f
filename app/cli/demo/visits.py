"""A respondent on the site: real requests to real routes, one page after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from app.cli.demo.pages import Form, Page, read
from app.interview.questionnaire import Question, Questionnaire

MOST_PAGES = 40  # a theme has a handful; more means that a page sends people in circles
Fill = Callable[[Question], list[str]]


class LostOnTheSite(RuntimeError):
    """A simulated respondent met a page that a person could not go on from: a bug of ours."""


@dataclass(frozen=True, slots=True)
class Stop:
    """After how many pages a person has had enough; None: they go to the end."""

    pages: int | None = None


class Site:
    """The running site, as one browser after the other sees it."""

    def __init__(self, address: str, *, connect_to: str | None = None) -> None:
        self.address = address
        self.n_requests = 0
        self._here = Page()  # where the last theme left its respondent
        parts = urlsplit(address)
        self._client = httpx.Client(
            base_url=connect_to or address,
            headers={"Host": parts.netloc, "Origin": address},
            follow_redirects=True,
            timeout=30,
        )

    def close(self) -> None:
        self._client.close()

    def open(self, address: str) -> Page:
        """Follow a link."""
        return self._page(self._client.get(self._path(address)))

    def send(self, form: Form, values: Mapping[str, list[str]]) -> Page:
        """Send a form, as it stands but for these values."""
        content = {**form.values, **values}
        filled = {name: parts for name, parts in content.items() if parts}
        return self._page(self._client.post(self._path(form.action), data=filled))

    def answer(
        self, link: str, theme: str, questionnaire: Questionnaire, fill: Fill, stop: Stop
    ) -> bool:
        """Answer one theme from the link's page; whether it was handed in."""
        way = _way_into(self._here, link, theme) or _way_into(self.open(link), link, theme)
        if way is None:
            raise LostOnTheSite(f"no way into {theme}")
        page = self.open(way)
        for done in range(MOST_PAGES):
            form = _section_of(page)
            if form is None:
                return self._hand_in(page)
            if stop.pages is not None and done >= stop.pages:
                return False
            page = self.send(form, _filled(form, questionnaire, fill))
        raise LostOnTheSite(f"{theme}: more than {MOST_PAGES} pages, at «{page.heading}»")

    def decline(self, link: str, reason: str) -> None:
        """Say no to all the themes, for that reason."""
        way = next((h for text, h in self.open(link).links if "ne répondrons pas" in text), None)
        if way is None:
            raise LostOnTheSite("no way to decline")
        form = next(f for f in self.open(way).forms if "reason" in f.offered)
        offered = form.offered["reason"]
        chosen = reason if reason in offered else offered[0]
        self.send(form, {"theme": ["all"], "reason": [chosen]})

    def hand_over(self, link: str, theme: str, colleague: str) -> None:
        """Hand one theme to a colleague."""
        form = next((f for f in self.open(link).forms if "email" in f.offered), None)
        if form is None:
            raise LostOnTheSite("no way to hand a theme over")
        self.send(form, {"theme": [theme], "email": [colleague]})

    def _hand_in(self, page: Page) -> bool:
        form = next((f for f in page.forms if "nonce" in f.values), None)
        if form is None:
            raise LostOnTheSite(f"nothing to send on «{page.heading}»")
        self._here = self.send(form, {})
        return True

    def _page(self, response: httpx.Response) -> Page:
        self.n_requests += 1 + len(response.history)
        if response.status_code >= 400:
            raise LostOnTheSite(f"status {response.status_code}: {read(response.text).heading}")
        return read(response.text)

    def _path(self, address: str) -> str:
        return address.removeprefix(self.address)


def _way_into(page: Page, link: str, theme: str) -> str | None:
    """The link of a page that leads into a theme, if it is this respondent's page."""
    path = urlsplit(link).path
    return next((href for _, href in page.links if href.startswith(f"{path}/{theme}")), None)


def _section_of(page: Page) -> Form | None:
    """The form of a section: the one whose buttons say where to go next."""
    return next((f for f in page.forms if ("go", "next") in f.buttons), None)


def _filled(form: Form, questionnaire: Questionnaire, fill: Fill) -> dict[str, list[str]]:
    """What a person puts in: what is already answered stays, save for what is blank."""
    values = {"go": ["next"]}
    for code in form.offered:
        if code in questionnaire and not form.values.get(code):
            values[code] = fill(questionnaire.question(code))
    return values
