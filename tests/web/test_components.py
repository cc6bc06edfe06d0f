"""The components that a page of questions does not show, in both skins."""

from __future__ import annotations

import pytest

from tests.web.rendering import SKINS, render_source

BOTH = pytest.mark.parametrize("skin", SKINS)


@BOTH
def test_a_table_scrolls_by_keyboard_and_names_its_rows(skin: str) -> None:
    page = render_source(
        skin,
        '{{ c.table("Part par taille", head, rows) }}',
        head=[("Habitants", ""), ("Graphique", "bar"), ("n", "num")],
        rows=[["Moins de 500", "", "604"]],
    )

    assert page.named("th") == ["Habitants", "Graphique", "n", "Moins de 500"]
    assert ("div", "tabindex") in page.attributes
    assert "caption" in page.tags


@BOTH
@pytest.mark.parametrize(
    ("state", "word"),
    [
        ("todo", "À commencer"),
        ("started", "En cours"),
        ("delegated", "Confié"),
        ("review", "À relire"),
        ("submitted", "Envoyé"),
    ],
)
def test_a_state_is_a_word_and_a_shape(skin: str, state: str, word: str) -> None:
    page = render_source(skin, "{{ c.stamp(state) }}", state=state)

    assert page.words == word
    assert "svg" in page.tags


@BOTH
def test_an_empty_list_says_so_and_shows_a_way_out(skin: str) -> None:
    page = render_source(
        skin,
        '{% call c.empty("Personne", "Douze en tout.") %}'
        '{{ c.link_button("Effacer", "/") }}{% endcall %}',
    )

    assert page.named("h3", "a") == ["Personne", "Effacer"]


@BOTH
@pytest.mark.parametrize("kind", ["info", "ok", "warn", "offline", "wrong"])
def test_a_notice_has_a_sign_and_tells_assistive_tools(skin: str, kind: str) -> None:
    page = render_source(
        skin, '{% call c.notice(kind, "Titre") %}<p>Une suite.</p>{% endcall %}', kind=kind
    )

    assert page.words == "Titre Une suite."
    assert (("div", "role") in page.attributes) == (kind != "info")


@BOTH
def test_a_wrong_field_says_why_between_label_and_field(skin: str) -> None:
    page = render_source(
        skin,
        '{{ c.field("email", "Adresse", value="julie", hint="Une seule.", error="Il manque @.") }}',
    )

    assert page.described == ["email-hint", "email-error"]
    assert page.text.index("Il manque @.") < page.text.index("<input")


@BOTH
def test_a_value_cannot_leave_its_attribute(skin: str) -> None:
    page = render_source(skin, '{{ c.field("a", "A", value=value) }}', value='"><b onload=x>')

    assert page.fields == [("input", "a", '"><b onload=x>')]
    assert "b" not in page.tags
