"""Bruno prints a questionnaire to post: its code brings the paper back to its authority."""

from __future__ import annotations

import io
import re

import pytest
from pypdf import PdfReader

from tests.admin.cast import Cast
from tests.admin.scene import GUERET
from tests.world import World

CODE = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]\b")


def words_of(pdf: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_the_paper_that_is_posted_comes_back_by_its_code(world: World, cast: Cast) -> None:
    place = {"territory_id": world.territory(GUERET).id, "theme": "inclusion"}

    printed = cast.bruno.posts("/console/saisie/papier", **place)

    assert printed.mimetype == "application/pdf"
    words = words_of(printed.get_data())
    assert "Guéret" in words
    found = CODE.search(words)
    assert found
    opened = cast.bruno.posts("/console/saisie/code", code=found[0])
    assert f"territory_id={place['territory_id']}" in opened.location
    again = cast.bruno.posts("/console/saisie/papier", **place)
    assert found[0] in words_of(again.get_data())


@pytest.mark.parametrize(("who", "status"), [("denis", 404), ("chloe", 404), ("reader", 403)])
def test_nobody_prints_for_an_authority_that_is_not_theirs(
    world: World, cast: Cast, who: str, status: int
) -> None:
    before = world.counts()["short_codes"]
    place = {"territory_id": world.territory(GUERET).id, "theme": "inclusion"}

    assert getattr(cast, who).posts("/console/saisie/papier", **place).status_code == status

    assert world.counts()["short_codes"] == before


def test_a_theme_that_is_not_asked_now_is_not_printed(world: World, cast: Cast) -> None:
    place = {"territory_id": world.territory(GUERET).id, "theme": "strategie"}
    assert cast.bruno.posts("/console/saisie/papier", **place).status_code == 404
