"""The printed card: two pages whatever happens, tagged, and readable by a machine."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject, PdfObject

from app.interview.kinds.registry import show
from reports.cards.paper import pdf_of
from reports.cards.shown import CardContent, LostPoint
from tests.reports.examples import (
    BONNAT,
    KNOWN,
    QUESTIONNAIRES,
    answered,
    card,
    everything_lost,
)

LONGEST = "Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson"  # 45 letters: no commune has more


def read(content: CardContent) -> PdfReader:
    return PdfReader(io.BytesIO(pdf_of(content.to_json())))


def text_of(pdf: PdfReader) -> str:
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pdf.pages))


@pytest.fixture(scope="module")
def ordinary() -> PdfReader:
    return read(card())


def test_a_card_is_two_pages(ordinary: PdfReader) -> None:
    assert len(ordinary.pages) == 2
    assert "page 1 sur 2" in ordinary.pages[0].extract_text()


def test_the_longest_name_does_not_make_a_third_page() -> None:
    pdf = read(card(authority=replace(BONNAT, name=LONGEST), known=KNOWN))

    assert len(LONGEST) == 45
    assert len(pdf.pages) == 2
    assert LONGEST in text_of(pdf)


def test_as_many_lost_points_as_can_be_do_not_make_a_third_page() -> None:
    most = card(
        *(everything_lost(theme) for theme in QUESTIONNAIRES),
        authority=replace(BONNAT, name=LONGEST),
        known=KNOWN,
    )

    pdf = read(most)

    assert sum(len(theme.lost) for theme in most.themes) > 20
    assert len(pdf.pages) == 2
    assert all(one.question in text_of(pdf) for theme in most.themes for one in theme.lost)


def test_three_open_themes_of_fifteen_long_losses_are_summed_up_rather_than_spilled() -> None:
    """A wave to come may ask three themes whose answers are all shown."""
    long = tuple(
        LostPoint(
            f"Question de quarante-cinq lettres, numéro {n}", "Une réponse " * 5, "Gain " * 8, 4
        )
        for n in range(15)
    )
    content = card(known=KNOWN)
    themes = tuple(replace(theme, lost=long, confidential=False) for theme in content.themes)

    pdf = read(replace(content, themes=themes))

    assert len(pdf.pages) == 2
    assert "autres questions" in text_of(pdf)


def test_a_card_without_any_loss_or_peer_still_has_two_pages() -> None:
    assert len(read(card(answered("cybersecurite", lost=0), figures=())).pages) == 2


def test_it_is_tagged_says_its_language_its_title_and_its_standard(ordinary: PdfReader) -> None:
    root = ordinary.root_object
    metadata = ordinary.xmp_metadata

    assert dictionary(root["/MarkInfo"])["/Marked"]
    assert str(root["/Lang"]) == "fr"
    assert dictionary(root["/ViewerPreferences"])["/DisplayDocTitle"]
    assert metadata is not None
    assert ordinary.metadata is not None
    assert "Bonnat – fiche du baromètre" in str(ordinary.metadata.title)
    assert re.search(r"pdfuaid:part(>|=\")1", metadata.stream.get_data().decode())


def dictionary(node: object) -> DictionaryObject:
    found = node.get_object() if isinstance(node, PdfObject) else node
    assert isinstance(found, DictionaryObject)
    return found


def structure(node: object, found: list[DictionaryObject]) -> list[DictionaryObject]:
    node = node.get_object() if isinstance(node, PdfObject) else node
    if isinstance(node, list):
        for one in node:
            structure(one, found)
    elif isinstance(node, DictionaryObject):
        if "/S" in node:
            found.append(node)
        if "/K" in node:
            structure(node["/K"], found)
    return found


def test_headings_tables_and_drawings_are_told_to_a_screen_reader(ordinary: PdfReader) -> None:
    tags = structure(ordinary.root_object["/StructTreeRoot"], [])
    kinds = {str(tag["/S"]) for tag in tags}
    spoken = {str(tag["/Alt"]) for tag in tags if "/Alt" in tag}

    assert {"/H1", "/H2", "/H3", "/Table", "/TH", "/TD", "/Figure"} <= kinds
    assert any(words.startswith("Bonnat 66 sur 100, pairs 49") for words in spoken)


def test_the_page_says_every_score_and_its_peers(ordinary: PdfReader) -> None:
    said = text_of(ordinary)

    for theme in card().themes:
        assert theme.name in said
        assert re.search(rf"{theme.level} {theme.score}\b", said)
    assert said.count("n = 212") == 3
    assert "Données de démonstration" in said


def test_no_answer_on_cybersecurity_is_printed() -> None:
    pdf = text_of(read(card(everything_lost("cybersecurite"), answered("inclusion"))))
    questionnaire = QUESTIONNAIRES["cybersecurite"]
    walked = everything_lost("cybersecurite").walked

    shown = {show(questionnaire.question(code), value) for code, value in walked.counted.items()}
    telling = {words for words in shown if len(words) > 25}
    assert telling
    assert [words for words in telling if words[:25] in pdf] == []
    assert [q.short for q in questionnaire.questions if q.short in pdf] == []
    assert "Cybersécurité" in pdf
