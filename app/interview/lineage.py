"""What became of each question from one version of a questionnaire to the next.

Trends hold as long as a code means the same thing for ever. So a question whose answers changed
must say that it was reworded or split (`comes_from`), and one that is no longer asked must be
given up by name (`dropped`): what is not said is a fault, told to whoever writes the version.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.errors import Refused
from app.interview.changes import Change, Facet, changes_between, moved
from app.interview.questionnaire import Question, Questionnaire

COMPARABLE = frozenset({"same", "reworded"})
"""The ways of coming from a former question whose answers may stand on one line with its own."""

_MEANING = frozenset(
    {Facet.KIND, Facet.CHOICES_ADDED, Facet.CHOICES_REMOVED, Facet.CHOICES_RELABELLED, Facet.UNIT}
)
"""When one of these changes, a same answer may no longer say the same thing."""


class DifferentThemes(Refused):
    """Two themes have no question in common."""

    sentence = (
        "Ces questionnaires sont de deux thèmes, {old} et {new}. "
        "Comparez deux versions du même thème."
    )


class Fate(StrEnum):
    """What became of a question."""

    SAME = "same"
    REWORDED = "reworded"
    SPLIT = "split"
    ADDED = "added"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Pair:
    """One question of either version, or of both. `moved`: asked in another order than before."""

    fate: Fate
    old: Question | None
    new: Question | None
    changes: tuple[Change, ...] = ()
    moved: bool = False

    @property
    def code(self) -> str:
        """Its code, the new one first."""
        found = self.new or self.old
        return found.code if found else ""

    @property
    def untouched(self) -> bool:
        """Whether nothing at all changed."""
        return self.fate is Fate.SAME and not self.changes and not self.moved


@dataclass(frozen=True, slots=True)
class Fault:
    """What the mapping fails to say, or says wrongly: a French sentence about one code."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions: the new one's questions in order, then those of the old one it dropped."""

    old: Questionnaire
    new: Questionnaire
    pairs: tuple[Pair, ...]
    faults: tuple[Fault, ...]

    def count(self, fate: Fate) -> int:
        """How many questions met this fate."""
        return sum(pair.fate is fate for pair in self.pairs)

    @property
    def n_changed(self) -> int:
        """The questions about which there is something to look at."""
        return sum(not pair.untouched for pair in self.pairs)


def former_code(question: Question) -> str | None:
    """The code, in the former version, whose answers mean what this question's mean.

    None for a part of a split question. The former version may not hold it: it is then new.
    """
    if question.comes_from is None:
        return question.code
    return question.comes_from.question if question.comes_from.how in COMPARABLE else None


def compare(old: Questionnaire, new: Questionnaire) -> Comparison:
    """Question by question, what became of the old version in the new one."""
    if old.theme != new.theme:
        raise DifferentThemes(old=old.theme, new=new.theme)
    sources = {q.code: _source(old, q) for q in new.questions}
    displaced = moved([source.code for q in new.questions if (source := sources[q.code])], old)
    pairs = [_pair(old, new, q, sources[q.code], displaced) for q in new.questions]
    kept = {source.code for source in sources.values() if source}
    gone = [Pair(Fate.DROPPED, q, None) for q in old.questions if q.code not in kept]
    return Comparison(old, new, (*pairs, *gone), tuple(_faults(old, new, pairs, kept)))


def _source(old: Questionnaire, question: Question) -> Question | None:
    """The old question that this one comes from, said or not."""
    code = question.comes_from.question if question.comes_from else question.code
    return old.question(code) if code in old else None


def _pair(
    old: Questionnaire,
    new: Questionnaire,
    question: Question,
    source: Question | None,
    displaced: frozenset[str],
) -> Pair:
    if source is None:
        return Pair(Fate.ADDED, None, question)
    changes = changes_between(old, source, new, question)
    fate = Fate(question.comes_from.how) if question.comes_from else _evident(changes)
    return Pair(fate, source, question, changes, moved=source.code in displaced)


def _evident(changes: Sequence[Change]) -> Fate:
    """What a question is that says nothing: reworded as soon as its words are others."""
    told = {change.facet for change in changes}
    return Fate.REWORDED if told & {Facet.TEXT, *_MEANING} else Fate.SAME


def _faults(
    old: Questionnaire, new: Questionnaire, pairs: Sequence[Pair], kept: set[str]
) -> Iterator[Fault]:
    continuing: dict[str, str] = {}
    for pair in pairs:
        assert pair.new is not None  # these are the new version's questions
        yield from (Fault(pair.code, sentence) for sentence in _of_pair(old, pair.new, pair))
        if pair.old and pair.fate is not Fate.SPLIT:
            other = continuing.setdefault(pair.old.code, pair.code)
            if other != pair.code:
                yield Fault(pair.code, _TWICE.format(old=pair.old.code, other=other))
    yield from _of_dropped(old, new, kept)


_UNSAID = (
    "les réponses ont changé sous le même code\u00a0: dites si la question est reformulée ou "
    "scindée («\u00a0comes_from\u00a0»)."
)
_NOT_SAME = (
    "elle est dite identique, mais ses réponses ont changé\u00a0: dites-la reformulée ou scindée."
)
_NOT_THERE = "elle dit venir de «\u00a0{old}\u00a0», que la version {version} ne pose pas."
_REUSED = (
    "son code est celui d’une autre question de la version {version}\u00a0: donnez-lui un code "
    "nouveau."
)
_TWICE = (
    "«\u00a0{old}\u00a0» est déjà continuée par «\u00a0{other}\u00a0»\u00a0: dites les deux "
    "scindées, ou n’en gardez qu’une."
)
_NOT_GIVEN_UP = (
    "aucune question de la nouvelle version ne la continue\u00a0: dites laquelle, ou ajoutez-la à "
    "«\u00a0dropped\u00a0»."
)
_GIVEN_UP_AND_KEPT = "elle est dite abandonnée, mais une question la continue."
_NOTHING_TO_GIVE_UP = "elle est dite abandonnée, mais la version {version} ne la pose pas."


def _of_pair(old: Questionnaire, question: Question, pair: Pair) -> Iterator[str]:
    told = {change.facet for change in pair.changes}
    said = question.comes_from
    if said is None:
        if told & _MEANING:
            yield _UNSAID
        return
    if said.question not in old:
        yield _NOT_THERE.format(old=said.question, version=old.version)
    if said.question != question.code and question.code in old:
        yield _REUSED.format(version=old.version)
    if said.how == "same" and told & _MEANING:
        yield _NOT_SAME


def _of_dropped(old: Questionnaire, new: Questionnaire, kept: set[str]) -> Iterator[Fault]:
    for question in old.questions:
        if question.code not in kept and question.code not in new.dropped:
            yield Fault(question.code, _NOT_GIVEN_UP)
    for code in new.dropped:
        if code in kept:
            yield Fault(code, _GIVEN_UP_AND_KEPT)
        elif code not in old:
            yield Fault(code, _NOTHING_TO_GIVE_UP.format(version=old.version))
