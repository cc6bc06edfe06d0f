"""What anybody may read of the results: means, with n; nobody by name."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from app.main import create_app
from tests.site.conftest import write
from tests.web.rendering import Page
from tests.world import World


def rows(page: str, caption: str) -> list[list[str]]:
    """The cells of the table with these words in its caption, drawings left out."""
    body = page[page.index(caption) :]
    body = body[body.index("<tbody>") : body.index("</tbody>")]
    return [
        [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in re.findall(_CELL, line)]
        for line in body.split("<tr>")[1:]
    ]


_CELL = r"<t[hd][^>]*>(.*?)</t[hd]>"


def test_departements_stand_in_the_order_of_names_with_score_interval_and_n(
    published: int, browser: FlaskClient
) -> None:
    page = browser.get("/resultats/inclusion").text

    assert rows(page, "par département") == [
        ["Ain incertain", "", "60", "46 à 74", "9", "247"],
        ["Corrèze", "Masqué, il en ferait deviner un autre", "", "", "", "247"],
        ["Creuse", "", "48", "44 à 52", "112", "247"],
        ["Haute-Vienne", "Moins de cinq répondants", "", "", "", "247"],
    ]


def test_a_masked_cell_is_hatched_and_holds_no_figure(published: int, browser: FlaskClient) -> None:
    page = browser.get("/resultats/inclusion").text

    line = page[page.index(">Haute-Vienne<") :].split("</tr>")[0]
    assert "<path" in line  # the hatch
    assert "<rect" in line
    assert 'class="num">247' in line
    assert re.findall(r'class="num">(\d+)', line) == ["247"]


def test_the_national_figure_has_its_interval_and_how_many_answered(
    published: int, browser: FlaskClient
) -> None:
    said = Page(browser.get("/resultats/inclusion").text).words

    assert "43 sur 100" in said
    assert "de 39 à 47 · n = 2\u00a0412" in said
    assert "2\u00a0412 communes sur 247 ont répondu" in said


def test_one_list_shows_every_theme_asked_and_names_the_others(
    published: int, browser: FlaskClient
) -> None:
    page = browser.get("/resultats").text
    table = rows(page, "Score moyen par thème")

    assert [line[0] for line in table] == ["Inclusion numérique", "Cybersécurité"]
    assert table[1][1] == "Moins de cinq répondants"
    assert "Stratégie numérique" in page[page.index("Pas encore demandé") :]


def test_kinds_of_authority_are_links(published: int, browser: FlaskClient) -> None:
    page = browser.get("/resultats?type=departement").text

    assert 'href="/resultats?type=departement" aria-current="true"' in page
    assert rows(page, "Score moyen par thème")[0][:3] == ["Inclusion numérique", "", "71"]


def test_a_demonstration_says_so_on_each_page(published: int, browser: FlaskClient) -> None:
    for address in ("/resultats", "/resultats/inclusion"):
        assert "Données de démonstration" in browser.get(address).text


def test_a_real_publication_hides_the_demonstration(
    world: World, published: int, browser: FlaskClient
) -> None:
    world.days_pass(-1)
    write(world, simulated=False)

    assert "démonstration" not in browser.get("/resultats").text


def test_before_any_approval_nothing_is_there(world: World, browser: FlaskClient) -> None:
    write(world, simulated=True, approved=False)

    page = browser.get("/resultats").text

    assert "Rien n’est encore publié" in page
    assert "2\u00a0412" not in page
    assert browser.get("/resultats/inclusion").status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/resultats/astrologie",
        "/resultats/strategie",
        "/resultats?type=royaume",
        "/resultats/inclusion?type=royaume",
    ],
)
def test_what_does_not_exist_is_told_kindly(
    published: int, browser: FlaskClient, address: str
) -> None:
    answer = browser.get(address)

    assert answer.status_code == 404
    assert "Ce résultat n’existe pas" in answer.text


@pytest.mark.parametrize(
    ("address", "heading"),
    [
        ("/", "Où en sont les collectivités avec le numérique ?"),
        ("/resultats", "Résultats publiés"),
        ("/resultats/inclusion", "Inclusion numérique"),
        ("/aide", "Aide"),
        ("/verifier", "Vérifier un message"),
        ("/accessibilite", "Accessibilité : non conforme"),
        ("/donnees-personnelles", "Données personnelles"),
        ("/mentions-legales", "Mentions légales"),
        ("/plan-du-site", "Plan du site"),
    ],
)
def test_every_page_is_whole_has_one_title_and_changes_nothing(
    world: World, published: int, browser: FlaskClient, address: str, heading: str
) -> None:
    before = world.counts()

    answer = browser.get(address)

    page = Page(answer.text)
    assert answer.status_code == 200
    assert [name.replace("\u00a0", " ") for name in page.named("h1")] == [heading]
    assert ("a", "style") not in page.attributes
    assert not [tag for tag, name in page.attributes if name == "style"]
    assert re.findall(r".{12} [:;?!»](?:\s|$)", page.words) == []
    assert world.counts() == before


def test_the_site_map_lists_every_public_page_and_no_other(browser: FlaskClient) -> None:
    private = ("/console", "/r/", "/stop/", "/fiche/", "/static", "/assets", "/healthz", "/metrics")
    app = browser.application
    public = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and not rule.arguments
        and not rule.rule.startswith(private)
    }

    listed = re.findall(r'<li><a href="([^"]+)"', browser.get("/plan-du-site").text)

    assert public <= set(listed)
    assert all(browser.get(address).status_code == 200 for address in set(listed))


def test_the_legal_notice_says_who_hosts_and_who_directs_once_it_is_known(world: World) -> None:
    silent = create_app(world.house).test_client().get("/mentions-legales").text
    settings = replace(world.settings, host="Hébergeur SA, Guéret", publication_director="Mme D.")
    said = create_app(replace(world.house, settings=settings)).test_client()

    assert "Hébergement" not in silent
    assert "Direction de la publication" not in silent
    told = said.get("/mentions-legales").text
    assert "Hébergeur SA, Guéret" in told
    assert "Mme D." in told
