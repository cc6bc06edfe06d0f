"""What a wording must hold before it is saved: every letter of its step is tried. Pure.

A fault keeps it from being saved; a warning is only told. Each says what to do, in French.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from app.messages.compose import context_of
from app.messages.letterhead import Letterhead
from app.messages.template_duties import duties, duties_in_chat
from app.messages.template_faults import Checked, Fault, Part
from app.messages.template_reading import words_of
from app.messages.template_samples import CHAT, samples
from app.messages.template_source import source_faults
from app.messages.template_tried import Tried, tried
from app.messages.template_typing import warnings
from app.messages.wordings import Wording

LONGEST_SOURCE = 60_000  # characters in each field
MOST_TOLD = 8  # words named at once
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]")


def check(wording: Wording, letterhead: Letterhead, *, now: datetime) -> Checked:
    """Try a wording on letters of every shape that its step knows."""
    made_up = samples(wording.name, letterhead, now=now)
    contexts = [context_of(one.letter, one.letterhead, now) for one in made_up]
    faults = [*_too_long(wording), *_shape(wording)] or source_faults(wording, contexts)
    if faults:
        return Checked(_once(faults), ())
    written, faults = tried(wording, made_up, now=now)
    in_chat = wording.name.startswith(CHAT)
    for one in written:
        faults += _of_subject(one) + (duties_in_chat(one) if in_chat else duties(one))
    if not in_chat:
        faults += _said_once(written)
    return Checked(_once(faults), _once(warnings(written)))


def _too_long(wording: Wording) -> list[Fault]:
    parts = zip(Part, (wording.subject, wording.body_text, wording.body_html), strict=True)
    return [
        Fault(part, f"Raccourcissez\u00a0: {LONGEST_SOURCE} caractères au plus.")
        for part, source in parts
        if len(source) > LONGEST_SOURCE
    ]


def _shape(wording: Wording) -> list[Fault]:
    """A chat's message is text alone; a mail has three parts."""
    in_chat = wording.name.startswith(CHAT)
    wrong = {
        Part.SUBJECT: "" if wording.subject.strip() else "Écrivez l’objet.",
        Part.TEXT: "" if wording.body_text.strip() else "Écrivez le texte.",
        Part.HTML: "" if in_chat or wording.body_html.strip() else "Écrivez la version HTML.",
    }
    if in_chat and wording.body_html.strip():
        wrong[Part.HTML] = "Videz ce champ\u00a0: une messagerie ne montre que du texte."
    return [Fault(part, sentence) for part, sentence in wrong.items() if sentence]


def _of_subject(one: Tried) -> list[Fault]:
    if not one.parcel.subject:
        told = f"L’objet est vide. Complétez-le. (Essai\u00a0: {one.sample.label}.)"
        return [Fault(Part.SUBJECT, told)]
    if _CONTROL.search(one.subject):
        told = "L’objet tient sur une ligne\u00a0: retirez les retours à la ligne."
        return [Fault(Part.SUBJECT, told)]
    return []


def _said_once(written: Sequence[Tried]) -> list[Fault]:
    """What one of text and HTML says and the other does not, over all the letters."""
    only_text: set[str] = set()
    only_html: set[str] = set()
    links = {Part.TEXT: 0, Part.HTML: 0}
    for one in written:
        subject = words_of(one.parcel.subject)  # read with both
        only_text |= one.text.words - one.html.words - subject
        # A button may say otherwise what the text says beside the address.
        only_html |= one.html.words - one.text.words - subject - words_of(one.html.labels)
        links[Part.TEXT] = max(links[Part.TEXT], len(one.html.links - one.text.links))
        links[Part.HTML] = max(links[Part.HTML], len(one.text.links - one.html.links))
    faults = [
        Fault(part, f"L’autre version dit aussi\u00a0: {_listed(words)}. Dites-le ici.")
        for part, words in ((Part.TEXT, only_html), (Part.HTML, only_text))
        if words
    ]
    return faults + [
        Fault(part, f"L’autre version a d’autres liens\u00a0: {n}. Ajoutez-les ici.")
        for part, n in links.items()
        if n
    ]


def _listed(words: Iterable[str]) -> str:
    ordered = sorted(words)
    more = len(ordered) - MOST_TOLD
    told = ", ".join(f"«\u00a0{word}\u00a0»" for word in ordered[:MOST_TOLD])
    return f"{told} et {more} autres mots" if more > 0 else told


def _once(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    return tuple(dict.fromkeys(faults))
