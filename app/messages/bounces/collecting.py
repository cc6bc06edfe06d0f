"""Goes through boxes of returned mail, each mail on its own."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from app.messages.bounces.applying import Taken
from app.messages.bounces.sources import Box
from app.vocabulary.mail_reports import ReportKind

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Tally:
    """What one reading found."""

    by_kind: Counter[ReportKind] = field(default_factory=Counter)
    n_before: int = 0  # read already, in another box
    n_unknown: int = 0  # about no message of ours

    def add(self, taken: Taken) -> None:
        if taken.before:
            self.n_before += 1
            return
        self.by_kind[taken.kind] += 1
        self.n_unknown += not taken.known


def collect(boxes: Sequence[Box], take: Callable[[bytes], Taken]) -> Tally:
    """Read every box; `take` deals with one mail, in a transaction of its own.

    A mail that fails stays where it is and holds back none of the others: the first failure is
    raised once all are read.
    """
    tally = Tally()
    failures: list[Exception] = []
    for box in boxes:
        with box() as waiting:
            for mail in waiting:
                try:
                    taken = take(mail.raw)
                except Exception as error:
                    log.error("a returned mail could not be taken: %s", type(error).__name__)
                    failures.append(error)
                    continue
                mail.done(taken)
                tally.add(taken)
    if failures:
        raise failures[0]
    return tally
