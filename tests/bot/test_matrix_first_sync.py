"""A server that takes long to tell the state of every room, as it does at the first start."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels import matrix_client
from bot.channels.matrix_client import Account
from bot.channels.matrix_folder import Folder, Session

US = "@barometre:tchap.example"


class SlowServer:
    """Thinks about the first question for ever, and answers the next ones at once."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self._never = asyncio.Event()

    async def sync(self, request: web.Request) -> web.Response:
        self.asked.append(dict(request.query))
        if len(self.asked) == 1:
            await self._never.wait()
        return web.json_response({"next_batch": f"mark-{len(self.asked)}", "rooms": {}})

    def end(self) -> None:
        self._never.set()


async def _started(folder: Folder) -> tuple[SlowServer, str]:
    slow = SlowServer()
    app = web.Application()
    app.router.add_get("/_matrix/client/{version}/sync", slow.sync)
    async with TestServer(app) as server:
        account = Account(str(server.make_url("/")).rstrip("/"), US, "unused", folder)
        try:
            await account.sign_in()
            await account.next(first=True)
            mark = account.nio.next_batch
            await account.next(first=False, wait=1)
        finally:
            slow.end()
            await account.nio.close()
    return slow, mark


def test_a_first_answer_that_does_not_come_is_asked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(matrix_client, "FIRST_SYNC", 0.3)
    folder = Folder(tmp_path / "keys")
    folder.keep(Session(US, "DEVICE", "token", started_at_ms=0, read_up_to="where we were"))
    try:
        slow, mark = asyncio.run(asyncio.wait_for(_started(folder), 30))
    finally:
        folder.close()

    first, again, then = slow.asked
    assert first["since"] == again["since"] == "where we were"  # nothing written meanwhile is lost
    assert first["full_state"] == again["full_state"] == "true"
    assert mark == then["since"] == "mark-2"
    assert "full_state" not in then
    assert "the first answer of the server did not come" in caplog.text


def test_the_first_answer_may_take_a_quarter_of_an_hour() -> None:
    """The state of some thousand rooms; each later question is held half a minute at most."""
    assert matrix_client.FIRST_SYNC == 15 * 60
    assert matrix_client.LONG_POLL <= 30
