"""The square printed on a paper questionnaire, read by a telephone's decoder from the sheet."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import segno
import zxingcpp
from PIL import Image, ImageFilter

from app.main import create_app
from app.now import set_offset
from reports.blank.paper import blank_pdf
from tests.reports.pdfs import read
from tests.reports.test_blank import FORMS, GUERET, LETTER, TOWN
from tests.respond.browser import Browser
from tests.world import START, World

DPI = 150
QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
LONG = "https://barometre-collectivites.numerique.example/code"


def sheet(pdf: bytes, page: int = 1, dpi: int = DPI) -> Image.Image:
    """One page as a printer puts it on paper."""
    asked = ["pdftoppm", "-png", "-gray", "-r", f"{dpi}", "-f", f"{page}", "-l", f"{page}", "-"]
    drawn = subprocess.run(asked, input=pdf, capture_output=True, check=True)
    return Image.open(io.BytesIO(drawn.stdout)).convert("L")


def squares(picture: Image.Image) -> list[zxingcpp.Barcode]:
    return zxingcpp.read_barcodes(picture, formats=QR)


def askew(picture: Image.Image) -> Image.Image:
    return picture.rotate(11, expand=True, fillcolor=255)


def out_of_focus(picture: Image.Image) -> Image.Image:
    return picture.filter(ImageFilter.GaussianBlur(2))


def in_the_dark(picture: Image.Image) -> Image.Image:
    return picture.point(lambda grey: 30 + grey // 4)


def small(picture: Image.Image) -> Image.Image:
    return picture.resize((picture.width // 2, picture.height // 2))


@pytest.fixture(scope="module")
def printed() -> Image.Image:
    return sheet(
        blank_pdf(FORMS["inclusion"], TOWN, replace(LETTER, code="WWWW-WWWW-W", code_url=LONG))
    )


@pytest.mark.parametrize("photo", [askew, out_of_focus, in_the_dark, small])
def test_a_telephone_reads_it_on_a_poor_photograph(
    printed: Image.Image, photo: Callable[[Image.Image], Image.Image]
) -> None:
    assert [one.text for one in squares(photo(printed))] == [LONG]


@pytest.fixture
def secretary(world: World) -> Iterator[Browser]:
    set_offset(START - datetime.now(UTC))
    world.contact(GUERET, "mairie@gueret.invalid", "Anne Martin")
    world.open_wave()
    yield Browser(create_app(world.house), world.answer_link(GUERET))
    set_offset(timedelta(0))


def test_it_holds_the_address_where_one_types_the_code_and_not_the_code(
    secretary: Browser, world: World
) -> None:
    secretary.opens("/papier")
    paper = secretary.presses("/inclusion/questionnaire.pdf").data

    (square,) = squares(sheet(paper))
    assert square.text == f"{world.settings.public_url}/code"
    path = square.text.removeprefix(world.settings.public_url)
    assert "Votre code" in secretary.client.get(path).get_data(as_text=True)


def test_it_is_on_the_first_page_alone_and_never_without_a_code() -> None:
    own = blank_pdf(FORMS["donnee"], TOWN, LETTER)
    n_pages = len(read(own).pages)
    assert n_pages > 1
    assert [len(squares(sheet(own, page))) for page in range(1, n_pages + 1)] == [
        1,
        *[0] * (n_pages - 1),
    ]

    for letter in (None, replace(LETTER, code="")):
        assert squares(sheet(blank_pdf(FORMS["inclusion"], TOWN, letter))) == []


def test_the_blank_that_the_norm_wants_around_it_is_there(printed: Image.Image) -> None:
    """Four modules on each side (ISO/IEC 18004)."""
    (square,) = squares(printed)
    corner, end = square.position.top_left, square.position.bottom_right
    left, top, right, bottom = (int(at) for at in (corner.x, corner.y, end.x, end.y))
    n_modules = int(segno.make_qr(LONG, error="m").symbol_size(border=0)[0])
    blank = 4 * (right - left) // n_modules

    around = printed.crop((left - blank, top - blank, right + blank, bottom + blank))
    near = blank - 2  # px: where the square itself begins
    around.paste(255, (near, near, around.width - near, around.height - near))
    assert around.getextrema() == (255, 255)
