"""A browser that reads every state of a page with axe and enlarged, and notes what is wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from playwright.sync_api import Page

from tests.collect.teams import holder
from tests.e2e.conftest import Site
from tests.e2e.enlarged import cramped
from tests.e2e.test_accessible import faults


@dataclass
class Sweep:
    """A browser that goes from page to page and notes what is wrong in each state."""

    site: Site
    page: Page
    wrong: dict[str, list[str]] = field(default_factory=dict)

    def sees(self, state: str, said: str = "") -> None:
        """Read what is on the screen, then larger; `said` proves which page it is."""
        text = self.page.locator("body").inner_text().replace("\u00a0", " ")
        found = [] if said in text else [f"« {said} » n’est pas dit : {self.page.url}"]
        self.wrong[state] = found + faults(self.page) + cramped(self.page)

    def faulty(self) -> dict[str, list[str]]:
        """The states in which something is wrong."""
        return {state: found for state, found in self.wrong.items() if found}

    def opens(self, address: str, state: str = "", said: str = "") -> None:
        where = address if address.startswith("http") else f"{self.site.address}{address}"
        self.page.goto(where)
        self.sees(state or re.sub("/r/[^/]+", "", address), said)

    def presses(self, label: str, state: str, said: str = "") -> None:
        with self.page.expect_navigation():  # which a script may put off
            self.page.get_by_role("button", name=label).first.click()
        self.sees(state, said)

    def link(self, code: str, path: str = "") -> str:
        return f"/r/{self.site.world.answer_link(code)}{path}"

    def held(self, email: str, theme: str | None, path: str = "") -> str:
        """A page of the link that this colleague was sent."""
        world, who = self.site.world, holder(self.site.world, email, theme)
        assert who.link_id is not None
        purpose = "answer" if theme is None else "delegate"
        return f"/r/{world.signer.token(who.link_id, purpose, world.signer.key_id)}{path}"
