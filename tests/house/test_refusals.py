"""What the house says when it refuses is French, polite, and says what to do."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from string import Formatter

import pytest

from app.errors import Refused
from tests.house import sources

# A space that a line may break at, where French typography has one that it may not.
LOOSE_SPACE = re.compile(r"« | [:;!?%»]")


def loaded() -> None:
    """Import the whole house; migrations are run by Alembic, never imported."""
    for path in sources.modules():
        name = sources.name_of(path)
        if not name.startswith("app/migrations/"):
            importlib.import_module(
                name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            )


def refusals(kind: type[Refused] = Refused) -> Iterator[type[Refused]]:
    yield kind
    for narrower in kind.__subclasses__():
        yield from refusals(narrower)


@pytest.fixture(scope="module")
def sentences() -> dict[str, str]:
    loaded()
    ours = [kind for kind in refusals() if kind.__module__.split(".")[0] in sources.ROOMS]
    return {f"{kind.__module__}.{kind.__name__}": kind.sentence for kind in ours}


def test_every_refusal_ends_with_a_full_stop(sentences: dict[str, str]) -> None:
    assert len(sentences) > 10
    assert {name: said for name, said in sentences.items() if not said.endswith(".")} == {}


def test_every_refusal_is_well_typeset(sentences: dict[str, str]) -> None:
    wrong = {
        name: said for name, said in sentences.items() if "'" in said or LOOSE_SPACE.search(said)
    }
    assert wrong == {}


def test_no_refusal_carries_its_parents_words(sentences: dict[str, str]) -> None:
    """A subclass says what this refusal asks for; the general sentence helps nobody."""
    general = Refused.sentence
    assert [name for name, said in sentences.items() if said == general] == ["app.errors.Refused"]


def test_every_refusal_names_what_it_needs(sentences: dict[str, str]) -> None:
    for name, said in sentences.items():
        fields = [field for _, field, _, _ in Formatter().parse(said) if field is not None]
        assert all(field.isidentifier() for field in fields), name
