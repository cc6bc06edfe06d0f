"""What was typed, as one compares it: without what is not seen, and without what says nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from app.interview.french import fold

LONGEST = 2000  # characters that are looked at

_SIGNS: Mapping[str, str] = {
    **dict.fromkeys("👍👌✅✔☑", "oui"),
    **dict.fromkeys("👎❌✖🚫", "non"),
    "🤷": "je ne sais pas",
}
"""Signs that say something, when they are all that was sent. Elsewhere they are mere ornament."""

_UNSEEN = frozenset({"Cf", "Me"})  # marks of direction, zero-width signs, the frame of 1️⃣
_VARIANTS = frozenset("\ufe0e\ufe0f")
_SMILEY = re.compile(r"(?:\s*(?:[:;]-?[)(dp]|\^\^))+$")
_BULLET = re.compile(r"^[-–—•*]\s*(?=[^\W\d])")
_BEFORE = re.compile(
    r"^(?:(?:euh+|heu+|bah|ben|bon|alors|eh bien|bonjour|pour nous|chez nous|je dirais|je reponds|"
    r"je choisis|je prends|(?:ma|notre) reponse(?: est)?)\b\s*[,:]?\s*)+"
)
_AFTER = re.compile(
    r"(?:\s*,?\s*(?:svp|stp|s'il (?:vous|te) plait|merci(?: beaucoup| bien| d'avance)?|voila|"
    r"bonne journee|cordialement|desolee?|(?:je suis |nous sommes )desolee?s?))+$"
)

_SAY_NOTHING = frozenset(
    {
        *(
            "un",
            "une",
            "le",
            "la",
            "les",
            "l",
            "de",
            "des",
            "du",
            "d",
            "et",
            "ou",
            "a",
            "au",
            "aux",
        ),
        *("en", "par", "pour", "avec", "dans", "sur", "ce", "c", "cette", "ces", "est", "notre"),
        *("nos", "votre", "vos", "nous", "on", "avons", "ont", "il", "elle", "y", "qui", "que"),
        *("qu", "j", "je", "s", "ceux", "celui", "celle"),
    }
)
_TURN = frozenset(
    {
        *("ne", "n", "pas", "non", "aucun", "aucune", "rien", "personne", "sans", "jamais", "ni"),
        *("nul", "nulle", "peu", "plus", "moins", "tres", "rarement", "mais", "sauf"),
    }
)
"""Words that turn the meaning round: never left out, never guessed from another spelling."""
_DENY = _TURN - {"ne", "n", "peu", "moins", "tres", "rarement", "mais", "sauf"}

_SOMEBODY = re.compile(
    r"\bpersonnes\b|(?<=\bune )personne\b|(?<=\bseule )personne\b|(?<=\bla )personne\b"
)


def said(text: str) -> str:
    """Folded, without ornaments, quotation marks and final punctuation."""
    seen = "".join(c for c in text[:LONGEST] if _is_seen(c)).replace("🔟", "10")
    bare = "".join(" " if _is_ornament(c) else c for c in seen)
    folded = _SMILEY.sub("", fold(bare))
    plain = _BULLET.sub("", folded.strip("\"'«»“” ").rstrip(".?!…,;: \"'»")).strip()
    if plain.startswith("(") and plain.endswith(")"):
        plain = plain[1:-1].strip()
    signs = {_SIGNS[c] for c in seen if c in _SIGNS}
    return signs.pop() if not plain and len(signs) == 1 else plain


def without_courtesy(words: str) -> str:
    """What was said, without the polite words around it."""
    return _AFTER.sub("", _BEFORE.sub("", words)).strip(" .,!")


def tokens(text: str) -> list[str]:
    """The folded text's words. Negation in two words counts once: `n’a pas` is `a pas`."""
    plain = text.replace("au moins", " ").replace("en plus", "enplus")
    parts = re.findall(r"[^\W_]+|%", _SOMEBODY.sub("gens", plain))
    if any(part in _DENY for part in parts):
        return [part for part in parts if part not in ("ne", "n")]
    return parts


def telling(parts: Sequence[str]) -> list[str]:
    """The words that say something."""
    return [part for part in parts if part not in _SAY_NOTHING]


def turns(parts: Sequence[str]) -> list[str]:
    """The words that turn the meaning round, and figures: both must be the same on both sides."""
    return sorted(part for part in parts if part in _TURN or part.isdigit())


def turned(word: str) -> bool:
    """Whether this word turns the meaning round."""
    return word in _TURN


def may_be_misspelt(word: str) -> bool:
    """Whether another spelling may be taken for this word."""
    return word not in _TURN and not any(c.isdigit() for c in word)


def says_enough(parts: Sequence[str]) -> bool:
    """Whether these words are more than a turn of phrase: `pas` alone tells nothing apart."""
    alone = {"personne", "aucun", "aucune", "rien", "jamais", "nulle"}
    return any(len(part) > 2 and (part not in _TURN or part in alone) for part in parts)


def _is_seen(character: str) -> bool:
    return unicodedata.category(character) not in _UNSEEN and character not in _VARIANTS


def _is_ornament(character: str) -> bool:
    is_skin = "\U0001f3fb" <= character <= "\U0001f3ff"
    return is_skin or (unicodedata.category(character) == "So" and character != "°")
