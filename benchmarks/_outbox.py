"""Where the measure of sending takes place: invitations that wait, a mail server, a DKIM key."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy import create_engine, text

from app.campaigns.apply import plan_due
from app.campaigns.batches import Wanted, plan_batch
from app.house import House
from app.settings import ROOT
from app.vocabulary.scope import Author
from app.vocabulary.wave_steps import BatchKind
from benchmarks._ceilings import Words
from benchmarks._ground import (
    NOW,
    analyse,
    copied,
    mailboxes,
    opened_wave,
    real_panel,
    temporary_house,
)
from benchmarks._machine import Postgresql
from benchmarks._workers import Run, drained

SWITCHED_ON = {
    "BOUNCE_ADDRESS": "retours@barometre.invalid",
    "TELEGRAM_TOKEN": "1:measure",  # nobody calls Telegram: only mails leave
    "TELEGRAM_BOT": "mesure_bot",
    "LOG_LEVEL": "WARNING",
}


_PUT_OFF = text("""
    UPDATE messages SET next_try_at = :later
     WHERE id IN (SELECT id FROM messages ORDER BY address_id OFFSET :n)
""")


@dataclass(frozen=True, slots=True)
class Sink:
    """A mail server in a process of its own."""

    pid: int
    port: int


@contextmanager
def running_sink() -> Iterator[Sink]:
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks._sink"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield Sink(process.pid, int(process.stdout.readline()))
    finally:
        process.terminate()
        process.communicate()


@contextmanager
def signing_key() -> Iterator[str]:
    """A DKIM key of the size that is advised; the file's path."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "dkim.pem"
        key = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        yield str(path)


@contextmanager
def invited(n: int) -> Iterator[House]:
    """A house on the real panel where that many invitations wait; nothing was sent."""
    with temporary_house(**SWITCHED_ON) as house:
        real_panel(house)
        mailboxes(house, n)
        wave_id = opened_wave(house)
        wanted = Wanted(BatchKind.SHARE, NOW, share=1.0)
        plan_batch(house.db, None, Author.system(), wave_id, wanted, now=NOW)
        plan_due(house.db, house.letterhead, now=NOW)
        analyse(house)
        yield house


@dataclass(frozen=True, slots=True)
class Ground:
    """Where the runs take place."""

    house: House
    sink: Sink
    server: Postgresql | None
    key_file: str

    def run(
        self, n_workers: int, n: int, *, key_file: str | None = None, cores: tuple[int, ...] = ()
    ) -> tuple[Run, Words]:
        """Send that many from a fresh copy; what it cost, and words of a mail that left."""
        with copied(self.house) as url:
            _keep_only(url, n)
            environment: Mapping[str, str] = {
                **SWITCHED_ON,
                "DATABASE_URL": url,
                "SMTP_PORT": str(self.sink.port),
                "DKIM_KEY_FILE": self.key_file if key_file is None else key_file,
            }
            run = drained(
                environment, n_workers, sink=self.sink.pid, server=self.server, cores=cores
            )
            if run.n_sent != n:
                raise RuntimeError(f"{run.n_sent} mails left of {n}")
            return run, _words(url)


def _keep_only(url: str, n: int) -> None:
    """Put all others off: only so many are due."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(_PUT_OFF, {"n": n, "later": NOW + timedelta(days=30)})
        connection.execute(text("VACUUM ANALYZE messages"))  # autovacuum would, meanwhile
    engine.dispose()


def _words(url: str) -> Words:
    """Those of a mail as large as ours: the text that left, and HTML three times as long."""
    engine = create_engine(url)
    with engine.connect() as connection:
        row = connection.execute(
            text("SELECT subject, body FROM messages WHERE state = 'sent' ORDER BY id LIMIT 1")
        ).one()
    engine.dispose()
    paragraph = f"<p>{row.body}</p>"
    return row.subject, row.body, f"<!doctype html><html><body>{paragraph * 3}</body></html>"
