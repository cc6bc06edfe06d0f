"""An empty file of answers, with its header: what is given to whoever will fill it in."""

from __future__ import annotations

import csv
import io

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from app.interview.questionnaire import Questionnaire
from app.questionnaires.formats.answers_file import answer_columns

SHEET = "reponses"
"""The sheet of a workbook of answers."""


def empty_csv(questionnaire: Questionnaire) -> bytes:
    """As French spreadsheets open it: UTF-8 with its mark, semicolons."""
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerow(_header(questionnaire))
    return out.getvalue().encode("utf-8-sig")


def empty_workbook(questionnaire: Questionnaire) -> bytes:
    """The same as a workbook; cells are texts, so that a code keeps its first nought."""
    header = _header(questionnaire)
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = SHEET
    sheet.append(header)
    for place in range(1, len(header) + 1):
        sheet.column_dimensions[get_column_letter(place)].number_format = "@"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _header(questionnaire: Questionnaire) -> list[str]:
    return [column.name for column in answer_columns(questionnaire)]
