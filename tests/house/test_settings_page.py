"""Every setting is told to those who deploy."""

from __future__ import annotations

from app.settings import Settings
from tests.house import sources


class Listening(dict[str, str]):
    """An empty environment that remembers what it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str] = set()

    def get(self, name: str, default: str = "") -> str:  # type: ignore[override]
        self.asked.add(name)
        return default


def test_every_setting_is_on_its_page() -> None:
    environment = Listening()
    Settings.read(environment)
    page = (sources.ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert "DATABASE_URL" in environment.asked
    assert {name for name in environment.asked if f"`{name}`" not in page} == set()
