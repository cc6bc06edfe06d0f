"""Pages where several hands meet, or where the line falls: read by axe and enlarged, in both skins.

What each of these pages does is in test_answering and tests/respond; here, that everybody reads it.
"""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import expect

from app.collect.submit import submit
from app.models.territories import Indicator
from tests.collect.answers import opens, says
from tests.e2e.conftest import GUERET, Site, goes_away
from tests.e2e.enlarged import WIDE
from tests.e2e.sweep import Sweep
from tests.world import World

pytestmark = pytest.mark.slow

PLACES, WEBSITE = "/inclusion/section/places", "/communication/section/website"
PEOPLE = "/cybersecurite/section/people"


def test_nothing_is_found_on_a_page_that_moves(site: Site) -> None:
    with site.device(width=WIDE, scripts=True) as page:
        sweep = Sweep(site, page)
        a_public_figure_is_offered(sweep)
        two_answer_at_once(sweep)
        a_colleague_answers_before_the_sending(sweep)
        the_line_falls(sweep)
        the_theme_is_sent_from_elsewhere(sweep)
    assert sweep.faulty() == {}


def a_colleague_says(world: World, question: str, value: str) -> None:
    """Elsewhere, knowing what stands: this answer replaces it."""
    who = world.respondent(GUERET)
    stands = opens(world, who).answers.get(question)
    seen = {question: stands.event} if stands else {}
    says(world, who, {question: value}, source=f"term:{question}-{value}", seen=seen)


def a_public_figure_is_offered(sweep: Sweep) -> None:
    world = sweep.site.world
    with world.db.transaction() as session:
        session.add(
            Indicator(
                territory_id=world.territory(GUERET).id,
                name="dpnt_website",
                value="yes",
                source="Données de présence numérique des territoires (ANCT)",
                as_of=date(2026, 3, 3),
            )
        )
    sweep.opens(sweep.link(GUERET, WEBSITE), "section, a public figure", "(ANCT), 3 mars 2026")
    sweep.presses("Reprendre", "section, a public figure taken", "Enregistrée par vous")


def two_answer_at_once(sweep: Sweep) -> None:
    world, page = sweep.site.world, sweep.page
    page.route("**/assets/scripts/*", lambda route: route.abort())
    page.goto(f"{sweep.site.address}{sweep.link(GUERET, PLACES)}")
    a_colleague_says(world, "referral", "yes")
    page.locator("#referral-no").check(force=True)
    sweep.presses("Enregistrer et continuer", "section, disputed", "Gardez la réponse")
    page.unroute("**/assets/scripts/*")

    page.goto(f"{sweep.site.address}{sweep.link(GUERET, PLACES)}")
    a_colleague_says(world, "mediation_place", "planned")
    page.locator("#mediation_place-no").check(force=True)
    expect(page.locator("#question-mediation_place")).to_contain_text("Gardez la réponse")
    sweep.sees("section, disputed while open")


def a_colleague_answers_before_the_sending(sweep: Sweep) -> None:
    world, page = sweep.site.world, sweep.page
    page.goto(f"{sweep.site.address}{sweep.link(GUERET, '/inclusion/relire')}")
    a_colleague_says(world, "mediation_place", "no")
    with page.expect_response("**/envoyer") as sent:
        sweep.presses("Envoyer ce thème", "review, shown again", "Rien n’est encore envoyé")
    assert sent.value.status == 409


def the_line_falls(sweep: Sweep) -> None:
    world, page = sweep.site.world, sweep.page
    page.goto(f"{sweep.site.address}{sweep.link(GUERET, PLACES)}")
    page.context.set_offline(True)
    page.locator("#referral-not_concerned").check(force=True)
    expect(page.locator("#question-referral")).to_contain_text("En attente de connexion.")
    sweep.sees("section, off line", "Vous êtes hors ligne")
    page.get_by_role("button", name="Enregistrer et continuer").click()
    expect(page.locator("#line")).to_contain_text("Restez sur cette page")
    sweep.sees("section, off line, leaving")
    goes_away(page)
    a_colleague_says(world, "referral", "no")
    page.context.set_offline(False)

    page.goto(f"{sweep.site.address}{sweep.link(GUERET, '/inclusion/section/support')}")
    expect(page.locator("#elsewhere")).to_contain_text("est à revoir")
    sweep.sees("section, an answer kept for another", "gardée sur cet appareil")

    page.goto(f"{sweep.site.address}{sweep.link(GUERET, PEOPLE)}")
    page.route("**/reponse", lambda route: route.fulfill(status=503))
    page.locator("#staff_trained").fill("12")
    expect(page.locator("#line")).to_contain_text("ne peuvent pas être envoyées")
    sweep.sees("section, a server in trouble")
    page.unroute("**/reponse")


def the_theme_is_sent_from_elsewhere(sweep: Sweep) -> None:
    world, page = sweep.site.world, sweep.page
    who = world.respondent(GUERET)
    page.goto(f"{sweep.site.address}{sweep.link(GUERET, WEBSITE)}")
    submit(world.db, who, "communication", world.letterhead, now=world.now)
    page.locator("#website-no").check(force=True)
    expect(page.locator("#line")).to_contain_text("Ce thème est déjà envoyé")
    sweep.sees("section, closed while open", "n’enregistre plus")
