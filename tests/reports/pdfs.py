"""Reading a PDF back as a person, a screen reader or a telephone would. No assertion here."""

from __future__ import annotations

import io
import re

from pypdf import PdfReader
from pypdf.generic import DictionaryObject, PdfObject


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def text_of(pdf: bytes) -> str:
    """All that is written, on one line, hard spaces made soft."""
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in read(pdf).pages))


def soft(words: str) -> str:
    """Words of ours as `text_of` gives them back."""
    return re.sub(r"\s+", " ", words)


def tags(pdf: bytes) -> list[DictionaryObject]:
    """The tags that a screen reader is given, in order."""
    return _under(read(pdf).root_object["/StructTreeRoot"])


def _under(node: object) -> list[DictionaryObject]:
    node = node.get_object() if isinstance(node, PdfObject) else node
    if isinstance(node, list):
        return [tag for one in node for tag in _under(one)]
    if not isinstance(node, DictionaryObject):
        return []
    own = [node] if "/S" in node else []
    return own + (_under(node["/K"]) if "/K" in node else [])
