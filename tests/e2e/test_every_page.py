"""Every page and state of a respondent and of the public, read by axe and enlarged, in both skins.

One world and one browser a skin: each test of this file would otherwise spend its time on opening
the same campaign. What a page says is tested elsewhere; here, that everybody can read it.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from app.collect.submit import submit
from app.collect.validate import ask_validation
from app.links.guesses import ALLOWANCES, What
from app.now import set_offset
from tests.collect.answers import answers_all, says
from tests.collect.teams import CLAIRE, JULIE, MAIRE, MARC, holder, plans
from tests.e2e.conftest import GUERET, Site
from tests.e2e.enlarged import WIDE
from tests.e2e.sweep import Sweep
from tests.messages.post import send
from tests.respond.test_renewal_page import MAIRIE, SIREN

pytestmark = pytest.mark.slow

AJAIN, BRIONNE, AUBUSSON, AUZANCES = "23002", "23033", "23008", "23013"
PLACES, PEOPLE = "/inclusion/section/places", "/cybersecurite/section/people"
PUBLIC = (
    "/",
    "/aide",
    "/verifier",
    "/accessibilite",
    "/mentions-legales",
    "/donnees-personnelles",
    "/plan-du-site",
    "/resultats",
    "/resultats/inclusion",
    "/questionnaires",
    "/questionnaires/cybersecurite",
    "/code",
    "/nouveau-lien",
    "/nulle-part",
)


def test_nothing_is_found_on_any_page_in_any_state(site: Site) -> None:
    world = site.world
    for code in (AJAIN, BRIONNE):
        world.contact(code, "secretariat@plateau.invalid", "Odile Roy")
    with site.device(width=WIDE, scripts=True) as page:
        sweep = Sweep(site, page)
        the_public(sweep)
        somebody_answers(sweep)
        somebody_asks(sweep)
        a_theme_is_handed_over(sweep)
        a_code_and_a_lost_link(sweep)
        one_secretary_two_communes(sweep)
        a_team(sweep)
        somebody_turns_away(sweep)
        the_wave_ends_and_a_year_passes(sweep)
    assert sweep.faulty() == {}


def the_public(sweep: Sweep) -> None:
    for address in PUBLIC:
        sweep.opens(address)


def somebody_answers(sweep: Sweep) -> None:
    world, page = sweep.site.world, sweep.page
    who = world.respondent(GUERET)
    # Without its script, the section page shows what the server makes of each form.
    page.route("**/assets/scripts/*", lambda route: route.abort())
    sweep.opens(sweep.link(GUERET), "link, before anything", "trois questionnaires")
    sweep.opens(sweep.link(GUERET, PLACES), "section, blank", "Section 1 sur")
    page.locator("#mediation_place").check(force=True)
    page.get_by_role("button", name="Enregistrer et continuer").click()
    sweep.opens(sweep.link(GUERET, PLACES), "section, saved", "Enregistrée par vous")
    page.goto(f"{sweep.site.address}{sweep.link(GUERET, PEOPLE)}")
    page.locator("#staff_trained").fill("120")
    page.locator("#felt_exposure").check(force=True)
    says(world, who, {"felt_exposure": "much"}, source="term:1", theme="cybersecurite")
    sweep.presses("Enregistrer et continuer", "section, refused and disputed", "entre 0 et 100")
    page.unroute("**/assets/scripts/*")  # while it stands, the browser caches nothing
    sweep.opens(sweep.link(GUERET, "/inclusion/relire"), "review", "Sans réponse")
    for theme in ("communication", "cybersecurite"):
        answers_all(world, who, theme)
        sweep.opens(sweep.link(GUERET, f"/{theme}/relire"), f"review, {theme}", "Relire et envoyer")
        sweep.presses("Envoyer ce thème", f"receipt, {theme}", "Merci")
    sweep.opens(sweep.link(GUERET), "link, begun and sent", "Rouvrir ce thème")
    sweep.opens(sweep.link(GUERET, "/nimporte"), "no such theme")


def somebody_asks(sweep: Sweep) -> None:
    for path, button, wrong in (
        ("/aide", "Envoyer la demande", "Erreur"),
        ("/contact", "Envoyer le lien", "Erreur"),
        ("/papier", "Demander les questionnaires", "Erreur"),
        ("/refuser", "Nous ne répondrons pas", "Erreur"),
    ):
        sweep.opens(sweep.link(GUERET, path))
        for box in sweep.page.locator("main input[type=checkbox]:checked").all():
            box.uncheck(force=True)
        sweep.presses(button, f"{path}, wrong")
        assert wrong in sweep.page.title(), path
    sweep.page.goto(f"{sweep.site.address}{sweep.link(GUERET, '/aide')}")
    sweep.page.locator("#words").fill("Qui peut répondre à la question 2 ?")
    sweep.presses("Envoyer la demande", "help, asked")
    sweep.page.goto(f"{sweep.site.address}{sweep.link(GUERET, '/papier')}")
    sweep.page.locator("#theme").check(force=True)
    sweep.presses("Demander les questionnaires", "paper, asked", "par la poste")
    sweep.page.goto(f"{sweep.site.address}{sweep.link(GUERET, '/contact')}")
    sweep.page.locator("#email").fill("dgs@gueret.invalid")
    sweep.page.locator("#how-ajoute").check(force=True)
    sweep.presses("Envoyer le lien", "contact, added")
    sweep.opens(sweep.link(GUERET, "/pas-nous"))


def a_theme_is_handed_over(sweep: Sweep) -> None:
    page = sweep.page
    page.goto(f"{sweep.site.address}{sweep.link(GUERET)}")
    page.get_by_label("Adresse électronique du collègue").fill("julie")
    sweep.presses("Envoyer le lien", "link, colleague to mend", "à corriger")
    page.get_by_label("Adresse électronique du collègue").fill("lamy@gueret.invalid")
    sweep.presses("Envoyer le lien", "link, handed over")
    sweep.opens(sweep.link(GUERET, "/inclusion/confie"))
    sweep.opens(sweep.link(GUERET, "/inclusion/retirer"))
    sweep.opens(sweep.held("lamy@gueret.invalid", "inclusion"), "delegate’s link")
    sweep.opens(sweep.held("lamy@gueret.invalid", "inclusion", "/pas-nous"), "delegate’s way out")


def a_code_and_a_lost_link(sweep: Sweep) -> None:
    world, page = sweep.site.world, sweep.page
    page.goto(f"{sweep.site.address}/code")
    page.locator("#code").fill("7KQ4-M2XP-D")
    sweep.presses("Ouvrir le questionnaire", "code, wrong")
    for _ in range(ALLOWANCES[What.CODE].from_one):
        page.request.post(f"{sweep.site.address}/code", form={"code": "7KQ4-M2XP-D"})
    page.locator("#code").fill("7KQ4-M2XP-D")
    sweep.presses("Ouvrir le questionnaire", "code, slowed", "Attendez")
    page.goto(f"{sweep.site.address}/nouveau-lien")
    sweep.presses("Demander le lien", "new link, wrong")
    page.locator("#email").fill(MAIRIE)
    page.locator("#reference").fill(SIREN)
    sweep.presses("Demander le lien", "new link, asked", "un message vient de partir")
    world.now = sweep.site.time + timedelta(minutes=5)
    send(world)
    body = world.sink.to(MAIRIE)[-1].get_body(("plain",))
    assert body is not None
    found = re.search(r"/nouveau/[A-Za-z0-9_-]{43}", body.get_content())
    assert found is not None
    sweep.opens(found[0], "renewal")


def one_secretary_two_communes(sweep: Sweep) -> None:
    world = sweep.site.world
    says(world, world.respondent(AJAIN), {"mediation_place": "no", "referral": "no"}, source="a")
    says(world, world.respondent(BRIONNE), {"referral": "yes"}, source="b")
    own = f"/communes/{world.link('several', AJAIN)[1]}"
    sweep.opens(own, "communes", "Vos 2 collectivités")
    sweep.opens(f"{own}/copier/inclusion?vers={BRIONNE}", "copy, from whom")
    between = f"{own}/copier/inclusion?de={AJAIN}&vers={BRIONNE}"
    sweep.opens(between, "copy, what", "a déjà répondu")
    sweep.presses("Recopier les réponses cochées", "copied", "recopiée")


def a_team(sweep: Sweep) -> None:
    world, page = sweep.site.world, sweep.page
    world.contact(AUBUSSON, "mairie@aubusson.invalid")
    sweep.opens(sweep.link(AUBUSSON, "/equipe"), "team, blank", "Votre équipe")
    page.locator("#colleague-inclusion").fill("julie")
    page.locator("#due-communication").fill("2020-01-01")
    sweep.presses("Enregistrer et prévenir", "team, wrong", "à corriger")
    who = world.respondent(AUBUSSON)
    plans(world, who, coordinator=CLAIRE, validator=MAIRE, inclusion=JULIE, communication=MARC)
    sweep.opens(sweep.link(AUBUSSON, "/equipe"), "team, filled")
    sweep.opens(sweep.link(AUBUSSON), "link, with a team", "Confié")
    sweep.opens(
        sweep.held(JULIE, "inclusion", "/inclusion/relire"), "review, of a colleague, blank"
    )
    answers_all(world, holder(world, JULIE, "inclusion"))
    sweep.opens(sweep.held(JULIE, "inclusion", "/inclusion/relire"), "review, of a colleague")
    sweep.presses("Demander la validation", "review, asked", "La validation est demandée")
    check = sweep.held(MAIRE, None, "/inclusion/valider")
    sweep.opens(check, "review, of who validates", "Un collègue vous demande")
    sweep.presses("Renvoyer avec un commentaire", "review, no comment", "Il manque")
    page.locator("#comment").fill("Le lieu d’aide existe depuis janvier.\nMerci de revoir.")
    sweep.presses("Renvoyer avec un commentaire", "review, given back", "Renvoyé")
    sweep.opens(sweep.held(JULIE, "inclusion"), "link, with a theme given back")
    sweep.opens(
        sweep.held(JULIE, "inclusion", "/inclusion/relire"), "review, to do again", "à revoir"
    )
    sweep.opens(sweep.held(JULIE, "inclusion", PLACES), "section, with a comment", "existe depuis")
    asked = holder(world, JULIE, "inclusion")
    ask_validation(world.db, asked, "inclusion", world.letterhead, now=world.now)
    sweep.opens(check, "review, asked again")
    sweep.presses("Valider et envoyer", "receipt, validated", "Merci")


def somebody_turns_away(sweep: Sweep) -> None:
    world = sweep.site.world
    for code, path, button in (
        (AUZANCES, "/refuser", "Nous ne répondrons pas"),
        (BRIONNE, "/pas-nous", "Ce n’est pas notre collectivité"),
    ):
        world.contact(code, f"mairie{code}@mairie.invalid")
        sweep.page.goto(f"{sweep.site.address}{sweep.link(code, path)}")
        for first in sweep.page.locator("#theme, #reason").all():
            first.check(force=True)
        address = sweep.link(code)
        sweep.presses(button, f"{path}, done")
        sweep.opens(address, f"link, after {path}")
    sweep.opens(f"/stop/{world.link('stop', GUERET)[1]}", "stop")
    sweep.presses("Ne plus m’écrire", "stopped")


def the_wave_ends_and_a_year_passes(sweep: Sweep) -> None:
    world = sweep.site.world
    answers_all(world, world.respondent(AJAIN))
    submit(world.db, world.respondent(AJAIN), "inclusion", world.letterhead, now=world.now)
    set_offset(world.now + timedelta(days=60) - datetime.now(UTC))
    sweep.opens(sweep.link(AJAIN), "link, after the wave")
    world.open_wave_a_year_later()
    set_offset(world.now - datetime.now(UTC))
    sweep.opens(sweep.link(AJAIN), "link, a year later")
    sweep.opens(sweep.link(AJAIN, PLACES), "section, with suggestions", "Rien n’a changé")
    sweep.presses("Rien n’a changé", "section, after all suggestions were taken", "Section 2 sur")
