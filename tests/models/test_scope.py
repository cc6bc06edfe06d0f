"""Every mapped class says who may see its rows."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.models.base import Base
from app.models.every import Base as Every
from app.models.scope import NotScoped, criterion, visible_to
from app.models.territories import Territory
from app.vocabulary.scope import Right, Role, Scope

CLASSES = sorted(
    (mapper.class_ for mapper in Every.registry.mappers), key=lambda mapped: mapped.__name__
)
AICHA = Scope(1, Role.ADMINISTRATOR, None)
CHLOE = Scope(2, Role.OPSN, 87)
READER = Scope(3, Role.READER, 23)


@pytest.mark.parametrize("mapped", CLASSES, ids=lambda mapped: mapped.__name__)
@pytest.mark.parametrize("scope", [AICHA, CHLOE, READER], ids=lambda scope: str(scope.role))
def test_every_class_gives_a_condition_that_compiles(mapped: type[Base], scope: Scope) -> None:
    assert str(select(mapped).where(criterion(mapped, scope)).compile())


def test_a_class_that_says_nothing_is_refused() -> None:
    class Silent:
        pass

    with pytest.raises(NotScoped, match="Silent"):
        criterion(Silent, AICHA)  # type: ignore[arg-type]


def test_a_reader_may_chase_nobody() -> None:
    assert "false" in str(visible_to(READER, Right.CHASE))


def test_national_staff_see_every_territory() -> None:
    assert str(visible_to(AICHA)) == str(select(Territory.id))
