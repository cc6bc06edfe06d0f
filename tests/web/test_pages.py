"""Every page, in both skins: same fields and names for everyone, nothing a strict CSP refuses."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from app.interview.kinds.registry import KINDS
from tests.web.examples import FRAME, ITEMS, LINK, PAGES, RECEIPT, SECTION, WAVE, item, theme
from tests.web.rendering import APP, PAGE_FOLDERS, SKINS, environment, render

EVERY = pytest.mark.parametrize("name", sorted(PAGES))
BOTH = pytest.mark.parametrize("skin", SKINS)

SUGGESTION = type(WAVE)
SCRIPTS = {"closed.html": 1, "receipt.html": 1, "review.html": 1, "section.html": 2}

SECRET = {**RECEIPT, "secret": True, "next_theme": None, "answers_url": ""}


@EVERY
@BOTH
def test_a_page_holds_neither_inline_script_nor_inline_style(skin: str, name: str) -> None:
    page = render(skin, name, PAGES[name])

    assert page.tags.count("script") == SCRIPTS.get(name, 0)
    assert re.findall(r"<script(?! type=\"module\" src=\"/assets/scripts/)", page.text) == []
    assert "style" not in page.tags
    assert [a for a in page.attributes if a[1] == "style" or a[1].startswith("on")] == []


@EVERY
def test_both_skins_say_and_ask_the_same(name: str) -> None:
    ours, dsfr = (render(skin, name, PAGES[name]) for skin in SKINS)

    assert ours.fields == dsfr.fields
    for tags in (("h1", "h2", "h3"), ("label", "legend"), ("button",), ("summary",)):
        assert ours.named(*tags) == dsfr.named(*tags)
    assert [n for n in ours.named("a") if n not in dsfr.named("a")] == []


@EVERY
@BOTH
def test_every_label_link_and_description_leads_somewhere_once(skin: str, name: str) -> None:
    page = render(skin, name, PAGES[name])

    assert [i for i, n in Counter(page.ids).items() if n > 1] == []
    assert set(page.pointed) | set(page.described) <= set(page.ids)


@EVERY
@BOTH
def test_a_page_has_one_title_its_language_and_its_duties(skin: str, name: str) -> None:
    page = render(skin, name, PAGES[name])

    assert page.tags.count("h1") == 1
    assert page.tags.count("main") == 1
    assert '<html lang="fr">' in page.text
    assert "Accessibilité\u00a0: non conforme" in page.named("a")
    assert page.named("a")[0] == "Aller au contenu"


@EVERY
def test_punctuation_is_held_by_a_space_that_does_not_break(name: str) -> None:
    assert re.findall(r".{12} [:;?!»](?:\s|$)", render("ours", name, PAGES[name]).words) == []


def test_both_skins_hold_the_same_components_with_the_same_arguments() -> None:
    ours, dsfr = (_macros(APP / "web" / "skins" / skin / "components.html") for skin in SKINS)

    assert ours == dsfr
    assert len(ours) > 25


def test_every_component_is_used_by_a_page() -> None:
    folders = [*PAGE_FOLDERS, APP / "site" / "templates"]
    pages = "".join(p.read_text() for folder in folders for p in folder.rglob("*.html"))
    # Tables with charts, empty lists: rooms that show results use them.
    for_results = {"empty", "stamp", "conflict"}
    unused = {m for m in _macros(APP / "web/skins/ours/components.html") if f"c.{m}(" not in pages}

    assert {m for m in unused if not m.startswith("_")} <= for_results


def test_every_kind_of_question_has_its_renderer() -> None:
    widgets = environment("ours").get_template("widgets.html").module

    assert [kind for kind in KINDS if not callable(getattr(widgets, kind, None))] == []
    assert {item.question.kind for item in ITEMS} == set(KINDS)


@BOTH
def test_a_page_of_questions_sends_values_what_was_seen_and_the_nonce(skin: str) -> None:
    fields = render(skin, "section.html", SECTION).fields

    assert ("input", "nonce", "n0nce") in fields
    assert ("input", "lieu.seen", "41") in fields
    assert [v for _, n, v in fields if n == "lieu"] == ["yes", "planned", "no", "dont_know"]
    assert [v for _, n, v in fields if n == "quand.keep"] == ["counted", "mine"]
    assert [v for _, n, v in fields if n == "quand.mine"] == ["samedi"]
    assert [v for _, n, v in fields if n == "quand"] == []
    assert [v for _, n, v in fields if n == "go"] == [
        "next",
        "clear:lieu",
        "next",
        "back",
        "stay",
    ]


@BOTH
def test_a_refused_answer_is_kept_quoted_and_led_to(skin: str) -> None:
    page = render(skin, "section.html", SECTION)

    assert ("input", "formes", "120") in page.fields
    assert "formes-error" in page.described
    assert "formes" in page.pointed
    assert ("input", "aria-invalid") in page.attributes
    assert page.named("h2")[0] == "Une réponse est à corriger"


@BOTH
def test_i_do_not_know_in_a_field_leaves_the_field_empty(skin: str) -> None:
    fields = render(skin, "section.html", SECTION).fields

    assert [v for _, n, v in fields if n == "site"] == ["", "dont_know"]


@BOTH
def test_what_is_suggested_is_shown_with_its_source_and_ticks_nothing(skin: str) -> None:
    before = SUGGESTION(label="Le samedi", source="Votre réponse du 12 novembre 2025")
    asked = {"items": [item("single", 8, suggestion=before)], "unchanged_url": "/inchange"}
    page = render(skin, "section.html", {**SECTION, **asked})

    assert "Le samedi" in page.words
    assert "Votre réponse du 12 novembre 2025." in page.words
    assert ("input", "checked") not in page.attributes
    assert [v for _, n, v in page.fields if n == "go"][:2] == ["next", "take:quand"]
    assert "Reprendre\u00a0: question 8" in page.named("button")
    assert "Rien n’a changé dans cette section" in page.named("button")
    assert 'formaction="/inchange"' in page.text


@BOTH
def test_what_a_person_wrote_is_never_markup(skin: str) -> None:
    rude = theme(1, "<b>Gras</b>", "started", facts=['<img src=x onerror="alert(1)">'])
    page = render(skin, "link.html", {**LINK, "themes": [rude]})

    assert "img" not in page.tags
    assert "<b>Gras</b>" in page.words


@BOTH
def test_a_sent_theme_shows_no_progress_and_offers_to_start_again(skin: str) -> None:
    sent = theme(2, "Cybersécurité", "submitted", answer_url="", reopen_url="/rouvrir")
    page = render(skin, "link.html", {**LINK, "themes": [sent]})

    assert "Rempli" not in page.text
    assert page.named("button")[0] == "Rouvrir ce thème\u00a0: Cybersécurité"


@BOTH
def test_a_receipt_of_cybersecurity_says_that_answers_are_gone(skin: str) -> None:
    assert "page blanche" in render(skin, "receipt.html", SECRET).words


@BOTH
def test_only_one_next_step_is_filled(skin: str) -> None:
    filled = {"ours": 'class="btn btn-main', "dsfr": 'class="fr-btn"'}[skin]
    for name in ("section.html", "review.html", "receipt.html", "stop.html", "error.html"):
        text = render(skin, name, PAGES[name]).text.replace('fr-btn b-wide"', 'fr-btn"')
        assert text.count(filled) == 1, name


@BOTH
@pytest.mark.parametrize(
    ("left", "said"),
    [(0, "C’est le dernier jour"), (1, "Il reste 1 jour"), (9, "Il reste 9 jours")],
)
def test_days_left_are_said_as_one_says_them(skin: str, left: int, said: str) -> None:
    wave = type(WAVE)(**{**vars(WAVE), "days_left": left})

    assert said in render(skin, "link.html", {**LINK, "wave": wave}).words


@BOTH
def test_a_colleague_with_one_theme_may_neither_decline_nor_hand_over(skin: str) -> None:
    alone = {"decline_url": "", "stop_url": "", "saved": "Le lien est parti."}
    delegate = type(WAVE)(url="", options=[], theme="", email="", error="")
    page = render(skin, "link.html", {**LINK, **alone, "delegate": delegate})

    assert "Vous ne souhaitez pas répondre\u00a0?" not in page.named("h2")
    assert [n for _, n, _ in page.fields if n in ("theme", "email")] == []
    assert "Le lien est parti." in page.words


def test_an_opened_link_offers_nothing_that_a_get_would_do() -> None:
    """Forms post; what a mail scanner may follow are pages that only ask."""
    for name in ("link.html", "section.html", "review.html", "decline.html", "stop.html"):
        text = render("ours", name, PAGES[name]).text
        assert re.findall(r"<form(?![^>]*method=\"post\")", text) == []


def test_a_real_campaign_does_not_call_itself_a_demonstration() -> None:
    real = render("ours", "link.html", {**LINK, **FRAME, "simulated": False})

    assert "démonstration" not in real.words


def _macros(path: Path) -> dict[str, str]:
    return dict(re.findall(r"{%-? macro (\w+)\((.*?)\) -?%}", path.read_text()))
