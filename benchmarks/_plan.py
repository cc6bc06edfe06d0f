"""One process that plans, as the clock's would: it is asked by lines, and answers each by one.

`due NOW`: what the clock does at that moment. `preview WAVE NOW UNTIL`: the dry run. The answer is
how many messages, in how many seconds, and the most MB it has held so far; or `out-of-memory`,
after which it ends. It loads the house and nothing else, and holds no more than BENCH_MEMORY_MB.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from datetime import datetime

from app.campaigns.apply import plan_due
from app.campaigns.preview import preview
from app.house import House, open_house
from benchmarks._machine import MB, peak_mb


def main() -> None:
    most = int(os.environ["BENCH_MEMORY_MB"]) * MB
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    house = open_house(os.environ)
    for line in sys.stdin:
        what, *values = line.split()
        start = time.perf_counter()
        try:
            n = foreseen(house, *values) if what == "preview" else planned(house, *values)
        except MemoryError:
            print("out-of-memory", flush=True)
            break
        print(n, time.perf_counter() - start, peak_mb(), flush=True)
    house.close()


def planned(house: House, now: str) -> int:
    """What the clock queues at that moment."""
    found = plan_due(house.db, house.letterhead, now=datetime.fromisoformat(now))
    return found.n_messages + found.n_announced


def foreseen(house: House, wave_id: str, now: str, until: str) -> int:
    """How many messages the dry run of a wave tells, as the command line asks for it."""
    with house.db.reading() as session:
        found = preview(
            session,
            int(wave_id),
            house.letterhead,
            until=datetime.fromisoformat(until),
            now=datetime.fromisoformat(now),
        )
        return len(found.sendings)


if __name__ == "__main__":
    main()
