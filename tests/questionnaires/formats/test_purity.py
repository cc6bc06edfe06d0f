"""Formats are read and written without a database or a web server."""

from __future__ import annotations

import subprocess
import sys

ASKED = """
import sys
import app.questionnaires.yaml_writer
from app.questionnaires.formats import codebook, ddi, table_schema, xlsform_in, xlsform_out
print(sorted({"flask", "sqlalchemy", "app.models", "app.settings"} & set(sys.modules)))
"""


def test_no_format_loads_the_web_or_the_database() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ASKED], capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stdout.strip() == "[]"
