"""Moving a wave in the console, while it is not open."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.campaigns.batches import Wanted, plan_batch
from app.vocabulary.scope import Author
from app.vocabulary.wave_steps import BatchKind
from tests.admin.cast import Cast
from tests.admin.test_pages import text_of
from tests.messages.post import change, rows
from tests.world import World

PAGE = "/console/calendrier/dates/"


def second_wave(world: World) -> int:
    """The campaign's second wave, which is not open."""
    (row,) = rows(world, "SELECT id FROM waves WHERE number = 2")
    return int(row.id)


def dates(world: World, wave_id: int) -> tuple[datetime, datetime]:
    (row,) = rows(world, "SELECT opens_at, ends_at FROM waves WHERE id = :id", id=wave_id)
    return row.opens_at, row.ends_at


def test_nadia_moves_a_wave_that_is_not_open(world: World, cast: Cast) -> None:
    wave = second_wave(world)
    calendar = cast.nadia.reads("/console/calendrier/", vague=wave)
    assert f'href="{PAGE}?vague={wave}"' in calendar
    assert 'value="2026-12-15"' in cast.nadia.reads(PAGE, vague=wave)

    answer = cast.nadia.posts(PAGE, wave_id=wave, first="2027-01-11", last="2027-03-14")

    assert (answer.status_code, answer.location) == (302, f"/console/calendrier/?vague={wave}")
    assert dates(world, wave) == (
        datetime(2027, 1, 11, 8, tzinfo=UTC),  # nine o'clock in Paris
        datetime(2027, 3, 14, 22, 59, 59, tzinfo=UTC),
    )
    assert "du 11\u00a0janv. au 14\u00a0mars" in cast.nadia.reads(
        "/console/calendrier/", vague=wave
    )
    (entry,) = rows(
        world, "SELECT subject, actor_id FROM audit_entries WHERE action = 'wave_moved'"
    )
    assert cast.nadia.scope is not None
    assert (entry.subject, entry.actor_id) == (f"wave:{wave}", str(cast.nadia.scope.user_id))


@pytest.mark.parametrize(
    ("first", "last", "beside", "said"),
    [
        ("bientôt", "2027-03-31", "first", "Indiquez un jour"),
        ("0001-01-01", "2027-03-31", "first", "Indiquez un jour"),
        ("2027-01-11", "", "last", "Indiquez un jour"),
        ("2027-01-11", "2027-01-02", "last", "la fin vient avant l’ouverture"),
        ("2027-01-11", "2027-01-20", "last", "Ce calendrier ne tient pas"),
        ("2025-01-11", "2025-03-31", "last", "la fin est déjà passée"),
        ("2026-12-14", "2027-03-10", "first", "Vague d’automne 2026"),
        ("2026-12-20", "2027-03-15", "last", "Vague de printemps 2027"),
    ],
    ids=[
        *("no-day", "no-year", "no-end", "backwards", "steps-do-not-fit", "past"),
        *("onto-the-last", "onto-the-next"),
    ],
)
def test_days_that_do_not_hold_are_refused_beside_their_field(
    world: World, cast: Cast, first: str, last: str, beside: str, said: str
) -> None:
    wave = second_wave(world)
    before = dates(world, wave)

    answer = cast.aicha.posts(PAGE, wave_id=wave, first=first, last=last)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert said in page.split(f'id="{beside}-why">')[1].split("</p>")[0]
    assert f'name="first" type="date" required value="{first}"' in page
    assert f'name="last" type="date" required value="{last}"' in page
    assert dates(world, wave) == before


def test_a_batch_that_is_planned_keeps_its_day(world: World, cast: Cast) -> None:
    wave = second_wave(world)
    assert cast.nadia.scope is not None
    plan_batch(
        world.db,
        cast.nadia.scope,
        Author.system(),
        wave,
        Wanted(BatchKind.DEPARTEMENT, datetime(2027, 1, 5, 8, tzinfo=UTC), departement_code="23"),
        now=world.now,
    )
    before = dates(world, wave)

    answer = cast.nadia.posts(PAGE, wave_id=wave, first="2027-01-11", last="2027-03-10")

    assert answer.status_code == 400
    assert "un lot d’invitations, déjà prévu" in text_of(answer.get_data(as_text=True))
    assert dates(world, wave) == before


def test_a_wave_opened_meanwhile_keeps_its_days(world: World, cast: Cast) -> None:
    wave = second_wave(world)
    cast.aicha.reads(PAGE, vague=wave)
    change(world, "UPDATE waves SET opened_at = :now WHERE id = :id", now=world.now, id=wave)
    before = dates(world, wave)

    answer = cast.aicha.posts(PAGE, wave_id=wave, first="2027-01-11", last="2027-03-31")

    assert answer.status_code == 409
    assert "ses dates ne changent plus" in text_of(answer.get_data(as_text=True))
    assert dates(world, wave) == before
    assert "dates/?vague" not in cast.aicha.reads("/console/calendrier/", vague=wave)


def test_bruno_and_a_reader_move_nothing(world: World, cast: Cast) -> None:
    wave = second_wave(world)
    before = dates(world, wave)
    for person in (cast.bruno, cast.reader):
        assert person.gets(PAGE, vague=wave).status_code == 403
        answer = person.posts(PAGE, wave_id=wave, first="2027-01-11", last="2027-03-31")
        assert answer.status_code == 403
    assert dates(world, wave) == before


def test_a_wave_that_is_not_there_is_not_found(cast: Cast) -> None:
    for asked in ("99", "", "une", "9" * 30):
        assert cast.aicha.gets(PAGE, vague=asked).status_code == 404
    assert cast.aicha.posts(PAGE, wave_id=99, first="2027-01-11", last="2027-03-31").status_code \
        == 404  # fmt: skip


def test_without_its_token_nothing_moves(world: World, cast: Cast) -> None:
    wave = second_wave(world)
    before = dates(world, wave)
    cast.nadia.reads(PAGE, vague=wave)

    answer = cast.nadia.browser.post(
        PAGE, data={"csrf_token": "invented", "wave_id": wave, "first": "2027-01-11"}
    )

    assert answer.status_code == 400
    assert dates(world, wave) == before
