"""Workbooks as people bring them: made by hand, damaged, or hostile."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence

from openpyxl import Workbook, load_workbook

Rows = Sequence[Sequence[object]]

SURVEY: Rows = (
    ("type", "name", "label", "relevant"),
    ("begin group", "site", "Votre site", None),
    ("select_one oui_non", "website", "Avez-vous un site ?", None),
    ("select_multiple parts", "parts", "Que contient-il ?", "${website} = 'yes'"),
    ("integer", "visits", "Combien de visites par mois ?", "${website} = 'yes'"),
    ("end group", None, None, None),
    ("text", "remark", "Une remarque ?", None),
)
CHOICES: Rows = (
    ("list_name", "name", "label"),
    ("oui_non", "yes", "Oui"),
    ("oui_non", "no", "Non"),
    ("parts", "news", "Des nouvelles"),
    ("parts", "forms", "Des formulaires"),
)


def workbook(sheets: Mapping[str, Rows]) -> bytes:
    """A workbook with these sheets, each row as given."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    return _saved(book)


def by_hand(**changed: Rows) -> bytes:
    """A plain form as another tool makes it, some sheets replaced."""
    return workbook({"survey": SURVEY, "choices": CHOICES} | changed)


def with_row(*cells: object, header: Sequence[str] = ()) -> bytes:
    """The plain form with one more row of survey, and the columns it needs: it stands in row 8."""
    heads = (*SURVEY[0], *header)
    return by_hand(survey=(heads, *SURVEY[1:], cells))


def changed(data: bytes, cells: Mapping[str, Mapping[str, str | None]]) -> bytes:
    """The workbook with these cells written over: sheet → place → value."""
    book = load_workbook(io.BytesIO(data))
    for name, values in cells.items():
        for place, value in values.items():
            book[name][place] = value
    return _saved(book)


def repacked(data: bytes, change: Callable[[str, bytes], bytes], **more: bytes) -> bytes:
    """The archive with its parts changed and some added."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, content in more.items():
            new.writestr(name, content)
    return out.getvalue()


def names(data: bytes) -> list[str]:
    """The parts of the archive."""
    return zipfile.ZipFile(io.BytesIO(data)).namelist()


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


_INLINE = re.compile(rb'<c r="([A-Z]+[0-9]+)"[^>]*t="inlineStr"><is><t[^>]*>([^<]*)</t></is></c>')
_STRINGS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"


def with_shared_texts(data: bytes) -> bytes:
    """The workbook as office suites write it: texts stand in a table that the cells point to."""
    texts: list[bytes] = []

    def shared(match: re.Match[bytes]) -> bytes:
        texts.append(match[2])
        return b'<c r="%s" t="s"><v>%d</v></c>' % (match[1], len(texts) - 1)

    def change(name: str, content: bytes) -> bytes:
        if name.startswith("xl/worksheets/"):
            return _INLINE.sub(shared, content)
        if name == "xl/_rels/workbook.xml.rels":
            link = f'<Relationship Id="rIdT" Type="{_STRINGS}" Target="sharedStrings.xml"/>'
            return content.replace(b"</Relationships>", link.encode() + b"</Relationships>")
        if name == "[Content_Types].xml":
            kind = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_TYPE}"/>'
            return content.replace(b"</Types>", kind.encode() + b"</Types>")
        return content

    moved = repacked(data, change)
    items = b"".join(b"<si><t>%s</t></si>" % text for text in texts)
    main = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    table = b'<sst xmlns="%s" count="%d">%s</sst>' % (main, len(texts), items)
    return repacked(moved, lambda _, content: content, **{"xl/sharedStrings.xml": table})
