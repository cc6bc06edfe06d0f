"""Every page behind a link, tried with every link that is not meant for it.

The pages are read from the application: one added tomorrow is tried tomorrow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest
from flask import Flask
from sqlalchemy import text

from app.links.handoff import web_url
from app.links.signed import Signer
from app.logs import TOKEN
from app.models.contacts import Link
from tests.collect.answers import answers_all
from tests.collect.renewals import hands_over
from tests.respond.conftest import GUERET
from tests.world import World

OPENED_BY: Mapping[str, frozenset[str]] = {
    "/r/": frozenset({"answer", "delegate"}),
    "/stop/": frozenset({"stop"}),
    "/fiche/": frozenset({"card"}),
    "/communes/": frozenset({"several"}),
    "/nouveau/": frozenset({"renew"}),
    "/continuer/": frozenset({"web"}),
}
"""Which kinds of link open the pages under an address."""
PURPOSES = ("answer", "delegate", "stop", "card", "several", "renew", "web", "chat")
JULIES, OTHERS = "inclusion", ("cybersecurite", "communication")
FIELDS = {
    "nonce": "abcdefgh",
    "mediation_place": "yes",
    "mediation_place.seen": "",
    "email": "voleur@ailleurs.invalid",
    "words": "Je passais par là.",
    "theme": "inclusion",
    "reason": "no_time",
    "comment": "Non.",
    "coordinator": "voleur@ailleurs.invalid",
    "conversation": "1",
    "de": GUERET,
    "vers": GUERET,
}
NAMES = ("Guéret", "gueret", "Anne Martin")


def pages(site: Flask) -> Iterator[tuple[str, str]]:
    """(method, address) of every page behind a link."""
    for rule in site.url_map.iter_rules():
        if "token" in rule.arguments:
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                yield method, rule.rule.replace("<section>", "places")


def openers(address: str) -> frozenset[str]:
    (found,) = (kinds for start, kinds in OPENED_BY.items() if address.startswith(start))
    return found


@pytest.fixture
def tokens(world: World, site: Flask) -> dict[str, str]:
    """A live link of each kind, all of Guéret."""
    assert site
    found = {
        purpose: world.link(purpose, GUERET)[1]
        for purpose in PURPOSES
        if purpose not in ("delegate", "web")
    }
    found["delegate"] = hands_over(world)
    with world.db.transaction() as session:
        link = session.get_one(Link, world.link("answer", GUERET)[0])
        url = web_url(session, world.letterhead, link, now=world.now)
    return found | {"web": url.rpartition("/")[2]}


def tried(
    site: Flask, method: str, address: str, token: str, theme: str = JULIES
) -> tuple[int, str]:
    """Status, and all that is said: headers as well as the page."""
    path = address.replace("<token>", token).replace("<theme>", theme)
    form = FIELDS if method == "POST" else None
    sent = site.test_client().open(path, method=method, data=form, follow_redirects=True)
    assert sent.headers["Cache-Control"] == "no-store", address
    assert "noindex" in sent.headers["X-Robots-Tag"], address
    assert "Set-Cookie" not in sent.headers, address
    said = sent.get_data(as_text=True)
    title = re.search(r"<title>(.*?)</title>", said, re.DOTALL)
    assert title is None or not TOKEN.search(title[1]), address
    return sent.status_code, f"{said} {sent.headers}"


def test_every_page_behind_a_link_has_its_kind(site: Flask) -> None:
    found = list(pages(site))
    assert len(found) > 40
    assert all(openers(address) for _, address in found)


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_link_of_another_kind_opens_nothing_and_tells_nothing(
    world: World, site: Flask, tokens: dict[str, str], purpose: str
) -> None:
    before = world.counts()
    for method, address in pages(site):
        if purpose not in openers(address):
            status, said = tried(site, method, address, tokens[purpose])
            assert status in (404, 410), (method, address)
            assert not any(name in said for name in NAMES), (method, address)
    assert world.counts() == before


@pytest.mark.parametrize("purpose", [one for one in PURPOSES if one != "chat"])
def test_a_revoked_link_opens_nothing_and_tells_nothing(
    world: World, site: Flask, tokens: dict[str, str], purpose: str
) -> None:
    with world.db.transaction() as session:
        session.execute(text("UPDATE links SET revoked_at = now(), revoked_because = 'staff'"))
    before = world.counts()
    for method, address in pages(site):
        if purpose in openers(address):
            status, said = tried(site, method, address, tokens[purpose])
            assert status == 410, (method, address)
            assert not any(name in said for name in NAMES), (method, address)
    assert world.counts() == before


@pytest.mark.parametrize("purpose", [one for one in PURPOSES if one != "chat"])
def test_a_link_that_we_did_not_sign_opens_nothing(
    world: World, site: Flask, tokens: dict[str, str], purpose: str
) -> None:
    """The id of a live link is no secret; with another's key, it opens nothing."""
    link_id = world.signer.read(tokens[purpose], purpose)
    forged = Signer({1: "la clé de quelqu’un d’autre"}).token(link_id, purpose, 1)
    before = world.counts()
    for method, address in pages(site):
        if purpose in openers(address):
            status, said = tried(site, method, address, forged)
            assert status in (404, 410), (method, address)
            assert not any(name in said for name in NAMES), (method, address)
    assert world.counts() == before


@pytest.mark.parametrize("theme", OTHERS)
def test_a_colleague_opens_and_sends_no_page_of_another_theme(
    world: World, site: Flask, tokens: dict[str, str], theme: str
) -> None:
    answers_all(world, world.respondent(GUERET), theme)
    before = world.counts()
    for method, address in pages(site):
        if address.startswith("/r/") and "<theme>" in address:
            status, _ = tried(site, method, address, tokens["delegate"], theme)
            assert status in (403, 404), (method, address)
    assert world.counts() == before


@pytest.mark.parametrize("page", ["contact", "equipe", "refuser", "fiche", "fiche.pdf", "confier"])
def test_a_colleague_does_not_decide_for_the_authority(
    world: World, site: Flask, tokens: dict[str, str], page: str
) -> None:
    before = world.counts()
    for method, address in pages(site):
        if address == f"/r/<token>/{page}":
            status, said = tried(site, method, address, tokens["delegate"])
            assert status in (403, 404), (method, address)
            assert "mairie@gueret.invalid" not in said
    assert world.counts() == before
