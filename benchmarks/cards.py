"""How long a report card takes: the first of a process, and the hundredth.

    python -m benchmarks.cards

The first includes starting a process, importing WeasyPrint, reading fonts and style sheet; the
hundredth is what a warm worker takes. Three themes of the first wave, eight lost points: an
ordinary card, drawn without a database.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from time import perf_counter

from reports.cards.paper import pdf_of
from tests.reports.examples import BONNAT, answered, card

CARDS = 100
LOST = (2, 3, 4, 5)


def measured() -> Iterator[float]:
    """What each card took, in milliseconds, in the order they were drawn."""
    themes = ("inclusion", "cybersecurite", "communication")
    contents = [
        card(
            *(answered(theme, lost=LOST[n % len(LOST)]) for theme in themes),
            authority=replace(BONNAT, code=f"23{n:03}", name=f"Commune d’essai {n}"),
        ).to_json()
        for n in range(CARDS)
    ]
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        for content in contents:
            started = perf_counter()
            process.submit(pdf_of, content).result()
            yield 1000 * (perf_counter() - started)


def main() -> None:
    """One line a figure: name, value, unit."""
    took = list(measured())
    print(f"cards.first_ms\t{took[0]:.0f}\tms")
    print(f"cards.hundredth_ms\t{took[-1]:.0f}\tms")


if __name__ == "__main__":
    main()
