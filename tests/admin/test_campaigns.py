"""The calendar in the console: who reads it, who decides, and what the dry run shows to whom."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

from tests.admin.cast import Cast
from tests.admin.scene import Scene
from tests.admin.test_pages import text_of
from tests.messages.post import rows
from tests.world import World


def plans(cast: Cast, world: World, **form: str) -> int:
    """Aïcha plans a batch; the answer's status."""
    day = (world.now + timedelta(days=9)).date().isoformat()
    values = {"wave_id": str(world.wave_id), "day": day, "kind": "departement", **form}
    return cast.aicha.posts("/console/calendrier/lot", **values).status_code


def test_everybody_reads_the_calendar_and_only_the_national_team_changes_it(
    world: World, cast: Cast
) -> None:
    for person in (cast.aicha, cast.nadia, cast.bruno, cast.reader):
        said = text_of(person.reads("/console/calendrier/", vague=world.wave_id))
        assert "15 jours après l’invitation" in said
        decides = person in (cast.aicha, cast.nadia)
        assert ("Changer les étapes" in said) is decides
    step = {"wave_id": world.wave_id, "step": "reminder", "days": "10", "words": "reminder"}
    step["audience"] = "all"
    for person in (cast.bruno, cast.reader):
        for path in ("etapes", "lot", "retirer", "changer"):
            answer = person.posts(
                f"/console/calendrier/{path}",
                **step,
                kind="regions",
                day="2027-01-01",
                batch_id=1,
                change="paused",
            )
            assert answer.status_code == 403
    assert cast.nadia.posts("/console/calendrier/etapes", **step).status_code == 302
    assert [row.days for row in rows(world, "SELECT days FROM wave_steps WHERE wave_id = 1")] == [
        10
    ]


def test_a_calendar_that_does_not_hold_is_refused_in_a_sentence(world: World, cast: Cast) -> None:
    answer = cast.aicha.posts(
        "/console/calendrier/etapes",
        wave_id=world.wave_id,
        step=["reminder", "reminder"],
        days=["10", "12"],
        words=["reminder", "reminder_2"],
        audience=["all", "all"],
    )
    assert answer.status_code == 400
    assert "moins d’une semaine" in answer.get_data(as_text=True)
    many = cast.aicha.posts(
        "/console/calendrier/etapes",
        wave_id=world.wave_id,
        step="reminder",
        days="quinze",
        words="reminder",
        audience="all",
    )
    assert "n’est pas un nombre" in many.get_data(as_text=True)


def test_a_step_says_whom_it_is_for_and_a_letter_has_no_words(world: World, cast: Cast) -> None:
    answer = cast.aicha.posts(
        "/console/calendrier/etapes",
        wave_id=world.wave_id,
        step=["reminder", "letter", "letter"],
        days=["15", "20", "25"],
        words=["reminder", "reminder", "reminder"],
        audience=["started", "all", ""],
    )
    assert answer.status_code == 404
    answer = cast.aicha.posts(
        "/console/calendrier/etapes",
        wave_id=world.wave_id,
        step=["reminder", "letter", "letter"],
        days=["15", "20", ""],
        words=["reminder", "reminder", "reminder"],
        audience=["started", "unstarted", "all"],
    )
    assert answer.status_code == 302

    kept = rows(world, "SELECT kind, words, audience FROM wave_steps WHERE wave_id = 1 ORDER BY 1")
    assert [tuple(row) for row in kept] == [
        ("letter", None, "unstarted"),
        ("reminder", "reminder", "started"),
    ]
    page = cast.aicha.reads("/console/calendrier/", vague=world.wave_id)
    said = text_of(page)
    assert "15 jours après l’invitation, seulement celles qui ont commencé" in said
    assert "20 jours après l’invitation, seulement celles qui n’ont pas commencé" in said
    assert page.count('<option value="started" selected>') == 1
    early = cast.aicha.posts(
        "/console/calendrier/etapes",
        wave_id=world.wave_id,
        step="prenotice",
        days="7",
        words="prenotice",
        audience="started",
    )
    assert early.status_code == 400
    assert "le préavis va à toutes" in early.get_data(as_text=True)


