"""A team on the pages: the plan is typed once, a theme is asked for, returned, and sent."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.collect.answers import answers_all, opens, says
from tests.collect.teams import CLAIRE, JULIE, MAIRE, MARC, holder, letters, plans
from tests.messages.post import messages
from tests.respond.browser import Browser
from tests.respond.conftest import GUERET
from tests.web.rendering import Page
from tests.world import World

COMMENT = "Revoyez la question 2 : le chiffre <date> d’avant."


def opens_as(world: World, site: Flask, email: str, theme: str | None = None) -> Browser:
    """The browser of whoever reads this mailbox."""
    who = holder(world, email, theme)
    assert who.link_id is not None
    purpose = "answer" if theme is None else "delegate"
    return Browser(site, world.signer.token(who.link_id, purpose, world.signer.key_id))


@pytest.fixture
def julie(world: World, site: Flask) -> Browser:
    """Julie, who answered her theme, in a team where the mayor validates."""
    plans(world, validator=MAIRE, inclusion=JULIE)
    answers_all(world, holder(world, JULIE, "inclusion"))
    return opens_as(world, site, JULIE, "inclusion")


def test_the_link_s_page_leads_to_the_team(secretary: Browser) -> None:
    assert f"/r/{secretary.token}/equipe" in secretary.text
    secretary.opens("/equipe")

    assert secretary.page.status_code == 200
    assert secretary.text.index("Les thèmes de cette vague") < secretary.text.index("Inclusion")
    assert secretary.text.index("Plus tard dans l’année") < secretary.text.index("Stratégie")


def test_a_plan_is_kept_and_its_people_are_written_to(secretary: Browser, world: World) -> None:
    secretary.opens("/equipe")
    secretary.fills(
        {
            "coordinator": CLAIRE,
            "colleague-inclusion": JULIE,
            "due-inclusion": "2026-10-15",
            "colleague-strategie": MARC,
        },
        go="",
    )

    assert "La répartition est enregistrée" in secretary.text
    assert {one.value for one in letters(world, "assignment")} == {CLAIRE, JULIE}
    assert secretary.form.fields["due-inclusion"] == ["2026-10-15"]
    secretary.opens()
    assert f"Confié à {JULIE}" in secretary.text
    assert "À rendre au plus tard le 15\u00a0octobre 2026." in secretary.text


def test_what_is_to_mend_is_told_and_all_the_rest_is_kept(secretary: Browser, world: World) -> None:
    secretary.opens("/equipe")
    secretary.fills(
        {
            "validator": "maire",
            "colleague-inclusion": JULIE,
            "due-inclusion": "2030-01-01",
            "colleague-donnee": MARC,
        },
        go="",
    )

    assert secretary.page.status_code == 422
    page = Page(secretary.text)
    assert "2 indications sont à corriger" in page.named("h2")
    assert {"validator", "due-inclusion"} <= set(page.pointed)
    kept = secretary.form.fields
    assert kept["validator"] == ["maire"]
    assert kept["colleague-inclusion"] == [JULIE]
    assert kept["due-inclusion"] == ["2030-01-01"]
    assert kept["colleague-donnee"] == [MARC]
    assert letters(world, "assignment") == []


def test_a_real_address_in_a_simulated_campaign_is_told_with_the_plan_kept(
    secretary: Browser,
) -> None:
    secretary.opens("/equipe")
    secretary.fills({"colleague-inclusion": "julie@gueret.fr", "validator": MAIRE}, go="")

    assert "La répartition n’est pas enregistrée" in secretary.text
    assert secretary.form.fields["validator"] == [MAIRE]


def test_a_colleague_has_no_team_to_change(julie: Browser) -> None:
    assert "/equipe" not in julie.text
    assert julie.opens("/equipe").status_code == 403


def test_a_colleague_asks_instead_of_sending(julie: Browser, world: World) -> None:
    julie.opens("/inclusion/relire")
    assert "Demander la validation" in julie.text
    assert "/envoyer" not in julie.text

    julie.fills({}, go="")

    assert "La validation est demandée" in julie.text
    assert [one.value for one in letters(world, "validation")] == [MAIRE]
    refused = julie.presses("/inclusion/envoyer")
    assert refused.status_code == 409
    assert "la personne chargée de valider" in julie.text


def test_the_validator_returns_it_and_the_comment_is_on_every_page_of_the_theme(
    julie: Browser, world: World, site: Flask
) -> None:
    julie.presses("/inclusion/demander")
    maire = opens_as(world, site, MAIRE)
    assert "À relire" in maire.text
    assert f"/r/{maire.token}/inclusion/relire" in maire.text
    maire.opens("/inclusion/valider")
    assert "Valider et envoyer" in maire.text

    maire.presses("/inclusion/renvoyer", comment=COMMENT)

    shown = "le chiffre &lt;date&gt; d’avant."
    section = holder(world, JULIE, "inclusion")
    assert section.themes == ("inclusion",)
    julie.opens()
    assert "À relire" in julie.text
    assert shown in julie.text
    julie.opens("/inclusion/relire")
    assert shown in julie.text
    assert "Demander de nouveau la validation" in julie.text
    first = julie.text.split("/inclusion/section/")[1].split('"')[0].split("#")[0]
    julie.opens(f"/inclusion/section/{first}")
    assert shown in julie.text

    julie.presses("/inclusion/demander")
    julie.opens()
    assert shown not in julie.text
    maire.presses("/inclusion/envoyer")
    assert "Merci" in maire.text
    assert world.disposition(GUERET) == "complete"


def test_what_changed_since_the_page_was_opened_is_shown_before_it_is_sent(
    julie: Browser, world: World, site: Flask
) -> None:
    julie.presses("/inclusion/demander")
    maire = opens_as(world, site, MAIRE)
    maire.opens("/inclusion/relire")
    on_page, mairie = maire.form, world.respondent(GUERET)
    shown = {"referral": opens(world, mairie).answers["referral"].event}
    says(world, mairie, {"referral": "no"}, source="form:late", seen=shown)

    maire.sends(on_page.action, on_page.fields)

    assert maire.page.status_code == 409
    assert "Des réponses ont changé depuis que vous avez ouvert cette page" in maire.text
    assert world.disposition(GUERET) == "started"
    fresh = maire.form
    maire.sends(fresh.action, fresh.fields)
    assert "Merci" in maire.text


def test_a_page_opened_before_the_form_knew_its_mark_still_sends(
    julie: Browser, world: World, site: Flask
) -> None:
    julie.presses("/inclusion/demander")
    maire = opens_as(world, site, MAIRE)
    maire.opens("/inclusion/relire")
    old = {name: value for name, value in maire.form.fields.items() if name != "seen"}

    maire.sends(maire.form.action, old)

    assert "Merci" in maire.text


def test_a_former_validator_is_told_that_the_authority_shared_out_anew(
    julie: Browser, world: World, site: Flask
) -> None:
    julie.presses("/inclusion/demander")
    maire = opens_as(world, site, MAIRE)
    n_letters = len(messages(world))

    plans(world, inclusion=JULIE)

    maire.opens()
    assert maire.page.status_code == 410
    assert "Votre collectivité a changé la répartition" in maire.text
    assert len(messages(world)) == n_letters


def test_a_return_without_a_word_is_asked_for_beside_its_field(
    julie: Browser, world: World, site: Flask
) -> None:
    julie.presses("/inclusion/demander")
    maire = opens_as(world, site, MAIRE)

    maire.presses("/inclusion/renvoyer", comment="  ")

    assert maire.page.status_code == 400
    assert "comment" in Page(maire.text).pointed
    assert letters(world, "returned") == []


def test_the_returned_cybersecurity_theme_shows_nothing_once_sent(
    secretary: Browser, world: World, site: Flask
) -> None:
    plans(world, validator=MAIRE, cybersecurite=JULIE)
    answers_all(world, holder(world, JULIE, "cybersecurite"), "cybersecurite")
    julie = opens_as(world, site, JULIE, "cybersecurite")
    julie.presses("/cybersecurite/demander")
    maire = opens_as(world, site, MAIRE)
    maire.presses("/cybersecurite/renvoyer", comment="Un secret de la réponse 3")
    julie.presses("/cybersecurite/demander")
    maire.presses("/cybersecurite/envoyer")

    for reader in (julie, maire, secretary):
        for path in ("", "/cybersecurite/relire", "/cybersecurite/recu"):
            reader.opens(path)
            assert "Un secret" not in reader.text


def test_junk_in_the_team_s_form_is_no_error_of_ours(secretary: Browser) -> None:
    for junk in ("\0", "a" * 5_000, "@", "é@é.fr", "x@y.invalid\r\nBcc: z@y.invalid"):
        fields = {"coordinator": [junk], "colleague-inclusion": [junk], "due-inclusion": [junk]}
        secretary.sends(f"/r/{secretary.token}/equipe", fields)
        assert secretary.page.status_code == 422, junk
