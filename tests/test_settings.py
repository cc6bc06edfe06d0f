"""Settings: every mistake at once, and production refuses what a trial may use."""

from __future__ import annotations

import pytest

from app.settings import BadSettings, Settings, is_loopback

GOOD = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "x" * 40,
    "LINK_KEYS": "1:" + "y" * 40,
    "DATABASE_URL": "postgresql://barometre_app@db/barometre",
    "DATABASE_PUBLISHED_URL": "postgresql://barometre_published@db/barometre",
    "PUBLIC_URL": "https://barometre.example",
    "SENDER_ADDRESS": "barometre@barometre.example",
    "HELP_ADDRESS": "aide@barometre.example",
    "DPO_ADDRESS": "dpo@barometre.example",
}


def test_nothing_set_gives_a_house_for_trials() -> None:
    settings = Settings.read({})

    assert not settings.production
    assert settings.skin == "ours"
    assert is_loopback(settings.smtp_host)


def test_every_mistake_is_told_at_once() -> None:
    with pytest.raises(BadSettings) as refused:
        Settings.read(
            {"SMTP_PORT": "vingt-cinq", "PUBLISHER": "moi", "PUBLIC_URL": "barometre.example"}
        )

    for name in ("SMTP_PORT", "PUBLISHER", "PUBLIC_URL"):
        assert name in str(refused.value)


def test_production_refuses_the_default_secrets() -> None:
    with pytest.raises(BadSettings) as refused:
        Settings.read({"ENVIRONMENT": "production"})

    for name in (
        *("SECRET_KEY", "LINK_KEYS", "DATABASE_URL", "DATABASE_PUBLISHED_URL"),
        *("PUBLIC_URL", "DPO_ADDRESS"),
    ):
        assert f"- {name} :" in str(refused.value)


def test_production_starts_when_all_is_set() -> None:
    assert Settings.read(GOOD).production


def test_production_refuses_a_shifted_clock() -> None:
    with pytest.raises(BadSettings, match="CLOCK_OFFSET"):
        Settings.read({**GOOD, "CLOCK_OFFSET": "3600"})


def test_production_reads_published_results_with_their_own_account() -> None:
    with pytest.raises(BadSettings, match="DATABASE_PUBLISHED_URL"):
        Settings.read({**GOOD, "DATABASE_PUBLISHED_URL": ""})


def test_production_never_sends_a_password_in_clear_to_another_machine() -> None:
    elsewhere = {**GOOD, "SMTP_HOST": "smtp.example", "SMTP_USER": "b", "SMTP_PASSWORD": "secret"}

    with pytest.raises(BadSettings, match="SMTP_TLS") as refused:
        Settings.read(elsewhere)

    assert "secret" not in str(refused.value)
    assert Settings.read({**elsewhere, "SMTP_TLS": "starttls"}).production
    assert Settings.read({**elsewhere, "SMTP_HOST": "127.0.0.1"}).production


def test_the_state_wears_its_own_design_system() -> None:
    assert Settings.read({"PUBLISHER": "etat"}).skin == "dsfr"


@pytest.mark.parametrize(
    ("host", "own"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("127.8.8.8", True),
     ("10.0.0.1", False), ("smtp.example", False), ("localhost.example", False)],
)  # fmt: skip
def test_what_is_this_machine(host: str, own: bool) -> None:
    assert is_loopback(host) is own


@pytest.mark.parametrize("name", ["SENDER_ADDRESS", "HELP_ADDRESS", "DPO_ADDRESS"])
def test_an_address_of_ours_is_one_that_every_server_takes(name: str) -> None:
    with pytest.raises(BadSettings, match=name):
        Settings.read({name: "équipe@barometre.example"})


def test_telegram_is_off_and_speaks_to_telegram_itself_unless_told_otherwise() -> None:
    settings = Settings.read({})

    assert settings.telegram_token == ""
    assert settings.telegram_api == "https://api.telegram.org"
    assert settings.telegram_webhook_url == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TELEGRAM_API", "http://api.telegram.example"),
        ("TELEGRAM_WEBHOOK_URL", "http://barometre.example/telegram"),
        ("TELEGRAM_WEBHOOK_SECRET", "court"),
        ("TELEGRAM_WEBHOOK_SECRET", "é" * 40),
        ("TELEGRAM_PORT", "0"),
    ],
)
def test_a_way_to_telegram_that_others_could_listen_to_is_refused(name: str, value: str) -> None:
    with pytest.raises(BadSettings, match=name):
        Settings.read({name: value})


def test_being_called_by_telegram_needs_a_secret() -> None:
    with pytest.raises(BadSettings, match="TELEGRAM_WEBHOOK_SECRET"):
        Settings.read({"TELEGRAM_WEBHOOK_URL": "https://barometre.example/telegram"})
