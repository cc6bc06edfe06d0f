"""Answering with a script, without it, off line and back, and two people at once."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from app.collect.open import opened
from app.collect.submit import submit
from tests.collect.answers import says
from tests.e2e.conftest import GUERET, Site, goes_away
from tests.e2e.test_accessible import faults
from tests.world import World

pytestmark = pytest.mark.slow
ours_only = pytest.mark.parametrize("site", ["ours"], indirect=True)

PLACES = "/inclusion/section/places"
PEOPLE = "/cybersecurite/section/people"
SAVED = "Enregistrée par vous"


def question(page: Page, code: str) -> Locator:
    return page.locator(f"#question-{code}")


def ticks(page: Page, control: str) -> None:
    page.locator(f"#{control}").check(force=True)


def saved_value(world: World, code: str, theme: str = "inclusion") -> object:
    kept = world.response(GUERET, theme).answers.get(code)
    return kept["value"] if kept else None


def kept_on_device(page: Page) -> dict[str, str]:
    found: dict[str, str] = page.evaluate("({...localStorage})")
    return found


def looks_again(page: Page) -> None:
    """What the page does every few seconds, and when one comes back to it."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


@pytest.mark.parametrize("width", [390, 1200])
def test_each_answer_is_saved_without_leaving_the_page(site: Site, width: int) -> None:
    told: list[str] = []
    with site.device(width=width, scripts=True, strict=True) as page:
        page.on("console", lambda message: told.append(message.text))
        page.goto(f"{site.link}{PLACES}")
        expect(page.get_by_text("dès que vous la donnez")).to_be_visible()

        ticks(page, "mediation_place")
        expect(question(page, "mediation_place")).to_contain_text(SAVED)
        expect(page.locator("#mediation_place")).to_be_focused()
        expect(page.locator("#told")).to_have_text("Réponse enregistrée.")
        expect(question(page, "mediation_services")).to_be_visible()
        expect(question(page, "referral").locator("legend")).to_contain_text("4")
        ticks(page, "referral-no")
        expect(question(page, "referral")).to_contain_text(SAVED)
        assert saved_value(site.world, "mediation_place") == "yes"
        assert saved_value(site.world, "referral") == "no"
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert faults(page) == []

        question(page, "referral").get_by_role("button", name="Effacer ma réponse").click()
        expect(question(page, "referral")).not_to_contain_text(SAVED)
        expect(page.locator("#referral")).to_be_focused()
        ticks(page, "mediation_place-no")
        expect(question(page, "mediation_services")).to_have_count(0)
        page.get_by_role("button", name="Enregistrer et continuer").click()
        page.wait_for_url("**/section/support")
    assert saved_value(site.world, "referral") is None
    assert [text for text in told if "Security" in text or "Error" in text] == []


@ours_only
def test_an_answer_to_mend_is_told_once_one_leaves_its_field(site: Site) -> None:
    with site.device(width=390, scripts=True, strict=True) as page:
        page.goto(f"{site.link}{PEOPLE}")
        page.locator("#staff_trained").press_sequentially("120")
        page.wait_for_timeout(1_200)  # a pause of the person's, longer than the script's
        expect(page.locator("#staff_trained-error")).to_have_count(0)
        expect(page.locator("#staff_trained")).to_be_focused()

        page.locator("#staff_trained").press("Tab")

        expect(page.locator("#staff_trained-error")).to_contain_text("entre 0 et 100")
        expect(page.locator("#staff_trained")).to_have_value("120")
        expect(page.locator("#told")).to_contain_text("entre 0 et 100")
        assert faults(page) == []
        page.get_by_role("button", name="Enregistrer et continuer").click()
        expect(page.locator("#erreurs")).to_be_focused()
        page.locator("#staff_trained").fill("12")
        page.locator("#staff_trained").press("Tab")
        expect(question(page, "staff_trained")).to_contain_text(SAVED)
        expect(page.locator("#staff_trained-error")).to_have_count(0)
    assert saved_value(site.world, "staff_trained", "cybersecurite") == 12


def test_off_line_for_a_while_and_back(site: Site) -> None:
    with site.device(width=390, scripts=True, strict=True) as page:
        page.goto(f"{site.link}{PLACES}")
        page.context.set_offline(True)
        ticks(page, "mediation_place")
        ticks(page, "mediation_place-no")
        ticks(page, "referral-no")

        expect(page.locator("#line")).to_contain_text("Vous êtes hors ligne")
        expect(page.locator("#line")).to_contain_text("gardées sur cet appareil")
        expect(question(page, "referral")).to_contain_text("En attente de connexion.")
        assert faults(page) == []
        page.get_by_role("button", name="Enregistrer et continuer").click()
        expect(page.locator("#line")).to_contain_text("Restez sur cette page")
        assert page.url.endswith(PLACES)
        token = site.link.rpartition("/")[2]
        kept = kept_on_device(page)
        assert len(kept) == 1
        assert token[:8] not in str(kept)
        assert saved_value(site.world, "referral") is None

        page.context.set_offline(False)
        expect(question(page, "referral")).to_contain_text(SAVED)
        expect(page.locator("#line")).to_be_empty()
        assert kept_on_device(page) == {}
        page.get_by_role("button", name="Enregistrer et continuer").click()
        page.wait_for_url("**/section/support")
    assert saved_value(site.world, "mediation_place") == "no"
    assert saved_value(site.world, "referral") == "no"


