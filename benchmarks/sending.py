"""How fast invitations leave, signed, by one worker process, two and four, and what each costs.

Beside it, in the same call and to the same mail server: the loop that anyone would write first,
one `EmailMessage` and one connection a mail, no database and no signature.
"""

from __future__ import annotations

import os
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy import text

from app.campaigns.control import invite
from app.house import House
from app.settings import ROOT
from app.vocabulary.scope import Author
from benchmarks._ground import NOW, analyse, opened_wave, real_panel, show, temporary_house

# Départements of some 800 communes each: one for each measure, by how many workers share it.
DEPARTEMENTS = {1: "02", 2: "62", 4: "80"}
UNSIGNED = "76"
N_BARE = 300
_MAILBOXES = text("""
    WITH place AS (
        SELECT id, code FROM territories
         WHERE asked AND kind = 'commune' AND departement_code = ANY(:departements)
    ), box AS (
        INSERT INTO addresses (channel, value, lane, created_at)
        SELECT 'email', 'mairie-' || code || '@communes.invalid', 'wide', :now FROM place
        RETURNING id, value
    )
    INSERT INTO contacts (territory_id, address_id, role, origin, as_of)
    SELECT place.id, box.id, 'mairie', 'simulated', CAST(:now AS date)
      FROM place JOIN box ON box.value = 'mairie-' || place.code || '@communes.invalid'
""")


@contextmanager
def sink() -> Iterator[int]:
    """A mail server in a process of its own; its port."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks._sink"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait()


def furnished(house: House) -> int:
    """A wave open on the real panel, with a mailbox for each commune to be written to."""
    real_panel(house)
    with house.db.transaction() as session:
        departements = [*DEPARTEMENTS.values(), UNSIGNED]
        session.execute(_MAILBOXES, {"departements": departements, "now": NOW})
    wave_id = opened_wave(house)
    analyse(house)
    return wave_id


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


def drained(house: House, port: int, n_workers: int, key_file: str) -> tuple[int, float, float]:
    """Mails sent, seconds, and seconds of processor of all workers."""
    environment = {
        **os.environ,
        "DATABASE_URL": str(house.owner_url),
        "SMTP_PORT": str(port),
        "DKIM_KEY_FILE": key_file,
        "LOG_LEVEL": "WARNING",
    }
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks._drain"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(n_workers)
    ]
    for worker in workers:
        assert worker.stdout is not None
        worker.stdout.readline()
    start = time.perf_counter()
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    told = [worker.stdout.readline().split() for worker in workers if worker.stdout]
    seconds = time.perf_counter() - start
    for worker in workers:
        worker.wait()
    return sum(int(n) for n, _ in told), seconds, sum(float(cpu) for _, cpu in told)


def bare(port: int, words: tuple[str, str, str]) -> float:
    """Mails a second of the simplest loop, with the same words."""
    subject, plain, html = words
    start = time.perf_counter()
    for number in range(N_BARE):
        mail = EmailMessage()
        mail["Subject"] = subject
        mail["From"] = "barometre@barometre.invalid"
        mail["To"] = f"mairie-{number}@communes.invalid"
        mail.set_content(plain)
        mail.add_alternative(html, subtype="html")
        with smtplib.SMTP("127.0.0.1", port) as server:
            server.send_message(mail)
    return N_BARE / (time.perf_counter() - start)


def same_words(house: House) -> tuple[str, str, str]:
    """A mail of about our mails' size: the text that left, and HTML three times as long."""
    with house.db.reading() as session:
        row = session.execute(
            text("SELECT subject, body FROM messages WHERE state = 'sent' LIMIT 1")
        ).one()
    paragraph = f"<p>{row.body}</p>"
    return row.subject, row.body, f"<!doctype html><html><body>{paragraph * 3}</body></html>"


def main() -> None:
    with temporary_house() as house, sink() as port, signing_key() as key_file:
        wave_id = furnished(house)

        def measured(n_workers: int, departement: str, key: str) -> tuple[float, float]:
            """Messages a second, and milliseconds of processor for each."""
            invite(house.db, wave_id, departement, house.letterhead, by=Author.system(), now=NOW)
            n_sent, seconds, cpu = drained(house, port, n_workers, key)
            return n_sent / seconds, 1000 * cpu / n_sent

        rates = {}
        for n_workers, departement in DEPARTEMENTS.items():
            rates[n_workers], cpu = measured(n_workers, departement, key_file)
            show(f"sending.messages_per_s.{n_workers}", rates[n_workers], "messages/s")
            show(f"sending.cpu_ms.{n_workers}", cpu, "ms")
        rate, cpu = measured(1, UNSIGNED, "")
        show("sending.unsigned.messages_per_s", rate, "messages/s")
        show("sending.unsigned.cpu_ms", cpu, "ms")
        show("sending.ratio_to_bare_loop", rates[1] / bare(port, same_words(house)), "ratio")


if __name__ == "__main__":
    main()
