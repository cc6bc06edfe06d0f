"""What is told of a wording without keeping it from being saved: length, typography. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.messages.template_faults import Fault, Part
from app.messages.template_tried import Tried

LONGEST_SUBJECT = 78  # RFC 5322, 2.1.1: what a line should hold
_TYPING = (
    (re.compile(r"\w* [?!;:»]"), "mettez une espace insécable avant «\u00a0? ! ; : »\u00a0»"),
    (re.compile(r"« \w*"), "mettez une espace insécable après «\u00a0«\u00a0»"),
    (re.compile(r"\w+'\w+"), "écrivez l’apostrophe «\u00a0’\u00a0»"),
    (re.compile(r"\w*\.\.\."), "écrivez les points de suspension «\u00a0…\u00a0»"),
)


def warnings(written: Sequence[Tried]) -> list[Fault]:
    """What a careful reader would mend, in these letters; the fullest is the first."""
    if not written:
        return []
    longest = max((one.parcel.subject for one in written), key=len)
    found = []
    if len(longest) > LONGEST_SUBJECT:
        found.append(
            Fault(
                Part.SUBJECT,
                f"L’objet compte jusqu’à {len(longest)} caractères\u00a0: beaucoup de messageries "
                f"coupent à {LONGEST_SUBJECT}.",
            )
        )
    fullest = written[0]
    for part, said in (
        (Part.SUBJECT, fullest.subject),
        (Part.TEXT, fullest.parcel.text),
        (Part.HTML, fullest.html.text),
    ):
        found += _mistyped(part, said)
    return found


def _mistyped(part: Part, said: str) -> list[Fault]:
    found = []
    for pattern, advice in _TYPING:
        places = list(dict.fromkeys(match[0].strip() for match in pattern.finditer(said)))
        if places:
            quoted = ", ".join(f"«\u00a0{place}\u00a0»" for place in places[:3])
            found.append(Fault(part, f"Typographie\u00a0: {advice} ({quoted})."))
    return found
