"""What the dialogue says while it asks. One renderer a kind of question; no messenger is known."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from app.collect.authors import just_answered
from app.collect.open import Answer, Opened
from app.collect.prefill import Suggestion
from app.collect.saved import Conflict
from app.interview.french import NBSP, quoted
from app.interview.kinds import registry
from app.interview.path import Path
from app.interview.questionnaire import Option, Question
from app.interview.values import Special, Value
from app.vocabulary.french_dates import when
from app.vocabulary.scope import CHANNEL_LABELS

MOVED_ON = f"Cette question ne se pose plus{NBSP}: une réponse d’avant a changé."
SENT_MEANWHILE = (
    "Ce thème a été envoyé pendant que vous répondiez, et votre réponse n’est pas enregistrée."
)
SENT_BY_YOU = (
    f"Vous aviez déjà envoyé ce thème{NBSP}: vos réponses sont bien parties, et ce message n’y "
    "change rien."
)
BUTTON_UNKNOWN = (
    "Nous ne savons plus à quelle question cela répondait, et nous n’avons rien enregistré. Voici "
    "où vous en êtes."
)
FIRST_QUESTION = "C’est la première question de ce thème."
NOTHING_ASKED_NOW = "Aucune question n’attend en ce moment."
NOTHING_TO_KEEP = "Il n’y a rien à reprendre pour cette question. Répondez-y, ou passez-la."
CROSSED = (
    "Votre message a croisé le nôtre, et nous ne savons plus à quelle question il répond. Nous ne "
    "l’avons pas gardé. Répondez à celle-ci, s’il vous plaît."
)
CURRENT_ELSEWHERE = "La question en cours reste la dernière que nous avons posée."
EDIT_UNKNOWN = (
    "Nous ne savons plus à quelle question répondait ce message. Pour changer une "
    f"réponse, écrivez «{NBSP}relire{NBSP}»."
)
EDIT_NOT_READ = (
    "Nous n’avons pas compris votre message modifié, et votre réponse reste comme elle était. "
    f"Pour la changer, écrivez «{NBSP}relire{NBSP}»."
)
EDIT_OF_NO_ANSWER = (
    "Un message modifié ne change que la réponse à une question. Pour le reste, envoyez-nous un "
    "nouveau message."
)
CONTINUE = f"Pour garder cette réponse et avancer, écrivez «{NBSP}continuer{NBSP}»."
NO_REASON_GIVEN = (
    "Cette question aide à décrire où en sont les collectivités. Vous pouvez aussi la passer."
)


def chosen(question: Question, value: Value | None) -> frozenset[str]:
    """Which of its options are chosen already, by code, where several may be; else none."""
    if question.kind != "multiple" or value is None:
        return frozenset()
    if isinstance(value, Special):
        return frozenset({value.value})
    return frozenset(value) if isinstance(value, tuple) else frozenset()


def marked(option: Option, chosen: Collection[str]) -> str:
    """What an option says, with a mark when it is chosen."""
    return f"✓ {option.label}" if option.code in chosen else option.label


def _listed(question: Question, chosen: Collection[str] = ()) -> str:
    return "\n".join(f"{one.number}. {marked(one, chosen)}" for one in question.options)


def _one(question: Question) -> str:
    return _listed(question)


def _several(question: Question, chosen: Collection[str] = ()) -> str:
    told = f"Plusieurs réponses possibles, par exemple «{NBSP}1, 2{NBSP}»."
    return f"{_listed(question, chosen)}\n{told}"


def _field(question: Question) -> str:
    specials = [f"«{NBSP}{special.label.lower()}{NBSP}»" for special in question.specials]
    told = registry.expects(question)
    return f"{told} Ou{NBSP}: {', '.join(specials)}." if specials else told


RENDERERS: Mapping[str, Callable[[Question], str]] = {
    "single": _one,
    "scale": _one,
    "multiple": _several,
    "integer": _field,
    "percentage": _field,
    "text": _field,
}
"""How each kind says what one may answer; a test compares with the engine's kinds."""

_EXAMPLES: Mapping[str, str] = {"percentage": "50", "integer": "3", "multiple": "1, 2"}


def example(asked: Question) -> str:
    """An answer that one might give, as it is typed."""
    return _EXAMPLES.get(asked.kind, "1")


