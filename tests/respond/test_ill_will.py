"""Somebody means harm with what they hold: a forwarded link, an old mail, a form of their own."""

from __future__ import annotations

from dataclasses import replace
from time import monotonic

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.collect.delegate import delegate
from app.collect.lost_link import MOST_OPEN, ask_new_link
from app.collect.refusals import NoLongerAsked
from app.collect.reopen import reopen
from app.collect.requests import ask_paper, say_not_ours
from app.collect.submit import submit
from app.links.codes import code_of, letter_link
from app.links.guesses import ALLOWANCES, What
from app.main import create_app
from app.models.contacts import Address
from app.models.requests import Request
from app.respond.renewal_page import HELD
from tests.collect.answers import answers_all, says
from tests.collect.renewals import asks, hands_over, mailed_token
from tests.collect.teams import CLAIRE, JULIE, holder, plans
from tests.messages.post import messages, send
from tests.respond.browser import Browser
from tests.respond.conftest import GUERET
from tests.world import World

AJAIN, BRIONNE = "23002", "23033"
FORMS = (
    "/aide",
    "/contact",
    "/papier",
    "/pas-nous",
    "/silence",
    "/equipe",
    "/confier",
    "/refuser",
    "/inclusion/envoyer",
    "/inclusion/rouvrir",
    "/inclusion/demander",
    "/inclusion/renvoyer",
    "/inclusion/retirer",
    "/inclusion/questionnaire.pdf",
    "/inclusion/section/places",
    "/inclusion/section/places/reponse",
    "/inclusion/section/places/inchange",
)


def julie(world: World, site: Flask) -> Browser:
    """A colleague who was handed one theme."""
    return Browser(site, hands_over(world))


def test_a_forwarded_link_does_not_lead_to_the_other_communes(world: World, site: Flask) -> None:
    """The mayor of Ajain was forwarded its link by a secretary who has La Brionne as well."""
    for code in (AJAIN, BRIONNE):
        world.contact(code, "secretariat@plateau.invalid")
    world.link("several", AJAIN)

    mayor = Browser(site, world.answer_link(AJAIN))

    assert mayor.page.status_code == 200
    assert "/communes/" not in mayor.text


def test_whoever_said_not_ours_cannot_come_back_by_an_older_mail(
    world: World, secretary: Browser
) -> None:
    renewal = world.link("renew", GUERET)[1]

    secretary.presses("/pas-nous")

    assert secretary.goes(f"/nouveau/{renewal}").status_code == 410
    assert secretary.sends(f"/nouveau/{renewal}", {}).status_code == 410


def test_whoever_coordinates_no_more_cannot_come_back_by_an_older_mail(
    world: World, site: Flask
) -> None:
    """Claire had asked for a new link while she could, and kept the mail for later."""
    plans(world, coordinator=CLAIRE)
    asks(world, CLAIRE)
    renewal = mailed_token(world, CLAIRE)
    assert site.test_client().get(f"/nouveau/{renewal}").status_code == 200
    world.days_pass(0.01)

    plans(world)

    for sent in (site.test_client().get, site.test_client().post):
        assert sent(f"/nouveau/{renewal}").status_code == 410


@pytest.mark.parametrize("gone", ["out_of_frame", "duplicate"])
def test_an_authority_that_is_no_longer_asked_writes_to_nobody(
    world: World, secretary: Browser, gone: str
) -> None:
    who = world.respondent(GUERET)
    with world.db.transaction() as session:
        session.execute(
            text("UPDATE cases SET disposition = :gone WHERE territory_id = :id"),
            {"gone": gone, "id": who.territory_id},
        )

    secretary.presses("/contact", email="autre@gueret.invalid", how="remplace")
    assert secretary.page.status_code == 409
    secretary.presses("/papier", theme="inclusion")
    assert secretary.page.status_code == 409
    secretary.presses("/inclusion/questionnaire.pdf")
    assert secretary.page.status_code == 409
    with pytest.raises(NoLongerAsked):
        ask_paper(world.db, who, who.themes, "", now=world.now)

    assert messages(world) == []
    secretary.presses("/aide", words="Pourquoi ?")
    assert secretary.page.status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        "Votre compte expire : https://evil.example/x",
        "evil.example",
        "Appelez le 06 00 00 00 00",
        "Julie\u202eLamy",
        "Ju\u200blie",
        "<b>Julie</b>",
        "Julie " * 40,
    ],
)
def test_a_name_cannot_carry_somebody_s_message_into_our_mails(
    world: World, secretary: Browser, name: str
) -> None:
    """It is told to whoever is handed a theme, a stranger perhaps."""
    secretary.presses("/contact", email="complice@gueret.invalid", name=name, how="ajoute")

    assert secretary.page.status_code == 400
    assert "seulement un prénom et un nom" in secretary.text
    assert messages(world) == []


