"""The letters: one page each whatever the names; the window shows the address and no more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
import segno
from pypdf import PageObject

from app.campaigns.letters_runs import Pile, Run, Sheet
from app.errors import Hidden
from reports.post.content import Letter, Mailing, Office, letter_of, mailing_of
from reports.post.paper import letters_pdf
from tests.reports.pdfs import read, soft, text_of
from tests.world import FIRST_THEMES, START

LONGEST = "Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson"  # 45 letters: no commune has more
CODE = "7KQ4-M2XP-D"
MM = 72 / 25.4
HEIGHT = 297 * MM
OFFICE = Office(
    sender="Baromètre Collectivités & numérique",
    return_address=("DINUM, baromètre", "20 avenue de Ségur", "75007 PARIS"),
    code_url="https://barometre-collectivites.numerique.example/code",
    site="https://barometre-collectivites.numerique.example",
    help_phone="01 23 45 67 89",
    help_address="aide@barometre-collectivites.example",
    dpo_address="protection-des-donnees@barometre-collectivites.example",
)
GUERET = Sheet(1, 11, "commune", "Guéret", "", "23000", "Guéret", None, "", "")
WORST = Sheet(
    rank=2,
    territory_id=12,
    kind="commune",
    name=LONGEST,
    street="1234 bis, boulevard du Général-de-Lattre, boîte postale 12345",
    postal_code="51290",
    town=LONGEST,
    left_out_because=None,
    signed_by="S" * 39 + " " + "n" * 40,
    signed_words=("Votre syndicat numérique vous accompagne. " * 20)[:600],
)


def pile_of(*sheets: Sheet) -> Pile:
    run = Run(7, 1, "Creuse", START, 1, None, None, len(sheets), 0)
    return Pile(run, "Vague d’automne 2026", FIRST_THEMES, START, False, sheets)


def letters_of(pile: Pile) -> list[Letter]:
    return [letter_of(one, CODE, len(pile.sheets)) for one in pile.sheets]


def printed(
    pile: Pile, *, office: Office = OFFICE, blank_backs: bool = False, simulated: bool = False
) -> bytes:
    mailing: Mailing = replace(mailing_of(pile), simulated=simulated)
    return letters_pdf(office, mailing, letters_of(pile), blank_backs=blank_backs)


def placed(page: PageObject) -> list[tuple[float, float, str]]:
    """Each piece of text with its place in millimetres: from the left, and from the top."""
    found: list[tuple[float, float, str]] = []

    def visit(words: str, cm: Any, tm: Any, _font: Any, _size: Any) -> None:
        if words.strip():
            x = cm[0] * tm[4] + cm[2] * tm[5] + cm[4]
            y = cm[1] * tm[4] + cm[3] * tm[5] + cm[5]
            found.append((x / MM, (HEIGHT - y) / MM, words.strip()))

    page.extract_text(visitor_text=visit)
    return found


def in_zone(
    pieces: Sequence[tuple[float, float, str]], left: float, top: float, bottom: float
) -> list[str]:
    return [words for x, y, words in pieces if x >= left and top <= y <= bottom]


@pytest.mark.parametrize("simulated", [False, True])
@pytest.mark.parametrize("sheet", [GUERET, WORST], ids=["short", "worst"])
def test_a_letter_is_one_page_and_nothing_runs_into_its_foot(sheet: Sheet, simulated: bool) -> None:
    office = replace(OFFICE, help_phone="") if sheet is WORST else OFFICE
    pdf = read(printed(pile_of(sheet), office=office, simulated=simulated))

    assert len(pdf.pages) == 1
    pieces = placed(pdf.pages[0])
    foot = min(y for _, y, words in pieces if words.startswith("Vos données"))
    signed = max(y for _, y, words in pieces if words.startswith("L’équipe du"))
    assert signed < foot - 3


def test_the_window_shows_the_address_and_nothing_else() -> None:
    for sheet in (GUERET, WORST):
        pieces = placed(read(printed(pile_of(sheet))).pages[0])
        block = letters_of(pile_of(sheet))[0].block
        assert in_zone(pieces, 109.5, 55, 79) == list(block)
        assert in_zone(pieces, 90, 34, 94) == list(block)


def test_a_letter_says_who_writes_what_why_until_when_and_how_to_refuse() -> None:
    words = text_of(printed(pile_of(GUERET)))

    for said in (
        "DINUM",
        "Déclic",
        "Inclusion numérique",
        "Le 15 septembre 2026",
        "mardi 15 septembre 2026",
        CODE,
        "01 23 45 67 89",
        "Répondre est facultatif",
        "CNIL",
        "nº\u00a01 sur 1",
        "23000 GUERET",
    ):
        assert soft(said) in words
    assert "démonstration" not in words
    assert "Ne pas poster" in text_of(printed(pile_of(GUERET), simulated=True))


def test_the_drawn_code_tells_the_page_and_not_the_authority_s_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn: list[str] = []
    real = segno.make_qr

    def noting(text: str, **how: Any) -> Any:
        drawn.append(text)
        return real(text, **how)

    monkeypatch.setattr("segno.make_qr", noting)
    printed(pile_of(GUERET))
    assert drawn == [OFFICE.code_url]


def test_who_signs_with_us_is_named_beside_us() -> None:
    assert soft(WORST.signed_words[:40]) in text_of(printed(pile_of(WORST)))


def test_on_both_sides_each_letter_has_a_blank_back() -> None:
    pages = read(printed(pile_of(GUERET, WORST), blank_backs=True)).pages
    assert ["Madame" in page.extract_text() for page in pages] == [True, False, True, False]
    assert pages[1].extract_text().strip() == ""


def test_printed_twice_it_is_the_same() -> None:
    first, again = (text_of(printed(pile_of(GUERET, WORST))) for _ in range(2))
    assert first == again
    assert first.index("nº 1 sur 2") < first.index("nº 2 sur 2")


def test_a_pile_is_printed_by_the_hundred() -> None:
    pile = pile_of(*(replace(GUERET, rank=rank) for rank in range(1, 202)))
    assert pile.n_parts == 3
    assert [(part[0].rank, part[-1].rank) for part in map(pile.part, (1, 2, 3))] == [
        (1, 100),
        (101, 200),
        (201, 201),
    ]
    for number in (0, 4):
        with pytest.raises(Hidden):
            pile.part(number)