@ours_only
def test_what_a_closed_page_could_not_send_is_sent_when_it_opens_again(site: Site) -> None:
    with site.device(scripts=True, strict=True) as page:
        page.goto(f"{site.link}{PLACES}")
        page.context.set_offline(True)
        ticks(page, "mediation_place-no")
        ticks(page, "referral-no")
        expect(question(page, "referral")).to_contain_text("En attente")
        goes_away(page)
        says(site.world, site.world.respondent(GUERET), {"referral": "yes"}, source="term:1")
        page.context.set_offline(False)

        page.goto(f"{site.link}{PLACES}")

        expect(question(page, "mediation_place")).to_contain_text(SAVED)
        expect(page.locator("#mediation_place-no")).to_be_checked()
        expect(question(page, "referral")).to_contain_text("Gardez la réponse qui convient")
        assert saved_value(site.world, "referral") == "yes"
        ticks(page, "referral-mine")
        expect(question(page, "referral")).to_contain_text(SAVED)
        expect(page.locator("#referral-no")).to_be_checked()
        assert kept_on_device(page) == {}
    assert saved_value(site.world, "referral") == "no"
    assert saved_value(site.world, "mediation_place") == "no"


def test_two_people_at_once_and_one_chooses(site: Site) -> None:
    with (
        site.device(scripts=True, strict=True) as anne,
        site.device(width=390, scripts=True, strict=True) as julie,
    ):
        anne.goto(f"{site.link}{PLACES}")
        julie.goto(f"{site.link}{PLACES}")
        ticks(anne, "referral")
        expect(question(anne, "referral")).to_contain_text(SAVED)

        ticks(julie, "referral-no")

        expect(question(julie, "referral")).to_contain_text("Gardez la réponse qui convient")
        expect(julie.locator("#told")).to_contain_text("vient d’être donnée")
        expect(julie.locator("#referral")).to_be_attached()
        assert saved_value(site.world, "referral") == "yes"
        assert faults(julie) == []
        ticks(julie, "referral-mine")
        expect(question(julie, "referral")).to_contain_text(SAVED)
        assert saved_value(site.world, "referral") == "no"

        ticks(anne, "mediation_place-no")
        expect(question(anne, "mediation_place")).to_contain_text(SAVED)
        looks_again(anne)
        expect(question(anne, "referral")).to_contain_text("vient d’être donnée avec ce lien")
        expect(anne.locator("#referral-no")).to_be_checked()
        assert faults(anne) == []


@ours_only
def test_a_colleagues_answer_never_comes_under_the_hands(site: Site) -> None:
    with site.device(scripts=True, strict=True) as page:
        page.goto(f"{site.link}{PEOPLE}")
        page.locator("#staff_trained").press_sequentially("1")
        says(
            site.world,
            site.world.respondent(GUERET),
            {"elected_trained": 40, "felt_exposure": "much"},
            source="term:1",
            theme="cybersecurite",
        )

        looks_again(page)

        expect(page.locator("#elected_trained")).to_have_value("40")
        expect(page.locator("#felt_exposure-much")).to_be_checked()
        expect(page.locator("#staff_trained")).to_be_focused()
        with page.expect_response(
            lambda told: "staff_trained=15" in (told.request.post_data or "")
        ):
            page.locator("#staff_trained").press_sequentially("5")
        expect(question(page, "staff_trained")).to_contain_text(SAVED)
        expect(page.locator("#staff_trained")).to_have_value("15")
    assert saved_value(site.world, "staff_trained", "cybersecurite") == 15


@ours_only
def test_without_a_script_enter_goes_on_and_a_button_empties(site: Site) -> None:
    says(
        site.world,
        site.world.respondent(GUERET),
        {"felt_exposure": "much"},
        source="form:one",
        theme="cybersecurite",
    )
    with site.device() as page:
        page.goto(f"{site.link}{PEOPLE}")
        expect(page.get_by_text("à chaque bouton de cette page")).to_be_visible()
        page.locator("#staff_trained").fill("12")
        question(page, "felt_exposure").get_by_role("button", name="Effacer ma réponse").click()
        expect(page.locator("#staff_trained")).to_have_value("12")
        expect(page.locator("#felt_exposure-much")).not_to_be_checked()

        page.locator("#staff_trained").fill("120")
        page.locator("#staff_trained").press("Enter")
        expect(page.locator("#erreurs")).to_be_focused()
        page.locator("#staff_trained").fill("13")
        page.locator("#staff_trained").press("Enter")
        expect(page.locator("#staff_trained")).to_have_count(0)

    with site.world.db.reading() as session:
        who = site.world.respondent(GUERET)
        counted = opened(session, who, "cybersecurite", now=site.world.now).path.counted
    assert dict(counted) == {"staff_trained": 13}


