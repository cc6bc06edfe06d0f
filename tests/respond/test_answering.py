"""A secretary answers on the site, in several times, with the pages alone."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.models.cases import AnswerEvent
from app.models.messages import Message
from app.vocabulary.scope import Author
from tests.collect.answers import answers_all, says
from tests.respond.browser import Browser
from tests.respond.conftest import GUERET
from tests.world import World

COUNTS = re.compile(r"Rempli\s:\s\d+ questions? sur")


def walks_to_the_review(secretary: Browser, theme: str) -> None:
    """Tick the first choice of everything, page after page."""
    secretary.opens(f"/{theme}")
    for _ in range(30):
        form = secretary.form
        if form.action.endswith("/envoyer"):
            return
        answers = {name: offered[0] for name, offered in form.controls.items()}
        fields = {
            name.removesuffix(".seen")
            for name in form.fields
            if name.endswith(".seen") and form.fields.get(name.removesuffix(".seen")) == [""]
        }
        answers |= dict.fromkeys(fields, "10")
        secretary.fills(answers)
        assert secretary.page.status_code == 200, secretary.text
    raise AssertionError("no review after thirty pages")


def test_the_link_shows_three_themes_and_what_to_do(secretary: Browser) -> None:
    assert secretary.page.status_code == 200
    for words in ("Guéret", "Inclusion numérique", "Cybersécurité", "Répondre", "Il reste"):
        assert words in secretary.text


@pytest.mark.parametrize("theme", ["inclusion", "cybersecurite", "communication"])
def test_a_whole_theme_is_answered_read_again_and_sent(
    secretary: Browser, world: World, theme: str
) -> None:
    walks_to_the_review(secretary, theme)
    assert "sans réponse" not in secretary.text

    secretary.fills({}, go="")

    assert "Merci, c’est envoyé" in secretary.text
    assert world.disposition(GUERET, theme) == "complete"
    assert str(world.response(GUERET, theme).receipt_number) in secretary.text
    with world.db.reading() as session:
        assert [m.step for m in session.scalars(select(Message))] == ["receipt"]


def test_she_stops_midway_and_goes_on_from_another_device(
    secretary: Browser, site: Flask, world: World
) -> None:
    secretary.opens("/inclusion")
    secretary.fills({"mediation_place": "no"}, go="stay")
    assert "Vous avez répondu à une question" in secretary.text
    assert "Vous pouvez fermer cette page" in secretary.text
    secretary.opens()
    assert "Vous pouvez fermer cette page" not in secretary.text

    at_home = Browser(site, world.answer_link(GUERET))
    at_home.opens("/inclusion")

    assert at_home.form.fields["mediation_place"] == ["no"]
    assert "Enregistrée par vous" in at_home.text


def test_going_back_saves_and_shows_the_page_before(secretary: Browser) -> None:
    secretary.opens("/inclusion")
    secretary.fills({"mediation_place": "no", "referral": "yes"})
    assert "digital_adviser" in secretary.form.controls

    secretary.fills({"digital_adviser": "planned"}, go="back")
    assert secretary.form.fields["mediation_place"] == ["no"]

    secretary.fills({})
    assert secretary.form.fields["digital_adviser"] == ["planned"]


def test_an_answer_that_brings_a_question_onto_the_page_shows_it(secretary: Browser) -> None:
    secretary.opens("/inclusion")

    secretary.fills({"mediation_place": "yes", "referral": "no"})

    assert "mediation_place_kinds" in secretary.form.controls


def test_an_answer_out_of_bounds_is_quoted_and_the_others_are_kept(
    secretary: Browser, world: World
) -> None:
    secretary.opens("/cybersecurite")

    secretary.fills({"staff_trained": "120", "elected_trained": "5", "felt_exposure": "much"})

    assert secretary.page.status_code == 422
    assert "entre 0 et 100" in secretary.text
    assert "Les 2 autres sont enregistrées" in secretary.text
    assert secretary.form.fields["staff_trained"] == ["120"]
    assert set(world.response(GUERET, "cybersecurite").answers) == {
        "elected_trained",
        "felt_exposure",
    }
    secretary.fills({"staff_trained": "12"})
    assert world.response(GUERET, "cybersecurite").answers["staff_trained"]["value"] == 12


def test_the_same_form_sent_twice_is_a_repeat(secretary: Browser, world: World) -> None:
    secretary.opens("/inclusion")
    form = secretary.form
    fields = form.filled({"mediation_place": "no", "referral": "no"})

    for _ in range(2):
        assert secretary.sends(form.action, fields).status_code == 200

    with world.db.reading() as session:
        assert len(session.scalars(select(AnswerEvent)).all()) == 2


def test_the_same_link_answered_meanwhile_and_she_chooses(secretary: Browser, world: World) -> None:
    secretary.opens("/inclusion")
    form = secretary.form
    says(world, world.respondent(GUERET), {"mediation_place": "planned"}, source="term:1")

    secretary.sends(form.action, form.filled({"mediation_place": "no", "referral": "no"}))

    assert secretary.page.status_code == 409
    assert "Une autre réponse vient d’être donnée avec ce lien" in secretary.text
    assert "collègue" not in secretary.text
    assert world.response(GUERET, "inclusion").answers["referral"]["value"] == "no"
    secretary.fills({"mediation_place.keep": "mine"})
    assert secretary.page.status_code == 200
    assert world.response(GUERET, "inclusion").answers["mediation_place"]["value"] == "no"


def test_a_colleague_who_answered_meanwhile_is_named(secretary: Browser, world: World) -> None:
    world.contact(GUERET, "julie@gueret.invalid", "Julie Lamy")
    secretary.presses("/confier", theme="inclusion", email="julie@gueret.invalid")
    (link,) = [one for one in world.links(GUERET) if one.purpose == "delegate"]
    julie = replace(world.respondent(GUERET), author=Author.link(link.id), link_id=link.id)
    secretary.opens("/inclusion")
    form = secretary.form
    says(world, julie, {"mediation_place": "planned"}, source="form:julie")

    secretary.sends(form.action, form.filled({"mediation_place": "no"}))

    assert "Julie Lamy vient de répondre" in secretary.text
    assert "avec ce lien" not in secretary.text


def test_a_conflict_left_alone_keeps_what_counts(secretary: Browser, world: World) -> None:
    secretary.opens("/inclusion")
    form = secretary.form
    says(world, world.respondent(GUERET), {"mediation_place": "planned"}, source="term:1")
    secretary.sends(form.action, form.filled({"mediation_place": "no"}))

    secretary.fills({})

    assert secretary.page.status_code == 200
    assert world.response(GUERET, "inclusion").answers["mediation_place"]["value"] == "planned"


def test_blanks_are_shown_and_accepted(secretary: Browser, world: World) -> None:
    secretary.opens("/inclusion")
    secretary.fills({"mediation_place": "no"})

    secretary.opens("/inclusion/relire")
    assert "questions sont sans réponse" in secretary.text
    secretary.fills({}, go="")

    assert world.disposition(GUERET) == "partial"


def test_nothing_answered_is_not_sent_and_the_page_says_why(secretary: Browser) -> None:
    secretary.presses("/inclusion/envoyer", nonce="abcdefgh")

    assert secretary.page.status_code == 409
    assert "Répondez à une question au moins" in secretary.text


def test_sent_cybersecurity_shows_no_value_on_any_page(secretary: Browser, world: World) -> None:
    walks_to_the_review(secretary, "cybersecurite")
    secretary.fills({}, go="")

    assert "Accusé de réception" in secretary.text
    assert not COUNTS.search(secretary.text)
    for path in ("", "/cybersecurite", "/cybersecurite/relire", "/cybersecurite/section/people"):
        secretary.opens(path)
        assert "Enregistrée" not in secretary.text
        assert "10\u00a0%" not in secretary.text
        assert "checked" not in secretary.text
    secretary.presses("/cybersecurite/rouvrir")
    assert secretary.form.fields["staff_trained"] == [""]


def test_a_reopened_theme_shows_its_answers_again(secretary: Browser, world: World) -> None:
    answers_all(world, world.respondent(GUERET))
    secretary.opens("/inclusion/relire")
    secretary.fills({}, go="")

    secretary.presses("/inclusion/rouvrir")

    assert "Relire et envoyer" in secretary.text
    assert world.disposition(GUERET) == "started"


def test_a_theme_is_handed_over_and_taken_back(secretary: Browser, world: World) -> None:
    secretary.presses("/confier", theme="inclusion", email="julie@gueret.invalid")
    assert "Le lien part à votre collègue" in secretary.text

    secretary.opens()
    assert "Confié" in secretary.text
    secretary.presses("/inclusion/retirer")
    assert "Confié" not in secretary.text


def test_an_address_to_mend_is_told_beside_its_field(secretary: Browser) -> None:
    secretary.presses("/confier", theme="inclusion", email="julie")

    assert secretary.page.status_code == 400
    assert 'value="julie"' in secretary.text
    assert "n’est pas une adresse électronique" in secretary.text


def test_a_colleague_opens_one_theme_only(secretary: Browser, world: World, site: Flask) -> None:
    secretary.presses("/confier", theme="inclusion", email="julie@gueret.invalid")
    (link,) = [one for one in world.links(GUERET) if one.purpose == "delegate"]
    julie = Browser(site, world.signer.token(link.id, "delegate", link.key_id))

    assert "Inclusion" in julie.text
    assert "Communication avec" not in julie.text
    assert "Confier" not in julie.text
    assert julie.opens("/communication").status_code == 404
    assert julie.opens("/inclusion").status_code == 200


def test_refusing_asks_why_then_is_taken_at_its_word(secretary: Browser, world: World) -> None:
    secretary.opens("/refuser")
    secretary.fills({"theme": "all"}, go="")
    assert secretary.page.status_code == 400
    assert "Choisissez une raison" in secretary.text

    secretary.fills({"theme": "all", "reason": "no_time"}, go="")

    assert "C’est noté" in secretary.text
    assert world.disposition(GUERET, "cybersecurite") == "refused_by_authority"


def test_a_wave_that_ended_says_so_and_takes_nothing(
    secretary: Browser, world: World, site: Flask
) -> None:
    secretary.presses("/confier", theme="inclusion", email="julie@gueret.invalid")
    secretary.opens("/inclusion")
    form = secretary.form
    with world.db.transaction() as session:
        session.execute(_ENDED, {"now": world.now})

    secretary.sends(form.action, form.filled({"mediation_place": "no"}))
    assert secretary.page.status_code == 410
    assert "Cette vague s’est terminée le" in secretary.text
    assert "Copiez-le" in secretary.text
    assert "fait-elle vivre un lieu" in secretary.text
    assert "Non" in secretary.text
    assert secretary.opens().status_code == 410
    for page in ("/refuser", "/inclusion/confie", "/inclusion/retirer", "/inclusion"):
        assert secretary.opens(page).status_code == 410, page
    secretary.presses("/inclusion/retirer")
    assert secretary.page.status_code == 410
    assert {one.revoked_at for one in world.links(GUERET)} == {None}
    assert world.response(GUERET, "inclusion").answers == {}


def test_what_comes_after_a_colleague_has_sent_is_told_back(
    secretary: Browser, world: World, site: Flask
) -> None:
    secretary.opens("/cybersecurite")
    form = secretary.form
    field = next(name.removesuffix(".seen") for name in form.fields if name.endswith(".seen"))
    kept = {name: offered[0] for name, offered in form.controls.items()}
    with world.db.transaction() as session:
        session.execute(_SENT, {"now": world.now})

    secretary.sends(form.action, form.filled(kept))

    assert secretary.page.status_code == 409
    assert "Ces réponses ne sont pas enregistrées" in secretary.text
    assert "Copiez-le" in secretary.text
    assert field not in world.response(GUERET, "cybersecurite").answers


def test_a_page_without_an_answer_that_comes_late_is_only_refused(
    secretary: Browser, world: World, site: Flask
) -> None:
    secretary.opens("/inclusion")
    form = secretary.form
    with world.db.transaction() as session:
        session.execute(_ENDED, {"now": world.now})

    secretary.sends(form.action, form.filled({}))

    assert secretary.page.status_code == 410
    assert "Copiez-le" not in secretary.text


def test_what_was_saved_before_is_not_called_lost(
    secretary: Browser, world: World, site: Flask
) -> None:
    secretary.opens("/inclusion")
    secretary.fills({"mediation_place": "no"}, go="stay")
    secretary.opens("/inclusion")
    form = secretary.form
    with world.db.transaction() as session:
        session.execute(_ENDED, {"now": world.now})

    secretary.sends(form.action, form.filled({"referral": "yes"}))

    assert secretary.page.status_code == 410
    assert "fait-elle vivre un lieu" not in secretary.text
    assert "une liste à jour" in secretary.text


_SENT = text("UPDATE responses SET submitted_at = :now")
_ENDED = text("UPDATE waves SET opens_at = :now - interval '90 days', ends_at = :now")
