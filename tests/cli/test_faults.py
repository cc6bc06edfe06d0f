"""What the database or the disk refuses is a sentence, and never hides a bug of ours."""

from __future__ import annotations

import errno

import psycopg
import pytest
from psycopg_pool import PoolTimeout
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from app.cli.faults import DATABASE_AWAY, of_database, of_disk


def refused(kind: type[DBAPIError], original: psycopg.Error) -> DBAPIError:
    return kind("SELECT", {}, original)


@pytest.mark.parametrize(
    ("original", "said"),
    [
        (psycopg.errors.UndefinedTable(), "db upgrade"),
        (psycopg.errors.UndefinedColumn(), "db upgrade"),
        (psycopg.errors.InsufficientPrivilege(), "trois rôles"),
        (psycopg.errors.ReadOnlySqlTransaction(), "serveur de secours"),
    ],
)
def test_a_database_that_is_not_ready_says_what_to_do(original: psycopg.Error, said: str) -> None:
    sentence = of_database(refused(ProgrammingError, original))
    assert sentence is not None
    assert said in sentence


@pytest.mark.parametrize(
    ("original", "said"),
    [
        (psycopg.OperationalError("connection refused"), "ne répond pas"),
        (psycopg.errors.LockNotAvailable(), "rien n’a été changé"),
        (psycopg.errors.DiskFull(), "disque de la base"),
        (psycopg.errors.TooManyConnections(), "max_connections"),
    ],
)
def test_a_database_in_trouble_says_which(original: psycopg.Error, said: str) -> None:
    sentence = of_database(refused(OperationalError, original))
    assert sentence is not None
    assert said in sentence


def test_the_workers_own_connections_are_told_alike() -> None:
    assert of_database(PoolTimeout("30 sec")) == DATABASE_AWAY


def test_a_bug_of_ours_is_not_told_as_somebody_elses_fault() -> None:
    assert of_database(refused(ProgrammingError, psycopg.errors.SyntaxError())) is None
    assert of_disk(OSError(errno.EPIPE, "Broken pipe")) is None


def test_a_full_disk_and_a_closed_folder_name_the_file() -> None:
    full = of_disk(OSError(errno.ENOSPC, "No space left", "var/demo/1.eml"))
    closed = of_disk(PermissionError(errno.EACCES, "Permission denied", "/srv/secret"))
    assert full is not None
    assert "var/demo/1.eml" in full
    assert closed is not None
    assert "/srv/secret" in closed
