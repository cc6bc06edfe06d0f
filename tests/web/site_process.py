"""The site as its own processes, as an operator starts it. Not a test."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from app.cli.running import own_command, stop
from app.settings import ROOT


def free_port() -> int:
    """A port of this machine that nobody listened on a moment ago."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


@contextmanager
def running(port: int, settings: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Two processes of gunicorn, ended with the block whatever happens."""
    process = subprocess.Popen(
        own_command("web", "--port", str(port), "--processes", "2"),
        cwd=ROOT,
        env=dict(settings),
        start_new_session=True,
    )
    try:
        yield process
    finally:
        stop([process])
