"""A restored or copied database knows that it is one, and sends nothing until it is told to."""

from __future__ import annotations

import mailbox
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from app.messages.drain import drain
from app.messages.holds.identity import DIFFERENCES, Identity, differences, place_of
from app.messages.holds.lifting import release_all
from app.messages.holds.read import differences_now
from app.models.database_rules import APP, READER
from app.vocabulary.scope import Author
from scheduler.clock import read_returned_mail
from scheduler.sweep import sweep
from scheduler.worker import run_worker
from tests.conftest import Cluster
from tests.messages.holds.boxes import all_invited, boxes, held
from tests.messages.post import by, carrier, change, messages, rows, send
from tests.scheduler.worker_process import in_house
from tests.world import Ground, World

WORDS = dict(DIFFERENCES)
OTHER_DATABASE = WORDS["database_oid"]


def some_sent(world: World) -> None:
    """Three invitations left, and three more wait: sending has begun from here."""
    boxes(world, "a.invalid", 3)
    all_invited(world)
    send(world)
    change(
        world,
        """WITH made AS (
             INSERT INTO messages (address_id, wave_id, step, occasion, channel, lane, template_id,
                                   next_try_at, created_at)
             SELECT address_id, wave_id, 'receipt', 'later', channel, lane, template_id, :now, :now
               FROM messages WHERE step = 'invitation' RETURNING id, address_id)
           INSERT INTO message_cases (message_id, case_id)
           SELECT made.id, cases.id FROM made
             JOIN contacts ON contacts.address_id = made.address_id
             JOIN cases ON cases.territory_id = contacts.territory_id""",
        now=world.now,
    )


@contextmanager
def opened(world: World, cluster: Cluster, name: str) -> Iterator[World]:
    """The world as a process finds it that opens this other database."""
    ground = Ground(cluster.owner(name), cluster.url(name, APP), cluster.url(name, READER))
    there = World(ground, world.smtp)
    there.now, there.wave_id = world.now, world.wave_id
    yield there
    ground.close()


@pytest.fixture(params=["CREATE DATABASE … TEMPLATE", "pg_dump and pg_restore"])
def copy(
    world: World, cluster: Cluster, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[World]:
    """The same database once more, made while three messages waited."""
    some_sent(world)
    original, name = make_url(world.owner_url).database, f"copy_{uuid.uuid4().hex[:12]}"
    if request.param.startswith("CREATE"):
        world.db.close()
        cluster.execute(f"CREATE DATABASE {name} TEMPLATE {original}")
    else:
        cluster.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        restored(cluster, str(original), name, tmp_path / "dump")
    with opened(world, cluster, name) as there:
        yield there
    cluster.execute(f"DROP DATABASE {name} WITH (FORCE)")


def restored(cluster: Cluster, original: str, name: str, dump: Path) -> None:
    """What docs/deployer.md tells the operator to do."""

    def run(program: str, *words: str, on: str) -> None:
        url = make_url(cluster.owner(on)).set(drivername="postgresql")
        place = cluster.server.bin(program) if cluster.server else program
        dbname = f"--dbname={url.render_as_string(hide_password=False)}"
        subprocess.run([place, *words, dbname], check=True, capture_output=True)

    run("pg_dump", "--format=custom", f"--file={dump}", on=original)
    run("pg_restore", str(dump), on=name)


def test_a_copy_sends_nothing_and_the_original_goes_on(world: World, copy: World) -> None:
    carried = len(world.smtp.messages)

    send(copy)
    send(copy)

    assert held(copy) == ["copy"]
    assert len(world.smtp.messages) == carried
    waiting = [row for row in messages(copy) if row.state == "queued"]
    assert [(row.tries, row.last_reason) for row in waiting] == [(0, None)] * 3

    send(world)
    assert held(world) == []
    assert len(world.smtp.messages) == carried + 3


def test_a_copy_says_what_differs_and_sends_once_it_is_released(copy: World) -> None:
    send(copy)
    with copy.db.reading() as session:
        assert differences_now(session, copy.letterhead.public_url) == (OTHER_DATABASE,)

    release_all(copy.db, copy.letterhead.public_url, by=Author.system(), now=copy.now)
    send(copy)

    assert held(copy) == []
    assert len(copy.smtp.messages) == 6
    (entry,) = rows(copy, "SELECT action, subject FROM audit_entries WHERE action LIKE 'sending%'")
    assert (entry.action, entry.subject) == ("sending resumed", "copy")


def test_a_worker_on_a_copy_sends_nothing_either(copy: World) -> None:
    carried = len(copy.smtp.messages)
    sweep(copy.db, now=copy.now)

    run_worker(in_house(copy), ["sending"], wait=False)

    assert held(copy) == ["copy"]
    assert len(copy.smtp.messages) == carried
    assert sweep(copy.db, now=copy.now).n_lanes_woken == 0


def test_a_copy_leaves_returned_mail_to_whom_it_is_for(copy: World, tmp_path: Path) -> None:
    box = mailbox.Maildir(tmp_path / "returned", create=True)
    box.add(b"Subject: Undelivered\n\nsent back")
    house = in_house(copy)
    house = replace(house, settings=replace(house.settings, bounce_maildir=tmp_path / "returned"))

    assert read_returned_mail(house) is None
    assert len(list((tmp_path / "returned" / "new").iterdir())) == 1

    release_all(copy.db, copy.letterhead.public_url, by=Author.system(), now=copy.now)
    assert read_returned_mail(house) is not None
    assert list((tmp_path / "returned" / "new").iterdir()) == []


def test_another_public_address_is_another_installation(world: World) -> None:
    some_sent(world)
    elsewhere = replace(world.letterhead, public_url="https://essai.barometre.example")

    drain(world.db, by(carrier(world)), elsewhere, "wide", now=world.now)

    assert held(world) == ["copy"]
    assert len(world.smtp.messages) == 3
    with world.db.reading() as session:
        assert differences_now(session, elsewhere.public_url) == (WORDS["public_url"],)


def test_what_is_held_stays_held_until_somebody_says_so(world: World) -> None:
    test_another_public_address_is_another_installation(world)

    send(world)  # under its own address again

    assert held(world) == ["copy"]
    assert len(world.smtp.messages) == 3


def test_before_anything_was_sent_nothing_is_noted(world: World) -> None:
    all_invited(world)

    with world.db.reading() as session:
        assert differences_now(session, "https://anywhere.example") == ()


HERE = Identity("7712", 16_384, 1, "https://barometre.example")


@pytest.mark.parametrize(
    ("field", "other"),
    [
        ("system_identifier", replace(HERE, system_identifier="7713")),
        ("database_oid", replace(HERE, database_oid=16_385)),
        ("timeline", replace(HERE, timeline=2)),
        ("public_url", replace(HERE, public_url="https://essai.example")),
    ],
)
def test_each_part_of_an_identity_tells_a_copy(field: str, other: Identity) -> None:
    assert differences(HERE, other) == (WORDS[field],)
    assert differences(HERE, HERE) == ()


def test_a_demo_on_another_port_is_the_same_demo() -> None:
    assert place_of("http://127.0.0.1:8000") == place_of("http://127.0.0.1:8123")
    assert place_of("https://a.example:8443") != place_of("https://a.example")
