"""Hands that have only Tab, Shift+Tab, Space, the arrows and Enter, and eyes on the focus."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page

# What has the focus, and whether one sees it, further on in the page, not above what came before
# in the same column. A focused radio of the DSFR is transparent: its label shows the focus.
# Chromium rings the calendar of a date itself.
STOP = """() => {
  const at = document.activeElement;
  const drawn = (one, part) => {
    const style = getComputedStyle(one, part);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  };
  const parts = [at, ...at.labels ?? []];
  const box = at.getBoundingClientRect();
  const last = window.lastStop;
  const place = { top: box.top + scrollY, left: box.left, right: box.right };
  window.lastStop = { at, place };
  const before = last && last.at.isConnected && last.at !== at ? last : null;
  return {
    id: at.id, tag: at.tagName.toLowerCase(), type: at.type ?? "", name: at.name ?? "",
    value: at.value ?? "", label: (at.labels?.[0] ?? at).textContent.replace(/\\s+/g, " ").trim(),
    answered: at.type === "text" ? at.value !== ""
      : Boolean(at.closest("fieldset")?.querySelector("input:checked")),
    several: at.type === "checkbox" && Boolean(at.closest("fieldset")),
    html: at.outerHTML.replace(/\\s+/g, " ").slice(0, 160),
    shown: parts.some((one) => drawn(one) || drawn(one, "::before"))
      || (at.type === "date" && !at.matches(":focus-visible")), // its own ring
    in_sight: parts.some((one) => {
      const { top, bottom, left, right } = one.getBoundingClientRect();
      return bottom > 0 && top < innerHeight && right > 0 && left < innerWidth;
    }),
    onwards: !before || Boolean(before.at.compareDocumentPosition(at) & 4),
    below: !before || before.at.matches("[href='#contenu']") // which floats over the page
      || place.top >= before.place.top - 4 || place.left >= before.place.right,
  };
}"""
# All that Tab must reach, a group of radios once.
REACHABLE = """() => {
  const wanted = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
  const all = [...document.querySelectorAll(wanted)].filter(
    (one) => one.checkVisibility({ visibilityProperty: true }) && one.tabIndex >= 0,
  );
  const radios = all.filter((one) => one.type === "radio").map((one) => one.name);
  return all.filter((one) => one.type !== "radio").length + new Set(radios).size;
}"""
MOST = 150  # stops on one page


@dataclass(frozen=True, slots=True)
class Stop:
    """Where the focus is."""

    id: str
    tag: str
    type: str
    name: str
    value: str
    label: str
    answered: bool
    several: bool
    html: str
    shown: bool
    in_sight: bool
    onwards: bool
    below: bool


@dataclass
class Keyboard:
    """One person's keyboard on one page; each stop must be seen, and come in reading order."""

    page: Page

    def here(self) -> Stop:
        return Stop(**self.page.evaluate(STOP))

    def tab(self) -> Stop:
        self.page.keyboard.press("Tab")
        stop = self.here()
        assert stop.shown, f"focus que rien ne montre : {stop.html}"
        assert stop.in_sight, f"focus hors de l’écran : {stop.html}"
        assert stop.onwards, f"focus qui revient en arrière : {stop.html}"
        assert stop.below, f"focus qui remonte : {stop.html}"
        return stop

    def walks(self) -> list[Stop]:
        """Through the whole page, its last stop included; a date has several, told once."""
        n_stops = self.page.evaluate(REACHABLE)
        stops = [self.tab()]
        while len(stops) < n_stops:
            stop = self.tab()
            if stop.html != stops[-1].html:
                stops.append(stop)
        return stops

    def reaches(self, label: str = "", *, id: str = "") -> Stop:
        """Tab until what is so called, or has this id."""
        for _ in range(MOST):
            stop = self.tab()
            if (label and stop.label.startswith(label)) or (id and stop.id == id):
                return stop
        raise AssertionError(f"« {label or id} » hors d’atteinte du clavier : {self.page.url}")

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def types(self, words: str) -> None:
        self.page.keyboard.type(words)

    def enters(self) -> None:
        """Enter, which leads to another page."""
        with self.page.expect_navigation():
            self.press("Enter")
