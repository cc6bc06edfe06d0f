"""The name by which an authority is sorted and found, whatever the accents."""

from __future__ import annotations

import re
import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})
_NOT_A_LETTER = re.compile(r"[^a-z0-9]+")
_ARTICLE = re.compile(r"^(?:le|la|les|l) (?=.)")


def sort_name(name: str) -> str:
    """A name in lower case, without accents, punctuation or leading article.

    What a person types is put through the same function, so that "evaux les bains" finds
    Évaux-les-Bains, and Le Bourg-d'Hem stands among the B.
    """
    spelled_out = name.lower().translate(_LIGATURES)
    without_accents = "".join(
        letter
        for letter in unicodedata.normalize("NFD", spelled_out)
        if not unicodedata.combining(letter)
    )
    return _ARTICLE.sub("", _NOT_A_LETTER.sub(" ", without_accents).strip())
