"""Questionnaires to read without answering: the nine themes, then each question of one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from flask import Response, make_response, render_template, request

from app.campaigns.asked import Asking, asking
from app.errors import Hidden
from app.interview.french import NBSP
from app.interview.kinds import registry
from app.interview.questionnaire import Question, Questionnaire
from app.now import now
from app.questionnaires.formats.asked_of import asked_of
from app.questionnaires.formats.every import FORMATS, Written, written
from app.questionnaires.shown import Shown, shown
from app.site.pages import nav
from app.vocabulary.french_dates import day_month_year
from app.vocabulary.in_sentences import uncapitalised
from app.vocabulary.themes import BY_CODE, THEMES, Theme
from app.web.app_state import house

DOWNLOADS = ("codebook", "ddi", "table-schema", "xlsform")
KEPT = 300  # seconds a browser may show a page again without asking whether it changed


class NoSuchQuestionnaire(Hidden):
    """A theme or a format that does not exist."""

    sentence = "Ce questionnaire n’existe pas. Revenez à la liste des neuf questionnaires."


@dataclass(frozen=True, slots=True)
class Reading:
    """One question, in words."""

    code: str
    number: int
    text: str
    help: str
    why: str
    choices: tuple[str, ...]
    expects: str
    asked: str


def overview() -> Response:
    """The nine themes: what each asks, how long it takes, when it is asked."""
    found, when = _shown()
    themes = [
        (theme, found[theme.code], length(found[theme.code].questionnaire), when_asked(when, theme))
        for theme in THEMES
        if theme.code in found
    ]
    body = render_template(
        "questionnaires.html",
        nav=nav("/questionnaires"),
        themes=themes,
        simulated=any(one.simulated for one in when.values()),
    )
    return _kept(body)


def theme_page(theme: str) -> Response:
    """Every question of one theme, with why it is asked, and of whom."""
    known, found, when = _one(theme)
    form = found.questionnaire
    numbers = {question.code: rank for rank, question in enumerate(form.questions, start=1)}
    body = render_template(
        "questionnaire.html",
        nav=nav("/questionnaires"),
        theme=known,
        issued=found.issued,
        version=form.version,
        length=length(form),
        when=when_asked(when, known),
        simulated=known.code in when and when[known.code].simulated,
        sections=[
            (section.title, [_reading(form, q, numbers[q.code]) for q in section.questions])
            for section in form.sections
        ],
        downloads=[(FORMATS[name].label, FORMATS[name].ending, name) for name in DOWNLOADS],
    )
    return _kept(body)


def download(theme: str, form: str) -> Response:
    """The questionnaire as a file."""
    if form not in DOWNLOADS:
        raise NoSuchQuestionnaire
    file = _file(_one(theme)[1].questionnaire, form)
    answer = _kept(file.content)
    answer.mimetype = file.mimetype
    answer.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return answer


def length(form: Questionnaire) -> str:
    """`16 questions au plus, 8 minutes`."""
    return f"{len(form.questions)} questions au plus, {form.minutes}{NBSP}minutes"


def when_asked(when: dict[str, Asking], theme: Theme) -> str:
    """When the theme is asked, in one sentence; nothing when no wave is planned."""
    asked = when.get(theme.code)
    if asked is None:
        return ""
    if asked.is_open:
        return f"Posé en ce moment, jusqu’au {day_month_year(asked.ends_at)}."
    if asked.opens_at > now():
        return f"Posé à partir du {day_month_year(asked.opens_at)}."
    return "Posé très bientôt."


def _reading(form: Questionnaire, question: Question, number: int) -> Reading:
    several = " Plusieurs réponses possibles." if question.kind == "multiple" else ""
    audience = asked_of(form, question)
    asked = "toutes les collectivités" if not question.conditions else ""
    return Reading(
        code=question.code,
        number=number,
        text=question.text,
        help=f"{question.help}{several}".strip(),
        why=question.why,
        choices=tuple(option.label for option in question.options),
        expects="" if question.choices else registry.expects(question),
        asked=f"Posée à {asked}." if asked else f"Posée {uncapitalised(audience)}.",
    )


def _one(theme: str) -> tuple[Theme, Shown, dict[str, Asking]]:
    found, when = _shown()
    if theme not in BY_CODE or theme not in found:
        raise NoSuchQuestionnaire
    return BY_CODE[theme], found[theme], when


def _shown() -> tuple[dict[str, Shown], dict[str, Asking]]:
    """What may be read of each theme, and when it is asked."""
    with house().db.reading() as session:
        when = dict(asking(session, now=now()))
        asked = [one.questionnaire_id for one in when.values() if one.questionnaire_id is not None]
        return shown(session, asked), when


@lru_cache(maxsize=64)
def _file(form: Questionnaire, name: str) -> Written:
    """A spreadsheet takes time to write: once a version, each process."""
    return written(form, name)


def _kept(body: str | bytes) -> Response:
    """An answer that a browser keeps a while, then asks about without its content."""
    answer = make_response(body)
    answer.headers["Cache-Control"] = f"public, max-age={KEPT}"
    answer.add_etag()
    answer.make_conditional(request)
    return answer
