"""How long a respondent waits at each page, under gunicorn, on a wave opened on the whole panel.

A step is what a person does: send a page, and see the next one (two requests). First fifty people
at once, each on an authority of their own, who look at every page for a second: far faster than
anyone reads. What they sent is then looked for in the database. After that, how many requests the
site serves when sections are sent without any pause, by a client that costs next to nothing.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from statistics import quantiles
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from sqlalchemy import select

from app.cli.demo.answers import fields
from app.cli.demo.pages import Form, Page
from app.cli.demo.serving import running, wait_for_site
from app.cli.demo.visits import Site, Stop
from app.house import House
from app.interview.questionnaire import Question, Questionnaire
from app.models.cases import AnswerEvent
from app.questionnaires.load import load_all
from benchmarks._ground import NOW, answer_links, opened_wave, real_panel, show, temporary_house
from benchmarks._steps import LightBrowser, filled

PEOPLE = 50
PAUSE = (0.5, 1.5)  # seconds that a person looks at a page, at least and at most
SECTION = "communication/section/website"
CONNECTIONS, SECONDS = 8, 8.0  # of the second measure


class TimedSite(Site):
    """A site that remembers how long each sent page took, the next one included (seconds)."""

    def __init__(self, address: str, rng: Random) -> None:
        super().__init__(address)
        self.steps: list[float] = []
        self.sent: dict[tuple[str, str], list[str]] = {}  # (link, question) -> what was sent
        self.link = ""
        self._rng = rng

    def send(self, form: Form, values: Mapping[str, list[str]]) -> Page:
        time.sleep(self._rng.uniform(*PAUSE))
        start = time.perf_counter()
        page = super().send(form, values)
        self.steps.append(time.perf_counter() - start)
        self.sent |= {(self.link, code): parts for code, parts in values.items() if code != "go"}
        return page


def links_of(house: House, n: int) -> list[str]:
    """Addresses of the answer links of that many communes."""
    key_id = house.letterhead.signer.key_id
    return [house.letterhead.answer_url(link_id, key_id) for link_id in answer_links(house, n)]


def answer_all(address: str, link: str, themes: Sequence[Questionnaire]) -> TimedSite:
    """Answer the themes of one link, one after the other, as one browser."""
    rng = Random(link)
    site = TimedSite(address, rng)
    site.link = link

    def fill(question: Question) -> list[str]:
        return fields(question, 0.5, 2_000, rng)

    for theme in themes:
        site.answer(link, theme.theme, theme, fill, Stop())
    site.close()
    return site


def lost(house: House, sites: Sequence[TimedSite]) -> int:
    """How many answers that were sent are not in the database."""
    signer, missing = house.letterhead.signer, 0
    with house.db.reading() as session:
        for site in sites:
            link_id = signer.read(site.link.rpartition("/")[2], "answer")
            kept = set(
                session.scalars(
                    select(AnswerEvent.question).where(
                        AnswerEvent.actor_id == str(link_id), AnswerEvent.counted
                    )
                )
            )
            given = {code for (_, code), parts in site.sent.items() if any(parts)}
            missing += len(given - kept)
    return missing


def people_at_once(house: House, address: str) -> None:
    """What fifty people wait for, and whether anything they said was lost."""
    themes = load_all()[:3]  # those of the first wave
    links = links_of(house, PEOPLE + 1)
    answer_all(address, links[0], themes)  # what a process reads once is read
    with ThreadPoolExecutor(PEOPLE) as people:
        sites = list(people.map(lambda link: answer_all(address, link, themes), links[1:]))
    hundredths = quantiles([step for site in sites for step in site.steps], n=100)
    show("form.step_p50_ms", 1_000 * hundredths[49], "ms")
    show("form.step_p95_ms", 1_000 * hundredths[94], "ms")
    show("form.answers_sent", sum(len(site.sent) for site in sites), "answers")
    n_lost = lost(house, sites)
    show("form.answers_lost", n_lost, "answers")
    if n_lost:
        raise RuntimeError(f"{n_lost} answers were lost")


def send_on(address: str, link: str, until: float) -> int:
    """Send one section again and again, changed each time; how many requests were answered."""
    browser = LightBrowser(address)
    path = f"{urlsplit(link).path}/{SECTION}"
    turn = 0
    while time.perf_counter() < until:
        _, _, html = browser.ask("GET", path)
        status, _, _ = browser.ask("POST", path, filled(html, turn))
        if status != 303:
            raise RuntimeError(f"a section was answered with {status}")
        turn += 1
    browser.close()
    return browser.n_requests


def throughput(house: House, address: str) -> None:
    """How many requests a second are served, half of them sections sent, half sections shown."""
    links = links_of(house, PEOPLE + 1 + CONNECTIONS)[-CONNECTIONS:]
    start = time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as connections:
        served = list(connections.map(lambda link: send_on(address, link, start + SECONDS), links))
    show("form.requests_per_s", sum(served) / (time.perf_counter() - start), "requests/s")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with temporary_house(PUBLIC_URL=address) as house, TemporaryDirectory() as folder:
        real_panel(house)
        opened_wave(house)
        offset = int((NOW - datetime.now(UTC)).total_seconds()) + 86_400
        settings = {
            "DATABASE_URL": str(house.settings.database_url),
            "PUBLIC_URL": address,
            "CLOCK_OFFSET": str(offset),
            "LOG_LEVEL": "WARNING",
        }
        processes = str(os.cpu_count() or 1)
        command = ("web", "--port", str(port), "--processes", processes)
        with running([command], settings, Path(folder)) as web:
            wait_for_site(address, web, Path(folder))
            people_at_once(house, address)
            throughput(house, address)


if __name__ == "__main__":
    main()
