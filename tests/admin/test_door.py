"""The door: cookies, forms, headers; who comes in, for how long, and how it ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from admin.main import build_console
from app.auth.throttle import origin
from app.auth.users import change_password, end_sessions, set_active
from app.main import create_app
from app.models.organisations import AuditEntry, SignInAttempt, User
from app.now import set_offset
from app.vocabulary.scope import Author, Role
from reports.blank.letters import printer
from reports.post.letters import printer as letters_printer
from tests.admin.cast import Cast, Person
from tests.world import World


def time_passes(world: World, long: timedelta) -> None:
    """The console's clock moves on with the world's."""
    world.now += long
    set_offset(world.now - datetime.now(UTC))


def cookie(person: Person) -> str:
    """The session cookie as this browser would send it."""
    found = person.browser.get_cookie("console", path="/console")
    return found.value if found else ""


def test_nobody_is_sent_to_the_door_and_back_where_they_were_going(cast: Cast) -> None:
    answer = cast.nobody.gets("/console/dossiers/?etat=invited")
    assert answer.status_code == 302
    assert answer.location.startswith("/console/entrer?suite=/console/dossiers/")

    stranger = Person(cast.nobody.app, cast.bruno.email)
    answer = stranger.posts(
        "/console/entrer",
        email=stranger.email,
        password="quatre mots sans lien",
        suite="/console/dossiers/?etat=invited",
    )
    assert answer.location == "/console/dossiers/?etat=invited"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://example.org/",
        "//example.org",
        "/console/\\\\example.org",
        "/r/abc",
        "",
        "/console/\r\nX: y",
    ],
)
def test_the_door_leads_nowhere_but_into_the_console(cast: Cast, elsewhere: str) -> None:
    stranger = Person(cast.nobody.app)
    answer = stranger.posts(
        "/console/entrer",
        email=cast.bruno.email,
        password="quatre mots sans lien",
        suite=elsewhere,
    )
    assert answer.location == "/console/"


def test_a_wrong_password_shows_the_form_again_with_the_address_typed(cast: Cast) -> None:
    stranger = Person(cast.nobody.app, cast.bruno.email)
    answer = stranger.signs_in("ce n’est pas le bon")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 401
    assert "Adresse ou mot de passe inconnu." in page
    assert f'value="{cast.bruno.email}"' in page
    assert "ce n’est pas le bon" not in page
    assert stranger.gets("/console/").status_code == 302


def test_guessing_is_slowed_down_at_the_door(cast: Cast) -> None:
    stranger = Person(cast.nobody.app, cast.bruno.email)
    answers = [stranger.signs_in("faux, bien sûr").status_code for _ in range(5)]
    assert answers == [401, 401, 401, 401, 429]
    assert "Attendez" in stranger.signs_in().get_data(as_text=True)


@pytest.mark.parametrize(
    ("environment", "counted"), [("production", "192.0.2.9"), ("development", "127.0.0.1")]
)
def test_behind_the_proxy_each_office_has_its_own_address(
    world: World, cast: Cast, environment: str, counted: str
) -> None:
    """The proxy's own word is believed, the last one; what came with the request is not."""
    settings = replace(world.settings, environment=environment, secret_key="x" * 40)
    stranger = Person(create_app(replace(world.house, settings=settings)), cast.bruno.email)
    through = {
        "base_url": "https://barometre.example",
        "environ_overrides": {
            "HTTP_X_FORWARDED_FOR": "198.51.100.1, 192.0.2.9",
            "HTTP_ORIGIN": settings.public_url,
        },
    }
    page = stranger.browser.get("/console/entrer", **through).get_data(as_text=True)
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]

    answer = stranger.browser.post(
        "/console/entrer",
        data={"csrf_token": token, "email": stranger.email, "password": "faux, bien sûr"},
        **through,
    )

    assert answer.status_code == 401
    with world.db.reading() as session:
        kept = session.scalars(select(SignInAttempt.from_hash)).all()
    assert kept == [origin(stranger.email, counted, settings.secret_key).where]


def test_a_form_without_its_token_is_refused(cast: Cast) -> None:
    for token in ({}, {"csrf_token": "forgé"}):
        answer = cast.bruno.browser.post("/console/suivi/noter", data={"note": "…", **token})
        assert answer.status_code == 400
        assert "Rechargez-la" in answer.get_data(as_text=True)


def test_a_token_of_another_session_is_refused(cast: Cast) -> None:
    """Bruno’s page cannot make Aïcha approve."""
    answer = cast.aicha.browser.post(
        "/console/publications/approuver",
        data={"csrf_token": cast.bruno.token(), "publication_id": 1},
    )
    assert answer.status_code == 400


def test_the_session_changes_at_sign_in(cast: Cast) -> None:
    stranger = Person(cast.nobody.app, cast.bruno.email)
    stranger.token()
    with stranger.browser.session_transaction("/console/") as before:
        before["planted"] = "by somebody else"
        token = before["csrf_token"]
    stranger.signs_in()
    with stranger.browser.session_transaction("/console/") as after:
        assert "planted" not in after
        assert after.get("csrf_token") != token
        assert after["id"]


def test_the_cookie_is_for_the_console_alone_and_for_no_script(cast: Cast) -> None:
    stranger = Person(cast.nobody.app, cast.bruno.email)
    header = stranger.signs_in().headers["Set-Cookie"]
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header
    assert "Path=/console" in header
    assert "Secure" not in header


