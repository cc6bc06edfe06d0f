"""Experiments on reminders in the console: who sees them, and beginning one with its rule read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from app.campaigns.control import invite
from app.campaigns.experimenting import settle_experiments
from app.campaigns.experiments import Rule
from app.now import set_offset
from app.vocabulary.experiments import Arm
from app.vocabulary.scope import Author
from tests.admin.cast import Cast
from tests.admin.test_pages import text_of
from tests.campaigns.test_experimenting import answers, codes, first_reminder, sends_reminders
from tests.messages.post import change, rows, send
from tests.world import World

LIST = "/console/essais/"
BEGIN = "/console/essais/commencer/"


@pytest.fixture
def asked(world: World, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> World:
    """Twelve communes of the Creuse were invited; a rule that asks for few."""
    monkeypatch.setattr(Rule, "n_per_arm", 4)
    for code in codes(world):
        world.contact(code, f"mairie{code}@mairie.invalid")
    invite(world.db, world.wave_id, "23", world.letterhead, by=Author.system(), now=world.now)
    send(world)
    return world


def form(world: World, **changed: str) -> Mapping[str, str]:
    typed = {
        "step": str(first_reminder(world)),
        "label": "Un texte plus court",
        "tries": "words:last_call",
        "baseline": "12,5",
        "effect": "50",
        "days": "7",
    }
    return {**typed, **changed}


def console_is_at(world: World) -> None:
    """The console's clock follows the world's; whoever signed in before must sign in again."""
    set_offset(world.now - datetime.now(UTC))


def n_begun(world: World) -> int:
    return len(rows(world, "SELECT FROM experiments"))


def test_only_the_national_team_sees_them(asked: World, cast: Cast) -> None:
    for person in (cast.aicha, cast.nadia):
        assert "Aucun essai n’est encore commencé." in text_of(person.reads(LIST))
        assert LIST in person.reads("/console/")
    for person in (cast.bruno, cast.reader):
        assert (person.gets(LIST).status_code, person.gets(BEGIN).status_code) == (403, 403)
        assert person.posts(BEGIN, **form(asked), go="begin").status_code == 403
        assert LIST not in person.reads("/console/")
    assert n_begun(asked) == 0


def test_what_it_needs_and_its_rule_are_read_before_it_begins(asked: World, cast: Cast) -> None:
    answer = cast.nadia.posts(BEGIN, **form(asked), go="see")
    said = text_of(answer.get_data(as_text=True))

    assert answer.status_code == 200
    assert "Il faut 8 boîtes, 4 pour chaque manière. La vague en compte 12" in said
    assert "Un texte plus court · Vague d’automne 2026 – Baromètre 2026" in said
    assert "essayé\u00a0: Texte «\u00a0Dernier rappel\u00a0»" in said
    assert "seul ce qui ne laisse aucun doute" in said
    assert "Regarder l’essai en cours ne change rien" in said
    assert "Tirer au sort et commencer l’essai" in said
    assert n_begun(asked) == 0


def test_once_confirmed_it_is_drawn_and_listed(asked: World, cast: Cast) -> None:
    assert "Tirer au sort" not in cast.nadia.reads(BEGIN)
    assert cast.nadia.posts(BEGIN, **form(asked), go="begin").status_code == 302

    (kept,) = rows(asked, "SELECT words, hour, baseline, effect, seed, made_by FROM experiments")
    assert cast.nadia.scope is not None
    assert (kept.words, kept.hour, kept.made_by) == ("last_call", None, cast.nadia.scope.user_id)
    assert (kept.baseline, kept.effect) == (0.125, 0.5)
    said = text_of(cast.aicha.reads(LIST))
    assert "Un texte plus court" in said
    assert "Texte «\u00a0Dernier rappel\u00a0»" in said
    assert f"Relance, 15 jours après l’invitation graine {kept.seed}" in said
    assert "12 8 0 Trop tôt pour conclure —" in said


def test_the_finding_is_told_with_its_difference_in_points(asked: World, cast: Cast) -> None:
    cast.nadia.posts(BEGIN, **form(asked), go="begin")
    sends_reminders(asked)
    answers(asked, Arm.TRIED)
    asked.days_pass(8)
    settle_experiments(asked.db, now=asked.now)
    console_is_at(asked)

    said = text_of(cast.aicha.reads(LIST))
    assert "La manière essayée est meilleure terminé le" in said
    assert "+100\u00a0points, de +100 à +100" in said


def test_another_hour_is_tried(asked: World, cast: Cast) -> None:
    cast.nadia.posts(BEGIN, **form(asked, tries="hour:14"), go="begin")

    assert "Envoi à 14\u00a0h" in text_of(cast.nadia.reads(LIST))


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"label": " "}, "Donnez un nom à cet essai"),
        ({"step": ""}, "Choisissez une relance"),
        ({"step": "404"}, "Choisissez une relance"),
        ({"tries": ""}, "Dites ce qui est essayé"),
        ({"tries": "words:receipt"}, "Dites ce qui est essayé"),
        ({"tries": "hour:3"}, "Dites ce qui est essayé"),
        ({"tries": "words:reminder"}, "part déjà avec ce texte"),
        ({"baseline": "beaucoup"}, "n’est pas un pourcentage"),
        ({"baseline": "nan"}, "n’est pas un pourcentage"),
        ({"baseline": "80"}, "ensemble sous 100"),
        ({"effect": "1e-300"}, "0,1 point au moins"),
        ({"days": "sept"}, "n’est pas un nombre"),
    ],
    ids=[
        *("no_name", "no_step", "not_a_step", "nothing", "no_reminder", "at_night", "same_words"),
        *("no_share", "nan", "too_much", "too_little", "no_days"),
    ],
)
@pytest.mark.parametrize("go", ["see", "begin"])
def test_what_is_refused_is_told_and_what_was_typed_is_kept(
    asked: World, cast: Cast, typed: dict[str, str], told: str, go: str
) -> None:
    answer = cast.nadia.posts(BEGIN, **form(asked, **{"days": "9", **typed}), go=go)
    page = answer.get_data(as_text=True)

    assert answer.status_code == 400
    assert told in page
    assert f'value="{typed.get("days", "9")}"' in page
    assert n_begun(asked) == 0


def test_a_wave_too_small_says_how_many_it_takes(
    asked: World, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Rule, "n_per_arm", 900)
    answer = cast.nadia.posts(BEGIN, **form(asked), go="see")

    assert answer.status_code == 400
    assert "Il faudrait 1800 boîtes" in answer.get_data(as_text=True)


def test_two_colleagues_begin_one_each_and_the_second_is_told(asked: World, cast: Cast) -> None:
    assert cast.nadia.posts(BEGIN, **form(asked), go="begin").status_code == 302
    second = cast.aicha.posts(BEGIN, **form(asked), go="begin")

    assert second.status_code == 409
    assert "Un essai porte déjà sur cette relance" in second.get_data(as_text=True)
    assert n_begun(asked) == 1


def test_a_reminder_already_under_way_is_said_to_be(asked: World, cast: Cast) -> None:
    sends_reminders(asked)
    console_is_at(asked)
    said = text_of(cast.nadia.posts(BEGIN, **form(asked), go="see").get_data(as_text=True))

    assert "Les boîtes déjà relancées ne compteront pas" in said


def test_waves_that_are_over_are_not_offered(asked: World, cast: Cast) -> None:
    step = f'<option value="{first_reminder(asked)}"'
    assert step in cast.nadia.reads(BEGIN)
    change(
        asked,
        "UPDATE waves SET opens_at = CAST(:now AS timestamptz) - interval '90 days',"
        " ends_at = CAST(:now AS timestamptz) - interval '1 day'",
        now=asked.now,
    )

    assert "Aucune relance n’est à venir." in cast.nadia.reads(BEGIN)
