"""How long five hundred people wait for the bot's next question, and how much one process answers.

The core of every messenger, without its wire: each turn is kept, thought of, said and noted, on a
wave opened on the whole panel. First five hundred chats at once, each person reading for some
seconds before they reply; a turn's time counts from their reply to the next question, the wait for
a free thread included. Then the same people without any pause.
"""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from random import Random
from statistics import quantiles

from sqlalchemy import Engine, event, func, select

from app.cli.demo.answers import fields, typed
from app.house import House
from app.interview.questionnaire import Questionnaire
from app.links.chats import tie
from app.models.cases import AnswerEvent
from app.questionnaires.load import load_all
from app.vocabulary.scope import Channel
from benchmarks._ground import NOW, answer_links, opened_wave, real_panel, show, temporary_house
from bot.channels.channel import Heard, Say
from bot.conversation import take_turn
from bot.desk import Desk
from bot.prompts import Asked, PromptKind

CHATS = 500
THREADS = 16  # as the messengers' files have
READING = (4.0, 12.0)  # seconds that a person reads and types, at least and at most
SECONDS = 15.0  # of each of the two measures
SKIP, YES, THEMES = "passer", "oui", "thèmes"


class Phones:
    """A messenger that delivers at once, to people who know what to reply."""

    channel = Channel.TELEGRAM
    confidential_allowed = False
    results_allowed = False
    writes_first = True
    longest = 4_096

    def __init__(self, questionnaires: Sequence[Questionnaire]) -> None:
        self.asked: dict[str, Asked | None] = {}
        self.n_sent = 0
        self._questionnaires = {one.theme: one for one in questionnaires}

    def send(self, external_id: str, say: Say) -> str:
        self.n_sent += 1
        if say.asked is not None:
            self.asked[external_id] = say.asked
        return f"{external_id}:{self.n_sent}"

    def reply(self, external_id: str, rng: Random) -> str:
        """What this person types now."""
        asked = self.asked.get(external_id)
        match asked.kind if asked else None:
            case PromptKind.QUESTION if asked and asked.theme and asked.question:
                question = self._questionnaires[asked.theme].question(asked.question)
                return typed(question, fields(question, 0.5, 2_000, rng)) or SKIP
            case PromptKind.SUBMIT:
                return rng.choice((YES, "retour"))
            case PromptKind.THEME:
                return rng.choice(("1", "3"))
        return THEMES


class Queries:
    """Counts the statements that these engines send."""

    def __init__(self, *engines: Engine) -> None:
        self.n = 0
        self._lock = threading.Lock()
        for engine in engines:
            event.listen(engine, "before_cursor_execute", self._count)

    def _count(self, *_: object) -> None:
        with self._lock:
            self.n += 1


class Crowd:
    """Five hundred people, each with a chat tied to a commune of their own."""

    def __init__(self, house: House) -> None:
        self.desk = Desk(house.db, house.letterhead, house.completeness)
        self.phones = Phones(load_all())
        self.turns: list[float] = []
        self.chats = _tied(house)
        self._rng = {chat: Random(chat) for chat in self.chats}
        self._n = 0

    def talk(self, seconds: float, reading: tuple[float, float]) -> float:
        """Everybody talks for that long; how long it took until the last turn was over."""
        self.turns.clear()
        start = time.perf_counter()
        due = [(start + self._rng[chat].uniform(0, reading[1]), chat) for chat in self.chats]
        heapq.heapify(due)
        lock = threading.Condition()
        running = 0

        def turn(chat: str, due_at: float) -> None:
            nonlocal running
            self._take(chat)
            now = time.perf_counter()
            with lock:
                self.turns.append(now - due_at)
                heapq.heappush(due, (now + self._rng[chat].uniform(*reading), chat))
                running -= 1
                lock.notify()

        futures: list[Future[None]] = []
        with ThreadPoolExecutor(THREADS) as threads:
            while (now := time.perf_counter()) < start + seconds:
                with lock:
                    while due and due[0][0] <= now and running < CHATS:
                        due_at, chat = heapq.heappop(due)
                        running += 1
                        futures.append(threads.submit(turn, chat, due_at))
                    wait = min(due[0][0] - now if due else 0.05, 0.05)
                    lock.wait(max(wait, 0.001))
        for future in futures:
            future.result()
        return time.perf_counter() - start

    def _take(self, chat: str) -> None:
        self._n += 1
        text = self.phones.reply(chat, self._rng[chat])
        heard = Heard(text, f"bench:{chat}:{self._n}:{time.monotonic_ns()}", chat)
        # The business clock advances, or every prompt would be as old as every message.
        now = NOW + timedelta(days=1, microseconds=time.monotonic_ns() // 1_000 % 10**9)
        take_turn(self.desk, self.phones, heard, now=now)


def _tied(house: House) -> list[str]:
    """That many chats, each tied to the link of a commune."""
    links = answer_links(house, CHATS)
    names = [str(1_000_000 + rank) for rank in range(len(links))]
    with house.db.transaction() as session:
        for name, link_id in zip(names, links, strict=True):
            tie(session, Channel.TELEGRAM, name, link_id, now=NOW)
    return names


def main() -> None:
    with temporary_house() as house:
        real_panel(house)
        opened_wave(house)
        crowd = Crowd(house)
        crowd.talk(3.0, (0.0, 2.0))  # what a process reads once is read
        crowd.talk(SECONDS, READING)
        hundredths = quantiles(crowd.turns, n=100)
        show("chat.turn_p50_ms", 1_000 * hundredths[49], "ms")
        show("chat.turn_p95_ms", 1_000 * hundredths[94], "ms")
        queries = Queries(house.db.engine, house.db.reader)
        took = crowd.talk(SECONDS, (0.0, 0.0))
        show("chat.turns_per_s", len(crowd.turns) / took, "turns/s")
        show("chat.queries_per_turn", queries.n / len(crowd.turns), "queries")
        with house.db.reading() as session:
            n_events = session.scalar(select(func.count()).select_from(AnswerEvent)) or 0
        show("chat.answers_kept", n_events, "answers")


if __name__ == "__main__":
    main()