def test_production_wants_https_for_it(world: World) -> None:
    made = Flask("tests.production")
    settings = replace(world.settings, environment="production")
    house = replace(world.house, settings=settings)
    build_console(made, house, printer(house), letters_printer(house))
    answer = made.test_client().get("/console/entrer", base_url="https://console.invalid")
    assert "Secure" in answer.headers["Set-Cookie"]


def test_a_session_lasts_twelve_hours_at_most(world: World, cast: Cast) -> None:
    cast.bruno.reads("/console/suivi/")
    time_passes(world, timedelta(hours=11, minutes=59))
    assert cast.bruno.gets("/console/").status_code == 200
    time_passes(world, timedelta(minutes=2))
    assert cast.bruno.gets("/console/").status_code == 302


def test_signing_out_ends_the_session_on_every_device(cast: Cast) -> None:
    elsewhere = Person(cast.bruno.app, cast.bruno.email)
    elsewhere.signs_in()
    cast.bruno.reads("/console/suivi/")
    kept = cookie(cast.bruno)
    assert cast.bruno.posts("/console/sortir").status_code == 302
    assert cast.bruno.gets("/console/").status_code == 302
    assert elsewhere.gets("/console/").status_code == 302

    thief = Person(cast.bruno.app)
    thief.browser.set_cookie("console", kept, path="/console")
    assert thief.gets("/console/").status_code == 302


def test_an_administrator_may_end_somebody_elses_sessions(world: World, cast: Cast) -> None:
    assert cast.bruno.scope is not None
    cast.bruno.reads("/console/suivi/")
    end_sessions(world.db, cast.bruno.scope.user_id, by=Author.system(), now=world.now)
    assert cast.bruno.gets("/console/").status_code == 302
    assert cast.denis.gets("/console/").status_code == 200


def test_a_closed_account_is_out_at_the_next_page_on_every_device(world: World, cast: Cast) -> None:
    elsewhere = Person(cast.bruno.app, cast.bruno.email)
    elsewhere.signs_in()
    token = cast.bruno.token()

    set_active(world.db, cast.bruno.email, False, by=Author.system(), now=world.now)

    for person in (cast.bruno, elsewhere):
        assert person.gets("/console/dossiers/").status_code == 302
        sent = person.browser.post("/console/relances/envoyer", data={"csrf_token": token})
        assert sent.status_code in (400, 403)
        assert person.signs_in().status_code == 401


def test_a_new_password_ends_the_sessions_that_the_former_one_opened(
    world: World, cast: Cast
) -> None:
    cast.bruno.reads("/console/suivi/")

    change_password(
        world.db, cast.bruno.email, "cinq autres mots sans lien", by=Author.system(), now=world.now
    )

    assert cast.bruno.gets("/console/").status_code == 302
    assert cast.denis.gets("/console/").status_code == 200
    assert cast.bruno.signs_in().status_code == 401
    assert cast.bruno.signs_in("cinq autres mots sans lien").status_code == 302


def test_a_role_that_is_taken_back_holds_at_the_next_page(world: World, cast: Cast) -> None:
    cast.nadia.reads("/console/suivi-des-envois/")
    assert cast.nadia.scope is not None
    assert cast.bruno.scope is not None
    with world.db.transaction() as session:
        nadia = session.get_one(User, cast.nadia.scope.user_id)
        nadia.role, nadia.organisation_id = Role.READER, cast.bruno.scope.organisation_id

    assert cast.nadia.gets("/console/suivi-des-envois/").status_code == 403
    assert cast.nadia.posts("/console/suivi-des-envois/arreter").status_code == 403


def test_a_forged_cookie_opens_nothing(cast: Cast) -> None:
    cast.bruno.reads("/console/suivi/")
    thief = Person(cast.nobody.app)
    thief.browser.set_cookie("console", cookie(cast.bruno)[:-2] + "xx", path="/console")
    assert thief.gets("/console/").status_code == 302


def test_every_page_forbids_scripts_of_its_own_and_is_not_kept(cast: Cast) -> None:
    for person, path in ((cast.nobody, "/console/entrer"), (cast.bruno, "/console/dossiers/")):
        answer = person.gets(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert answer.headers["Cache-Control"] == "no-store"
        page = answer.get_data(as_text=True)
        assert "style=" not in page
        assert " onclick" not in page
        assert "<script>" not in page


def test_the_style_sheets_are_open_to_the_door(cast: Cast) -> None:
    for path in ("/console/habillage.css", "/console/theme/console.css"):
        assert "css" in cast.nobody.gets(path).headers["Content-Type"]


def test_what_is_outside_the_console_is_left_alone(app: Flask) -> None:
    app.add_url_rule("/", "outside", lambda: "bonjour")
    app.add_url_rule("/consoles", "near", lambda: "bonjour", methods=["POST"])
    browser = app.test_client()
    assert "Content-Security-Policy" not in browser.get("/").headers
    assert browser.post("/consoles").status_code == 200


def test_signing_in_leaves_a_trace_without_a_name(world: World, cast: Cast) -> None:
    assert cast.bruno.scope is not None
    cast.bruno.reads("/console/suivi/")
    with world.db.reading() as session:
        traces = session.scalars(select(AuditEntry).where(AuditEntry.action == "signed_in")).all()
        n_users = session.scalars(
            select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "user_created")
        ).one()
    assert n_users == 6
    assert [trace.actor_id for trace in traces] == [str(cast.bruno.scope.user_id)]
    assert all("@" not in f"{trace.subject}{trace.details}" for trace in traces)
