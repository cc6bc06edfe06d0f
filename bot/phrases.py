"""What the dialogue says while it asks. One renderer a kind of question; no messenger is known."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from app.collect.authors import just_answered
from app.collect.open import Answer, Opened, Submission
from app.collect.overview import Overview, Standing, ThemeStanding
from app.collect.prefill import Suggestion
from app.collect.saved import Conflict
from app.collect.team_standing import Validating
from app.interview.french import NBSP, quoted
from app.interview.kinds import registry
from app.interview.path import Path
from app.interview.questionnaire import Option, Question
from app.interview.values import Special, Value
from app.messages.letterhead import Letterhead
from app.vocabulary.french_dates import day_month, when
from app.vocabulary.scope import CHANNEL_LABELS

MOVED_ON = f"Cette question ne se pose plus{NBSP}: une réponse d’avant a changé."
SENT_MEANWHILE = (
    "Ce thème a été envoyé pendant que vous répondiez, et votre réponse n’est pas enregistrée."
)
FIRST_QUESTION = "C’est la première question de ce thème."
CHOOSE_A_THEME = "Choisissez d’abord un thème."
CHOOSE_A_PLACE = "Choisissez d’abord une collectivité."
NOTHING_ASKED_NOW = "Aucune question n’attend en ce moment."
HELLO = f"Bonjour{NBSP}! Nous en étions là."
THANKS = "Avec plaisir. Continuez quand vous voulez."
NOTHING_TO_KEEP = "Il n’y a rien à reprendre pour cette question. Répondez-y, ou passez-la."
CURRENT_ELSEWHERE = "La question en cours reste la dernière que nous avons posée."
EDIT_UNKNOWN = (
    "Je ne sais plus à quelle question répondait ce message. Pour changer une réponse, "
    f"écrivez «{NBSP}relire{NBSP}»."
)
EDIT_NOT_READ = (
    "Je n’ai pas compris votre message modifié, et votre réponse reste comme elle était. "
    f"Pour la changer, écrivez «{NBSP}relire{NBSP}»."
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


def question(seen: Opened, asked: Question, place: str, now: datetime) -> str:
    """A question with its rank, what one may answer, and the answer it has, if any.

    `place`: the authority, where the chat speaks for several; else empty.
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


def welcome(seen: Overview, letterhead: Letterhead, *, several: bool) -> str:
    """The first words: who we are, for whom, until when, how long, what becomes of the answers."""
    left = sum(one.minutes_left for one in seen.themes)
    themes = f"{len(seen.themes)} {_plural('thème', len(seen.themes))}"
    how_long = (
        f"{themes}, {left} {_plural('minute', left)} environ, en plusieurs fois si vous voulez"
        if left
        else f"{themes}, et tout est rempli"
    )
    lines = [
        _who(letterhead),
        f"Vous répondez pour {seen.authority.name}, jusqu’au {day_month(seen.wave.ends_at)}"
        f"{NBSP}: {how_long}.",
        _becomes(letterhead),
        _HELP_AT_HAND,
    ]
    if several:
        lines.append(f"Pour une autre collectivité, écrivez «{NBSP}communes{NBSP}».")
    if seen.wave.simulated:
        lines.insert(1, f"Campagne de démonstration{NBSP}: personne n’est réellement interrogé.")
    return "\n".join(lines)


def welcome_to_several(letterhead: Letterhead, n: int) -> str:
    """The first words of a chat that speaks for several authorities, before one is chosen."""
    return "\n".join(
        [
            _who(letterhead),
            f"Vous répondez ici pour {n} collectivités, l’une après l’autre.",
            _becomes(letterhead),
            _HELP_AT_HAND,
        ]
    )


def _who(letterhead: Letterhead) -> str:
    return f"Bonjour, ici le {letterhead.sender_name}, l’enquête de la DINUM et de Déclic."


def _becomes(letterhead: Letterhead) -> str:
    return (
        "Vos réponses servent à votre fiche et à des moyennes. Rien n’est publié au nom de votre "
        f"collectivité sans son accord{NBSP}: {letterhead.notice_url}"
    )


_HELP_AT_HAND = f"À tout moment, écrivez «{NBSP}aide{NBSP}»."


def now_for(seen: Overview) -> str:
    """The chat speaks for another authority from now on."""
    ends = day_month(seen.wave.ends_at)
    return f"Vous répondez maintenant pour {seen.authority.name}, jusqu’au {ends}."


def themes(seen: Overview, place: str) -> str:
    """The choice of a theme, numbered."""
    asked = f"Quel thème voulez-vous remplir{NBSP}?"
    return "\n".join([f"{place}. {asked}" if place else asked, *_standings(seen)])


def progress(seen: Overview) -> str:
    """Where everything stands."""
    ends = day_month(seen.wave.ends_at)
    return "\n".join([f"{seen.authority.name}, jusqu’au {ends}{NBSP}:", *_standings(seen)])


