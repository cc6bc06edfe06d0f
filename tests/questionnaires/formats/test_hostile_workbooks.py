"""Someone sends a file meant to harm: it is refused at once, with a sentence."""

from __future__ import annotations

import io
import time
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.questionnaires.formats.workbook_in import LARGEST_FILE
from app.questionnaires.formats.xlsform_in import BadXlsForm, from_xlsform
from tests.questionnaires.formats.workbooks import SURVEY, by_hand, changed, repacked

PLAIN = by_hand()
MOST_WORK = 20.0
"""Seconds of this process alone, whatever else the machine does: what harms takes minutes."""


def told(data: bytes) -> str:
    began = time.process_time()
    with pytest.raises(BadXlsForm) as refusal:
        from_xlsform(data)
    assert time.process_time() - began < MOST_WORK
    assert str(refusal.value).endswith(".")
    return str(refusal.value)


def same(name: str, content: bytes) -> bytes:
    return content


@pytest.mark.parametrize("data", [b"", b"theme: inclusion\n", b"PK\x03\x04", b"\x00" * 100])
def test_what_is_no_workbook_is_refused(data: bytes) -> None:
    assert ".xlsx" in told(data)


def test_another_archive_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")

    assert ".xlsx" in told(out.getvalue())


def test_an_old_or_locked_workbook_is_told_how_to_save() -> None:
    assert "mot de passe" in told(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600)


def test_a_file_of_ten_megabytes_is_refused() -> None:
    assert "5\u00a0Mo" in told(PLAIN + b"\x00" * (10_000_000 - len(PLAIN)))


def test_an_archive_that_swells_is_refused() -> None:
    bomb = repacked(PLAIN, same, **{"xl/media/bomb.bin": b"\x00" * 60_000_000})

    assert len(bomb) < LARGEST_FILE
    assert "démesuré" in told(bomb)


def test_macros_are_refused() -> None:
    assert "macros" in told(repacked(PLAIN, same, **{"xl/vbaProject.bin": b"x"}))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(encoding: str) -> None:
    entities = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>'

    def change(name: str, content: bytes) -> bytes:
        return entities.encode(encoding) if name == "xl/worksheets/sheet1.xml" else content

    assert "XML" in told(repacked(PLAIN, change))


def test_a_sheet_that_claims_a_million_rows_is_refused() -> None:
    assert "démesurée" in told(changed(PLAIN, {"survey": {"A1048576": "text"}}))


@pytest.mark.parametrize("row", ["1048577", "999999999999"])
def test_a_row_that_no_spreadsheet_has_is_refused_without_walking_there(row: str) -> None:
    def change(name: str, content: bytes) -> bytes:
        return content.replace(b'<row r="7"', f'<row r="{row}"'.encode())

    assert "démesurée" in told(repacked(PLAIN, change))


def test_an_empty_last_row_as_some_office_suites_write_it_is_no_harm() -> None:
    def change(name: str, content: bytes) -> bytes:
        return content.replace(b"</sheetData>", b'<row r="1048576"/></sheetData>')

    assert len(from_xlsform(repacked(PLAIN, change)).questions) == 4


@pytest.mark.parametrize("cell", ["ZZZZZZZZZ7", "7", "é7"])
def test_a_cell_that_no_spreadsheet_has_is_refused(cell: str) -> None:
    def change(name: str, content: bytes) -> bytes:
        return content.replace(b'r="A7"', f'r="{cell}"'.encode())

    assert told(repacked(PLAIN, change))


def test_a_sheet_that_goes_far_to_the_right_is_refused() -> None:
    assert "démesurée" in told(changed(PLAIN, {"survey": {"XFD2": "x"}}))


def test_a_merged_zone_over_a_whole_sheet_costs_nothing() -> None:
    def change(name: str, content: bytes) -> bytes:
        merged = b'<mergeCells count="1"><mergeCell ref="A9:XFD1048576"/></mergeCells>'
        return content.replace(b"</sheetData>", b"</sheetData>" + merged)

    began = time.process_time()
    assert len(from_xlsform(repacked(PLAIN, change)).questions) == 4
    assert time.process_time() - began < MOST_WORK


def test_a_false_size_does_not_hide_the_rows() -> None:
    def change(name: str, content: bytes) -> bytes:
        return content.replace(b'<dimension ref="A1:D7"', b'<dimension ref="A1:A1"')

    assert len(from_xlsform(repacked(PLAIN, change)).questions) == 4


def test_a_formula_is_told_with_its_cell() -> None:
    survey = (*SURVEY, ("text", "last", '=HYPERLINK("http://example.org")', None))

    assert "Feuille survey, cellule C8" in told(by_hand(survey=survey))


def sentence(data: bytes) -> str:
    """What a person reads when it is refused, "." when it is read."""
    try:
        from_xlsform(data)
    except BadXlsForm as refused:
        return str(refused)
    return "."


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_workbook_is_read_or_refused(data: st.DataObject) -> None:
    damaged = bytearray(PLAIN)
    for _ in range(data.draw(st.integers(1, 8))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    assert sentence(bytes(damaged)).endswith(".")


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])), max_size=8
        ),
        max_size=6,
    )
)
def test_any_cells_are_read_or_refused(cells: list[list[str]]) -> None:
    assert sentence(by_hand(survey=(*SURVEY, *cells))).endswith(".")
