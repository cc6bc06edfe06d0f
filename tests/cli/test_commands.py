"""Commands as an operator types them: what they say, and how they exit."""

from __future__ import annotations

import math
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli.main import barometre
from app.models.database_rules import APP
from app.now import set_offset
from app.questionnaires.load import FOLDER
from app.settings import ROOT
from app.vocabulary.themes import THEMES
from tests.conftest import Cluster
from tests.world import World

Typed = Callable[..., Result]


@pytest.fixture
def type_in(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Typed]:
    """Type a command against the world's own database, at the world's own time."""
    monkeypatch.setenv("DATABASE_URL", world.app_url)
    monkeypatch.setenv("DATABASE_OWNER_URL", world.owner_url)
    monkeypatch.setenv("DATABASE_PUBLISHED_URL", world.ground.published_url)
    monkeypatch.setenv("SMTP_PORT", str(world.sink.port))

    # Taken once: an offset of whole seconds taken anew at each command could go back in time.
    began = datetime.now(UTC)

    def typed(*words: str, said: str = "") -> Result:
        offset = math.ceil((world.now - began).total_seconds())
        monkeypatch.setenv("CLOCK_OFFSET", str(offset))
        return CliRunner().invoke(barometre, list(words), input=said)

    yield typed
    set_offset(timedelta(0))


def test_an_unknown_command_is_wrong_usage(type_in: Typed) -> None:
    assert type_in("relancer").exit_code == 2


def test_a_refusal_is_one_sentence_on_the_error_stream(type_in: Typed) -> None:
    refused = type_in("chat", "--territory", "99999")

    assert refused.exit_code == 1
    assert refused.stdout == ""
    assert refused.stderr.startswith("Aucune collectivité n’a le code «\u00a099999\u00a0».")


def test_01_asks_for_its_kind(type_in: Typed) -> None:
    refused = type_in("chat", "--territory", "01")

    assert refused.exit_code == 1
    assert "Ain (département) et Guadeloupe (région)" in refused.stderr


def test_importing_geography_tells_whom_it_asks(type_in: Typed) -> None:
    folder = ROOT / "tests" / "fixtures" / "decoupage"

    told = type_in("import", "geography", "--folder", str(folder))

    assert told.exit_code == 0
    assert "53 collectivités à interroger" in told.stdout
    assert "Mayotte est interrogée une fois" in told.stdout


def test_a_contact_file_keeps_its_good_rows_and_tells_the_others(
    type_in: Typed, tmp_path: Path
) -> None:
    file = tmp_path / "contacts.csv"
    file.write_text("code;courriel\n23096;mairie@gueret.invalid\n99999;x@y.invalid\n", "utf-8")

    told = type_in("import", "contacts", str(file))

    assert told.exit_code == 1
    assert "contacts ajoutés\u00a0: 1" in told.stdout
    assert "Ligne 3, colonne code" in told.stderr


def test_a_broken_questionnaire_is_told_with_its_line(type_in: Typed, tmp_path: Path) -> None:
    broken = tmp_path / "mauvais.yaml"
    broken.write_text("theme: inclusion\nsections: [\n", "utf-8")

    told = type_in("questionnaires", "check", str(broken))

    assert told.exit_code == 1
    assert "Ligne" in told.stderr


def test_each_packaged_questionnaire_has_its_line(type_in: Typed) -> None:
    told = type_in("questionnaires", "check")

    assert told.exit_code == 0
    lines = told.stdout.splitlines()
    assert lines[0] == "1  Inclusion numérique  version 1  16 questions  8\u00a0min"
    assert [line.split("  ")[:2] for line in lines] == [[str(t.number), t.name] for t in THEMES]


