"""The blank questionnaire: what it asks of whom, how it comes back, and what its code opens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from flask import Flask

from app.interview.conditions import Profile
from app.interview.questionnaire import Questionnaire
from app.interview.reach import reachable
from app.links.codes import link_of, printed_code
from app.links.make import revoke
from app.main import create_app
from app.now import set_offset
from app.questionnaires.load import load_all
from reports.blank.content import parts_of
from reports.blank.paper import Letter, blank_pdf
from tests.collect.answers import answers_all
from tests.reports.pdfs import read, soft, tags, text_of
from tests.respond.browser import Browser
from tests.world import START, World

GUERET = "23096"
JULIE = "julie@gueret.invalid"
FORMS = {form.theme: form for form in load_all()}
TOWN, VILLAGE = Profile("commune", 4_000), Profile("commune", 240)
LETTER = Letter(
    authority="Commune d’Anzême",
    place="Creuse",
    code="7KQ4-M2XP-D",
    code_url="https://barometre.example/code",
    return_address=("Baromètre", "20 avenue de Ségur", "75007 Paris"),
    before="vendredi 18 décembre 2026",
    help_phone="05 36 49 12 34",
    help_address="aide@barometre.example",
    simulated=False,
)


@pytest.fixture
def site(world: World) -> Iterator[Flask]:
    set_offset(START - datetime.now(UTC))
    world.settings = replace(
        world.settings, return_address="Baromètre | 20 avenue de Ségur | 75007 Paris"
    )
    world.contact(GUERET, "mairie@gueret.invalid", "Anne Martin")
    world.open_wave()
    yield create_app(world.house)
    set_offset(START - START)


@pytest.fixture
def secretary(world: World, site: Flask) -> Browser:
    return Browser(site, world.answer_link(GUERET))


@pytest.mark.parametrize("theme", FORMS)
def test_every_question_and_every_choice_is_printed(theme: str) -> None:
    said = text_of(blank_pdf(FORMS[theme]))

    for question in FORMS[theme].questions:
        assert soft(question.text) in said, question.code
        for option in question.options:
            assert soft(option.label) in said, (question.code, option.label)


def asked(form: Questionnaire, profile: Profile) -> list[str]:
    return [one.text for part in parts_of(form, profile) for one in part.questions]


def test_an_authority_is_not_asked_on_paper_what_it_never_is_online() -> None:
    form = FORMS["donnee"]
    said = text_of(blank_pdf(form, VILLAGE, LETTER))
    never = {q.text for q in form.questions} - {q.text for q in reachable(form, VILLAGE)}

    assert never
    assert [text for text in never if soft(text) in said] == []
    assert asked(form, VILLAGE) == [q.text for q in reachable(form, VILLAGE)]
    assert f"{len(asked(form, VILLAGE))} questions au plus" in said


def test_a_condition_is_said_with_the_number_of_the_question_it_rests_on() -> None:
    form = FORMS["cybersecurite"]
    printed = [one for part in parts_of(form, VILLAGE) for one in part.questions]
    conditional = [one for one in printed if one.only_if]

    assert conditional
    for one in conditional:
        sentence = re.fullmatch(r"Seulement si .+ \(question (\d+)\)\.", one.only_if)
        assert sentence is not None, one.only_if
        assert 0 < int(sentence[1]) < one.number
    assert [one.number for one in printed] == list(range(1, len(printed) + 1))


def test_what_the_profile_settles_is_not_repeated_to_it() -> None:
    """The copy of nobody in particular says which authorities; a commune's own does not."""
    ours = " ".join(
        one.only_if for part in parts_of(FORMS["donnee"], TOWN) for one in part.questions
    )
    everyone = " ".join(
        one.only_if for part in parts_of(FORMS["donnee"], None) for one in part.questions
    )

    assert "si votre collectivité est une commune" in everyone
    assert "votre collectivité" not in ours
    assert "habitants ou plus" not in ours


def test_it_says_how_to_send_it_back_by_when_and_whom_to_call() -> None:
    said = text_of(blank_pdf(FORMS["inclusion"], TOWN, LETTER))

    for words in ("Anzême", "20 avenue de Ségur", "18 décembre 2026", "05 36 49 12 34"):
        assert words in said
    assert "aide@barometre.example" in said


def test_each_loose_sheet_says_whose_it_is() -> None:
    pages = read(blank_pdf(FORMS["donnee"], TOWN, LETTER)).pages

    assert len(pages) > 2
    for rank, page in enumerate(pages, start=1):
        foot = soft(page.extract_text())
        assert "Thème 6 · version 1 · Commune d’Anzême · code 7KQ4-M2XP-D" in foot
        assert f"page {rank} sur {len(pages)}" in foot


def test_without_a_return_address_it_says_to_answer_online_or_by_telephone() -> None:
    said = text_of(blank_pdf(FORMS["inclusion"], TOWN, replace(LETTER, return_address=())))

    assert "ne se renvoient pas par la poste" in said
    assert "enveloppe" not in said


