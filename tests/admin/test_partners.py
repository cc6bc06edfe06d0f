"""Who signs prenotices, in the console: the list, adding one, and what is refused where."""

from __future__ import annotations

import pytest
from markupsafe import escape

from tests.admin.cast import Cast
from tests.admin.test_pages import text_of
from tests.messages.post import rows
from tests.world import World

PAGE = "/console/calendrier/signataires/"
DECLIC = {
    "name": "Les interconnectés",
    "reply_to": "contact@reseau.invalid",
    "words": "Nous vous y aiderons.",
    "organisation": "",
}


def test_nadia_adds_a_partner_who_then_may_sign_a_batch(world: World, cast: Cast) -> None:
    assert "Aucun partenaire ne signe encore" in text_of(cast.nadia.reads(PAGE))

    answer = cast.nadia.posts(PAGE, **DECLIC | {"organisation": "Creuse numérique"})

    assert (answer.status_code, answer.location) == (302, PAGE)
    said = text_of(cast.nadia.reads(PAGE))
    assert "Les interconnectés peut signer un préavis." in said
    for shown in ("contact@reseau.invalid", "Nous vous y aiderons.", "Creuse numérique"):
        assert shown in said
    calendar = cast.nadia.reads("/console/calendrier/", vague=world.wave_id)
    assert ">Les interconnectés</option>" in calendar
    (entry,) = rows(world, "SELECT actor_id FROM audit_entries WHERE action = 'sender_added'")
    assert cast.nadia.scope is not None
    assert entry.actor_id == str(cast.nadia.scope.user_id)


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", "", "donnez un nom"),
        ("name", "a" * 90, "donnez un nom"),
        ("reply_to", "contact chez réseau", "n’est pas une adresse de courriel"),
        ("words", "b" * 700, "son mot dépasse"),
        ("name", "creuse.example", "ressemble à un lien"),
        ("words", "Lisez https://ailleurs.example", "ressemble à un lien"),
        ("words", "Écrivez à autre@ailleurs.invalid.", "seule adresse de courriel permise"),
        ("words", "Merci <b>beaucoup</b>", "écrivez sans balises"),
        ("organisation", "Une inconnue", "son organisation n’est pas connue"),
    ],
    ids=[
        *("no-name", "long-name", "no-mailbox", "long-words", "a-link-as-name", "a-link"),
        *("another-mailbox", "markup", "unknown-organisation"),
    ],
)
def test_what_is_refused_is_said_beside_its_field_and_nothing_typed_is_lost(
    world: World, cast: Cast, field: str, typed: str, said: str
) -> None:
    form = DECLIC | {field: typed}

    answer = cast.aicha.posts(PAGE, **form)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert said in page.split(f'id="{field}-why">')[1].split("</p>")[0]
    assert page.count('-why">') == 1
    for name in ("name", "reply_to", "words"):
        assert escape(form[name]) in page
    assert "<title>Erreur\u00a0: Signataires" in page
    assert rows(world, "SELECT FROM senders") == []


def test_a_name_that_is_taken_is_refused_beside_the_name(world: World, cast: Cast) -> None:
    cast.aicha.posts(PAGE, **DECLIC)

    answer = cast.aicha.posts(PAGE, **DECLIC | {"words": "Un autre mot."})

    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "porte déjà ce nom" in page.split('id="name-why">')[1].split("</p>")[0]
    assert "Un autre mot.</textarea>" in page
    assert len(rows(world, "SELECT FROM senders")) == 1


def test_bruno_and_a_reader_neither_see_nor_add_who_signs(world: World, cast: Cast) -> None:
    for person in (cast.bruno, cast.reader):
        assert person.gets(PAGE).status_code == 403
        assert person.posts(PAGE, **DECLIC).status_code == 403
        calendar = person.reads("/console/calendrier/", vague=world.wave_id)
        assert "signataires" not in calendar
    assert rows(world, "SELECT FROM senders") == []


def test_without_its_token_nobody_is_added(world: World, cast: Cast) -> None:
    cast.nadia.reads(PAGE)

    answer = cast.nadia.browser.post(PAGE, data={**DECLIC, "csrf_token": "invented"})

    assert answer.status_code == 400
    assert rows(world, "SELECT FROM senders") == []
