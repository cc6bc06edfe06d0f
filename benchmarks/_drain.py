"""One worker process of the measure of sending: waits for a word, drains, says what it cost."""

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
    house.close()


if __name__ == "__main__":
    main()
