"""A wave's calendar from the command line: what it will do, and who would get what."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

from app.campaigns.preview_lines import HEADINGS
from tests.cli.test_commands import Typed, type_in
from tests.messages.post import GUERET
from tests.world import World

__all__ = ["type_in"]


def test_a_calendar_is_set_planned_and_tried_dry(type_in: Typed, world: World) -> None:
    world.contact(GUERET, "mairie@gueret.invalid")
    world.open_wave()
    wave, day = str(world.wave_id), f"{world.now + timedelta(days=9):%Y-%m-%d}"

    steps = type_in(
        *("campaign", "steps", wave, "--any-hour", "--prenotice", "7", "--reminder", "15"),
        *("--reminder", "30", "--telephone", "40", "--last-call", "10"),
    )
    sender = type_in(
        *("campaign", "sender", "Creuse numérique", "--reply-to", "contact@creuse.invalid")
    )
    planned = type_in(
        *("campaign", "plan", wave, "--on", day, "--departement", "23", "--sender", "1")
    )
    shown = type_in("campaign", "calendar", wave)
    told = type_in("campaign", "preview", wave)
    file = type_in("campaign", "preview", wave, "--csv")

    runs = (steps, sender, planned, shown, told, file)
    assert [run.exit_code for run in runs] == [0, 0, 0, 0, 0, 0]
    assert "Préavis, 7 jours avant l’invitation" in steps.stdout
    assert "lot 1, Creuse\u00a0: programmé le 24\u00a0septembre" in shown.stdout
    assert "signé Creuse numérique" in shown.stdout
    for said in ("Préavis\u00a0: 1", "Invitation\u00a0: 1", "Relance\u00a0: 2"):
        assert said in told.stdout
    lines = list(csv.DictReader(io.StringIO(file.stdout), delimiter=";"))
    assert tuple(lines[0]) == HEADINGS
    gueret = [line["quoi"] for line in lines if line["codes"] == GUERET]
    assert gueret == [
        *("Préavis", "Invitation", "Relance", "Relance", "Dernier rappel", "Appel téléphonique")
    ]
    assert all(line["pourquoi"] for line in lines if line["quoi"] == "Rien")


def test_a_step_says_whom_it_is_for(type_in: Typed, world: World) -> None:
    world.open_wave()
    wave = str(world.wave_id)

    steps = type_in(
        *("campaign", "steps", wave, "--reminder", "10:unstarted", "--reminder", "12:started"),
        *("--reminder", "20", "--letter", "25:unstarted", "--last-call", "10:started"),
        *("--telephone", "30", "--last-call", "9:unstarted"),
    )

    assert steps.exit_code == 0
    for said in (
        "Relance, 10 jours après l’invitation, seulement celles qui n’ont pas commencé, "
        "texte «\u00a0reminder\u00a0»",
        "Relance, 12 jours après l’invitation, seulement celles qui ont commencé, "
        "texte «\u00a0reminder\u00a0»",
        "Relance, 20 jours après l’invitation, texte «\u00a0reminder_2\u00a0»",
        "Courrier, 25 jours après l’invitation, seulement celles qui n’ont pas commencé\n",
        "Appel téléphonique, 30 jours après l’invitation\n",
        "Dernier rappel, 9 jours avant la fin, seulement celles qui n’ont pas commencé",
    ):
        assert said in steps.stdout
    for odd in ("10:all of them", "dix", "-3", "10:", "1000"):
        refused = type_in("campaign", "steps", wave, "--reminder", odd)
        assert refused.exit_code == (0 if odd == "10:" else 2), odd


def test_what_cannot_be_planned_says_how_to(type_in: Typed, world: World) -> None:
    world.open_wave()
    wave, day = str(world.wave_id), f"{world.now + timedelta(days=9):%Y-%m-%d}"

    assert type_in("campaign", "plan", wave, "--on", day).exit_code == 2
    assert type_in("campaign", "plan", wave, "--on", "2020-01-01", "--regions").exit_code == 1
    close = type_in("campaign", "steps", wave, "--reminder", "10", "--reminder", "12")
    assert "moins d’une semaine" in close.stderr
    assert type_in("campaign", "plan", wave, "--on", day, "--share", "10").exit_code == 0
    assert type_in("campaign", "unplan", "1").exit_code == 0
    assert type_in("campaign", "unplan", "1").exit_code == 1


def test_a_wave_is_reopened_once_it_has_ended(type_in: Typed, world: World) -> None:
    world.open_wave()
    wave, day = str(world.wave_id), f"{world.now + timedelta(days=200):%Y-%m-%d}"

    early = type_in("campaign", "reopen", wave, "--until", day, "--why", "Crue")
    world.days_pass(120)
    late = type_in("campaign", "reopen", wave, "--until", day, "--why", "Crue")

    assert (early.exit_code, late.exit_code) == (1, 0)
    assert "Prolongez-la plutôt" in early.stderr


def test_a_wave_that_is_not_open_is_moved(type_in: Typed, world: World) -> None:
    world.create_campaign()
    wave = str(world.wave_id + 1)

    moved = type_in("campaign", "move", wave, "--opens-on", "2027-01-11", "--until", "2027-03-10")
    refused = type_in("campaign", "move", wave, "--opens-on", "2026-12-01", "--until", "2027-03-10")

    assert (moved.exit_code, refused.exit_code) == (0, 1)
    assert f"✓ Vague {wave}\u00a0: du 11/01/2027 au 10/03/2027 au soir" in moved.stdout
    assert "Ces dates empiètent sur «\u00a0Vague d’automne 2026\u00a0»" in refused.stderr
    shown = type_in("campaign", "calendar", wave)
    assert "du 11/01/2027 au 10/03/2027" in shown.stdout
