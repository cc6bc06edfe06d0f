"""A data archive receives the questionnaire: a DDI Codebook 2.5, in the standard's order."""

from __future__ import annotations

from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from hypothesis import HealthCheck, given, settings

from app.interview.questionnaire import Choice, Questionnaire
from app.questionnaires.formats.ddi import NAMESPACE, to_ddi_codebook
from app.questionnaires.formats.xml_text import UnwritableText
from app.questionnaires.load import load_all
from tests.interview.build import ask, questionnaire, worth
from tests.questionnaires.formats.build import questionnaires

# The sequence that the standard's schema gives to the children of a variable (`varType`).
ORDER = (
    *("location", "labl", "imputation", "security", "embargo", "respUnit", "anlysUnit", "qstn"),
    *("valrng", "invalrng", "undocCod", "universe", "TotlResp", "sumStat", "txt", "stdCatgry"),
    *("catgryGrp", "catgry", "codInstr", "verStmt", "concept", "derivation", "varFormat"),
    *("geoMap", "catLevel", "notes"),
)


def tag(element: Element) -> str:
    return element.tag.removeprefix(f"{{{NAMESPACE}}}")


def read(form: Questionnaire) -> Element:
    return ElementTree.fromstring(to_ddi_codebook(form))


def all_of(root: Element, path: str) -> list[Element]:
    return root.findall("/".join(f"{{{NAMESPACE}}}{step}" for step in path.split("/")))


def variable(form: Questionnaire, name: str) -> Element:
    return next(v for v in all_of(read(form), "dataDscr/var") if v.get("name") == name)


def categories(var: Element) -> list[str | None]:
    return [value.text for value in all_of(var, "catgry/catValu")]


def check_structure(root: Element) -> None:
    assert root.tag == f"{{{NAMESPACE}}}codeBook"
    assert [tag(child) for child in root] == ["stdyDscr", "dataDscr"]
    parts = [tag(child) for child in root[1]]
    assert parts == sorted(parts, key=["varGrp", "var"].index)
    for var in all_of(root, "dataDscr/var"):
        ranks = [ORDER.index(tag(child)) for child in var]
        assert ranks == sorted(ranks)
    identifiers = [element.get("ID") for element in root[1]]
    assert len(identifiers) == len(set(identifiers))
    for group in all_of(root, "dataDscr/varGrp"):
        assert {*(group.get("var") or "").split()} <= {*identifiers}


@pytest.mark.parametrize("form", load_all(), ids=lambda form: form.theme)
def test_each_theme_follows_the_standard(form: Questionnaire) -> None:
    root = read(form)

    check_structure(root)
    assert all_of(root, "stdyDscr/citation/titlStmt/titl")[0].text == form.title
    names = [var.get("name") for var in all_of(root, "dataDscr/var")]
    assert all(q.code in names for q in form.questions if q.kind != "multiple")


@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(questionnaires())
def test_any_questionnaire_follows_the_standard(form: Questionnaire) -> None:
    check_structure(read(form))


def test_a_scale_gives_its_categories_and_what_is_missing() -> None:
    var = variable(questionnaire(worth("mail")), "mail")

    assert categories(var) == ["yes", "planned", "no", "dont_know"]
    missing = [category.get("missing") for category in all_of(var, "catgry")]
    assert missing == [None, None, None, "Y"]
    assert [note.text for note in all_of(var, "notes")] == ["Parce que.", "yes=4 planned=2 no=0"]


def test_a_choice_among_several_is_a_variable_of_its_own() -> None:
    form = questionnaire(ask("places", "multiple"))

    assert categories(variable(form, "places.library")) == ["1", "0", "dont_know"]
    group = next(g for g in all_of(read(form), "dataDscr/varGrp") if g.get("ID") == "M.places")
    assert len((group.get("var") or "").split()) == 5


def test_a_number_gives_its_range() -> None:
    var = variable(questionnaire(ask("staff", "integer", maximum=90)), "staff")

    assert all_of(var, "valrng/range")[0].attrib == {"UNITS": "INT", "min": "0", "max": "90"}


def test_a_text_that_xml_cannot_hold_is_told() -> None:
    choices = (Choice("a", "Un\x01 deux"), Choice("b", "Trois"))

    with pytest.raises(UnwritableText, match=r"U\+0001"):
        to_ddi_codebook(questionnaire(ask("mail", "single", choices=choices)))
