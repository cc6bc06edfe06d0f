"""How fast one millésime is imported: rows written of all tables, over the whole import.

The files' reading and the rule of the panel are in it: it is what an operator waits for. Imported
three times, the middle one is shown; the first adds rows, the others change them.
"""

from __future__ import annotations

import time
from statistics import median

from app.panel.geography import import_geography
from benchmarks._ground import NOW, PACKAGE, show, temporary_house

TIMES = 3


def main() -> None:
    speeds = []
    with temporary_house() as house:
        for _ in range(TIMES):
            start = time.perf_counter()
            report = import_geography(house.db, PACKAGE, 2026, now=NOW)
            speeds.append(report.n_rows / (time.perf_counter() - start))
    show("geography.rows_per_s", median(speeds), "rows/s")


if __name__ == "__main__":
    main()
