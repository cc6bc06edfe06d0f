"""Every prompt there is, made from where the response stands; and which one comes next."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.collect.decline import REASONS
from app.collect.open import Opened
from app.collect.overview import Overview, Standing, ThemeStanding
from app.collect.saved import Conflict
from app.interview.french import NBSP
from app.interview.questionnaire import Question
from app.vocabulary.themes import BY_CODE, in_order
from bot import phrases, phrases_team, phrases_themes, phrases_waves
from bot.channels.channel import Button, Say
from bot.prompts import Asked, PromptKind
from bot.talk import Talk

YES_NO = (Button("Oui", "oui"), Button("Non", "non"))
PAGE = 3_500  # characters of a long list in one message
_LONGEST_LABEL = 40


def prompt(talk: Talk, kind: PromptKind, theme: str | None = None, **details: Any) -> Asked:
    """What a message of this kind waits for."""
    return Asked(kind, talk.respondent.territory_id, theme, details=details)


def first_words(talk: Talk) -> list[Say]:
    """Who we are; then reminders, where we may write first, or straight to the themes."""
    seen = talk.overview()
    hello = Say(
        phrases_themes.welcome(
            seen, talk.letterhead, several=talk.several, confidential=talk.manners.confidential
        )
    )
    if talk.manners.writes_first and not talk.reminded_here():
        return [hello, reminders(talk)]
    return [hello, *begin(talk, seen)]


def begin(talk: Talk, seen: Overview | None = None) -> list[Say]:
    """The choice of a theme; whoever has one only goes straight to it."""
    seen = seen or talk.overview()
    if len(seen.themes) == 1:
        return enter(talk, seen.themes[0])
    return [themes(talk, seen)]


def enter(talk: Talk, one: ThemeStanding) -> list[Say]:
    """Go on with a theme where it stands; or say why not here, or not any more."""
    if not may_ask(talk, one.theme.code):
        return [Say(phrases_themes.elsewhere(one.theme.name, talk.site()))]
    if one.standing is Standing.SUBMITTED:
        return [reopen(talk, one)]
    return [next_of(talk, talk.opened(one.theme.code), None)]


def may_ask(talk: Talk, theme: str) -> bool:
    """Whether a theme may be asked on this messenger."""
    return talk.manners.confidential or not BY_CODE[theme].confidential


def again(talk: Talk, asked: Asked) -> list[Say]:
    """Ask once more what waits, as it stands now."""
    if asked.of_former_wave:
        return [Say(phrases_waves.FORMER_WAVE), *begin(talk)]
    if asked.theme is None or asked.theme not in talk.respondent.themes:
        return begin(talk)
    if not may_ask(talk, asked.theme):
        return begin(talk)
    seen = talk.opened(asked.theme)
    if seen.submitted_at is not None:
        return [reopen(talk, talk.overview().of(asked.theme))]
    if asked.kind is PromptKind.SUBMIT:
        return [ready(talk, seen)]
    if asked.question is None:
        return [next_of(talk, seen, None)]
    if seen.path.asks(asked.question):
        return [ask(talk, seen, seen.questionnaire.question(asked.question))]
    return [next_of(talk, seen, asked.question)]


def next_of(talk: Talk, seen: Opened, after: str | None) -> Say:
    """The first blank after that question; at the end, the offer to send."""
    known = after is not None and after in seen.questionnaire
    question = seen.path.next_after(after) if after and known else seen.path.next()
    return ask(talk, seen, question) if question else ready(talk, seen)


def ask(talk: Talk, seen: Opened, question: Question, *, noted: bool = False) -> Say:
    """One question, with its options as buttons. `noted`: its answer has just been told."""
    answer = seen.answers.get(question.code)
    return Say(
        phrases.question(seen, question, talk.place, talk.now, noted=noted),
        options_of(seen, question),
        replace(
            prompt(talk, PromptKind.QUESTION, seen.theme.code),
            question=question.code,
            seen=answer.event if answer else None,
        ),
    )


def options_of(seen: Opened, question: Question) -> tuple[Button, ...]:
    """A button a line that one may pick, then "Continuer" once several may be and one is.

    The suggestion comes first. What is chosen among several is marked.
    """
    suggestion = seen.suggestions.get(question.code)
    same = (Button(_cut(f"Pareil{NBSP}: {suggestion.label}"), "pareil"),) if suggestion else ()
    # Under a number, "1" would be one: what is pressed there is said in words.
    listed = bool(question.choices)
    answer = seen.answers.get(question.code)
    chosen = phrases.chosen(question, answer.value if answer else None)
    return (
        *same,
        *(
            Button(phrases.marked(option, chosen), str(option.number) if listed else option.label)
            for option in question.options
        ),
        *((Button("Continuer", "continuer"),) if chosen else ()),
    )


def conflict(talk: Talk, seen: Opened, question: Question, told: Conflict) -> Say:
    """Two answers to choose between."""
    counted, mine = told.counted.value, told.mine
    return Say(
        phrases.conflict(question, told, talk.now),
        (
            Button(_cut(f"1. {phrases.said(question, counted)}"), "1"),
            Button(_cut(f"2. {phrases.said(question, mine)}"), "2"),
        ),
        replace(
            prompt(talk, PromptKind.CONFLICT, seen.theme.code, lost=told.lost),
            question=question.code,
            seen=told.counted.event,
        ),
    )


def ready(talk: Talk, seen: Opened) -> Say:
    """The offer to send."""
    return Say(
        phrases_themes.before_sending(
            seen.path, talk.place, to_validate=seen.team.needs_validation
        ),
        YES_NO,
        prompt(talk, PromptKind.SUBMIT, seen.theme.code),
    )


def reopen(talk: Talk, one: ThemeStanding) -> Say:
    """The offer to open again what was handed in."""
    return Say(phrases_themes.reopen(one), YES_NO, prompt(talk, PromptKind.REOPEN, one.theme.code))


def themes(talk: Talk, seen: Overview) -> Say:
    """The choice of a theme."""
    codes = [one.theme.code for one in seen.themes]
    return Say(
        phrases_themes.themes(seen, talk.place, confidential=talk.manners.confidential),
        theme_buttons(codes),
        prompt(talk, PromptKind.THEME, themes=codes),
    )


def review(talk: Talk, seen: Opened) -> list[Say]:
    """Every answer so far in messages that a telephone shows, then what one may change."""
    submitted = seen.submitted_at is not None
    pages = [Say(page) for page in pages_of(phrases.review(seen))]
    if submitted:
        return [*pages, reopen(talk, talk.overview().of(seen.theme.code))]
    buttons = (Button("Continuer", "continuer"), Button("Envoyer", "envoyer"))
    asked = prompt(talk, PromptKind.REVIEW, seen.theme.code)
    return [*pages, Say(phrases.REVIEW_ASKS, buttons, asked)]


def reminders(talk: Talk) -> Say:
    """Our messages here rather than by mail?"""
    return Say(phrases_team.REMINDERS, YES_NO, prompt(talk, PromptKind.REMINDERS))


def delegate_to(talk: Talk, theme: str) -> Say:
    """To whom?"""
    return Say(
        phrases_team.DELEGATE_TO,
        (Button("Non", "non"),),
        prompt(talk, PromptKind.DELEGATE, theme),
    )


def reasons(talk: Talk, codes: list[str], seen: Overview) -> Say:
    """Why not? The last line takes it back.

    A theme that may not be asked here may be declined here: the prompt lists it, and is not in it.
    """
    only = codes[0] if len(codes) == 1 and may_ask(talk, codes[0]) else None
    return Say(
        phrases_team.reasons(in_order(codes), reason_labels(), len(seen.themes)),
        reason_buttons(),
        replace(prompt(talk, PromptKind.REASON, themes=codes), theme=only),
    )


def theme_first(talk: Talk) -> list[Say]:
    """What they want is about a theme, and none is chosen: which one? The only one, where it is."""
    seen = talk.overview()
    one_only = len(seen.themes) == 1
    return (
        begin(talk, seen) if one_only else [Say(phrases_themes.CHOOSE_A_THEME), themes(talk, seen)]
    )


def theme_buttons(codes: list[str]) -> tuple[Button, ...]:
    """A button a theme, as they are numbered."""
    return tuple(Button(BY_CODE[code].name, str(n)) for n, code in enumerate(codes, start=1))


def reason_buttons() -> tuple[Button, ...]:
    """A button a reason, and the way back."""
    return tuple(Button(_cut(label), str(n)) for n, label in enumerate(reason_labels(), start=1))


def reason_labels() -> list[str]:
    """The reasons, and a way back."""
    return [*(reason.label for reason in REASONS), "Finalement, je réponds"]


def pages_of(lines: list[str]) -> list[str]:
    """These lines in as few messages as a telephone shows well."""
    pages: list[str] = []
    for line in lines:
        if pages and len(pages[-1]) + len(line) < PAGE:
            pages[-1] += f"\n{line}"
        else:
            pages.append(line)
    return pages


def _cut(label: str) -> str:
    return label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1].rstrip()}…"
