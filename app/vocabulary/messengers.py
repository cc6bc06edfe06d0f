"""Messengers on which a questionnaire may be answered, as people call them."""

from __future__ import annotations

from collections.abc import Mapping

from app.vocabulary.scope import Channel

MESSENGER_NAMES: Mapping[Channel, str] = {
    Channel.TELEGRAM: "Telegram",
    Channel.MATRIX: "Tchap",
    Channel.TERMINAL: "Messagerie de démonstration",
}
"""The channels that hold conversations; the last one is on this machine alone."""
