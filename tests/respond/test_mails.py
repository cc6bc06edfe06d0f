"""What leaves when a theme is handed in or handed over, by a real mail server."""

from __future__ import annotations

import re
from email.message import EmailMessage

from flask import Flask

from tests.collect.answers import answers_all, opens
from tests.messages.post import messages, send
from tests.respond.browser import Browser
from tests.respond.conftest import GUERET
from tests.world import World

JULIE = "julie@gueret.invalid"


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def kept(world: World) -> str:
    """The bodies that staff may read later."""
    return "".join(f"{row.body} {row.details}" for row in messages(world))


def sends(secretary: Browser, theme: str) -> None:
    secretary.opens(f"/{theme}/relire")
    secretary.fills({}, go="")


def test_the_receipt_tells_its_number_and_its_link_opens(
    secretary: Browser, world: World, site: Flask
) -> None:
    answers_all(world, world.respondent(GUERET))
    sends(secretary, "inclusion")

    world.days_pass(0.01)
    send(world)

    (mail,) = world.sink.to("mairie@gueret.invalid")
    assert re.search(r"Rempli\s: \d+ questions sur \d+", text_of(mail))
    assert str(world.response(GUERET, "inclusion").receipt_number) in text_of(mail)
    (token,) = set(re.findall(r"/r/([A-Za-z0-9_-]{43})", text_of(mail)))
    assert Browser(site, token).page.status_code == 200


def test_the_receipt_of_cybersecurity_holds_no_answer(secretary: Browser, world: World) -> None:
    answers_all(world, world.respondent(GUERET), "cybersecurite")
    sends(secretary, "cybersecurite")

    world.days_pass(0.01)
    send(world)

    (mail,) = world.sink.to("mairie@gueret.invalid")
    whole = mail.as_string() + text_of(mail)
    questions = opens(world, world.respondent(GUERET), "cybersecurite").questionnaire.questions
    assert "ACCUSÉ DE RÉCEPTION" in whole
    assert "sur 1" not in whole
    assert "Rempli" not in whole
    assert "sur 1" not in kept(world)
    labels = [choice.label for q in questions for choice in q.choices if len(choice.label) > 12]
    assert labels
    assert [label for label in labels if label in whole] == []


def test_a_colleague_opens_their_theme_from_their_mail(
    secretary: Browser, world: World, site: Flask
) -> None:
    secretary.presses("/confier", theme="inclusion", email=JULIE)

    world.days_pass(0.01)
    send(world)

    (mail,) = world.sink.to(JULIE)
    (token,) = set(re.findall(r"/r/([A-Za-z0-9_-]{43})", text_of(mail)))
    julie = Browser(site, token)
    assert julie.opens("/inclusion").status_code == 200
    assert julie.opens("/communication").status_code == 404


def test_a_theme_taken_back_before_the_mail_left_sends_nothing(
    secretary: Browser, world: World
) -> None:
    secretary.presses("/confier", theme="inclusion", email=JULIE)
    secretary.presses("/inclusion/retirer")

    world.days_pass(0.01)
    send(world)

    assert world.sink.to(JULIE) == []


def test_the_stop_link_of_a_mail_stops_it(secretary: Browser, world: World, site: Flask) -> None:
    secretary.presses("/confier", theme="inclusion", email=JULIE)
    world.days_pass(0.01)
    send(world)
    (mail,) = world.sink.to(JULIE)
    (token,) = set(re.findall(r"/stop/([A-Za-z0-9_-]{43})", str(mail["List-Unsubscribe"])))

    stopped = site.test_client().post(f"/stop/{token}", data={"List-Unsubscribe": "One-Click"})
    assert stopped.status_code == 200

    secretary.presses("/inclusion/retirer")
    secretary.presses("/confier", theme="inclusion", email=JULIE)
    assert "Nous ne pouvons plus écrire à cette adresse" in secretary.text
