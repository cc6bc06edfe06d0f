"""Read again, hand in, the receipt, and open again."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.collect.live import mark_of
from app.collect.open import Opened, Progress, opened, submission
from app.collect.overview import Overview, Standing, overview
from app.collect.refusals import AnswersChanged
from app.collect.reopen import reopen
from app.collect.standing import look
from app.collect.submit import submit
from app.collect.surroundings import mailbox_of
from app.interview.kinds import registry
from app.now import now
from app.respond.addresses import of_section, of_theme
from app.respond.forms import new_nonce
from app.respond.frame import frame, wave_words
from app.respond.kept import kept_under
from app.respond.link_ways import answers_file
from app.respond.section_view import ThemeWords, theme_words
from app.respond.validation_view import checking_of
from app.vocabulary.french_dates import day_month, hour
from app.vocabulary.themes import Theme
from app.web.app_state import house
from app.web.assets import script_address
from app.web.links import respondent_behind, respondent_in
from app.web.skin import page


@dataclass(frozen=True, slots=True)
class Said:
    """One answer to read again; `said` is empty when blank."""

    number: int
    text: str
    said: str
    url: str  # at the question itself


@dataclass(frozen=True, slots=True)
class SaidSection:
    """The answers of one section, and where to change them."""

    title: str
    url: str
    answers: list[Said]


@dataclass(frozen=True, slots=True)
class ReceiptWords:
    """What the receipt's page says."""

    number: str
    progress: Progress | None  # None where counts would tell answers
    sent_on: str
    sent_to: str


@dataclass(frozen=True, slots=True)
class NextTheme:
    """What may be answered next."""

    title: str
    url: str


def review(token: str, theme: str) -> ResponseReturnValue:
    """Every answer, blanks shown; sending, or asking who validates, is one button away."""
    return review_again(token, theme)


def review_again(
    token: str,
    theme: str,
    *,
    comment: str = "",
    error: str = "",
    changed: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    """The page, with a validator's comment as it was typed when it is to be mended.

    `changed`: that other answers stand than those which were about to be sent.
    """
    with house().db.reading() as session:
        respondent = respondent_in(session, token)
        seen = opened(session, respondent, theme, now=now())
        sent_to = mailbox_of(session, respondent.link_id) or ""
    if seen.wave.ends_at <= now():
        return redirect(url_for("respond.link", token=token), 303)
    if seen.submitted_at is not None:
        return redirect(of_theme("receipt", token, theme), 303)
    sections = _said(token, seen)
    body = page(
        "review.html",
        **frame(token, seen.authority, seen.wave),
        theme=theme_words(seen),
        sections=sections,
        n_blank=len(seen.path.missing),
        submit_url=of_theme("submit_theme", token, theme),
        nonce=new_nonce(),
        seen=mark_of({code: answer.event for code, answer in seen.answers.items()}),
        changed=changed,
        back_url=sections[-1].url if sections else url_for("respond.link", token=token),
        sent_to=sent_to,
        script=script_address("forget.js"),
        kept_under=kept_under(seen.case_id),
        secret=seen.theme.confidential,
        checking=checking_of(token, seen, comment, error, now()),
    )
    return body, status


def submit_theme(token: str, theme: str) -> ResponseReturnValue:
    """Hand in what the page showed; sent twice, the same receipt. Changed since, it is shown."""
    try:
        submit(
            house().db,
            respondent_behind(token),
            theme,
            house().letterhead,
            completeness=house().completeness,
            seen=request.form.get("seen"),  # a page opened before this field was, has none
            now=now(),
        )
    except AnswersChanged as refused:
        return review_again(token, theme, changed=str(refused), status=refused.status)
    return redirect(of_theme("receipt", token, theme), 303)


def receipt(token: str, theme: str) -> ResponseReturnValue:
    """Thanks, a number, counts. Never a value."""
    with house().db.reading() as session:
        respondent = respondent_in(session, token)
        handed_in = submission(session, respondent, theme)
        case_id = look(session, respondent, theme).case.id
        seen = overview(session, respondent, now=now())
    if handed_in is None:
        return redirect(of_theme("theme", token, theme), 303)
    at = handed_in.submitted_at
    return page(
        "receipt.html",
        script=script_address("forget.js"),
        kept_under=kept_under(case_id),
        **frame(token, seen.authority, seen.wave),
        theme=_words(handed_in.theme),
        receipt=ReceiptWords(
            handed_in.number,
            handed_in.progress,
            f"le {day_month(at)} à {hour(at)}",
            seen.sent_to,
        ),
        wave=wave_words(seen.wave, now()),
        next_theme=_next(token, seen),
        secret=handed_in.theme.confidential,
        answers_url=answers_file(token, handed_in.theme),
    )


def reopen_theme(token: str, theme: str) -> ResponseReturnValue:
    """Make it a draft again, and go to its questions."""
    reopen(house().db, respondent_behind(token), theme, now=now())
    return redirect(of_theme("theme", token, theme), 303)


def _said(token: str, seen: Opened) -> list[SaidSection]:
    numbers = {q.code: i for i, q in enumerate(seen.path.asked, start=1)}
    counted, theme = seen.path.counted, seen.theme.code
    return [
        SaidSection(
            section.title,
            of_section(token, theme, section.code),
            [
                Said(
                    numbers[q.code],
                    q.text,
                    registry.show(q, counted[q.code]) if q.code in counted else "",
                    of_section(token, theme, section.code, f"question-{q.code}"),
                )
                for q in section.questions
            ],
        )
        for section in seen.path.sections
    ]


def _next(token: str, seen: Overview) -> NextTheme | None:
    """The first theme that is not handed in, those begun before those that are not."""
    left = [one for one in seen.themes if one.standing is not Standing.SUBMITTED]
    left.sort(key=lambda one: (one.declined, one.standing is Standing.TODO))
    if not left:
        return None
    url = of_theme("theme", token, left[0].theme.code)
    return NextTheme(left[0].theme.name, url)


def _words(theme: Theme) -> ThemeWords:
    return ThemeWords(theme.code, theme.number, theme.name)
