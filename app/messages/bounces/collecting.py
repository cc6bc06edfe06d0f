"""Goes through boxes of returned mail, each mail on its own."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from app.messages.bounces.applying import Taken
from app.messages.bounces.sources import Box, BoxClosed, MailGone, Waiting
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

    A mail that fails stays where it is and holds back none of the others, nor does a box that does
    not open: the first failure is raised once all are read.
    """
    tally = Tally()
    failures: list[Exception] = []
    for box in boxes:
        try:
            with box() as waiting:
                for mail in waiting:
                    _collect_one(mail, take, tally, failures)
        except BoxClosed as closed:
            failures.append(closed)
    if failures:
        raise failures[0]
    return tally


def _collect_one(
    mail: Waiting, take: Callable[[bytes], Taken], tally: Tally, failures: list[Exception]
) -> None:
    try:
        taken = take(mail.read())
        tally.add(taken)
        mail.done(taken)
    except MailGone:
        return
    except BoxClosed:
        raise
    except Exception as error:
        log.error("a returned mail could not be taken: %s", type(error).__name__)
        failures.append(error)
