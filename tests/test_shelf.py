"""A database that a test has used is as new for the next, or is not used again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, text

from app.db import Database
from app.models.database_rules import APP
from tests.conftest import Cluster
from tests.shelf import Shelf
from tests.sink import Sink
from tests.world import Ground, World


@pytest.fixture
def own(cluster: Cluster, template: str) -> Iterator[Shelf]:
    """Not the shelf that this very test's database is on."""
    shelf = Shelf(cluster, template)
    yield shelf
    shelf.close()


def _opened(cluster: Cluster, name: str) -> Ground:
    return Ground(cluster.owner(name), cluster.url(name, APP), cluster.url(name, APP))


def test_what_one_test_wrote_the_next_does_not_find(
    cluster: Cluster, own: Shelf, sink: Sink
) -> None:
    name = own.take()
    ground = _opened(cluster, name)
    before = World(ground, sink).counts()
    world = World(ground, sink)
    first = world.contact("23096", "mairie@gueret.invalid")
    world.open_wave()
    assert world.counts() != before
    ground.close()
    own.give_back()

    assert own.take() == name
    ground = _opened(cluster, name)
    try:
        assert World(ground, sink).counts() == before
        assert World(ground, sink).contact("23096", "mairie@gueret.invalid") == first
    finally:
        ground.close()


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TABLE left_over (n int)",
        "ALTER TABLE cases DISABLE TRIGGER ALL",
        "REVOKE SELECT ON cases FROM barometre_app",
        "CREATE OR REPLACE FUNCTION forget() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "UPDATE territories SET name = 'Ailleurs' WHERE code = '23096'",
        "DELETE FROM territories WHERE code = '23096'",
        "INSERT INTO questionnaires (theme, version, title, state, simulated, definition, digest, "
        "loaded_at) VALUES ('x', 9, 'x', 'draft', false, '{}', 'x', now())",
    ],
    ids=["table", "trigger", "right", "function", "name", "territory", "questionnaire"],
)
def test_a_database_whose_base_was_changed_is_not_used_again(
    cluster: Cluster, own: Shelf, change: str
) -> None:
    name = own.take()
    owner = create_engine(cluster.owner(name), isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        connection.execute(text(change))
    owner.dispose()
    own.give_back()
    assert own.take() != name
    assert not cluster.exists(name)


def test_a_database_in_which_somebody_still_works_is_not_used_again(
    cluster: Cluster, own: Shelf
) -> None:
    name = own.take()
    db = Database(cluster.owner(name))
    with db.engine.connect() as connection:
        connection.execute(text("SELECT 1"))  # a transaction that nobody ends
        own.give_back()
        connection.invalidate()
    db.close()
    assert own.take() != name
