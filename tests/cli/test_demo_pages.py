"""How a simulated respondent reads a page."""

from __future__ import annotations

from app.cli.demo.pages import read

PAGE = """
<h1>Les <b>lieux</b> d’aide</h1>
<a class="btn" href="/r/x/inclusion">Répondre<span class="hide"> : Inclusion &amp; aide</span></a>
<form method="post" action="/r/x/inclusion/section/places" novalidate>
<input type="hidden" name="nonce" value="n&quot;1">
<input id="a" type="radio" name="place" value="yes" checked>
<input type="radio" name="place" value="no">
<input id="staff" name="staff" type="text" value="" autocomplete="off">
<select name="theme"><option value="a">A</option><option value="b" selected>B</option></select>
<textarea name="comment"></textarea>
<button class="btn" type="submit" name="go" value="next">Continuer</button>
</form>
<form method="post" action="/r/x/stop"><input type="hidden" name="nonce" value="2"></form>
"""


def test_a_page_is_its_heading_its_links_and_its_forms() -> None:
    page = read(PAGE)

    assert page.heading == "Les lieux d’aide"
    assert page.links == [("Répondre : Inclusion & aide", "/r/x/inclusion")]
    assert [form.action for form in page.forms] == ["/r/x/inclusion/section/places", "/r/x/stop"]


def test_a_form_is_what_it_holds_and_what_it_offers() -> None:
    form = read(PAGE).forms[0]

    assert form.values == {"nonce": ['n"1'], "place": ["yes"], "theme": ["b"]}
    assert form.offered == {
        "place": ["yes", "no"],
        "staff": [],
        "theme": ["a", "b"],
        "comment": [],
    }
    assert form.buttons == [("go", "next")]
