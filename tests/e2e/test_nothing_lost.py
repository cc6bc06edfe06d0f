"""An answer typed is an answer kept: bad lines, full browsers, waves that end, new links."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Dialog, Page, Route, expect
from sqlalchemy import text

from app.collect.submit import submit
from app.links.make import revoke
from app.now import set_offset
from tests.collect.answers import answers_all, says
from tests.e2e.conftest import GUERET, Site, goes_away
from tests.e2e.test_accessible import faults
from tests.e2e.test_answering import (
    PEOPLE,
    PLACES,
    SAVED,
    kept_on_device,
    ours_only,
    question,
    saved_value,
    ticks,
)

pytestmark = pytest.mark.slow

SUPPORT = "/inclusion/section/support"
GO_ON = "Enregistrer et continuer"
ENDED = text("UPDATE waves SET opens_at = :now - interval '90 days', ends_at = :now")
PORTAL = "<!doctype html><title>Wi-Fi</title><h1>Connectez-vous au réseau de la mairie</h1>"


def presses(page: Page, button: str) -> None:
    page.get_by_role("button", name=button).first.click()


def answers_off_line(page: Page, address: str, control: str) -> None:
    """She answers while the line is down, and closes the page."""
    page.goto(address)
    page.context.set_offline(True)
    ticks(page, control)
    expect(question(page, control.partition("-")[0])).to_contain_text("En attente")
    goes_away(page)
    page.context.set_offline(False)


def the_wave_ends(site: Site) -> None:
    with site.world.db.transaction() as session:
        session.execute(ENDED, {"now": site.time})


def comes_to_be_saved(site: Site, page: Page, question: str, value: str) -> None:
    """What left with a closed page arrives when it can: it is looked for, up to ten seconds."""
    for _ in range(100):
        if saved_value(site.world, question) == value:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{question} n’est pas arrivée")


@ours_only
@pytest.mark.parametrize("status", [200, 403, 404])
def test_a_page_that_is_none_of_ours_has_saved_nothing(site: Site, status: int) -> None:
    """A wireless network that wants one to log in, a filter, a server put before ours."""
    with site.device(scripts=True, strict=True) as page:
        page.goto(f"{site.link}{PLACES}")
        page.route(
            "**/reponse",
            lambda route: route.fulfill(status=status, content_type="text/html", body=PORTAL),
        )
        ticks(page, "referral-no")

        expect(page.locator("#line")).to_contain_text("ne peuvent pas être envoyées")
        presses(page, GO_ON)
        expect(page.locator("#line").get_by_text("Restez sur cette page")).to_be_visible()
        assert kept_on_device(page)
        page.unroute("**/reponse")
        expect(question(page, "referral")).to_contain_text(SAVED, timeout=15_000)  # it tries again
        assert kept_on_device(page) == {}
    assert saved_value(site.world, "referral") == "no"


@ours_only
def test_a_server_that_never_answers_is_given_up_and_tried_again(site: Site) -> None:
    with site.device(scripts=True, strict=True) as page:
        page.clock.install()
        page.goto(f"{site.link}{PLACES}")
        held: list[Route] = []
        page.route("**/reponse", lambda route: held.append(route), times=1)
        ticks(page, "referral-no")
        page.wait_for_timeout(100)
        expect(page.locator("#line")).to_be_empty()

        page.clock.run_for(16_000)

        expect(page.locator("#line")).to_contain_text("ne peuvent pas être envoyées")
        page.clock.run_for(6_000)
        expect(page.locator("#line")).to_be_empty()
        page.clock.run_for(3_000)
        expect(question(page, "referral")).to_contain_text(SAVED)
    assert saved_value(site.world, "referral") == "no"


@ours_only
def test_a_hundred_thousand_characters_are_told_to_be_mended_and_stay(site: Site) -> None:
    pasted = "é" * 100_000
    with site.device(scripts=True, strict=True) as page:
        page.goto(f"{site.link}{PEOPLE}")
        page.locator("#staff_trained").fill(pasted)
        page.locator("#staff_trained").press("Tab")

        expect(page.locator("#staff_trained-error")).to_contain_text("entre 0 et 100")
        expect(page.locator("#line")).to_be_empty()
        assert page.locator("#staff_trained").input_value() == pasted


@ours_only
def test_a_full_browser_does_not_pretend_to_keep_answers(site: Site) -> None:
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    with site.device(scripts=True, strict=True) as page:
        page.on("dialog", stay)
        page.goto(f"{site.link}{PLACES}")
        page.evaluate("""() => {
          let some = 'x'.repeat(1_000_000);
          for (let n = 0; some; n++) {
            try { localStorage.setItem(`full${n}`, some); }
            catch { some = some.slice(0, some.length / 2); }
          }
        }""")
        page.context.set_offline(True)
        ticks(page, "referral-no")

        expect(page.locator("#line")).to_contain_text("Gardez cette page ouverte")
        expect(page.locator("#line")).not_to_contain_text("gardées sur cet appareil")
        with page.expect_event("dialog"):
            page.evaluate("setTimeout(() => location.reload())")
        assert asked == ["beforeunload"]
        page.context.set_offline(False)
        expect(question(page, "referral")).to_contain_text(SAVED)
    assert saved_value(site.world, "referral") == "no"


def test_a_wave_that_ends_meanwhile_leaves_the_answers_to_be_read(site: Site) -> None:
    with site.device(width=390, scripts=True, strict=True) as page:
        page.goto(f"{site.link}{PLACES}")
        the_wave_ends(site)
        ticks(page, "referral-no")

        line = page.locator("#line")
        expect(line).to_contain_text("Cette vague s’est terminée")
        expect(line).to_contain_text("Vous pouvez le copier")
        expect(line.get_by_role("listitem")).to_have_text(re.compile(r"\?.*Non$", re.S))
        expect(question(page, "referral")).to_contain_text("Non enregistrée.")
        ticks(page, "mediation_place")
        expect(question(page, "mediation_place")).to_contain_text("Non enregistrée.")
        presses(page, GO_ON)
        expect(line.get_by_role("link", name="Revenir à vos thèmes")).to_be_focused()
        assert page.url.endswith(PLACES)
        assert faults(page) == []

        line.get_by_role("link", name="Revenir à vos thèmes").click()
        expect(page.locator("#unsent")).to_contain_text("arrivées après la fin de la vague")
        expect(page.locator("#unsent").get_by_role("listitem")).to_have_count(1)
        assert faults(page) == []
        assert kept_on_device(page) == {}


@ours_only
def test_an_answer_kept_under_a_link_that_was_renewed_goes_with_the_new_one(site: Site) -> None:
    world = site.world
    with site.device(scripts=True, strict=True) as page:
        answers_off_line(page, f"{site.link}{PLACES}", "referral-no")
        link_id, _ = world.link("answer", GUERET)
        with world.db.transaction() as session:
            revoke(session, link_id, because="renewed", now=world.now)

        page.goto(f"{site.link}{PLACES}")  # another token

        expect(question(page, "referral")).to_contain_text(SAVED)
        assert kept_on_device(page) == {}
    assert saved_value(world, "referral") == "no"


@ours_only
def test_an_answer_of_last_year_is_not_taken_for_this_years(site: Site) -> None:
    with site.device(scripts=True, strict=True) as page:
        answers_off_line(page, f"{site.link}{PLACES}", "referral-no")
        site.world.open_wave_a_year_later()
        set_offset(site.world.now + timedelta(days=3) - datetime.now(UTC))

        page.goto(f"{site.link}{PLACES}")
        page.wait_for_load_state("networkidle")

        expect(page.locator("#referral-no")).not_to_be_checked()
    assert saved_value(site.world, "referral") is None


@ours_only
def test_one_tab_does_not_forget_what_another_kept(site: Site) -> None:
    with site.device(scripts=True, strict=True) as page:
        page.goto(f"{site.link}{PLACES}")
        other = page.context.new_page()
        answers_off_line(other, f"{site.link}{PLACES}", "referral-no")

        ticks(page, "mediation_place-no")
        expect(question(page, "mediation_place")).to_contain_text(SAVED)
        presses(page, GO_ON)

        page.wait_for_url(f"**{SUPPORT}")
        page.wait_for_load_state("networkidle")
        assert kept_on_device(page) == {}
    assert saved_value(site.world, "referral") == "no"
    assert saved_value(site.world, "mediation_place") == "no"


@ours_only
def test_closing_the_page_while_a_save_is_slow_loses_nothing(site: Site) -> None:
    with site.device(scripts=True, strict=True) as page:
        page.goto(f"{site.link}{PLACES}")
        held: list[Route] = []
        page.route("**/reponse", lambda route: held.append(route), times=1)
        with page.expect_request("**/reponse"):
            ticks(page, "mediation_place-no")
        ticks(page, "referral-no")
        page.goto("about:blank")
        comes_to_be_saved(site, page, "referral", "no")
        page.goto(f"{site.link}{PLACES}")
        expect(question(page, "mediation_place")).to_contain_text(SAVED)
    assert saved_value(site.world, "mediation_place") == "no"


@ours_only
def test_what_was_not_sent_is_told_before_the_theme_is(site: Site) -> None:
    world, who = site.world, site.world.respondent(GUERET)
    answers_all(world, who, "inclusion")
    with site.device(scripts=True, strict=True) as page:
        answers_off_line(page, f"{site.link}{PLACES}", "referral-no")

        page.goto(f"{site.link}/inclusion/relire")
        told = page.locator("#unsent")
        expect(told).to_contain_text("ne sont pas envoyées")
        expect(told.get_by_role("listitem")).to_have_text(re.compile("Non$"))
        assert faults(page) == []
        told.get_by_role("link", name="Envoyer ces réponses").click()
        expect(page.locator("#told")).to_have_text("Réponse enregistrée.")
        page.goto(f"{site.link}/inclusion/relire")
        expect(told.get_by_role("listitem")).to_have_count(0)
    assert saved_value(world, "referral") == "no"


def test_what_came_too_late_for_a_theme_sent_by_a_colleague_is_shown_once(site: Site) -> None:
    world, who = site.world, site.world.respondent(GUERET)
    says(world, who, {"mediation_place": "no"}, source="form:one")
    with site.device(scripts=True, strict=True) as page:
        answers_off_line(page, f"{site.link}{PLACES}", "referral-no")
        submit(world.db, who, "inclusion", world.letterhead, now=world.now)

        page.goto(f"{site.link}{PLACES}")

        expect(page.get_by_role("heading", level=1)).to_contain_text("Merci")
        expect(page.locator("#unsent")).to_contain_text("trop tard pour cet envoi")
        expect(page.locator("#unsent").get_by_role("listitem")).to_have_text(re.compile("Non$"))
        assert faults(page) == []
        assert kept_on_device(page) == {}
        page.reload()
        expect(page.locator("#unsent").get_by_role("listitem")).to_have_count(0)


@ours_only
def test_the_page_of_a_theme_sent_meanwhile_shows_what_other_sections_had(site: Site) -> None:
    world, who = site.world, site.world.respondent(GUERET)
    says(world, who, {"mediation_place": "no"}, source="form:one")
    with site.device(scripts=True, strict=True) as page:
        answers_off_line(page, f"{site.link}{PLACES}", "referral-no")
        page.route("**/reponse", lambda route: route.fulfill(status=503), times=1)
        page.goto(f"{site.link}{SUPPORT}")
        expect(page.locator("#line")).to_contain_text("ne peuvent pas être envoyées")
        submit(world.db, who, "inclusion", world.letterhead, now=world.now)

        expect(page.locator("#line")).to_contain_text("Ce thème est déjà envoyé")

        expect(page.locator("#line").get_by_role("listitem")).to_have_text(re.compile("Non$"))
        assert kept_on_device(page) == {}