def test_it_is_tagged_says_its_language_its_title_and_its_standard() -> None:
    pdf = blank_pdf(FORMS["inclusion"], TOWN, LETTER)
    root, kinds = read(pdf).root_object, {str(tag["/S"]) for tag in tags(pdf)}
    metadata, spoken = read(pdf).metadata, [str(tag["/Alt"]) for tag in tags(pdf) if "/Alt" in tag]

    assert str(root["/Lang"]) == "fr"
    assert {"/H1", "/H2", "/H3", "/L", "/LI"} <= kinds
    assert metadata is not None
    assert "Inclusion numérique, questionnaire à imprimer" in str(metadata.title)
    assert any("https://barometre.example/code" in words for words in spoken)
    xmp = read(pdf).xmp_metadata
    assert xmp is not None
    assert re.search(r"pdfuaid:part(>|=\")1", xmp.stream.get_data().decode())


def test_a_name_with_quotes_and_angles_is_printed_as_it_is() -> None:
    odd = "Bourg \"<b>\\ d'Or & Cie"

    assert soft(odd) in text_of(blank_pdf(FORMS["inclusion"], TOWN, replace(LETTER, authority=odd)))


def papers(world: World) -> str | None:
    """The code that the secretary's link has."""
    with world.db.reading() as session:
        return printed_code(session, world.signer, world.link("answer", GUERET)[0])


def opened_by(world: World, code: str) -> UUID | None:
    with world.db.reading() as session:
        return link_of(session, world.signer, code)


def test_opening_the_paper_writes_nothing_and_shows_no_code(
    secretary: Browser, world: World
) -> None:
    before = world.counts()

    page = secretary.opens("/inclusion/questionnaire.pdf")

    assert page.mimetype == "application/pdf"
    assert page.headers["Cache-Control"] == "no-store"
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert "Commune de Guéret" in text_of(page.data)
    assert "code " not in text_of(page.data).split("Comment remplir")[0]
    assert world.counts() == before


def test_preparing_the_paper_gives_it_a_code_that_opens_the_same_link(
    secretary: Browser, world: World
) -> None:
    assert papers(world) is None
    secretary.opens("/papier")
    assert f'action="/r/{secretary.token}/inclusion/questionnaire.pdf"' in secretary.text

    page = secretary.presses("/inclusion/questionnaire.pdf")

    said, code = text_of(page.data), papers(world)
    assert code is not None
    assert code in said
    assert secretary.token not in said
    assert "20 avenue de Ségur" in said
    assert opened_by(world, code) == world.link("answer", GUERET)[0]
    secretary.presses("/inclusion/questionnaire.pdf")
    assert papers(world) == code


def test_a_colleague_s_paper_opens_their_theme_alone(
    secretary: Browser, world: World, site: Flask
) -> None:
    secretary.presses("/confier", theme="inclusion", email=JULIE)
    link = next(one for one in world.links(GUERET) if one.purpose == "delegate")
    julie = Browser(site, world.signer.token(link.id, "delegate", link.key_id))

    paper = julie.presses("/inclusion/questionnaire.pdf")
    assert julie.presses("/communication/questionnaire.pdf").status_code == 404
    assert julie.opens("/communication/questionnaire.pdf").status_code == 404

    found = re.search(r"code (\w{4}-\w{4}-\w)", text_of(paper.data))
    assert found is not None
    assert opened_by(world, found[1]) == link.id
    with world.db.transaction() as session:
        revoke(session, link.id, because="staff", now=world.now)
    assert opened_by(world, found[1]) is None


def test_the_paper_holds_no_answer(secretary: Browser, world: World) -> None:
    blank = text_of(secretary.opens("/cybersecurite/questionnaire.pdf").data)

    answers_all(world, world.respondent(GUERET), "cybersecurite")
    secretary.opens("/cybersecurite/relire")
    secretary.fills({}, go="")

    assert text_of(secretary.opens("/cybersecurite/questionnaire.pdf").data) == blank


def test_a_stranger_and_a_latecomer_print_nothing(
    secretary: Browser, world: World, site: Flask
) -> None:
    client = site.test_client()
    for method in (client.get, client.post):
        assert method(f"/r/{'A' * 43}/inclusion/questionnaire.pdf").status_code == 404
    assert secretary.opens("/nimporte/questionnaire.pdf").status_code == 404

    set_offset(world.days_pass(200) - datetime.now(UTC))
    assert secretary.opens("/inclusion/questionnaire.pdf").status_code == 410
    assert secretary.presses("/inclusion/questionnaire.pdf").status_code == 410
    assert papers(world) is None


def test_anybody_prints_the_questionnaire_at_nobody_s_name(site: Flask) -> None:
    client = site.test_client()
    page = client.get("/questionnaires/donnee.pdf")

    assert page.mimetype == "application/pdf"
    assert "public" in page.headers["Cache-Control"]
    said = text_of(page.data)
    assert "votre collectivité a reçu" in said
    assert all(soft(question.text) in said for question in FORMS["donnee"].questions)
    again = client.get(
        "/questionnaires/donnee.pdf", headers={"If-None-Match": page.headers["ETag"]}
    )
    assert again.status_code == 304
    assert client.get("/questionnaires/nimporte.pdf").status_code == 404
    assert "/questionnaires/donnee.pdf" in client.get("/questionnaires/donnee").get_data(
        as_text=True
    )
