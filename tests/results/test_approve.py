"""A publication is public when two different people say so, and never changes afterwards."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from app.errors import NotAllowed
from app.models.organisations import AuditEntry
from app.results.approve import AlreadyApproved, SameApprover, UnknownPublication, approve
from app.results.read import latest, national, theme_table
from app.vocabulary.scope import Role
from tests.results.conftest import Hire
from tests.world import World


def test_two_people_make_it_public(world: World, hire: Hire, draft: int) -> None:
    aicha, karim = hire("Aïcha"), hire("Karim")

    first = approve(world.db, draft, aicha, by=aicha.user_id, now=world.now)
    with world.published.reading() as session:
        between = latest(session)
    second = approve(world.db, draft, karim, by=karim.user_id, now=world.days_pass(1))

    with world.published.reading() as session:
        shown = latest(session)
    assert (first.public, between) == (False, None)
    assert second.public
    assert shown is not None
    assert (shown.id, shown.simulated, shown.approved_at) == (draft, True, world.now)


def test_one_person_is_not_two(world: World, hire: Hire, draft: int) -> None:
    aicha = hire("Aïcha")
    approve(world.db, draft, aicha, by=aicha.user_id, now=world.now)

    with pytest.raises(SameApprover, match="Demandez à une autre personne"):
        approve(world.db, draft, aicha, by=aicha.user_id, now=world.now)

    with world.published.reading() as session:
        assert latest(session) is None


@pytest.mark.parametrize("role", [Role.OPSN, Role.READER])
def test_who_may_not_publish_is_refused(world: World, hire: Hire, draft: int, role: Role) -> None:
    bruno = hire("Bruno", role)

    with pytest.raises(NotAllowed):
        approve(world.db, draft, bruno, by=bruno.user_id, now=world.now)


def test_nobody_approves_in_the_name_of_another(world: World, hire: Hire, draft: int) -> None:
    aicha, karim = hire("Aïcha"), hire("Karim")

    with pytest.raises(NotAllowed):
        approve(world.db, draft, aicha, by=karim.user_id, now=world.now)


def test_an_unknown_number_is_told(world: World, hire: Hire) -> None:
    aicha = hire("Aïcha")

    with pytest.raises(UnknownPublication):
        approve(world.db, 999, aicha, by=aicha.user_id, now=world.now)


@pytest.fixture
def public(world: World, hire: Hire, draft: int) -> int:
    for name in ("Aïcha", "Karim"):
        person = hire(name)
        approve(world.db, draft, person, by=person.user_id, now=world.now)
    return draft


def test_a_third_approval_is_one_too_many(world: World, hire: Hire, public: int) -> None:
    third = hire("Chloé")

    with pytest.raises(AlreadyApproved, match="préparez-en une nouvelle"):
        approve(world.db, public, third, by=third.user_id, now=world.now)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE published.publications SET title = 'Autre'",
        "DELETE FROM published.publications",
        "UPDATE published.results SET score = 99",
        "DELETE FROM published.results",
        "INSERT INTO published.results (publication_id, theme, kind, level, code, name, sort_name, "
        "n_asked, n, score, low, high) SELECT id, 'inclusion', 'commune', 'departement', '01', "
        "'Ain', 'ain', 9, 9, 50, 40, 60 FROM published.publications",
    ],
)
def test_what_is_public_never_changes(world: World, public: int, change: str) -> None:
    with pytest.raises(DBAPIError, match="frozen"), world.db.transaction() as session:
        session.execute(text(change))


@pytest.mark.parametrize("table", ["cases", "responses", "addresses", "case_scores", "cards"])
def test_the_public_pages_account_cannot_read_private_tables(world: World, table: str) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        world.published.reading() as session,
    ):
        session.execute(text(f"SELECT 1 FROM public.{table}"))


def test_figures_are_read_by_name_and_masked_ones_say_so(world: World, public: int) -> None:
    with world.published.reading() as session:
        creuse, vienne = theme_table(session, public, "inclusion", "commune")
        france = national(session, public)

    assert (creuse.name, creuse.n, creuse.masked_because) == ("Lieu 23", 12, None)
    assert (vienne.n, vienne.score, vienne.masked_because) == (None, None, "few")
    assert [one.code for one in france] == ["FR"]


def test_figures_that_nobody_approved_cannot_be_read(world: World, draft: int) -> None:
    with world.published.reading() as session:
        assert theme_table(session, draft, "inclusion", "commune") == []


def test_each_approval_leaves_its_trace(world: World, public: int) -> None:
    with world.db.reading() as session:
        traces = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()

    assert [trace.details for trace in traces] == [{"approval": 1}, {"approval": 2}]
    assert {trace.subject for trace in traces} == {f"publication:{public}"}
