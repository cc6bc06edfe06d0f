"""The page of a mailbox that follows several communes: hers alone, and it moves nothing unasked."""

from __future__ import annotations

import re
from email.message import EmailMessage

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import text, update

from app.collect.delegate import delegate
from app.collect.submit import submit
from app.links.make import Wanted, ensure_links, revoke
from app.main import create_app
from app.messages import suppressions
from app.models.contacts import Address, Contact
from tests.collect.answers import answers_all, opens, says
from tests.messages.post import invited, messages, send
from tests.respond.browser import Browser
from tests.world import World

AJAIN, BRIONNE, GUERET = "23002", "23033", "23096"
BOX = "secretariat@plateau.invalid"


@pytest.fixture
def site(world: World, clock: None) -> Flask:
    for code in (AJAIN, BRIONNE):
        world.contact(code, BOX, "Odile Roy")
    world.contact(GUERET, "mairie@gueret.invalid")
    world.open_wave()
    for code in (AJAIN, BRIONNE, GUERET):
        world.answer_link(code)
    return create_app(world.house)


@pytest.fixture
def token(world: World, site: Flask) -> str:
    return world.link("several", AJAIN)[1]


@pytest.fixture
def odile(site: Flask, token: str) -> Browser:
    browser = Browser(site, token)
    browser.goes(f"/communes/{token}")
    return browser


def copying(odile: Browser, theme: str = "inclusion", de: str = AJAIN, vers: str = BRIONNE) -> str:
    odile.goes(f"/communes/{odile.token}/copier/{theme}?de={de}&vers={vers}")
    return odile.text


def test_the_page_lists_her_communes_and_no_other(odile: Browser, world: World) -> None:
    assert odile.page.status_code == 200
    assert "Vos 2 collectivités" in odile.text
    assert "Commune d’Ajain" in odile.text
    assert "Commune de La Brionne" in odile.text
    assert "Guéret" not in odile.text.replace("Grand Guéret", "")
    for code in (AJAIN, BRIONNE):
        assert f"/r/{world.answer_link(code)}/inclusion" in odile.text
    assert world.answer_link(GUERET) not in odile.text


def test_a_departement_is_named_as_one_says_it(world: World, site: Flask) -> None:
    for code in ("23", "19"):
        world.contact(code, "dsi@creuse.invalid", kind="departement")
        world.answer_link(code, "departement")
    says(world, world.respondent("19", kind="departement"), {"mediation_place": "yes"}, source="a")
    address = f"/communes/{world.link('several', '23', 'departement')[1]}/copier/inclusion"

    told = site.test_client().get(f"{address}?de=19&vers=23").get_data(as_text=True)

    assert "Recopier de la Corrèze vers la Creuse" in told
    assert "Cochez ce qui vaut aussi pour la Creuse." in told
    assert "Réponse de la Corrèze" in told


def test_each_theme_tells_where_it_stands(odile: Browser, world: World) -> None:
    says(world, world.respondent(AJAIN), {"mediation_place": "yes"}, source="form:a")
    answers_all(world, world.respondent(BRIONNE), "cybersecurite")
    submit(world.db, world.respondent(BRIONNE), "cybersecurite", world.letterhead, now=world.now)

    odile.goes(f"/communes/{odile.token}")

    assert "1 question sur" in odile.text
    assert "Envoyé" in odile.text
    assert odile.text.count("Recopier des réponses") == 1  # inclusion, towards La Brionne
    assert "copier/cybersecurite" not in odile.text


def test_opening_the_pages_changes_nothing_and_nobody_keeps_them(
    odile: Browser, world: World
) -> None:
    says(world, world.respondent(AJAIN), {"mediation_place": "yes"}, source="form:a")
    before = world.counts()

    for address in (
        f"/communes/{odile.token}",
        f"/communes/{odile.token}/copier/inclusion?de={AJAIN}&vers={BRIONNE}",
        f"/communes/{odile.token}/copier/inclusion?vers={BRIONNE}",
        f"/communes/{odile.token}/copier/inclusion?vers={AJAIN}",
    ):
        page = odile.goes(address)
        assert page.status_code == 200, address
        assert page.headers["Cache-Control"] == "no-store"
        assert "noindex" in page.headers["X-Robots-Tag"]
        assert "Set-Cookie" not in page.headers
        assert "style=" not in odile.text

    assert world.counts() == before


def test_she_ticks_and_what_she_ticked_is_copied(odile: Browser, world: World) -> None:
    says(
        world,
        world.respondent(AJAIN),
        {"mediation_place": "yes", "referral": "no"},
        source="form:a",
    )
    says(world, world.respondent(BRIONNE), {"referral": "yes"}, source="form:b")
    copying(odile)
    form = odile.form
    assert form.fields["copie"] == ["mediation_place"]  # what would replace is not ticked
    assert form.controls["copie"] == ["mediation_place", "referral"]
    assert "a déjà répondu\u00a0: «\u00a0Oui\u00a0»" in odile.text

    odile.sends(form.action, form.fields)

    assert "Une réponse est recopiée" in odile.text
    assert "De quels lieux" not in odile.text  # Ajain has not said
    answers = opens(world, world.respondent(BRIONNE)).answers
    assert {c: a.value for c, a in answers.items()} == {"mediation_place": "yes", "referral": "yes"}