def test_what_would_tire_or_mislead_is_told_and_refuses_nothing(
    type_in: Typed, tmp_path: Path
) -> None:
    clumsy = (FOLDER / "1-inclusion.yaml").read_text("utf-8")
    clumsy = clumsy.replace("minutes: 8", "minutes: 3")
    clumsy = clumsy.replace(
        "is: yes}", "is: yes}\n          - {question: mediation_place, is: no}", 1
    )
    clumsy = clumsy.replace("Choisissez la raison principale.", "Dites " + "encore " * 40 + "tout.")
    file = tmp_path / "1-inclusion.yaml"
    file.write_text(clumsy, "utf-8")

    told = type_in("questionnaires", "check", str(file))

    assert told.exit_code == 0
    assert "le fichier annonce 3\u00a0min" in told.stdout
    assert "main_brake, une phrase de 42 mots." in told.stdout
    assert "mediation_place_kinds n’est posée à personne." in told.stdout


def test_a_campaign_from_creation_to_its_first_mails(type_in: Typed, world: World) -> None:
    world.contact("23096", "mairie@gueret.invalid")

    made = type_in("campaign", "create", "Essai", "--opens-on", "2026-09-14", "--simulated")
    opened = type_in("campaign", "open", "1")
    invited = type_in("campaign", "invite", "1", "--departement", "23")
    sent = type_in("send")
    status = type_in("campaign", "status")

    assert [r.exit_code for r in (made, opened, invited, sent, status)] == [0, 0, 0, 0, 0]
    assert "159 questionnaires, 53 collectivités" in opened.stdout
    assert "1 message envoyé " in sent.stdout
    assert len(world.sink.to("mairie@gueret.invalid")) == 1
    assert "Invitée, sans réponse 1" in status.stdout


