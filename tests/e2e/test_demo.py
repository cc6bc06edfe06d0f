"""The whole demo, as a newcomer runs it; then its logs and tables, searched for what may not be."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy.engine import make_url

from app import embedded
from app.cli.demo.mails import Mails
from app.settings import ROOT
from tests.conftest import Cluster

pytestmark = pytest.mark.slow

TOKEN = re.compile(r"/(?:r|stop|fiche)/([A-Za-z0-9_-]{43})")
DATABASE = "barometre_demo_test"
# The one erasable home of respondents' addresses.
WHERE_ADDRESSES_LIVE = {"public.addresses"}


@dataclass(frozen=True)
class Ran:
    """What a finished demo left: what it said and logged, its mails, its tables."""

    code: int
    said: str
    logged: str
    again_seconds: float
    tokens: frozenset[str]
    mailboxes: frozenset[str]
    bodies: tuple[str, ...]
    tables: dict[str, str]


@pytest.fixture(scope="module")
def demo(cluster: Cluster) -> Iterator[Ran]:
    """`barometre demo --no-serve`, on the smallest département of the mainland, then once more."""
    folder = embedded.default_data(ROOT, "demo-test")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    cluster.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
    cluster.execute(f"CREATE DATABASE {DATABASE} TEMPLATE template0 ENCODING 'UTF8'")
    environ = {
        **os.environ,
        "DATABASE_URL": cluster.owner(DATABASE),
        "DATA_DIR": str(folder / "data"),
        "SMTP_PORT": str(free_port()),
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "app.cli.main", "demo", "--no-serve", "--departement", "90"]
    first = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=600)
    began = time.monotonic()
    subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=True)
    again = time.monotonic() - began
    kept = Mails(folder / "demo" / "mails")
    mails = [kept.read(number) for number in kept.newest_first()]
    bodies = tuple(part for mail in mails for part in (mail.text, mail.html))
    yield Ran(
        first.returncode,
        first.stdout,
        first.stderr,
        again,
        frozenset(token for body in bodies for token in TOKEN.findall(body)),
        frozenset(mail.recipient for mail in mails),
        bodies,
        tables_of(cluster),
    )
    cluster.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")
    shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def tables_of(cluster: Cluster) -> dict[str, str]:
    """Every row of every table, as text: name → contents."""
    url = make_url(cluster.owner(DATABASE)).set(drivername="postgresql")
    program = cluster.server.bin("pg_dump") if cluster.server else "pg_dump"
    written = subprocess.run(
        [program, "--data-only", url.render_as_string(hide_password=False)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    copied = re.finditer(r"^COPY (\S+) [^\n]*\n(.*?)^\\\.$", written, re.DOTALL | re.MULTILINE)
    return {found[1]: found[2] for found in copied}


def test_it_shows_its_six_steps_and_ends_well(demo: Ran) -> None:
    assert demo.code == 0, demo.said + demo.logged
    for number in range(1, 7):
        assert f"{number}. " in demo.said


def test_it_asks_every_authority_and_says_whom_it_leaves_out(demo: Ran) -> None:
    said = demo.said.replace("\u00a0", " ")

    for count in ("36 242", "34 875", "1 255", "95 départements", "17 régions", "108 726"):
        assert count in said


def test_once_ready_it_does_not_begin_again(demo: Ran) -> None:
    """Whole process included; the issue asks for less than five seconds, here with a margin."""
    assert demo.again_seconds < 20


def test_mails_hold_links_that_nobody_could_guess(demo: Ran) -> None:
    assert len(demo.tokens) > 100
    assert len(demo.mailboxes) > 50
    assert all(mailbox.endswith(".invalid") for mailbox in demo.mailboxes)


def test_no_table_holds_a_token(demo: Ran) -> None:
    found = {
        table
        for table, contents in demo.tables.items()
        if any(token in contents for token in demo.tokens)
    }
    assert found == set()


def test_addresses_live_in_one_table(demo: Ran) -> None:
    found = {
        table
        for table, contents in demo.tables.items()
        if any(mailbox in contents.lower() for mailbox in demo.mailboxes)
    }
    assert found == WHERE_ADDRESSES_LIVE


def test_nothing_said_or_logged_holds_a_token_or_an_address(demo: Ran) -> None:
    written = demo.said + demo.logged

    assert not [token for token in demo.tokens if token in written]
    assert not [mailbox for mailbox in demo.mailboxes if mailbox in written]


def test_every_mail_says_that_it_is_a_demonstration(demo: Ran) -> None:
    assert all("démonstration" in body.lower() for body in demo.bodies)


def test_nobody_is_named_in_what_is_published(demo: Ran) -> None:
    published = demo.tables["published.results"]

    assert published
    assert "Belfort\t" not in published.replace("Territoire de Belfort", "")
