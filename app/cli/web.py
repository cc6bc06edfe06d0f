"""`barometre web`: the site under gunicorn."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EACCES, EADDRINUSE, EADDRNOTAVAIL
from pathlib import Path
from tempfile import mkdtemp

import click
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from app.cli.running import STAYING, house
from app.errors import Refused
from app.house import House
from app.main import create_app

HOST = "127.0.0.1"
WHY = {
    EADDRINUSE: "il est pris",
    EACCES: "ce compte n’en a pas le droit",
    EADDRNOTAVAIL: "cette machine n’a pas cette adresse",
}


class PlaceTaken(Refused):
    """Something else listens there, or this account or machine may not."""

    sentence = (
        "Le site ne peut pas écouter sur {host}, port {port} ({why}). Arrêtez ce qui occupe ce "
        "port, ou choisissez-en un autre par --port."
    )


@click.command("web")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, help="Port (8000).")
@click.option("--host", default=HOST, help="Adresse d’écoute ; celle de cette machine par défaut.")
@click.option("--processes", type=click.IntRange(1, 64), default=2, help="Processus gunicorn (2).")
@click.option("--threads", type=click.IntRange(1, 64), default=4, help="Fils par processus (4).")
def web(port: int, host: str, processes: int, threads: int) -> None:
    """Servir le site : réponses, fiches, résultats, console."""
    _try_place(host, port)
    with house(**STAYING) as opened, _counters() as counters:
        _Gunicorn(
            opened,
            counters,
            {
                "bind": f"{host}:{port}",
                "workers": processes,
                "threads": threads,
                "worker_class": "gthread",
                # Paths hold tokens: our own log tells requests without them.
                "accesslog": None,
                "logger_class": _QuietLogger,
                "control_socket_disable": True,
            },
        ).run()


def _try_place(host: str, port: int) -> None:
    """Refuse at once, in a sentence, what gunicorn would try for five seconds."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((host, port))
        except OSError as error:
            raise PlaceTaken(
                host=host, port=port, why=WHY.get(error.errno or 0, error.strerror)
            ) from error


@contextmanager
def _counters() -> Iterator[Path]:
    """Where the processes of this site count their requests together, for as long as it lasts.

    gunicorn's workers leave through here as well: only the process that made it removes it.
    """
    folder, maker = Path(mkdtemp(prefix="barometre-compteurs-")), os.getpid()
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)  # as prometheus_client wants it told
    try:
        yield folder
    finally:
        if os.getpid() == maker:
            shutil.rmtree(folder, ignore_errors=True)


class _QuietLogger(Logger):  # type: ignore[misc]
    """gunicorn's own lines, a malformed request's path included, through our redacting log."""

    def setup(self, cfg: object) -> None:
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            log.handlers.clear()
            log.propagate = True


class _Gunicorn(BaseApplication):  # type: ignore[misc]
    """Our application under gunicorn; the house has no connection yet when the workers fork."""

    def __init__(self, opened: House, counters: Path, options: dict[str, object]) -> None:
        self._options = options
        self._counters = counters
        self._opened = opened
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> object:
        return create_app(self._opened, counters=self._counters)
