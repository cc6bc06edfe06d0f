"""The console's session: it cannot write, and cannot forget who looks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import InternalError
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    aliased,
    joinedload,
    mapped_column,
    selectinload,
    subqueryload,
)

from admin.session import ConsoleSession, NotScopable, console_session
from app.errors import NotAllowed
from app.models.base import Base, Everyone, NationalOnly
from app.models.cases import Case, CaseEvent
from app.models.contacts import Address, Contact
from app.models.messages import Message
from app.models.organisations import User
from app.models.scope import NotScoped, criterion
from app.models.territories import Territory
from app.vocabulary.scope import Role, Scope
from tests.cases.staff import EVERYONE, scope_of_opsn
from tests.world import World


@contextmanager
def looking(world: World, scope: Scope | None) -> Iterator[ConsoleSession]:
    """A session of the console, for this person."""
    made = console_session(world.db, lambda: scope, lambda: 1)
    yield made()
    made.remove()


EAGER = [load(Address.contacts) for load in (joinedload, selectinload, subqueryload)]


@pytest.fixture
def bruno(world: World) -> Scope:
    return scope_of_opsn(world, "23096", "23008")


def test_an_opsn_sees_its_members_and_the_nation_sees_all(world: World, bruno: Scope) -> None:
    with looking(world, bruno) as session:
        assert set(session.scalars(select(Territory.code))) == {"23096", "23008"}
    with looking(world, EVERYONE) as session:
        assert session.scalars(select(func.count()).select_from(Territory)).one() > 20


def test_counts_names_aliases_and_subqueries_are_narrowed_too(world: World, bruno: Scope) -> None:
    other = aliased(Territory)
    inner = select(Territory.id).where(Territory.code == "87085")
    with looking(world, bruno) as session:
        assert session.scalars(select(func.count()).select_from(Territory)).one() == 2
        assert session.query(Territory).count() == 2
        assert session.scalars(select(other).where(other.code == "87085")).all() == []
        assert session.scalars(select(Territory).where(Territory.id.in_(inner))).all() == []


def test_a_row_asked_by_its_id_is_narrowed_too(world: World, bruno: Scope) -> None:
    limoges, gueret = world.territory("87085"), world.territory("23096")
    with looking(world, bruno) as session:
        assert session.get(Territory, limoges.id) is None
        assert session.get(Territory, gueret.id) is not None


def test_relations_are_narrowed_however_they_are_loaded(world: World, bruno: Scope) -> None:
    """One secretary for Guéret and Limoges: Bruno sees her, and only her Guéret."""
    world.contact("23096", "secretaire@console.invalid")
    world.contact("87085", "secretaire@console.invalid")
    for option in (None, *EAGER):
        with looking(world, bruno) as session:
            asked = select(Address).options(*([option] if option else []))
            address = session.scalars(asked).unique().one()
            assert [contact.territory.code for contact in address.contacts] == ["23096"]


def test_one_scope_after_another_each_sees_its_own(world: World, bruno: Scope) -> None:
    """The compiled statement is shared; whose it is must not be."""
    chloe = scope_of_opsn(world, "87085")
    for scope, codes in (
        (bruno, {"23096", "23008"}),
        (chloe, {"87085"}),
        (bruno, {"23096", "23008"}),
    ):
        with looking(world, scope) as session:
            assert set(session.scalars(select(Territory.code))) == codes


def test_every_class_may_be_asked_twice(world: World, bruno: Scope) -> None:
    """A criterion used twice once never ended: RecursionError in SQLAlchemy's cache key."""
    world.open_wave()
    with looking(world, bruno) as session:
        for mapper in [*Base.registry.mappers] * 2:
            session.scalars(select(mapper.class_)).unique().all()


def test_relations_of_a_message_may_be_followed(world: World, bruno: Scope) -> None:
    """Its own criterion holds a join: the one that must never be used a second time."""
    world.contact("23096", "secretaire@console.invalid")
    world.open_wave()
    _one_message(world)
    for _ in range(2):
        with looking(world, bruno) as session:
            found = session.scalars(select(Message)).one()
            assert found.wave.campaign.name == "Baromètre 2026"
            assert found.address.value == "secretaire@console.invalid"
            assert {case.territory.code for case in found.cases} == {"23096"}


def test_reference_rows_are_for_everybody_and_national_rows_for_the_nation(
    world: World, bruno: Scope
) -> None:
    with looking(world, bruno) as session:
        assert session.scalars(select(User)).all() == []
    with looking(world, EVERYONE) as session:
        assert len(session.scalars(select(User)).all()) == 1