def test_a_batch_is_planned_shown_and_taken_out(world: World, cast: Cast) -> None:
    assert plans(cast, world, departement="87") == 302
    assert plans(cast, world, departement="87") == 409
    assert plans(cast, world, kind="share", share="0") == 400
    (batch,) = rows(world, "SELECT id FROM batches WHERE invited_at IS NULL")
    assert "Haute-Vienne" in text_of(cast.bruno.reads("/console/calendrier/", vague=1))

    taken = cast.aicha.posts("/console/calendrier/retirer", wave_id=1, batch_id=batch.id)

    assert taken.status_code == 302
    assert rows(world, "SELECT FROM batches WHERE invited_at IS NULL") == []
    actions = {row.action for row in rows(world, "SELECT action FROM audit_entries")}
    assert {"batch_planned", "batch_cancelled"} <= actions


def test_the_wave_is_paused_and_goes_on(world: World, cast: Cast) -> None:
    for change, said in (("paused", "envois en pause"), ("resumed", "ouverte")):
        answer = cast.aicha.posts(
            "/console/calendrier/changer", wave_id=1, change=change, why="Élections"
        )
        assert answer.status_code == 302
        assert said in text_of(cast.aicha.reads("/console/calendrier/", vague=1))
    early = cast.aicha.posts(
        "/console/calendrier/changer", wave_id=1, change="reopened", day="2030-01-01", why="x"
    )
    assert early.status_code == 409


def test_a_wave_on_pause_leaves_nobody_out_it_waits(world: World, cast: Cast, scene: Scene) -> None:
    page = "/console/calendrier/essai-a-blanc"
    assert "Qui ne recevra rien" in cast.aicha.reads(page, vague=world.wave_id)
    cast.aicha.posts("/console/calendrier/changer", wave_id=1, change="paused", why="Élections")

    said = cast.aicha.reads(page, vague=world.wave_id)

    assert "sont en pause" in said
    assert "Qui ne recevra rien" not in said
    assert scene.territory_id


def test_a_day_of_no_calendar_is_refused_in_a_sentence(world: World, cast: Cast) -> None:
    for day in ("0001-01-01", "9999-12-31", "hier"):
        answer = cast.aicha.gets(
            "/console/calendrier/essai-a-blanc", vague=world.wave_id, jusqu_au=day
        )
        assert answer.status_code == 400
        assert "Indiquez un jour" in answer.get_data(as_text=True)


def test_what_is_refused_leads_back_to_where_one_was_never_elsewhere(
    world: World, cast: Cast
) -> None:
    form = {"csrf_token": cast.aicha.token(), "wave_id": world.wave_id, "kind": "share"}
    for came_from, leads in (
        ("http://localhost/console/calendrier/?vague=1", True),
        ("http://ailleurs.example/console/", False),
    ):
        answer = cast.aicha.browser.post(
            "/console/calendrier/lot", data=form, headers={"Referer": came_from}
        )
        assert answer.status_code == 400
        assert (f'href="{came_from}"' in answer.get_data(as_text=True)) is leads


def test_the_dry_run_shows_each_what_is_theirs(world: World, cast: Cast, scene: Scene) -> None:
    """Guéret was invited: its reminders are Bruno's to see, not Chloé's."""
    for person, sees in ((cast.aicha, True), (cast.bruno, True), (cast.chloe, False)):
        said = text_of(person.reads("/console/calendrier/essai-a-blanc", vague=1))
        assert ("Guéret" in said) is sees
        answer = person.gets("/console/calendrier/essai-a-blanc.csv", vague=1)
        lines = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True)), delimiter=";"))
        due = [line for line in lines if line["quoi"] == "Relance"]
        assert bool(due) is sees
        assert all("@" not in cell for line in lines for cell in line.values())
    assert cast.bruno.gets("/console/calendrier/essai-a-blanc", vague=99).status_code == 404
    assert scene.territory_id