def test_a_simulated_campaign_refuses_a_mail_server_elsewhere(
    type_in: Typed, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.contact("23096", "mairie@gueret.invalid")
    type_in("campaign", "create", "Essai", "--opens-on", "2026-09-14", "--simulated")
    type_in("campaign", "open", "1")
    type_in("campaign", "invite", "1", "--departement", "23")
    monkeypatch.setenv("SMTP_HOST", "192.0.2.1")

    refused = type_in("send")

    assert refused.exit_code == 1
    assert "Une campagne simulée n’envoie qu’à un serveur de courrier de cette machine" in (
        refused.stderr
    )


def test_sending_held_by_the_operator_is_refused(
    type_in: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOLD_SENDING", "oui")

    assert type_in("send").exit_code == 1


def test_an_invitation_names_either_a_departement_or_the_regions(type_in: Typed) -> None:
    assert type_in("campaign", "invite", "1").exit_code == 2
    assert type_in("campaign", "invite", "1", "--regions", "--departement", "23").exit_code == 2


def test_a_wave_is_paused_and_resumed_with_a_reason(type_in: Typed, world: World) -> None:
    wave = str(world.open_wave())

    assert type_in("campaign", "pause", wave).exit_code == 2  # why?
    assert type_in("campaign", "pause", wave, "--why", "Élections").exit_code == 0
    assert "envois en pause" in type_in("campaign", "status", wave).stdout

    assert type_in("campaign", "resume", wave, "--why", "Elles sont passées").exit_code == 0
    assert "envois en pause" not in type_in("campaign", "status", wave).stdout


def test_a_wave_that_ended_runs_again_once_extended(type_in: Typed, world: World) -> None:
    wave = str(world.open_wave())
    world.days_pass(120)
    ended = type_in("campaign", "invite", wave, "--departement", "23")
    assert (ended.exit_code, "prolongez-la" in ended.stderr) == (1, True)

    last_day = world.now + timedelta(days=10)
    told = type_in(
        *("campaign", "extend", wave, "--until", f"{last_day:%Y-%m-%d}", "--why", "Crue")
    )

    assert f"jusqu’au {last_day:%d/%m/%Y} au soir" in told.stdout
    assert f"jusqu’au {last_day:%d/%m/%Y}" in type_in("campaign", "status", wave).stdout
    assert type_in("campaign", "invite", wave, "--departement", "23").exit_code == 0


def test_an_extension_must_be_later_than_the_end(type_in: Typed, world: World) -> None:
    wave = str(world.open_wave())

    refused = type_in("campaign", "extend", wave, "--until", "2026-10-01", "--why", "Essai")

    assert refused.exit_code == 1
    assert "Choisissez une date plus lointaine" in refused.stderr


def test_a_wave_is_closed_after_its_end_and_not_before(type_in: Typed, world: World) -> None:
    wave = str(world.open_wave())
    type_in("chat", "--territory", "23096", said="1\n1\nstop\n")
    assert world.disposition("23096") == "started"
    early = type_in("campaign", "close", wave)
    assert (early.exit_code, "Fermez-la après" in early.stderr) == (1, True)

    world.days_pass(120)
    told = type_in("campaign", "close", wave)

    assert "1 questionnaire classé" in told.stdout
    assert world.disposition("23096") == "broken_off"


def test_an_account_of_an_operator_is_opened(type_in: Typed) -> None:
    made = type_in("organisation", "create", "Opérateur de la Creuse", "--departement", "23")
    opened = type_in(
        *("user", "create", "bruno@opsn.invalid", "--name", "Bruno Lefort", "--role", "opsn"),
        *("--organisation", "Opérateur de la Creuse"),
        said="quatre mots sans lien\nquatre mots sans lien\n",
    )

    assert "18 collectivités suivies" in made.stdout
    assert opened.exit_code == 0
    assert "quatre" not in opened.stdout


def test_an_unknown_departement_is_refused(type_in: Typed) -> None:
    refused = type_in("organisation", "create", "X", "--departement", "99")

    assert refused.exit_code == 1
    assert "Le département «\u00a099\u00a0» n’existe pas" in refused.stderr


def test_a_database_that_is_away_is_told(type_in: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:9/absente")

    refused = type_in("questionnaires", "load")

    assert refused.exit_code == 1
    assert refused.stderr.startswith("La base de données ne répond pas.")


def test_migrations_already_applied_are_told(type_in: Typed) -> None:
    told = type_in("db", "upgrade")

    assert told.exit_code == 0
    assert "rien n’était en attente" in told.stdout


def test_the_dialogue_answers_at_the_terminal(type_in: Typed, world: World) -> None:
    world.open_wave()

    told = type_in("chat", "--territory", "23096", said="1\n1\nstop\n")

    assert told.exit_code == 0
    assert "Vous répondez pour Guéret" in told.stdout
    assert "Question 1 sur" in told.stdout
    assert world.disposition("23096") == "started"


def test_a_port_that_is_taken_is_told_at_once(type_in: Typed) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        refused = type_in("web", "--port", str(taken.getsockname()[1]))

    assert refused.exit_code == 1
    assert "(il est pris)" in refused.stderr


def test_a_database_without_its_tables_asks_for_the_upgrade(
    type_in: Typed, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster.execute("CREATE DATABASE bare TEMPLATE template0")
    monkeypatch.setenv("DATABASE_URL", cluster.url("bare", APP))

    refused = type_in("campaign", "status")
    cluster.execute("DROP DATABASE bare WITH (FORCE)")

    assert refused.exit_code == 1
    assert "barometre db upgrade" in refused.stderr


def test_a_lost_password_is_changed_and_a_leaver_s_account_closed(type_in: Typed) -> None:
    type_in(
        *("user", "create", "awa@dinum.invalid", "--name", "Awa", "--role", "national"),
        said="quatre mots sans lien\nquatre mots sans lien\n",
    )

    changed = type_in("user", "password", "AWA@dinum.invalid", said="cinq autres mots\n" * 2)
    closed = type_in("user", "close", "awa@dinum.invalid")
    reopened = type_in("user", "reopen", "awa@dinum.invalid")
    unknown = type_in("user", "close", "bea@dinum.invalid")

    assert "Mot de passe changé" in changed.stdout
    assert "cinq" not in changed.stdout
    assert [closed.exit_code, reopened.exit_code] == [0, 0]
    assert (unknown.exit_code, "Aucun compte" in unknown.stderr) == (1, True)