def test_she_may_replace_by_ticking(odile: Browser, world: World) -> None:
    says(world, world.respondent(AJAIN), {"referral": "no"}, source="form:a")
    says(world, world.respondent(BRIONNE), {"referral": "yes"}, source="form:b")
    copying(odile)
    form = odile.form

    odile.sends(form.action, form.filled({"copie": ["referral"]}))

    assert opens(world, world.respondent(BRIONNE)).answers["referral"].value == "no"
    assert "Rien à recopier" in odile.text


def test_a_change_meanwhile_is_told_and_nothing_is_lost(odile: Browser, world: World) -> None:
    says(world, world.respondent(AJAIN), {"referral": "no"}, source="form:a")
    copying(odile)
    form = odile.form
    says(world, world.respondent(BRIONNE), {"referral": "yes"}, source="form:b")

    odile.sends(form.action, form.fields)

    assert "Une réponse a changé pendant que vous lisiez cette page" in odile.text
    assert opens(world, world.respondent(BRIONNE)).answers["referral"].value == "yes"


def test_nothing_ticked_copies_nothing(odile: Browser, world: World) -> None:
    says(world, world.respondent(AJAIN), {"referral": "no"}, source="form:a")
    copying(odile)
    fields = {k: v for k, v in odile.form.fields.items() if k != "copie"}

    odile.sends(odile.form.action, fields)

    assert "rien n’a été recopié" in odile.text
    assert opens(world, world.respondent(BRIONNE)).answers == {}


@pytest.mark.parametrize(
    ("theme", "de", "vers", "status"),
    [
        ("cybersecurite", AJAIN, BRIONNE, 404),
        ("inclusion", GUERET, BRIONNE, 404),
        ("inclusion", AJAIN, GUERET, 404),
        ("inclusion", AJAIN, "", 404),
        ("nonsense", AJAIN, BRIONNE, 404),
        ("strategie", AJAIN, BRIONNE, 404),
    ],
)
def test_other_authorities_and_cybersecurity_are_out_of_reach(
    odile: Browser, world: World, theme: str, de: str, vers: str, status: int
) -> None:
    for code in (AJAIN, GUERET):
        answers_all(world, world.respondent(code), "cybersecurite")
    copying(odile, theme, de, vers)
    assert odile.page.status_code == status

    odile.sends(
        f"/communes/{odile.token}/copier/{theme}",
        {
            "nonce": ["abcdefgh1234"],
            "de": [de],
            "vers": [vers],
            "copie": ["backup"],
            "backup.event": ["1"],
            "backup.seen": [""],
        },
    )

    assert odile.page.status_code == status


def test_each_purpose_opens_its_own_pages_only(odile: Browser, world: World) -> None:
    for purpose in ("answer", "stop", "card", "renew", "chat"):
        other = world.link(purpose, AJAIN)[1]
        assert odile.goes(f"/communes/{other}").status_code == 404, purpose
    assert odile.goes(f"/r/{odile.token}").status_code == 404
    assert odile.goes(f"/stop/{odile.token}").status_code == 404


def test_whoever_is_stopped_on_this_page_is_led_back_to_it(odile: Browser) -> None:
    """Her mailbox's link opens no page of one authority."""
    copying(odile, vers=GUERET)

    assert odile.page.status_code == 404
    assert f'href="/communes/{odile.token}"' in odile.text
    assert f"/r/{odile.token}" not in odile.text


def test_a_delegate_is_shown_nothing(odile: Browser, world: World) -> None:
    with world.db.transaction() as session:
        wanted = Wanted("delegate", world.territory(AJAIN).id, None, ("inclusion",))
        link_id = ensure_links(session, [wanted], key_id=world.signer.key_id, now=world.now)[wanted]
    delegate = world.signer.token(link_id, "delegate", world.signer.key_id)

    assert odile.goes(f"/communes/{delegate}").status_code == 404


def test_a_stopped_commune_leaves_the_page_and_the_others_stay(
    odile: Browser, world: World
) -> None:
    with world.db.transaction() as session:
        session.execute(
            update(Contact)
            .where(Contact.territory_id == world.territory(AJAIN).id)
            .values(stopped_at=world.now)
        )

    odile.goes(f"/communes/{odile.token}")

    assert "Commune d’Ajain" not in odile.text
    assert "Commune de La Brionne" in odile.text
    copying(odile)
    assert odile.page.status_code == 404


