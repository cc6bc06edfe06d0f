"""What the messages of a team say beside the rest: tasks, deadlines, where to read. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from app.messages.letters import CaseFacts, Letter, LinkFacts
from app.vocabulary.french_dates import of_day
from app.vocabulary.themes import BY_CODE

Address = Callable[[LinkFacts | None], str]


def team_words(letter: Letter, address: Address) -> dict[str, Any]:
    """The words of an assignment, a request for validation or a returned theme."""
    if letter.step == "assignment":
        return {
            "coordinates": bool(letter.details.get("coordinates")),
            "tasks": [_task(case, letter, address) for case in letter.cases],
            "later": [_later(theme, due) for theme, due in letter.details.get("later", [])],
        }
    if letter.step in ("validation", "returned"):
        case = letter.cases[0]
        return {"read_url": f"{address(case.link)}/{case.theme}/relire"}
    return {}


def several_links(cases: list[CaseFacts]) -> bool:
    """Whether these themes are answered through different links, as a colleague's are."""
    return len({case.link.id for case in cases if case.link is not None}) > 1


def _task(case: CaseFacts, letter: Letter, address: Address) -> dict[str, Any]:
    return {
        "name": BY_CODE[case.theme].name,
        "minutes": letter.wave.minutes.get(case.theme, 0),
        "due_on": _day(letter.details.get("due", {}).get(case.theme)),
        "url": address(case.link),
    }


def _later(theme: str, due: str | None) -> dict[str, str]:
    return {"name": BY_CODE[theme].name, "due_on": _day(due)}


def _day(iso: str | None) -> str:
    return of_day(date.fromisoformat(iso)) if iso else ""
