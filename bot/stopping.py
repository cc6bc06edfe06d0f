""" "Stop", however it is said: it must always work, and an answer must not be taken for it.

What is asked for is read word by word, without capitals, accents, punctuation nor emoji. Either
every word belongs to such an order, and it is one whatever waits (`is_order`); or the text only
begins with "stop", and it is one unless it answers the question that waits (`begins_as_one`):
"Stop aux démarches papier dans la commune" is an answer in one's own words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

LONGEST = 120  # characters: whoever writes more is not giving an order

_COURTESY = frozenset(
    {
        *("bonjour", "bonsoir", "salut", "coucou", "hello", "madame", "monsieur", "mesdames"),
        *("messieurs", "svp", "stp", "s", "il", "te", "plait", "merci", "beaucoup", "bien"),
        *("please", "pardon", "desole", "desolee", "euh", "bon", "alors", "ok", "non", "oui"),
        *("et", "mais", "donc", "voila", "cordialement", "bonne", "journee", "soiree"),
    }
)
_AROUND = _COURTESY | {
    *("j", "je", "nous", "m", "me", "moi", "vous", "se", "veux", "voudrais", "souhaite"),
    *("souhaitons", "voulons", "voudrions", "aimerais", "aimerions", "desire", "demande"),
    *("prefere", "preferons", "pouvez", "pourriez", "faut", "veuillez", "priere", "faire"),
    *("comment", "a", "au", "aux", "de", "d", "des", "du", "la", "le", "les", "l", "ca", "cela"),
    *("ce", "ces", "cet", "cette", "vos", "votre", "mon", "ma", "pour", "par", "sur", "que"),
    *("tout", "tous", "toute", "toutes", "ici", "maintenant", "immediatement", "vite"),
    *("enfin", "desormais", "definitivement", "avenir", "part", "aucun", "aucune", "etre"),
    *("suite", "message", "messages", "sms", "mail", "mails", "email", "emails", "e", "courriel"),
    *("courriels", "envoi", "envois", "rappel", "rappels", "relance", "relances", "notification"),
    *("notifications", "sollicitation", "sollicitations", "pub", "pubs", "publicite", "spam"),
    *("liste", "diffusion", "enquete", "questionnaire", "barometre", "conversation"),
}
"""The words that may stand around an order without making anything else of it."""

_STOP = re.compile(r"s+t+o+p+(?:er?|ez|s)?")
_BEGINS = re.compile(r"s+t+o+p+(?:s|ez)?")  # "stopper le fax" is a plan, said of somebody else
# "arrêté", a decree, is "arrête" once its accents are gone.
_HALT = re.compile(r"arr?ete[rz]|(?:desabonn|desinscri|desincri|unsubscri)\w*")
_WRITE = re.compile(
    r"ecri(?:re|vez|s)|r?envo(?:yer|yez|ie|ies)|recevoir|"
    r"(?:re)?contact(?:er|ez|e|es|ee|ees)|derang(?:er|ez|e|es|ee|ees)|"
    r"(?:relanc|sollicit|harcel|importun|embet|spamm)(?:er|ez|e|es|ee|ees)"
)
_NO_MORE = frozenset({"ne", "n", "plus", "jamais", "rien", "pas"})
_WANTING = r"(?:veux|voudrais|souhait|voulons|voudrions|aimer|desir|prefer|demand)"
_TOLD = re.compile(rf"\b(?:j|je|nous|on|vous|tu|ils?|elles?) (?:ne|n) (?!{_WANTING})")
"""Somebody does not write: that is told, not asked for."""
_NEGATED = re.compile(r"\b(?:ne|n) (?:\w+ )*?(?:plus|jamais|rien|pas)\b")
_SPOKEN = re.compile(
    r"\b(?:m|me|nous) \w+ (?:plus|jamais)(?: (?:svp|stp|s il|merci|please)\b.*)?$|"
    r"\b(?:plus|jamais) (?:rien|jamais)\b|"
    rf"\b{_WANTING}\w* plus (?:rien |jamais )?(?:recevoir|etre|que)\b"
)
"""The same where "ne" is left out, as one speaks; "je veux recevoir plus de messages" is not."""


def is_order(text: str) -> bool:
    """Whether this says to write no more, and nothing else.

    On several lines, the first one is enough: what follows says why.
    """
    words = _words(text)
    if _orders(words):
        return True
    lines = [line for line in text.splitlines() if line.strip()]
    return len(lines) > 1 and _orders(_words(lines[0]))


def begins_as_one(text: str) -> bool:
    """Whether the first word that is no courtesy is "stop"."""
    first = next((word for word in _words(text) if word not in _COURTESY), "")
    return _BEGINS.fullmatch(first) is not None


def _orders(words: Sequence[str]) -> bool:
    if len(" ".join(words)) > LONGEST:
        return False
    halting = [word for word in words if _STOP.fullmatch(word) or _HALT.fullmatch(word)]
    others = [word for word in words if word not in _AROUND and word not in halting]
    held = _NO_MORE - {"ne", "n", "pas"} if halting else _NO_MORE  # "n’arrêtez pas" is no order
    if not all(word in held or _WRITE.fullmatch(word) for word in others):
        return False
    return bool(halting) or _no_more(" ".join(words))


def _no_more(said: str) -> bool:
    """ "Ne m’écrivez plus", "je ne souhaite pas être contactée", "m’écrivez plus"."""
    if _TOLD.search(said) or not any(_WRITE.fullmatch(word) for word in said.split()):
        return False
    return bool(_NEGATED.search(said) or _SPOKEN.search(said))


def _words(text: str) -> list[str]:
    """The words as they are compared: letters and figures only; "non-stop" is one word."""
    plain = unicodedata.normalize("NFKD", text).lower().replace("œ", "oe")
    bare = "".join(c for c in plain if not unicodedata.combining(c))
    return re.findall(r"[a-z0-9]+", bare.replace("non-stop", "nonstop"))