def how_long(seen: Overview) -> str:
    """What is left to do, in minutes, and until when."""
    left = sum(one.minutes_left for one in seen.themes)
    ends = day_month(seen.wave.ends_at)
    if not left:
        return f"Tout est rempli. Vous pouvez encore changer une réponse jusqu’au {ends}."
    each = [one for one in seen.themes if one.minutes_left]
    least = min(one.minutes_left for one in each)
    share = f", et {least} pour le thème le plus court" if len(each) > 1 else ""
    return (
        f"Il reste {left} {_plural('minute', left)} environ{share}. Rien ne presse{NBSP}: "
        f"vous avez jusqu’au {ends}, en plusieurs fois si vous voulez."
    )


def _standings(seen: Overview) -> list[str]:
    return [
        f"{number}. {one.theme.name}{NBSP}: {_standing(one)}"
        for number, one in enumerate(seen.themes, start=1)
    ]


def _standing(one: ThemeStanding) -> str:
    if one.standing is Standing.SUBMITTED:
        return "envoyé"
    if one.declined:
        return "refusé, mais on peut encore répondre"
    if one.standing is Standing.STARTED:
        asked = ", validation demandée" if one.validation.state is Validating.ASKED else ""
        return f"{one.answered} {_plural('question', one.answered)} sur {one.asked}{asked}"
    return f"à commencer, {one.minutes_left} minutes"


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
    return f"Je n’ai lu que la première ligne, {quoted(line)}."


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


def before_sending(path: Path, place: str, *, to_validate: bool) -> str:
    """Ready to send, or to be read by whoever validates, with what is left blank."""
    blank = len(path.missing)
    if not blank:
        told = "Vous avez répondu à toutes les questions."
    else:
        told = f"Il reste {blank} {_plural('question', blank)} sans réponse."
    do = "demander sa validation" if to_validate else "envoyer ce thème"
    whose = f"{place}. " if place else ""
    return f"{whose}{told} Voulez-vous {do}{NBSP}? Répondez par oui ou par non."


def receipt(handed_in: Submission) -> str:
    """Thanks and a number; never a value."""
    told = f"Merci, c’est envoyé. Accusé de réception nº{NBSP}{handed_in.number}."
    if handed_in.theme.confidential:
        return f"{told} Ces réponses ne s’affichent plus, pour personne."
    return told


def all_sent(seen: Overview, *, several: bool) -> str:
    """Nothing is left to answer."""
    others = f" Pour une autre collectivité, écrivez «{NBSP}communes{NBSP}»." if several else ""
    return (
        f"Tout est envoyé pour {seen.authority.name}. Pour changer une réponse avant le "
        f"{day_month(seen.wave.ends_at)}, écrivez «{NBSP}thèmes{NBSP}».{others}"
    )


def reopen(one: ThemeStanding) -> str:
    """A theme that was handed in: open it again?"""
    blank = " Il repartira vide." if one.theme.confidential else ""
    return (
        f"«{NBSP}{one.theme.name}{NBSP}» est déjà envoyé. Voulez-vous le rouvrir pour changer une "
        f"réponse{NBSP}?{blank} Répondez par oui ou par non. «{NBSP}site{NBSP}» y mène aussi."
    )


def reopened(theme: str) -> str:
    """It is a draft again."""
    return f"«{NBSP}{theme}{NBSP}» est rouvert. Pensez à l’envoyer de nouveau."


def elsewhere(theme: str, url: str) -> str:
    """A confidential theme, on a messenger that is not the State's own."""
    return (
        f"«{NBSP}{theme}{NBSP}» ne se remplit pas sur cette messagerie, par prudence. "
        f"Continuez sur le site{NBSP}: {url}\n{ONCE}"
    )


ONCE = "Ce lien sert une seule fois, pendant quinze minutes."


def on_the_site(url: str) -> str:
    """The way to the form, where the answers given here are."""
    return (
        f"Vos réponses vous attendent sur le site{NBSP}: {url}\n"
        f"{ONCE} Revenez ici quand vous voulez, en écrivant «{NBSP}reprendre{NBSP}»."
    )


def farewell(seen: Overview) -> str:
    """The person stops there for now."""
    return (
        f"À bientôt. Tout est gardé jusqu’au {day_month(seen.wave.ends_at)}{NBSP}: reprenez ici en "
        f"écrivant «{NBSP}reprendre{NBSP}», ou par le lien de notre courriel."
    )


def said(asked: Question, value: Value | None) -> str:
    """A value as it is read, or that there is none."""
    return f"sans{NBSP}réponse" if value is None else registry.show(asked, value)


def numbered(labels: Sequence[str]) -> str:
    """Lines to pick from."""
    return "\n".join(f"{number}. {label}" for number, label in enumerate(labels, start=1))


def _by(answer: Answer, now: datetime) -> str:
    return f"{answer.by}, {when(answer.at, now)}, {CHANNEL_LABELS[answer.channel]}"


def _plural(noun: str, n: int) -> str:
    return noun if n < 2 else f"{noun}s"