@pytest.mark.parametrize("name", ["Julie Lamy", "Jean-François d’Hérouville", "Dr M. Le Goff", ""])
def test_a_true_name_is_told_to_a_colleague(world: World, secretary: Browser, name: str) -> None:
    secretary.presses("/contact", email="dgs@gueret.invalid", name=name, how="ajoute")
    assert "Le message part" in secretary.text
    delegate(
        world.db,
        holder(world, "dgs@gueret.invalid"),
        "inclusion",
        "marc@gueret.invalid",
        world.letterhead,
        name=None,
        now=world.now,
    )
    world.days_pass(0.1)
    send(world)

    (mail,) = world.sink.to("marc@gueret.invalid")
    body = mail.get_body(("plain",))
    assert body is not None
    assert f"{name or 'La mairie'} vous confie" in " ".join(body.get_content().split())
    with world.db.reading() as session:
        kept = session.scalar(
            select(Address.holder_name).where(Address.value == "dgs@gueret.invalid")
        )
    assert (kept or "") == name


def test_the_time_that_an_answer_takes_tells_no_mailbox(world: World, site: Flask) -> None:
    """Whether known or not, and at the second asking as at the first."""
    visitor = site.test_client()
    for email in ("mairie@gueret.invalid", "inconnue@gueret.invalid"):
        for _ in range(2):
            begun = monotonic()
            visitor.post("/nouveau-lien", data={"email": email, "reference": "212309603"})
            assert monotonic() - begun >= HELD


def test_a_theme_given_back_may_be_given_again(world: World, site: Flask) -> None:
    """Julie pressed the wrong button, or somebody who read her mail did."""
    plans(world, inclusion=JULIE)
    say_not_ours(world.db, holder(world, JULIE, "inclusion"), now=world.now)
    secretary = Browser(site, world.answer_link(GUERET))
    secretary.opens("/equipe")
    assert JULIE not in secretary.text

    world.days_pass(0.01)
    assert plans(world, inclusion=JULIE).n_messages == 1

    assert holder(world, JULIE, "inclusion").themes == ("inclusion",)


def asks_for_a_link(world: World, email: str, reference: str) -> None:
    ask_new_link(
        world.db,
        siren_or_code=reference,
        email=email,
        letterhead=world.letterhead,
        from_hash=email,
        now=world.now,
    )


def test_strangers_cannot_shut_out_whoever_holds_the_letter(world: World, site: Flask) -> None:
    """Anybody knows the number of an authority, and may ask in its name until its queue is full."""
    assert site
    with world.db.transaction() as session:
        letter = letter_link(session, world.signer, world.territory(GUERET).id, now=world.now)
        code = code_of(session, world.signer, letter, now=world.now)
    for number in range(3 * MOST_OPEN):
        asks_for_a_link(world, f"robot{number}@ailleurs.invalid", "212309603")

    asks_for_a_link(world, "claire.faure@gueret.invalid", code)

    with world.db.reading() as session:
        asked = session.scalars(
            select(Address.value).join(Request, Request.address_id == Address.id)
        ).all()
    assert len(asked) == MOST_OPEN + 1
    assert "claire.faure@gueret.invalid" in asked


def test_a_made_up_network_address_does_not_give_more_tries(world: World, site: Flask) -> None:
    """In production the proxy writes the last address; those before are whatever one likes."""
    assert site
    settings = replace(world.settings, environment="production", secret_key="x" * 40)
    visitor = create_app(replace(world.house, settings=settings)).test_client()

    told = [
        visitor.post(
            "/code",
            data={"code": "7KQ4-M2XP-B"},
            headers={"X-Forwarded-For": f"198.51.100.{number}, 192.0.2.1"},
        ).status_code
        for number in range(ALLOWANCES[What.CODE].from_one + 1)
    ]

    assert told == [400] * ALLOWANCES[What.CODE].from_one + [429]


HOSTILE = (
    "<script>alert(1)</script>",
    "\u202e\u2066moc.live\u200b\u0000",
    "é" * 30_000,
    "' OR 1=1 --{{7*7}}%s",
    "a@b.invalid\r\nBcc: c@d.invalid",
)
NAMES = (
    *("words", "theme", "email", "name", "how", "reason", "comment", "nonce", "go", "shown"),
    *("coordinator", "validator", "colleague-inclusion", "due-inclusion", "mediation_place"),
    *("mediation_place.seen", "mediation_place.keep", "mediation_place.mine"),
)


@pytest.mark.parametrize("words", HOSTILE, ids=("html", "unseen", "long", "sql", "header"))
def test_no_form_breaks_or_repeats_as_code_what_it_is_sent(secretary: Browser, words: str) -> None:
    for form in (one for one in FORMS if one != "/pas-nous"):
        for given in ({"nonce": "abcdefgh"}, {"theme": "inclusion", "nonce": "abcdefgh"}):
            secretary.presses(form, **(dict.fromkeys(NAMES, words) | given))

            assert secretary.page.status_code < 500, form
            assert b"<script>alert" not in secretary.page.data
            assert b"49%s" not in secretary.page.data


