"""A mail server on 127.0.0.1 that takes all and keeps nothing: says its port, then serves.

As light as can be, so that the machine's time goes to what is measured; like Postfix, it may be
asked several things at once, and then answers them together.
"""

from __future__ import annotations

import asyncio
from typing import cast

HELLO = b"250-sink\r\n250-SIZE 10000000\r\n250 PIPELINING\r\n"
END = b"\r\n.\r\n"
TAKEN = b"250 2.0.0 OK\r\n"
REPLIES = {b"EHLO": HELLO, b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}


class Taking(asyncio.Protocol):
    """One connection: commands, one a line, and texts that end with a lone dot."""

    transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self._unread = b""
        self._in_text = False
        self._over = False
        self.transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self._unread += data
        replies = []
        while (reply := self._take_one()) is not None:
            replies.append(reply)
        if replies:
            self.transport.write(b"".join(replies))
        if self._over:
            self.transport.close()

    def _take_one(self) -> bytes | None:
        """The answer to one command or one text; None when it is not whole yet."""
        end = END if self._in_text else b"\r\n"
        taken, found, rest = self._unread.partition(end)
        if not found:
            return None
        self._unread = rest
        if self._in_text:
            self._in_text = False
            return TAKEN
        word = taken[:4].upper()
        self._in_text = word == b"DATA"
        self._over = word == b"QUIT"
        return REPLIES.get(word, b"250 OK\r\n")


async def serve() -> None:
    server = await asyncio.get_running_loop().create_server(Taking, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve())