def test_events_are_seen_with_their_case(world: World, bruno: Scope) -> None:
    world.open_wave()
    with looking(world, bruno) as session:
        seen = session.scalars(
            select(Case.territory_id).join(CaseEvent, CaseEvent.case_id == Case.id).distinct()
        ).all()
        assert set(seen) == {world.territory("23096").id, world.territory("23008").id}
        assert session.scalars(select(func.count()).select_from(CaseEvent)).one() == 6


def test_nobody_sees_nothing(world: World) -> None:
    with looking(world, None) as session, pytest.raises(NotAllowed):
        session.scalars(select(Territory)).all()


def test_postgresql_itself_refuses_to_write(world: World) -> None:
    gueret = world.territory("23096")
    with looking(world, EVERYONE) as session:
        found = session.get_one(Territory, gueret.id)
        found.name = "Guéret-Plage"
        with pytest.raises(InternalError, match="read-only transaction"):
            session.flush()
        session.rollback()
        with pytest.raises(InternalError, match="read-only transaction"):
            session.connection().execute(text("DELETE FROM follow_ups"))
        session.rollback()
        with pytest.raises(InternalError, match="read-only transaction"):
            session.bulk_save_objects([Contact(territory_id=1, address_id=1)])
    assert world.territory("23096").name == "Guéret"


@pytest.mark.parametrize(
    "statement",
    [
        text("SELECT name FROM territories"),
        select(Territory.__table__),
        select(Territory).from_statement(text("SELECT * FROM territories")),
        update(Territory).values(name="?"),
        delete(Contact),
        insert(User),
    ],
    ids=["text", "core", "from_statement", "update", "delete", "insert"],
)
def test_what_goes_round_the_classes_is_refused(world: World, statement: object) -> None:
    with looking(world, EVERYONE) as session, pytest.raises(NotScopable):
        session.execute(statement)  # type: ignore[call-overload]


class Elsewhere(DeclarativeBase):
    """Another family of classes."""


class Stray(Elsewhere):
    """A class that nobody scoped."""

    __tablename__ = "territories"

    id: Mapped[int] = mapped_column(primary_key=True)


def test_a_class_that_is_not_scoped_is_refused(world: World) -> None:
    with looking(world, EVERYONE) as session, pytest.raises(NotScoped, match="Stray"):
        session.scalars(select(Stray)).all()
    with pytest.raises(NotScoped, match="Stray"):
        criterion(Stray, EVERYONE)  # type: ignore[arg-type]


def test_every_mapped_class_says_who_may_see_its_rows() -> None:
    for mapper in Base.registry.mappers:
        rule = mapper.class_.scoped
        assert rule in (Everyone, NationalOnly) or callable(rule), mapper.class_.__name__
        criterion(mapper.class_, Scope(1, Role.OPSN, 1))


def test_a_message_is_seen_only_by_who_sees_all_it_speaks_of(world: World) -> None:
    world.open_wave()
    alone, both = scope_of_opsn(world, "23096"), scope_of_opsn(world, "23096", "23002")
    world.contact("23096", "secretaire@console.invalid")
    world.contact("23002", "secretaire@console.invalid")
    _one_message(world)
    with looking(world, alone) as session:
        assert session.scalars(select(Message)).all() == []
    with looking(world, both) as session:
        assert len(session.scalars(select(Message)).all()) == 1


def _one_message(world: World) -> None:
    """To the one mailbox, about every case of the territories it stands for."""
    with world.db.transaction() as session:
        session.execute(
            text(
                "INSERT INTO message_templates (name, version, subject, body_text, body_html,"
                " digest, created_at) VALUES ('essai', 1, '', '', '', '', now())"
            )
        )
        session.execute(
            text(
                "INSERT INTO messages (address_id, wave_id, step, occasion, channel, lane,"
                " template_id, next_try_at, created_at) SELECT addresses.id, :wave, 'invitation',"
                " 'essai', 'email', lane, message_templates.id, now(), now()"
                " FROM addresses, message_templates WHERE message_templates.name = 'essai'"
            ),
            {"wave": world.wave_id},
        )
        session.execute(
            text(
                "INSERT INTO message_cases SELECT messages.id, cases.id FROM messages, cases"
                " WHERE cases.territory_id IN (SELECT territory_id FROM contacts)"
            )
        )