def question(
    seen: Opened, asked: Question, place: str, now: datetime, *, noted: bool = False
) -> str:
    """A question with its rank, what one may answer, and the answer it has, if any.

    `place`: the authority, where the chat speaks for several; else empty. `noted`: they have just
    been told that answer.
    """
    answer = seen.answers.get(asked.code)
    suggestion = seen.suggestions.get(asked.code)
    lines = [heading(place, seen.theme.name)] if place else []
    lines.append(f"Question {rank(seen.path, asked)} sur {len(seen.path.asked)}. {asked.text}")
    if asked.help:
        lines.append(asked.help)
    already = chosen(asked, answer.value if answer else None)
    lines.append(_several(asked, already) if already else RENDERERS[asked.kind](asked))
    if answer is not None and answer.value is not None:
        if not noted:
            shown = registry.show(asked, answer.value)
            lines.append(f"Réponse actuelle{NBSP}: {shown} ({_by(answer, now)}).")
        if already:
            lines.append(CONTINUE)
    elif suggestion is not None:
        lines.append(_suggested(suggestion))
    return "\n".join(lines)


def heading(place: str, theme: str) -> str:
    """The authority and the theme; some authorities are already named with their theme."""
    return place if place.endswith(theme) else f"{place}, {theme}"


def _suggested(one: Suggestion) -> str:
    return (
        f"{one.source}{NBSP}: «{NBSP}{one.label}{NBSP}». "
        f"Si c’est toujours vrai, répondez «{NBSP}pareil{NBSP}»."
    )


def rank(path: Path, asked: Question) -> int:
    """The number of a question among those that are asked, from 1."""
    return [q.code for q in path.asked].index(asked.code) + 1


def why(asked: Question) -> str:
    """Why a question is asked."""
    return asked.why or NO_REASON_GIVEN


def noted(asked: Question, value: Value | None, *, instead: Value | None = None) -> str:
    """What was understood and kept; `instead` of what they had answered to the same prompt."""
    told = f"Noté{NBSP}: {said(asked, value)}"
    if instead is not None and instead != value:
        return f"{told}, à la place de «{NBSP}{said(asked, instead)}{NBSP}»."
    return f"{told}."


def noted_earlier(seen: Opened, asked: Question, value: Value | None, place: str) -> str:
    """The same, for a question asked before the current one."""
    where = f" ({heading(place, seen.theme.name)})" if place else ""
    about = quoted(asked.text, most=90)
    return f"À la question {about}{where}{NBSP}: noté, {said(asked, value)}."


def first_line_only(line: str) -> str:
    """Only the beginning of a message was an answer."""
    return f"Nous n’avons lu que la première ligne, {quoted(line)}."


def conflict(asked: Question, told: Conflict, now: datetime) -> str:
    """Two answers to one question: which one stays?"""
    mine = said(asked, told.mine)
    counted = said(asked, told.counted.value)
    return (
        f"{just_answered(told.counted.by)}. Gardez la réponse qui convient.\n"
        f"1. «{NBSP}{counted}{NBSP}» ({_by(told.counted, now)}), qui compte maintenant\n"
        f"2. «{NBSP}{mine}{NBSP}» (vous, à l’instant)"
    )


def review(seen: Opened) -> list[str]:
    """Every question asked with its answer, blanks said, one line each."""
    return [
        f"{number}. {asked.short}{NBSP}: {_answer_of(seen, asked)}"
        for number, asked in enumerate(seen.path.asked, start=1)
    ]


def _answer_of(seen: Opened, asked: Question) -> str:
    answer = seen.answers.get(asked.code)
    return said(asked, answer.value if answer else None)


REVIEW_ASKS = (
    "Pour changer une réponse, écrivez son numéro. "
    f"Sinon, «{NBSP}continuer{NBSP}» ou «{NBSP}envoyer{NBSP}»."
)


def said(asked: Question, value: Value | None) -> str:
    """A value as it is read, or that there is none."""
    return f"sans{NBSP}réponse" if value is None else registry.show(asked, value)


def numbered(labels: Sequence[str]) -> str:
    """Lines to pick from."""
    return "\n".join(f"{number}. {label}" for number, label in enumerate(labels, start=1))


def _by(answer: Answer, now: datetime) -> str:
    return f"{answer.by}, {when(answer.at, now)}, {CHANNEL_LABELS[answer.channel]}"
