"""What is told of a text before it is saved: every kind of fault, and none in our own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.house import letterhead_of
from app.messages.letterhead import Letterhead
from app.messages.template_check import check
from app.messages.template_faults import Checked, Part
from app.messages.template_samples import NO_KEY, samples
from app.messages.template_tried import tried
from app.messages.wordings import Wording, packaged, wording_of
from app.settings import Settings

NOW = datetime(2026, 9, 15, 8, 0, tzinfo=UTC)
TEXTS = {one.name: one for one in packaged()}
INVITATION = TEXTS["invitation"]


@pytest.fixture(scope="module")
def letterhead() -> Letterhead:
    return letterhead_of(Settings.read({"PUBLIC_URL": "https://barometre.example"}))


def changed(wording: Wording, **parts: str) -> Wording:
    three = {
        "subject": wording.subject,
        "body_text": wording.body_text,
        "body_html": wording.body_html,
    }
    return wording_of(wording.name, **{**three, **parts})


def told(checked: Checked, part: Part) -> str:
    return " ".join(one.sentence for one in checked.faults if one.part is part)


def without(wording: Wording, passage: str) -> Wording:
    """The same, without this passage; it must be there."""
    assert passage in wording.body_text
    assert passage in wording.body_html
    return changed(
        wording,
        body_text=wording.body_text.replace(passage, ""),
        body_html=wording.body_html.replace(passage, ""),
    )


@pytest.mark.parametrize("name", TEXTS)
def test_what_we_deliver_has_no_fault_and_no_slip_of_typing(
    name: str, letterhead: Letterhead
) -> None:
    checked = check(TEXTS[name], letterhead, now=NOW)
    assert checked.faults == ()
    assert [one.sentence for one in checked.warnings if "Typographie" in one.sentence] == []


@pytest.mark.parametrize("name", TEXTS)
def test_no_link_of_a_made_up_letter_opens_anything(name: str, letterhead: Letterhead) -> None:
    made_up = samples(name, letterhead, now=NOW)
    ours = [
        replace(one, letterhead=replace(one.letterhead, signer=letterhead.signer))
        for one in made_up
    ]
    written, faults = tried(TEXTS[name], made_up, now=NOW)
    signed, _ = tried(TEXTS[name], ours, now=NOW)
    assert faults == []
    assert {one.letterhead.signer for one in made_up} == {NO_KEY}
    for one, real in zip(written, signed, strict=True):
        personal = {link for link in real.text.links if link not in one.text.links}
        assert personal or not one.text.links
        assert not personal & one.html.links


@pytest.mark.parametrize(
    ("part", "typed", "sentence"),
    [
        (Part.TEXT, "{% if others %}", "Le modèle ne se lit pas, ligne 1"),
        (Part.SUBJECT, "{{ territory.name }", "Le modèle ne se lit pas, ligne 1"),
        (Part.TEXT, "{{ ville }}", "«\u00a0ville\u00a0» n’existe pas. Choisissez parmi"),
        (
            Part.HTML,
            "{{ territory.nom }}",
            "«\u00a0nom\u00a0» n’existe pas. Choisissez parmi\u00a0: departement",
        ),
        (Part.TEXT, "{{ themes[0].titre }}", "Le texte nomme «\u00a0titre\u00a0»"),
        (
            Part.TEXT,
            "{% for i in range(9) %}{{ i }}{% endfor %}",
            "Retirez «\u00a0range\u00a0»",
        ),
        (Part.TEXT, "{{ days_left + wave_label }}", "ne peut pas être rempli (TypeError)"),
        (Part.HTML, "{{ territory.name|safe }}", "Retirez «\u00a0safe\u00a0»"),
        (
            Part.HTML,
            "{% autoescape false %}{% endautoescape %}",
            "Retirez «\u00a0autoescape\u00a0»",
        ),
        (Part.TEXT, "{{ themes|map('safe')|list }}", "Retirez «\u00a0map\u00a0»"),
        (Part.TEXT, "{{ territory.name|center(99999999) }}", "Retirez «\u00a0center\u00a0»"),
        (Part.TEXT, "{{ 'x' * 999999999 }}", "Retirez «\u00a0*\u00a0»"),
        (Part.TEXT, "{% include 'card.txt' %}", "Retirez «\u00a0include\u00a0»"),
        (Part.TEXT, "https://barometre.example/r/" + "x" * 43, "Retirez le lien personnel collé"),
        (Part.TEXT, "x" * 60_001, "Raccourcissez"),
        (Part.SUBJECT, " \n ", "Écrivez l’objet."),
        (Part.SUBJECT, "{{ chat_url if false }}", "L’objet est vide"),
        (Part.SUBJECT, "Bonjour\nBcc: tous@ailleurs.example", "retirez les retours à la ligne"),
        (Part.SUBJECT, "Bonjour {{ '\\x0b' }} vous", "retirez les retours à la ligne"),
        (Part.HTML, "", "Écrivez la version HTML."),
    ],
)
def test_a_faulty_part_is_told_with_what_to_do(
    part: Part, typed: str, sentence: str, letterhead: Letterhead
) -> None:
    checked = check(changed(INVITATION, **{part.value: typed}), letterhead, now=NOW)
    assert sentence in told(checked, part)


@pytest.mark.parametrize(
    "rare",
    [
        "{% if days_left == 3 %}{{ territory.nom }}{% endif %}",
        "{% if days_left == 3 %}{% elif days_left == 4 %}{{ sender.nom }}{% endif %}",
        "{% for one in others %}{% if days_left == 3 %}{{ one.nom }}{% endif %}{% endfor %}",
        "{% if days_left == 3 %}{% else %}{% if simulated %}{{ sender.nom }}{% endif %}{% endif %}",
    ],
)
def test_a_name_that_only_a_rare_day_asks_for_is_found(rare: str, letterhead: Letterhead) -> None:
    checked = check(changed(INVITATION, body_text=INVITATION.body_text + rare), letterhead, now=NOW)
    assert "«\u00a0nom\u00a0»" in told(checked, Part.TEXT)


@pytest.mark.parametrize(
    ("passage", "sentence"),
    [
        ("{{ sender.public_address }}", "Dites comment vérifier le message."),
        ("{{ sender.dpo }}", "Ajoutez {{ sender.dpo }}"),
        ("{{ address_origin }}", "Ajoutez {{ address_origin }}"),
    ],
)
def test_what_every_mail_says_is_asked_for_in_both_forms(
    passage: str, sentence: str, letterhead: Letterhead
) -> None:
    checked = check(without(INVITATION, passage), letterhead, now=NOW)
    for part in (Part.TEXT, Part.HTML):
        assert sentence in told(checked, part)


@pytest.mark.parametrize(
    ("name", "passage", "sentence"),
    [
        ("invitation", "{{ answer_url }}", "Ajoutez le lien {{ answer_url }}"),
        ("invitation", "{{ place.answer_url }}", "Ajoutez le lien de chaque autre collectivité"),
        ("invitation", "{{ stop_url }}", "Ajoutez le lien {{ stop_url }}"),
        ("reminder", "{{ notice_url }}", "Ajoutez le lien {{ notice_url }}"),
        ("card", "{{ card_url }}", "Ajoutez le lien {{ card_url }}"),
        ("validation", "{{ read_url }}", "Ajoutez le lien {{ read_url }}"),
        ("assignment", "{{ task.url }}", "Ajoutez le lien de chaque thème confié"),
    ],
)
def test_the_links_that_a_reader_needs_are_asked_for(
    name: str, passage: str, sentence: str, letterhead: Letterhead
) -> None:
    whole = TEXTS[name]
    assert passage in whole.body_text
    checked = check(
        changed(whole, body_text=whole.body_text.replace(passage, "")), letterhead, now=NOW
    )
    assert sentence in told(checked, Part.TEXT)
    assert "d’autres liens" in told(checked, Part.TEXT)


@pytest.mark.parametrize(
    ("added", "sentence"),
    [
        ('<a href="https://ailleurs.example/x">ici</a>', "Retirez le lien «\u00a0https://ailleurs"),
        (
            '<a href="https://barometre.example.ailleurs.example">ici</a>',
            "tous mènent à notre site",
        ),
        ('<img src="https://barometre.example/p.png" alt="">', "Retirez «\u00a0src\u00a0»"),
        ("<script>x</script>", "Retirez «\u00a0<script>\u00a0»"),
        ("<form></form>", "Retirez «\u00a0<form>\u00a0»"),
        ('<b onclick="x">a</b>', "Retirez «\u00a0onclick\u00a0»"),
        ('<a href="javascript:x">a</a>', "Retirez «\u00a0href\u00a0»"),
        ("<p>" + "é" * 48_000 + "</p>", "Gmail coupe"),
        ("<p>Répondez avant Noël.</p>", "L’autre version"),
    ],
)
def test_what_the_html_may_not_hold_is_told(
    added: str, sentence: str, letterhead: Letterhead
) -> None:
    html = INVITATION.body_html.replace("</body>", f"{added}</body>")
    checked = check(changed(INVITATION, body_html=html), letterhead, now=NOW)
    assert sentence in " ".join(one.sentence for one in checked.faults)


def test_what_one_form_says_and_the_other_does_not_is_told_where_it_lacks(
    letterhead: Letterhead,
) -> None:
    more = changed(INVITATION, body_text=f"{INVITATION.body_text}\nRépondez avant Noël, le 24.")
    html = told(check(more, letterhead, now=NOW), Part.HTML)
    assert html.startswith(
        "L’autre version dit aussi\u00a0: «\u00a024\u00a0», «\u00a0avant\u00a0», «\u00a0noël\u00a0»"
    )
    assert told(check(more, letterhead, now=NOW), Part.TEXT) == ""


def test_the_link_to_a_chat_may_lead_elsewhere(letterhead: Letterhead) -> None:
    written, _ = tried(INVITATION, samples("invitation", letterhead, now=NOW), now=NOW)
    assert any(link.startswith("https://t.me/") for link in written[0].html.links)
    assert check(INVITATION, letterhead, now=NOW).faults == ()


def test_a_chat_is_given_no_link_that_answers_and_is_told_how_to_stop(
    letterhead: Letterhead,
) -> None:
    chat = TEXTS["chat_invitation"]
    linked = changed(chat, body_text=f"{chat.body_text} {{{{ answer_url }}}}")
    assert "Retirez {{ answer_url }}" in told(check(linked, letterhead, now=NOW), Part.TEXT)
    mute = changed(chat, body_text="Bonjour.")
    assert "«\u00a0stop\u00a0»" in told(check(mute, letterhead, now=NOW), Part.TEXT)
    dressed = changed(chat, body_html="<p>Bonjour.</p>")
    assert "Videz ce champ" in told(check(dressed, letterhead, now=NOW), Part.HTML)


def test_typing_is_only_advised(letterhead: Letterhead) -> None:
    slips = "Est-ce l'heure ? « Oui »... "
    both = changed(
        INVITATION,
        body_text=INVITATION.body_text + slips,
        body_html=INVITATION.body_html.replace("</body>", f"{slips}</body>"),
    )
    checked = check(both, letterhead, now=NOW)
    advice = " ".join(one.sentence for one in checked.warnings if one.part is Part.HTML)
    assert checked.faults == ()
    assert all(sign in advice for sign in ("l'heure", "heure ?", "« Oui", "..."))


def test_a_subject_that_is_cut_is_only_told(letterhead: Letterhead) -> None:
    long = changed(INVITATION, subject="{{ territory.name }} " + "et le numérique " * 6)
    checked = check(long, letterhead, now=NOW)
    assert checked.faults == ()
    assert "coupent à 78" in " ".join(one.sentence for one in checked.warnings)
