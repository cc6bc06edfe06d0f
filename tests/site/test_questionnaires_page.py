"""What anybody may read of the questionnaires, without answering."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from defusedxml import ElementTree
from flask.testing import FlaskClient

from app.now import set_offset
from app.questionnaires.issue import issue
from app.questionnaires.load import load_all
from app.questionnaires.publish import load_into
from app.site.questionnaires_page import DOWNLOADS
from app.vocabulary.scope import Author
from app.vocabulary.themes import THEMES
from tests.web.rendering import Page
from tests.world import START, World

INCLUSION = load_all()[0]


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """The site's time is the world's."""
    set_offset(START - datetime.now(UTC))
    yield
    set_offset(timedelta(0))


def reads(browser: FlaskClient, path: str) -> Page:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return Page(answer.text)


def test_nine_themes_with_what_they_take(browser: FlaskClient) -> None:
    page = reads(browser, "/questionnaires")

    for theme in THEMES:
        assert f"Thème {theme.number}\u00a0: {theme.name}" in page.named("h2")
    assert "16 questions au plus, 8\u00a0minutes." in page.words
    assert page.words.count("Ce texte peut encore changer.") == 9


@pytest.mark.parametrize("theme", [theme.code for theme in THEMES])
def test_every_question_is_there_with_why_and_its_answers(browser: FlaskClient, theme: str) -> None:
    [form] = [form for form in load_all() if form.theme == theme]
    text = unescape(browser.get(f"/questionnaires/{theme}").text)

    for question in form.questions:
        assert question.text in text
        assert question.why in text
        assert all(option.label in text for option in question.options)
    assert text.count("Pourquoi cette question\u00a0?") == len(form.questions)
    assert "<input" not in text
    assert Page(text).ids  # and it is well formed


def test_whom_a_question_is_asked_of_is_said_in_french(browser: FlaskClient) -> None:
    page = reads(browser, "/questionnaires/donnee")

    assert "Posée à toutes les collectivités." in page.words
    assert re.search(r"Posée si .*3\u00a0500\u00a0habitants ou plus\.", page.words)


def test_an_open_wave_shows_what_it_asks_and_until_when(world: World, browser: FlaskClient) -> None:
    world.open_wave()
    load_into(world.db, [replace(INCLUSION, title="Autre titre")], now=world.now)

    page = reads(browser, "/questionnaires/inclusion")

    assert "Posé en ce moment, jusqu’au" in page.words
    assert "Version 1." in page.words
    assert "Campagne de démonstration" in page.words


def test_a_planned_wave_says_when_it_will_ask(world: World, browser: FlaskClient) -> None:
    world.open_wave()

    page = reads(browser, "/questionnaires/infrastructures")

    assert "Posé à partir du 15\u00a0décembre 2026." in page.words


def test_without_a_wave_the_issued_version_is_shown_and_is_no_project(
    world: World, browser: FlaskClient
) -> None:
    [loaded] = load_into(world.db, [INCLUSION], now=world.now)
    issue(world.db, None, loaded.id, by=Author.system(), now=world.now)
    reworded = replace(INCLUSION, title="Autre titre", version=2)
    load_into(world.db, [reworded], now=world.now)

    page = reads(browser, "/questionnaires/inclusion")

    assert "Projet" not in page.words
    assert "Version 1." in page.words


def test_each_file_is_what_it_says(browser: FlaskClient) -> None:
    files = {name: browser.get(f"/questionnaires/inclusion/{name}") for name in DOWNLOADS}

    book = csv.reader(io.StringIO(files["codebook"].get_data().decode("utf-8-sig")), delimiter=";")
    assert len(list(book)) > len(INCLUSION.questions)
    assert ElementTree.fromstring(files["ddi"].get_data()).tag.endswith("codeBook")
    assert "fields" in json.loads(files["table-schema"].get_data())
    assert zipfile.is_zipfile(io.BytesIO(files["xlsform"].get_data()))
    assert files["xlsform"].headers["Content-Disposition"] == (
        'attachment; filename="inclusion-v1.xlsx"'
    )


def test_a_page_that_did_not_change_is_not_sent_again(browser: FlaskClient) -> None:
    for path in ("/questionnaires", "/questionnaires/inclusion", "/questionnaires/inclusion/ddi"):
        first = browser.get(path)
        again = browser.get(path, headers={"If-None-Match": first.headers["ETag"]})

        assert "public" in first.headers["Cache-Control"]
        assert (again.status_code, again.get_data()) == (304, b""), path


@pytest.mark.parametrize(
    "path", ["/questionnaires/nimporte", "/questionnaires/inclusion/pdfx", "/questionnaires/é/ddi"]
)
def test_what_does_not_exist_says_where_to_go(browser: FlaskClient, path: str) -> None:
    answer = browser.get(path)

    assert answer.status_code == 404
    assert "Revenez à la liste des neuf questionnaires." in answer.text


def test_the_site_map_and_the_home_page_lead_there(browser: FlaskClient) -> None:
    for path in ("/plan-du-site", "/"):
        assert 'href="/questionnaires"' in browser.get(path).text


def test_reading_changes_nothing(world: World, browser: FlaskClient) -> None:
    world.open_wave()
    before = world.counts()
    for path in ("/questionnaires", "/questionnaires/cybersecurite", "/questionnaires/donnee/ddi"):
        browser.get(path)
    assert world.counts() == before
