"""From the mail's link to the receipt with the keyboard alone, in both skins, with a script or not.

RGAA 4.1: 10.7 (focus seen), 11.10 and 11.11 (errors), 12.8 (order), 12.9 (no trap).
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.collect.teams import CLAIRE, JULIE, MAIRE, plans
from tests.e2e.conftest import GUERET, Site
from tests.e2e.keyboard import Keyboard, Stop

pytestmark = pytest.mark.slow

WHOLE = ("", "/inclusion/section/places", "/inclusion/relire", "/equipe", "/contact", "/refuser")
PEOPLE = "/cybersecurite/section/people"


@pytest.mark.parametrize("scripts", [True, False], ids=["with its script", "without script"])
def test_a_theme_from_the_link_to_the_receipt(site: Site, scripts: bool) -> None:
    with site.device(scripts=scripts, strict=True) as page:
        keys = Keyboard(page)
        page.goto(site.link)
        keys.reaches("Répondre : Inclusion numérique")
        keys.enters()
        while "/section/" in page.url:
            answers_the_page(keys, scripts)
        expect(page.get_by_text("Sans réponse")).to_have_count(0)
        keys.reaches("Envoyer ce thème")
        keys.enters()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Merci")
        keys.reaches("Revenir à vos thèmes")
        keys.enters()
        expect(page.get_by_text("Envoyé")).to_be_visible()
    assert site.world.disposition(GUERET) == "complete"


def answers_the_page(keys: Keyboard, scripts: bool) -> None:
    """Every question that has no answer yet, in the order in which Tab meets them.

    With the script, one looks whether the answer is saved: it may bring the next question.
    """
    while True:
        stop = keys.tab()
        if stop.value == "next":
            assert stop.label.startswith("Enregistrer")
            keys.enters()
            return
        if stop.answered:
            continue
        if stop.type == "text":
            keys.types("10")
        elif stop.type == "radio":
            keys.press("Space" if stop.id == "mediation_place" else "ArrowDown")
        elif stop.several:
            keys.press("Space")
        else:
            continue
        if scripts:
            saved = keys.page.locator(f"#question-{stop.name}")
            expect(saved).to_contain_text("Enregistrée par vous")


def test_each_page_is_walked_through_both_ways_and_its_head_may_be_passed(site: Site) -> None:
    plans(site.world, coordinator=CLAIRE, validator=MAIRE, inclusion=JULIE)
    with site.device() as page:
        keys = Keyboard(page)
        addresses = [f"{site.link}{path}" for path in (*WHOLE, "/inclusion/retirer")]
        for address in (*addresses, f"{site.address}/code", f"{site.address}/nouveau-lien"):
            page.goto(address)
            stops = keys.walks()
            assert "contenu" in stops[0].label, address
            assert "Plan du site" in stops[-1].label, address
        back = [stops[-1].html]
        while len(back) < len(stops):
            keys.press("Shift+Tab")
            back.append(keys.here().html)
        assert back == [stop.html for stop in reversed(stops)]
        keys.press("Enter")
        keys.tab()
        assert page.locator("main :focus").count() == 1


REFUSED = (
    (PEOPLE, "staff_trained", "120"),
    ("", "email", "julie"),
    ("/contact", "email", "julie"),
    ("/equipe", "colleague-inclusion", "julie"),
    ("/code", "code", "7KQ4-M2XP-D"),
    ("/nouveau-lien", "email", "julie"),
)
CHOICES = (
    ("/aide", "Envoyer la demande"),
    ("/papier", "Demander les questionnaires"),
    ("/refuser", "Nous ne répondrons pas"),
)


def test_a_refused_page_says_where_and_leads_there(site: Site) -> None:
    with site.device() as page:
        for path, field, typed in REFUSED:
            is_refused(site, Keyboard(page), path, field, typed)
        for path, button in CHOICES:
            is_refused_unticked(site, Keyboard(page), path, button)
    with site.device(scripts=True, strict=True) as page:
        is_refused(site, Keyboard(page), *REFUSED[0])


def is_refused(site: Site, keys: Keyboard, path: str, field: str, typed: str) -> None:
    public = path in ("/code", "/nouveau-lien")
    keys.page.goto(f"{site.address if public else site.link}{path}")
    keys.reaches(id=field)
    keys.types(typed)
    keys.enters()
    stop = the_summary_leads_to_what_is_wrong(keys)
    assert (stop.id, stop.value) == (field, typed), path


def is_refused_unticked(site: Site, keys: Keyboard, path: str, button: str) -> None:
    keys.page.goto(f"{site.link}{path}")
    while not (stop := keys.tab()).label.startswith(button):
        if stop.type == "checkbox" and keys.page.locator(":focus").is_checked():
            keys.press("Space")
    keys.enters()
    the_summary_leads_to_what_is_wrong(keys)


def the_summary_leads_to_what_is_wrong(keys: Keyboard) -> Stop:
    page = keys.page
    expect(page).to_have_title(re.compile(r"^Erreur\s: "))
    expect(page.locator("#erreurs")).to_be_focused()  # the browser focuses once it has drawn
    summary = keys.here()
    assert summary.shown, page.url
    assert summary.in_sight, page.url
    assert keys.tab().tag == "a", page.url
    wanted = page.locator(":focus").get_attribute("href")
    keys.press("Enter")
    stop = keys.here()
    assert f"#{stop.id}" == wanted, (page.url, stop.html)
    assert stop.shown, (page.url, stop.html)
    assert stop.in_sight, page.url
    at = page.locator(":focus")
    told = at.or_(at.locator("xpath=ancestor::fieldset")).evaluate_all(
        "all => all.map((one) => one.getAttribute('aria-describedby')).join(' ')"
    )
    assert f"{stop.id}-error" in told, (page.url, told)
    return stop
