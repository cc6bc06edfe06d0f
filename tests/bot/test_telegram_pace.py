"""How fast we write on Telegram: one message a second in a chat, thirty in all."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from bot.channels.telegram_api import DIALOGUE_A_SECOND, OUTBOX_A_SECOND, Pace


@dataclass
class Server:
    """Takes messages; its clock moves only when somebody waits."""

    now: float = 0.0
    took: list[tuple[float, int]] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.now += seconds

    async def take(self, chat: int) -> bool:
        self.took.append((self.now, chat))
        return True

    def pace(self, a_second: float = 1_000) -> Pace:
        return Pace(a_second, 0, clock=lambda: self.now, sleep=self.sleep)

    async def posts(self, pace: Pace, *chats: int) -> None:
        for chat in chats:
            data: dict[str, Any] = {"chat_id": chat}
            await pace.process_request(self.take, (chat,), {}, "sendMessage", data, None)


def test_a_chat_gets_one_message_a_second() -> None:
    server = Server()

    asyncio.run(server.posts(server.pace(), 1, 1, 1))

    assert server.took == [(0, 1), (1, 1), (2, 1)]


def test_another_chat_does_not_wait_for_it() -> None:
    server = Server()

    asyncio.run(server.posts(server.pace(), 1, 2, 3, 4))

    assert {at for at, _ in server.took} == {0}


def test_whoever_was_silent_for_a_while_is_answered_at_once() -> None:
    server = Server()

    async def a_while_between() -> None:
        pace = server.pace()
        await server.posts(pace, 1)
        await server.sleep(1.5)
        await server.posts(pace, 1)

    asyncio.run(a_while_between())

    assert server.took == [(0, 1), (1.5, 1)]


def test_chats_of_long_ago_are_forgotten() -> None:
    server = Server()
    pace = server.pace(a_second=1e9)

    async def many() -> None:
        await server.posts(pace, *range(600))
        await server.sleep(2)
        await server.posts(pace, 7, 7)

    asyncio.run(many())

    assert server.took[-2:] == [(2, 7), (3, 7)]
    assert len(pace._free_at) == 1


def test_all_chats_together_get_no_more_than_telegram_allows() -> None:
    server = Server()

    async def all_at_once() -> None:
        pace = server.pace(DIALOGUE_A_SECOND)
        posts = [asyncio.create_task(server.posts(pace, chat)) for chat in range(60)]
        for _ in range(10):
            await asyncio.sleep(0)
        for one in posts:
            one.cancel()
        await asyncio.gather(*posts, return_exceptions=True)

    asyncio.run(all_at_once())

    assert len(server.took) == DIALOGUE_A_SECOND
    assert DIALOGUE_A_SECOND + OUTBOX_A_SECOND <= 30


def test_a_call_that_writes_nothing_waits_for_nobody() -> None:
    server = Server()
    pace = server.pace()

    async def acknowledges() -> None:
        await server.posts(pace, 1)
        data: dict[str, Any] = {"callback_query_id": "5"}
        await pace.process_request(server.take, (0,), {}, "answerCallbackQuery", data, None)

    asyncio.run(acknowledges())

    assert server.took == [(0, 1), (0, 0)]