@pytest.mark.parametrize("form", FORMS)
def test_a_form_of_another_site_changes_nothing(
    world: World, secretary: Browser, form: str
) -> None:
    before = world.counts()
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        sent = secretary.client.post(
            f"/r/{secretary.token}{form}",
            data={"nonce": "abcdefgh", "email": "x@y.invalid", "words": "x", "theme": "inclusion"},
            headers=headers,
        )
        assert sent.status_code == 403

    assert world.counts() == before


@pytest.mark.parametrize("form", ["/code", "/nouveau-lien", "/nouveau/{renew}"])
def test_a_public_form_of_another_site_changes_nothing(
    world: World, secretary: Browser, form: str
) -> None:
    address = form.format(renew=world.link("renew", GUERET)[1])
    before = world.counts()

    sent = secretary.client.post(
        address,
        data={"code": "7KQ4-M2XP-D", "email": "mairie@gueret.invalid", "reference": ""},
        headers={"Origin": "https://evil.example"},
    )

    assert sent.status_code == 403
    assert world.counts() == before


@pytest.mark.parametrize(
    "path",
    [
        "/cybersecurite",
        "/cybersecurite/section/backup",
        "/cybersecurite/section/backup/etat",
        "/cybersecurite/relire",
        "/cybersecurite/recu",
        "/cybersecurite/questionnaire.pdf",
        "/cybersecurite/reponses.pdf",
        "/cybersecurite/valider",
        "/contact",
        "/equipe",
        "/refuser",
    ],
)
def test_a_colleague_s_link_opens_their_theme_alone(world: World, site: Flask, path: str) -> None:
    colleague = julie(world, site)
    answers_all(world, world.respondent(GUERET), "cybersecurite")

    assert colleague.opens(path).status_code in (403, 404)
    assert colleague.text.count("Cybersécurité") == 0


@pytest.mark.parametrize("purpose", ["stop", "card", "renew", "several", "chat"])
def test_no_link_of_another_kind_opens_or_sends_a_page_of_answers(
    world: World, site: Flask, purpose: str
) -> None:
    visitor = Browser(site, world.link(purpose, GUERET)[1])
    for form in FORMS:
        sent = visitor.client.post(f"/r/{visitor.token}{form}", data={"nonce": "abcdefgh"})
        assert sent.status_code == 404, form
    for form in ("/communes/{}", "/nouveau/{}", "/stop/{}", "/fiche/{}"):
        answer = world.answer_link(GUERET)
        assert visitor.client.get(form.format(answer)).status_code == 404


def test_after_the_end_no_form_changes_anything(world: World, secretary: Browser) -> None:
    says(world, world.respondent(GUERET), {"mediation_place": "yes"}, source="form:one")
    with world.db.transaction() as session:
        session.execute(
            text(
                "UPDATE waves SET opens_at = opens_at - interval '1 year',"
                " ends_at = ends_at - interval '1 year'"
            )
        )
    before = world.counts()
    for form in FORMS:
        if form in ("/aide", "/pas-nous"):  # for ever
            continue
        sent = secretary.client.post(
            f"/r/{secretary.token}{form}",
            data={
                "nonce": "abcdefgh",
                "theme": "inclusion",
                "email": "julie@gueret.invalid",
                "reason": "no_time",
                "coordinator": "julie@gueret.invalid",
                "mediation_place.seen": "",
                "mediation_place": "no",
                "comment": "Non",
            },
        )
        assert sent.status_code in (303, 403, 409, 410), form

    assert world.counts() == before


def test_what_was_handed_in_on_cybersecurity_is_on_no_page(
    world: World, secretary: Browser
) -> None:
    who = world.respondent(GUERET)
    answers_all(world, who, "cybersecurite")
    sections = {
        question: world.response(GUERET, "cybersecurite").answers[question]["event"]
        for question in world.response(GUERET, "cybersecurite").answers
    }
    submit(world.db, who, "cybersecurite", world.letterhead, now=world.now)
    question, event = next(iter(sections.items()))
    sent = secretary.client.post(
        f"/r/{secretary.token}/cybersecurite/section/backup/reponse",
        data={"nonce": "abcdefgh", f"{question}.seen": str(event), question: "yes"},
    )

    assert sent.status_code == 409
    assert "checked" not in sent.get_data(as_text=True)
    assert secretary.opens("/cybersecurite/reponses.pdf").status_code == 404
    assert secretary.opens("/cybersecurite/section/backup/etat").status_code == 409
    reopen(world.db, who, "cybersecurite", now=world.days_pass(0.01))
    for path in ("/cybersecurite", "/cybersecurite/relire", "/cybersecurite/questionnaire.pdf"):
        secretary.opens(path)
        assert b" checked" not in secretary.page.data
