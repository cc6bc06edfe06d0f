"""How long a respondent waits at each page, under gunicorn, on a wave opened on the whole panel.

A step is what a person does: send a page, and see the next one (two requests). First one person
alone, then several at once, each on an authority of their own.
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

from sqlalchemy import select

from app.cli.demo.answers import fields
from app.cli.demo.pages import Form, Page
from app.cli.demo.serving import running, wait_for_site
from app.cli.demo.visits import Site, Stop
from app.house import House
from app.interview.questionnaire import Question, Questionnaire
from app.links.make import Wanted, ensure_links
from app.models.territories import Territory
from app.questionnaires.load import load_all
from benchmarks._ground import NOW, opened_wave, real_panel, show, temporary_house

ALONE, AT_ONCE, PEOPLE = 12, 4, 24  # authorities of the first measure, people and authorities after


class TimedSite(Site):
    """A site that remembers how long each sent page took, the next one included (seconds)."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.steps: list[float] = []

    def send(self, form: Form, values: Mapping[str, list[str]]) -> Page:
        start = time.perf_counter()
        page = super().send(form, values)
        self.steps.append(time.perf_counter() - start)
        return page


def links_of(house: House, n: int) -> list[str]:
    """Answer links of that many communes."""
    with house.db.transaction() as session:
        communes = session.scalars(
            select(Territory.id)
            .where(Territory.kind == "commune", Territory.population > 500)
            .order_by(Territory.id)
            .limit(n)
        ).all()
        wanted = [Wanted("answer", territory_id, None) for territory_id in communes]
        key_id = house.letterhead.signer.key_id
        made = ensure_links(session, wanted, key_id=key_id, now=NOW)
    return [house.letterhead.answer_url(link_id, key_id) for link_id in made.values()]


def answer_all(address: str, links: Sequence[str], themes: Sequence[Questionnaire]) -> TimedSite:
    """Answer the themes of these links, one after the other, as one browser."""
    site = TimedSite(address)
    for link in links:
        rng = Random(link)

        def fill(question: Question, rng: Random = rng) -> list[str]:
            return fields(question, 0.5, 2_000, rng)

        for theme in themes:
            site.answer(link, theme.theme, theme, fill, Stop())
    site.close()
    return site


def measure(house: House, address: str) -> None:
    """The figures, once the site answers."""
    themes = load_all()[:3]  # those of the first wave
    links = links_of(house, ALONE + PEOPLE)
    answer_all(address, links[:1], themes)  # what a process reads once is read
    alone = answer_all(address, links[1:ALONE], themes)
    hundredths = quantiles(alone.steps, n=100)
    show("form.step_p50_ms", 1_000 * hundredths[49], "ms")
    show("form.step_p95_ms", 1_000 * hundredths[94], "ms")
    shares = [links[ALONE + rank :: AT_ONCE] for rank in range(AT_ONCE)]
    start = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as people:
        sites = list(people.map(lambda share: answer_all(address, share, themes), shares))
    seconds = time.perf_counter() - start
    show("form.requests_per_s", sum(site.n_requests for site in sites) / seconds, "requests/s")


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
            measure(house, address)


if __name__ == "__main__":
    main()
