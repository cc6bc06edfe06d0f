"""The console's own session: it cannot write, and sees only what the signed-in person may.

A listener adds each mapped class's criterion to every SELECT, so that a list, a page, a relation
or a look-up of Flask-Admin cannot forget it. What the listener cannot scope it refuses: plain
SQL, tables without a class, a class that does not say who may see its rows. Figures that need
these take the scope as an argument (`read.py` of the room that owns the rows).
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import True_, event
from sqlalchemy.orm import (
    Mapper,
    ORMExecuteState,
    Session,
    scoped_session,
    sessionmaker,
    with_loader_criteria,
)
from sqlalchemy.orm.interfaces import ORMOption
from sqlalchemy.orm.util import LoaderCriteriaOption

from app.db import Database
from app.errors import NotAllowed
from app.models.every import Base
from app.models.scope import NotScoped, criterion
from app.vocabulary.scope import Scope

Who = Callable[[], Scope | None]


class ConsoleSession(Session):
    """Read only (PostgreSQL refuses the rest), and scoped to one person."""


class NotScopable(TypeError):
    """A statement that goes round the mapped classes: a bug, refused before any row is read."""


def console_session(
    db: Database, who: Who, scopefunc: Callable[[], object]
) -> scoped_session[ConsoleSession]:
    """A read-only session for each request, that sees what `who()` may see."""
    maker = sessionmaker(
        db.engine.execution_options(postgresql_readonly=True),
        class_=ConsoleSession,
        info={"who": who},
        expire_on_commit=False,
        autoflush=False,
    )
    return scoped_session(maker, scopefunc=scopefunc)


@event.listens_for(ConsoleSession, "do_orm_execute")
def add_the_scope(state: ORMExecuteState) -> None:
    """Refuse, or narrow to the scope, whatever is executed on a console's session."""
    scope: Scope | None = state.session.info["who"]()
    if scope is None:
        raise NotAllowed
    if not state.is_select or not state.is_orm_statement or state.is_from_statement:
        raise NotScopable("the console's session takes SELECTs of mapped classes only")
    for mapper in state.all_mappers:
        if not issubclass(mapper.class_, Base):
            raise NotScoped(f"{mapper.class_.__name__} is not one of our models")
    # What loads a relation inherits the criteria of the statement before it: only ours, made
    # anew, may stay (see `criteria`).
    bare = state.statement.options()
    bare._with_options = tuple(
        option for option in bare._with_options if not isinstance(option, LoaderCriteriaOption)
    )
    state.statement = bare.options(*criteria(scope))


def criteria(scope: Scope) -> list[ORMOption]:
    """One option a class that this scope does not see whole.

    Made anew for each statement: SQLAlchemy leaves its mark on a criterion that holds a join, and
    a second use of the same one never ends (RecursionError in its cache key).
    """
    rules = [(mapper.class_, criterion(mapper.class_, scope)) for mapper in _mappers()]
    return [
        with_loader_criteria(entity, rule, include_aliases=True)
        for entity, rule in rules
        if not isinstance(rule, True_)
    ]


def _mappers() -> list[Mapper[Base]]:
    """In a settled order: the order is part of the statement's cache key."""
    return sorted(Base.registry.mappers, key=lambda mapper: mapper.class_.__name__)
