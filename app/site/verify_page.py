"""How to know that a message is ours: from where we write, when, and what we never ask."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template

from app.campaigns.asked import Asking, asking
from app.now import now
from app.site.pages import contact, nav
from app.vocabulary.french_dates import day_month_year
from app.web.app_state import house


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes, and the only places that our links lead to."""

    name: str
    address: str
    public_address: str
    chat_bot: str  # Telegram's name of our bot; "" where there is none


def verify() -> str:
    """The page that our messages name for whoever doubts."""
    settings = house().settings
    with house().db.reading() as session:
        waves = list(dict.fromkeys(asking(session, now=now()).values()))
    return render_template(
        "verify.html",
        nav=nav(),
        contact=contact(),
        sender=Sender(
            settings.sender_name,
            settings.sender_address,
            settings.public_url,
            settings.telegram_bot.removeprefix("@"),
        ),
        waves=list(dict.fromkeys(_told(one) for one in waves)),
        simulated=any(one.simulated for one in waves),
    )


def _told(wave: Asking) -> str:
    """`Vague 1, du 15 septembre 2026 au 30 octobre 2026`."""
    return f"{wave.label}, du {day_month_year(wave.opens_at)} au {day_month_year(wave.ends_at)}"
