"""A page of answers grows as one answers: what one is about to click on stays where it is."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import Site
from tests.e2e.test_accessible import faults
from tests.e2e.test_answering import PEOPLE, PLACES, SAVED, question, saved_value, ticks

pytestmark = pytest.mark.slow
widths = pytest.mark.parametrize("width", [390, 1200])

WHERE = "(one) => one.getBoundingClientRect().top"
# A choice is made, and the hand moves on for 1.2 s, within the page: no way to and fro slows it.
RESTLESS = """async ([choice, brought]) => {
  document.getElementById(choice).click();
  for (const end = performance.now() + 1200; performance.now() < end; ) {
    const at = { clientX: 300, clientY: 500, bubbles: true };
    document.body.dispatchEvent(new PointerEvent("pointermove", at));
    await new Promise((done) => setTimeout(done)); // before the page looks: a busy machine is slow
  }
  return document.getElementById(brought) !== null;
}"""
# The page changes between the coming of its letters and the browser's word that they came.
LETTERS_COME = """Promise.all([...document.fonts].map((one) => one.load())).then(() => {
  document.getElementById("told").textContent = "Réponse enregistrée.";
})"""
PLACE, LAST = "mediation_place", "referral"  # the first answered, and the one aimed at next
BROUGHT = "mediation_services"  # asked between both of who has a place


def tops(page: Page) -> dict[str, float]:
    """Where each question is in the page."""
    found: dict[str, float] = page.evaluate(
        f"Object.fromEntries([...document.getElementById('questions').children]"
        f".map((one) => [one.id, ({WHERE})(one) + scrollY]))"
    )
    return found


def opens(page: Page, address: str) -> None:
    """The page, its letters of their own width: a font that comes later moves every line."""
    page.goto(address)
    page.evaluate("Promise.all([...document.fonts].map((one) => one.load())).then(() => true)")


def answers(page: Page, control: str) -> None:
    """A choice is made, wherever it is; nothing scrolls but what the page itself does."""
    page.locator(f"#{control}").evaluate("(one) => one.click()")


def aims(page: Page, control: str) -> float:
    """The pointer comes over a choice, which is in sight; where the choice is."""
    box = page.locator(f"label[for={control}]").bounding_box()
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + box["height"] / 2)
    return box["y"]


def stays(page: Page, control: str, top: float) -> bool:
    now: float = page.locator(f"label[for={control}]").evaluate(WHERE)
    return abs(now - top) < 1


def slow_line(page: Page) -> None:
    """Each answer is saved while the hand is on its way already."""

    def later(route: Route) -> None:
        page.wait_for_timeout(200)
        route.continue_()

    page.route("**/reponse", later)


@widths
def test_what_is_said_of_a_saved_answer_moves_nothing(site: Site, width: int) -> None:
    with site.device(width=width, scripts=True, strict=True) as page:
        for path, control in ((PLACES, "mediation_place-no"), (PEOPLE, "felt_exposure-much")):
            opens(page, f"{site.link}{path}")
            before = tops(page)

            ticks(page, control)

            asked = question(page, control.partition("-")[0])
            expect(asked).to_contain_text(SAVED)
            expect(asked.get_by_role("button", name="Effacer ma réponse")).to_be_visible()
            assert tops(page) == before
            asked.get_by_role("button", name="Effacer ma réponse").click()
            expect(asked).not_to_contain_text(SAVED)
            assert tops(page) == before


@pytest.mark.parametrize("height", [900, 700, 3_000])
@widths
def test_a_question_comes_and_goes_above_the_one_aimed_at(
    site: Site, width: int, height: int
) -> None:
    """3,000: the whole page is in the window, which cannot be scrolled."""
    with site.device(width=width, scripts=True, strict=True) as page:
        page.set_viewport_size({"width": width, "height": height})
        opens(page, f"{site.link}{PLACES}")
        slow_line(page)
        page.locator(f"label[for={LAST}-no]").scroll_into_view_if_needed()

        answers(page, PLACE)
        top = aims(page, f"{LAST}-no")
        expect(question(page, BROUGHT)).to_be_attached()
        assert stays(page, f"{LAST}-no", top)

        answers(page, f"{PLACE}-no")
        top = aims(page, f"{LAST}-no")
        expect(question(page, BROUGHT)).to_have_count(0)
        assert stays(page, f"{LAST}-no", top)
        page.mouse.down()
        page.mouse.up()
        expect(question(page, LAST)).to_contain_text(SAVED)
        assert faults(page) == []
    assert saved_value(site.world, LAST) == "no"


def test_the_page_waits_for_the_hand_to_rest(site: Site) -> None:
    with site.device(scripts=True, strict=True) as page:
        opens(page, f"{site.link}{PLACES}")
        with page.expect_response("**/reponse"):
            grown = page.evaluate(RESTLESS, [PLACE, f"question-{BROUGHT}"])
        assert not grown

        expect(question(page, BROUGHT)).to_be_visible()


def test_room_left_by_a_question_that_went_closes_once_the_hand_is_above(site: Site) -> None:
    with site.device(scripts=True, strict=True) as page:
        page.set_viewport_size({"width": 1200, "height": 3_000})
        opens(page, f"{site.link}{PLACES}")
        alone = tops(page)
        slow_line(page)
        answers(page, PLACE)
        expect(question(page, BROUGHT)).to_be_visible()
        answers(page, f"{PLACE}-no")
        aims(page, LAST)
        expect(question(page, BROUGHT)).to_have_count(0)
        assert tops(page) != alone

        aims(page, PLACE)

        assert tops(page) == alone


def test_letters_that_come_late_leave_no_gap(site: Site) -> None:
    with site.device(width=390, scripts=True, strict=True) as page:

        def later(route: Route) -> None:
            page.wait_for_timeout(400)
            route.continue_()

        page.route("**/*.woff2", later)
        page.goto(f"{site.link}{PLACES}", wait_until="domcontentloaded")

        page.evaluate(LETTERS_COME)

        expect(page.locator("#told")).not_to_be_empty()
        expect(page.locator("[data-room]")).to_have_count(0)
