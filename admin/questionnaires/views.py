"""Questionnaires: their versions, what changes between two, and a walk through one."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import Response, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy import case
from sqlalchemy.orm import Query

from admin import french
from admin.console import author, console, scope_with, staff
from admin.lists import Formatters, RowPages
from admin.questionnaires import preview
from admin.questionnaires.respondent_form import drawn
from admin.sieve import Sieve, kinds, themes
from admin.views import exposed
from app.errors import Hidden, Refused
from app.interview.definition import from_definition
from app.interview.lineage import compare
from app.interview.questionnaire import Questionnaire
from app.models.campaigns import QuestionnaireVersion
from app.now import now
from app.questionnaires.compare import Mark, summed_up, told
from app.questionnaires.formats.asked_of import asked_of
from app.questionnaires.formats.codebook import KIND_NAMES
from app.questionnaires.formats.every import FORMATS, written
from app.questionnaires.issue import faults_of, issue, may_issue
from app.questionnaires.versions import STATE_LABELS, latest_issued, versions_of, waves_asking
from app.vocabulary.scope import Right
from app.vocabulary.themes import THEMES

_RANK = case({theme.code: theme.number for theme in THEMES}, value=QuestionnaireVersion.theme)


class NotConfirmed(Refused):
    """The box was left empty."""

    sentence = "Cochez la case qui confirme, puis recommencez. Une version émise ne change plus."


class Questionnaires(RowPages):
    """Every version of the nine themes, the newest of each first."""

    group = 1
    column_list = ("theme", "version", "state", "n_questions", "minutes", "waves")
    column_labels: ClassVar[dict[str, str]] = {
        "theme": "Questionnaire",
        "version": "Version",
        "state": "État",
        "n_questions": "Questions",
        "minutes": "Minutes",
        "waves": "Posée par",
    }
    numbers = frozenset({"version", "n_questions", "minutes"})
    column_sortable_list = ()
    column_formatters: ClassVar[Formatters] = {
        "theme": lambda view, _c, row, _n: _linked(view, row),
        "state": lambda _v, _c, row, _n: standing(row),
        "n_questions": lambda _v, _c, row, _n: _n_questions(row),
        "minutes": lambda _v, _c, row, _n: row.definition["minutes"],
        "waves": lambda _v, _c, row, _n: (
            "\u00a0; ".join(g.asking.get(row.id, ())) or "aucune vague"
        ),
    }
    details_template = "console/questionnaire.html"
    one, many = "version", "versions"
    empty = (
        "Aucune version avec ces filtres. "
        "Chargez-les avec «\u00a0barometre questionnaires load\u00a0»."
    )
    fields = (
        Sieve("theme", "Thème", lambda text: QuestionnaireVersion.theme == text, themes),
        Sieve(
            "etat",
            "État",
            lambda text: QuestionnaireVersion.state == text,
            lambda: list(STATE_LABELS.items()),
        ),
    )

    def get_query(self) -> Query[Any]:
        return super().get_query().order_by(_RANK, QuestionnaireVersion.version.desc())

    def look_around(self, rows: list[QuestionnaireVersion]) -> None:
        """Which waves ask them."""
        with console().house.db.reading() as session:
            g.asking = waves_asking(session, [row.id for row in rows])

    def beside(self, row: QuestionnaireVersion) -> dict[str, Any]:
        form = from_definition(row.definition)
        with console().house.db.reading() as session:
            versions = versions_of(session, row.theme)
            former = latest_issued(session, row.theme) if row.state == "draft" else None
        here = next(version for version in versions if version.id == row.id)
        return {
            "form": form,
            "standing": standing(row),
            "waves": here.waves,
            "others": [version for version in versions if version.id != row.id],
            "kind_names": KIND_NAMES,
            "asked_of": asked_of,
            "formats": FORMATS,
            "faults": faults_of(form, former) if row.state == "draft" else (),
            "may_issue": may_issue(staff().scope),
        }

    @exposed("/difference/")
    def difference(self) -> str:
        """What changes from another version of the theme to this one, side by side."""
        row = self.found(request.args.get("id", ""))
        other = self.found(request.args.get("avec", ""))
        older, newer = sorted((other, row), key=lambda one: int(one.version))
        comparison = compare(_form(older), _form(newer))
        return self.render(
            "console/questionnaire_difference.html",
            row=newer,
            older=older,
            comparison=comparison,
            summary=summed_up(comparison),
            pairs=told(comparison),
            Mark=Mark,
        )

    @exposed("/fichier/")
    def file(self) -> Response:
        """One version in one of the exchange formats."""
        row, name = self.found(request.args.get("id", "")), request.args.get("format", "")
        if name not in FORMATS:
            raise Hidden
        made = written(_form(row), name)
        answer = Response(made.content, mimetype=made.mimetype)
        answer.headers["Content-Disposition"] = f'attachment; filename="{made.name}"'
        return answer

    @exposed("/apercu/")
    def preview(self) -> str:
        """Walk any path as an authority would; answers stay in the page's own address."""
        row = self.found(request.args.get("id", ""))
        asked = request.args
        profile = preview.profile_of(asked.get("kind", ""), asked.get("population", ""))
        seen = preview.walk(
            _form(row),
            profile,
            asked.to_dict(flat=False),
            section=asked.get("section", ""),
            go=asked.get("go", ""),
            before=asked.get("asked", "").split(),
        )
        return self.render(
            "console/questionnaire_preview.html",
            row=row,
            seen=seen,
            profiles=preview.PROFILES,
            kinds=kinds(),
            drawn=drawn,
        )

    @exposed("/emettre/", "POST")
    def issue(self) -> ResponseReturnValue:
        """Issue one version, once the box is ticked."""
        scope = scope_with(Right.PUBLISH)
        number = request.form.get("questionnaire_id", "")
        if not (number.isdecimal() and len(number) < 18):
            raise Hidden
        if request.form.get("confirmed") != "yes":
            raise NotConfirmed
        issued = issue(console().house.db, scope, int(number), by=author(), now=now())
        flash(f"La version {issued.version} est émise. Elle ne changera plus.")
        return redirect(url_for("questionnaires.details_view", id=number))


def standing(row: QuestionnaireVersion) -> Markup:
    """The sign and the word of where a version stands."""
    word = STATE_LABELS[row.state]
    return french.signed(
        "done" if row.state == "issued" else "started",
        f"{word} (simulée)" if row.simulated else word,
    )


def _form(row: QuestionnaireVersion) -> Questionnaire:
    return from_definition(row.definition)


def _n_questions(row: QuestionnaireVersion) -> int:
    return sum(len(section["questions"]) for section in row.definition["sections"])


def _linked(view: Questionnaires, row: QuestionnaireVersion) -> Markup:
    return Markup('<a href="{}"><b>{}</b><span class="hide">, version {}</span></a>').format(
        view.get_url(".details_view", id=row.id), french.theme(row.theme), row.version
    )