@ours_only
def test_a_theme_that_is_sent_leaves_nothing_on_the_device(site: Site) -> None:
    says(
        site.world,
        site.world.respondent(GUERET),
        {"felt_exposure": "much"},
        source="form:one",
        theme="cybersecurite",
    )
    with site.device(scripts=True, strict=True) as page:
        page.goto(f"{site.link}{PEOPLE}")
        page.context.set_offline(True)
        page.locator("#staff_trained").fill("12")
        expect(question(page, "staff_trained")).to_contain_text("En attente")
        goes_away(page)
        page.context.set_offline(False)

        page.goto(f"{site.link}/cybersecurite/relire")
        page.get_by_role("button", name="Envoyer ce thème").click()

        expect(page.get_by_role("heading", level=1)).to_contain_text("Merci")
        page.wait_for_function("localStorage.length === 0")


@ours_only
def test_a_theme_sent_from_elsewhere_leaves_nothing_on_the_device(site: Site) -> None:
    world, who = site.world, site.world.respondent(GUERET)
    with site.device(scripts=True, strict=True) as page:
        page.goto(f"{site.link}{PEOPLE}")
        page.context.set_offline(True)
        page.locator("#staff_trained").fill("12")
        expect(question(page, "staff_trained")).to_contain_text("En attente")
        assert kept_on_device(page)
        says(world, who, {"felt_exposure": "much"}, source="form:elsewhere", theme="cybersecurite")
        submit(world.db, who, "cybersecurite", world.letterhead, now=world.now)

        page.context.set_offline(False)

        expect(page.locator("#line")).to_contain_text("Ce thème est déjà envoyé")
        page.wait_for_function("localStorage.length === 0")


@ours_only
def test_an_answer_saved_just_as_the_line_falls_is_no_conflict_with_oneself(site: Site) -> None:
    with site.device(scripts=True, strict=True) as page:
        page.goto(f"{site.link}{PLACES}")

        def saved_but_never_heard(route: Route) -> None:
            route.fetch()
            route.abort()

        page.route("**/reponse", saved_but_never_heard, times=1)
        ticks(page, "referral")
        expect(question(page, "referral")).to_contain_text("En attente")
        assert saved_value(site.world, "referral") == "yes"

        ticks(page, "referral-no")

        expect(question(page, "referral")).to_contain_text(SAVED)
        expect(page.locator("#referral-no")).to_be_checked()
        assert kept_on_device(page) == {}
    assert saved_value(site.world, "referral") == "no"


@ours_only
def test_a_server_that_cannot_answer_is_not_called_being_off_line(site: Site) -> None:
    with site.device(width=390, scripts=True, strict=True) as page:
        page.goto(f"{site.link}{PLACES}")
        page.route("**/reponse", lambda route: route.fulfill(status=503), times=1)
        ticks(page, "referral-no")

        line = page.locator("#line")
        expect(line).to_contain_text("ne peuvent pas être envoyées pour le moment")
        expect(line).to_contain_text("gardées sur cet appareil")
        expect(page.get_by_text("Vous êtes hors ligne", exact=False)).to_have_count(0)
        expect(question(page, "referral")).to_contain_text("Pas encore envoyée.")
        assert faults(page) == []

        expect(question(page, "referral")).to_contain_text(SAVED)
        expect(line).to_be_empty()
    assert saved_value(site.world, "referral") == "no"


def test_an_answer_kept_for_another_section_is_told_and_found_again(site: Site) -> None:
    with site.device(scripts=True, strict=True) as page:
        page.goto(f"{site.link}{PLACES}")
        page.context.set_offline(True)
        ticks(page, "referral-no")
        expect(question(page, "referral")).to_contain_text("En attente")
        goes_away(page)
        says(site.world, site.world.respondent(GUERET), {"referral": "yes"}, source="term:1")
        page.context.set_offline(False)

        page.goto(f"{site.link}/inclusion/section/support")
        told = page.locator("#elsewhere")
        expect(told).to_contain_text("Une réponse gardée sur cet appareil est à revoir")
        expect(page.locator("#told")).to_contain_text("est à revoir")
        assert faults(page) == []
        page.reload()
        told.get_by_role("link", name="Question 2, Les lieux").click()

        expect(question(page, "referral")).to_contain_text("Gardez la réponse qui convient")
        expect(told).to_be_empty()
        ticks(page, "referral-mine")
        expect(question(page, "referral")).to_contain_text(SAVED)
        assert kept_on_device(page) == {}
    assert saved_value(site.world, "referral") == "no"


FOCUS_SHOWN = """() => {
  const at = document.activeElement;
  const drawn = (one, part) => {
    const style = getComputedStyle(one, part);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  };
  return [at, ...at.labels ?? []].some((one) => drawn(one) || drawn(one, "::before"));
}"""
