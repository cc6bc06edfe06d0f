"""One worker process of the measure of sending: waits for a word, drains, says what it cost.

Its house, its pool of connections and its connection to the mail server are its own, as those of a
worker on another machine would be.
"""

from __future__ import annotations

import os
import sys
import time

from app.house import open_house
from app.messages.drain import drain
from app.messages.smtp import SmtpCarrier
from app.vocabulary.scope import Channel
from benchmarks._ground import NOW


def main() -> None:
    house = open_house(os.environ)
    carriers = {str(Channel.EMAIL): SmtpCarrier.of(house.settings)}
    print("ready", flush=True)
    sys.stdin.readline()
    before = time.process_time()
    drained = drain(house.db, carriers, house.letterhead, "wide", now=NOW)
    print(drained.n_sent, time.process_time() - before, flush=True)
    # Its connections stay until what PostgreSQL spent on them is read.
    sys.stdin.readline()
    house.close()


if __name__ == "__main__":
    main()
