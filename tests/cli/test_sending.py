"""Stopping, releasing and watching sending, as an operator types it."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import make_url

from app.messages.holds.lifting import stop_sending
from app.vocabulary.lanes import LANE_OF_DOMAIN
from app.vocabulary.scope import Author
from tests.cli.test_commands import Typed, type_in
from tests.messages.holds.boxes import all_invited, boxes, held
from tests.messages.post import change, messages, send
from tests.world import World

__all__ = ["type_in"]


@pytest.fixture
def waiting(world: World) -> World:
    """Three invitations left, and three wait."""
    boxes(world, "a.invalid", 3)
    all_invited(world)
    return world


def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLIC_URL", "https://essai.barometre.example")


def test_stop_then_status_then_release(waiting: World, type_in: Typed) -> None:
    assert "✓ Tous les envois sont arrêtés" in type_in("sending", "stop").stdout
    assert "✓ Ils étaient déjà arrêtés" in type_in("sending", "stop").stdout

    told = type_in("sending", "status").stdout
    assert "⏸ Envois arrêtés par l’équipe, depuis le 15\u00a0septembre à 10\u00a0h" in told
    assert "3 messages attendent" in told
    refused = type_in("send")
    assert refused.exit_code == 1
    assert "Tous les envois sont arrêtés\u00a0: envois arrêtés par l’équipe." in refused.stderr
    assert waiting.smtp.messages == []

    released = type_in("sending", "release")
    assert released.exit_code == 0
    assert "✓ Les envois repartent de cette base" in released.stdout
    assert type_in("send").exit_code == 0
    assert len(waiting.smtp.messages) == 3


def test_what_is_not_stopped_is_not_released(waiting: World, type_in: Typed) -> None:
    refused = type_in("sending", "release")

    assert refused.exit_code == 1
    assert refused.stderr.startswith("Ces envois ne sont pas arrêtés")


def test_a_copy_says_what_differs_and_asks_for_the_name_of_its_database(
    waiting: World, type_in: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(waiting)
    name = str(make_url(waiting.app_url).database)
    elsewhere(monkeypatch)
    refused = type_in("send")
    assert "cette base est une copie" in refused.stderr
    assert "PUBLIC_URL" in type_in("sending", "status").stdout

    wrong = type_in("sending", "release", said="une autre\n")
    assert wrong.exit_code == 1
    assert "  - l’adresse publique (PUBLIC_URL) n’est pas la même" in wrong.stdout
    assert "Ce n’est pas le nom de la base." in wrong.stderr
    assert held(waiting) == ["copy"]

    assert type_in("sending", "release", said=f"{name}\n").exit_code == 0
    assert held(waiting) == []
    assert type_in("send").exit_code == 0


def test_a_copy_is_released_by_a_script_that_says_yes(
    waiting: World, type_in: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(waiting)
    elsewhere(monkeypatch)
    type_in("send")

    assert type_in("sending", "release", "--yes").exit_code == 0
    assert held(waiting) == []


def test_a_domain_is_released_alone(waiting: World, type_in: Typed) -> None:
    change(
        waiting,
        "INSERT INTO sending_holds (reason, domain, since, actor_kind) "
        "VALUES ('domain', 'a.invalid', :now, 'system')",
        now=waiting.now,
    )
    stop_sending(waiting.db, by=Author.system(), now=waiting.now)
    told = type_in("sending", "status").stdout
    assert "⏸ Un domaine refuse nos messages (a.invalid)" in told
    assert "barometre sending release --domain a.invalid" in told

    assert type_in("sending", "release", "--domain", "A.invalid").exit_code == 0
    assert held(waiting) == ["operator"]
    assert type_in("sending", "release", "--domain", "a.invalid").exit_code == 1


def test_the_status_of_a_campaign_tells_how_sending_goes(waiting: World, type_in: Typed) -> None:
    told = type_in("campaign", "status").stdout
    assert "  File wide\u00a0: 3 à envoyer maintenant" in told

    send(waiting)
    stop_sending(waiting.db, by=Author.system(), now=waiting.now)
    told = type_in("campaign", "status").stdout
    assert told.startswith("⏸ Envois arrêtés par l’équipe")
    assert "  File wide\u00a0: 3 partis, " in told
    assert "par seconde" in told


def test_lanes_are_told_then_mended_when_asked(
    waiting: World, type_in: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LANE_OF_DOMAIN, "a.invalid", "orange")

    told = type_in("sending", "lanes").stdout
    assert "  wide → orange\u00a0: 3 adresses, 3 messages en attente\n" in told
    assert "  File orange\u00a0: 3 adresses, 3 messages en attente\n" in told
    assert "Rien n’est changé." in told
    assert {row.lane for row in messages(waiting)} == {"wide"}

    done = type_in("sending", "lanes", "--apply").stdout
    assert "3 adresses, 3 messages en attente dans leur file" in done
    assert "Relancez" not in done
    assert {row.lane for row in messages(waiting)} == {"orange"}

    assert "✓ Chaque adresse est déjà dans sa file" in type_in("sending", "lanes").stdout


def test_what_is_leaving_is_left_for_the_next_time(
    waiting: World, type_in: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LANE_OF_DOMAIN, "a.invalid", "orange")
    change(
        waiting,
        "UPDATE messages SET state = 'sending', "
        "leased_until = clock_timestamp() + interval '1 hour'",
    )

    done = type_in("sending", "lanes", "--apply").stdout

    assert "0 adresse, 3 messages en attente. Relancez la commande dans quelques minutes." in done


def test_a_copy_is_told_before_its_first_sending(
    waiting: World, type_in: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(waiting)
    monkeypatch.setenv("PUBLIC_URL", "https://essai.exemple.fr")

    told = type_in("sending", "status").stdout

    assert told.startswith("⏸ Cette base est une copie\u00a0: rien n’en partira\n")
    assert "barometre sending release" in told
    assert held(waiting) == []