@pytest.mark.parametrize("how", ["all stopped", "suppressed", "erased", "revoked"])
def test_a_stopped_or_erased_mailbox_opens_nothing(odile: Browser, world: World, how: str) -> None:
    link_id = world.link("several", AJAIN)[0]
    with world.db.transaction() as session:
        box = session.query(Address).filter(Address.value == BOX).one()
        if how == "all stopped":
            session.execute(update(Contact).values(stopped_at=world.now))
        elif how == "suppressed":
            suppressions.suppress(
                session, box, reason="asked", secret=world.letterhead.secret, now=world.now
            )
        elif how == "erased":
            box.value, box.state, box.erased_at = f"erased:{box.id}", "erased", world.now
        else:
            revoke(session, link_id, because="staff", now=world.now)

    page = odile.goes(f"/communes/{odile.token}")

    assert page.status_code == 410
    assert "Ajain" not in odile.text
    copying(odile)
    assert odile.page.status_code == 410


def test_the_end_of_the_wave_is_told_and_nothing_is_to_be_done(
    odile: Browser, world: World
) -> None:
    says(world, world.respondent(AJAIN), {"referral": "no"}, source="form:a")
    with world.db.transaction() as session:
        session.execute(
            text(
                "UPDATE waves SET opens_at = opens_at - interval '1 year',"
                " ends_at = ends_at - interval '1 year'"
            )
        )

    odile.goes(f"/communes/{odile.token}")

    assert "Terminé depuis le" in odile.text
    assert "Recopier des réponses" not in odile.text
    assert ">Répondre<" not in odile.text


def test_an_address_in_the_url_that_is_no_number_tells_nothing(
    odile: Browser, world: World
) -> None:
    odile.goes(f"/communes/{odile.token}/copier/inclusion?vers={BRIONNE}&fait=<b>&change=9999999")

    assert odile.page.status_code == 200
    assert not re.search("recopiée|a changé", odile.text)


# --- the mail that carries the link


def tokens(mail: EmailMessage, path: str) -> list[str]:
    plain = mail.get_body(("plain",))
    assert plain is not None
    return re.findall(rf"/{path}/([A-Za-z0-9_-]{{43}})", plain.get_content())


def test_a_mail_about_two_communes_holds_their_common_page(world: World, site: Flask) -> None:
    invited(world)
    send(world)

    (mail,) = world.sink.to(BOX)
    (page,) = set(tokens(mail, "communes"))
    html = mail.get_body(("html",))
    assert html is not None
    assert f"/communes/{page}" in html.get_content()
    assert tokens(world.sink.to("mairie@gueret.invalid")[0], "communes") == []
    browser = Browser(site, page)
    assert browser.goes(f"/communes/{page}").status_code == 200
    assert "Vos 2 collectivités" in browser.text
    kept = {row.value: row.body or "" for row in messages(world)}
    assert "/communes/" not in kept[BOX]
    assert "[lien personnel]" in kept[BOX]


def test_a_mail_about_the_one_commune_left_holds_no_common_page(world: World, site: Flask) -> None:
    invited(world)
    for theme in ("inclusion", "cybersecurite", "communication"):
        answers_all(world, world.respondent(AJAIN), theme)
        submit(world.db, world.respondent(AJAIN), theme, world.letterhead, now=world.now)
    send(world)

    receipts = ("Accusé", "Ajain")
    (mail,) = (m for m in world.sink.to(BOX) if "Brionne" in str(m["Subject"]))
    assert not any(word in str(mail["Subject"]) for word in receipts)
    assert tokens(mail, "communes") == []


def test_a_colleague_of_two_communes_is_never_sent_it(world: World, site: Flask) -> None:
    """Handed a theme by each: the links of the mailbox's authorities are not a colleague's."""
    for code in (AJAIN, GUERET):
        delegate(
            world.db,
            world.respondent(code),
            "inclusion",
            "julie@plateau.invalid",
            world.letterhead,
            name=None,
            now=world.now,
        )
    invited(world)
    send(world)
    send(world)

    mine = world.sink.to("julie@plateau.invalid")
    assert mine
    assert all(tokens(m, "communes") == [] for m in mine)
    for code in (AJAIN, GUERET):
        held = [one.purpose for one in world.links(code)]
        assert held.count("several") == (1 if code == AJAIN else 0)


FIELDS = some.dictionaries(
    some.sampled_from(
        ["nonce", "de", "vers", "copie", "referral.event", "referral.seen", "nonsense.event", "x"]
    ),
    some.lists(
        some.sampled_from([AJAIN, BRIONNE, GUERET, "referral", "nonsense", "nonce-nonce-9", "1"])
        | some.text(max_size=30),
        max_size=3,
    ),
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(FIELDS)
def test_a_forged_form_breaks_nothing_and_saves_only_what_could_be_copied(
    odile: Browser, world: World, fields: dict[str, list[str]]
) -> None:
    if "referral" not in opens(world, world.respondent(AJAIN)).answers:
        says(world, world.respondent(AJAIN), {"referral": "no"}, source="form:a")

    odile.sends(f"/communes/{odile.token}/copier/inclusion", fields)

    assert odile.page.status_code < 500
    answers = opens(world, world.respondent(BRIONNE)).answers
    assert {code: one.value for code, one in answers.items()} in ({}, {"referral": "no"})
    assert opens(world, world.respondent(GUERET)).answers == {}
