"""A site on which questionnaires are answered by messenger too."""

from __future__ import annotations

from flask import Flask

from app.house import letterhead_of
from app.main import create_app
from app.settings import Settings
from tests.world import World

TELEGRAM = {"TELEGRAM_TOKEN": "1:secret", "TELEGRAM_BOT": "@barometre_bot"}
TCHAP = {"MATRIX_HOMESERVER": "https://agent.example", "MATRIX_USER": "@barometre:agent.example"}
DEMO = {"DEMO_CHAT_URL": "http://127.0.0.1:8026/messagerie"}


def switches_on(world: World, *configured: dict[str, str]) -> None:
    """These messengers are configured from now on, for mails and for the next site."""
    environ = {
        "SMTP_PORT": str(world.sink.port),
        "PUBLIC_URL": world.settings.public_url,
        "PUBLISHER": world.settings.publisher,
    }
    for settings in configured:
        environ |= settings
    world.settings = Settings.read(environ)
    world.letterhead = letterhead_of(world.settings)


def site_with(world: World, *configured: dict[str, str]) -> Flask:
    switches_on(world, *configured)
    return create_app(world.house)
