"""How easy a questionnaire is to read: a published measure, adapted to French.

    ease = 207 − 1.015 × (words per sentence) − 73.6 × (syllables per word)

It is Flesch's reading ease (R. Flesch, "A new readability yardstick", Journal of Applied
Psychology 32, 1948) with the coefficients of L. Kandel and A. Moles ("Application de l'indice de
Flesch à la langue française", Cahiers d'études de radio-télévision 19, 1958). The scale is
Flesch's: 60 to 70 is standard, 50 to 60 fairly difficult, 30 to 50 difficult.

Limits: it looks at lengths, not at sense, and syllables are counted by rule (`syllables`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from app.interview.questionnaire import Question, Questionnaire

LEAST_EASE = 60.0
"""A theme's ease must reach this: the foot of Flesch's "standard", which he gives to readers of
thirteen to fifteen and to popular magazines. The words that our subjects impose ("collectivité",
"numérique", "accessibilité": three to six syllables) have to be made up for by short sentences.
"""

LONGEST_SENTENCE = 30
"""Words of a sentence. Ours: a sentence that takes three lines of a telephone's screen to read."""

_END = re.compile(r"(?<=[.!?…])[\s»”\"]+")
_IN_NUMBER = re.compile(r"(?<=\d)[\s\u00a0\u202f](?=\d{3})")


@dataclass(frozen=True, slots=True)
class Reading:
    """What was measured. `longest` is the sentence that has the most words."""

    flesch: float
    words_per_sentence: float
    syllables_per_word: float
    longest: str

    @property
    def longest_sentence(self) -> int:
        """The words of the longest sentence."""
        return len(words(self.longest))


def reading_of(questionnaire: Questionnaire) -> Reading:
    """The reading of a questionnaire: its ease, and its longest sentence.

    Ease is that of texts, help and reasons: answers are not sentences, and as such would flatter
    it by ten points. The longest sentence is looked for in all that is shown, advice included.
    """
    asked = questionnaire.questions
    prose = reading(text for q in asked for text in (q.text, q.help, q.why))
    return replace(prose, longest=reading(text for q in asked for text in shown_by(q)).longest)


def reading(texts: Iterable[str]) -> Reading:
    """The reading of these texts; no sentence runs from one to the next."""
    told = [sentence for text in texts for sentence in sentences(text)]
    read = [word for sentence in told for word in words(sentence)]
    if not read:
        return Reading(207.0, 0.0, 0.0, "")
    length, weight = len(read) / len(told), sum(map(syllables, read)) / len(read)
    longest = max(told, key=lambda sentence: len(words(sentence)))
    return Reading(207 - 1.015 * length - 73.6 * weight, length, weight, longest)


def too_long(questionnaire: Questionnaire) -> Iterator[tuple[Question, str]]:
    """The sentences that have too many words, each with its question."""
    for question in questionnaire.questions:
        for text in shown_by(question):
            for sentence in sentences(text):
                if len(words(sentence)) > LONGEST_SENTENCE:
                    yield question, sentence


def shown_by(question: Question) -> tuple[str, ...]:
    """All that a question gives to read: its text, help, reason, answers and advice."""
    labels = (choice.label for choice in question.choices)
    advice = (question.advice.text,) if question.advice else ()
    return (question.text, question.help, question.why, *labels, *advice)


def sentences(text: str) -> list[str]:
    """The sentences of a text: they end with a full stop, a question or exclamation mark."""
    return [part for part in _END.split(text.strip()) if words(part)]


def words(text: str) -> list[str]:
    """The words, as separated by spaces: an elided article belongs to its noun.

    A number written in groups of three figures is one word; a lone punctuation mark is none.
    """
    parts = _IN_NUMBER.sub("", text).split()
    return [part for part in parts if any(letter.isalnum() for letter in part)]


_VOWELS = "aàâäeéèêëiîïoôöuùûüyÿœæ"
_SOUNDS = (
    (re.compile(f"qu(?=[{_VOWELS}])"), "q"),
    (re.compile("gu(?=[eéèêiîy])"), "g"),
    (re.compile("ge(?=[aâoô])"), "g"),
    (re.compile("(?:u|œ)eil|euil|œil"), "euh"),
    (re.compile("ouill"), "ouh"),
    (re.compile("([ae])il(?=l|s?$)"), r"\1h"),
)
_MUTE_END = re.compile("(?<=.)es?$")
_NUCLEUS = re.compile(
    "(?:(?<![bcdfgptv][lr])(?:i|y|ou)(?=[aàâeéèêioôuœy])|u(?=i))?"
    f"(?:eau|oeu|œu|a[uiîy]|e[uiûîy]|o[uùûiîy]|[{_VOWELS}])"
)


def syllables(word: str) -> int:
    """The syllables of a French word, as pronounced with care; at least one.

    A syllable is a vowel sound: several letters may make one ("eau", "ou", "oi", "ill"), `i`,
    `y` and `ou` glide into the next vowel ("bien", "oui") except after two consonants
    ("client"), and a final mute `e` is not heard. A figure or a spelled capital is one each.
    Limits: "-ent" is always heard ("ils aident" counts one too many), and so is an `e` inside.
    """
    return max(1, sum(_in_part(part) for part in re.split(r"[^\w’']+|_", word) if part))


def _in_part(part: str) -> int:
    if part.isdigit() or (part.isupper() and len(part) > 1):
        return len(part)
    heard = re.sub("[’']", "", part.lower())
    for sign, sound in _SOUNDS:
        heard = sign.sub(sound, heard)
    without_mute = _MUTE_END.sub("", heard)
    return len(_NUCLEUS.findall(without_mute)) or len(_NUCLEUS.findall(heard))
