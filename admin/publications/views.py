"""Publications: what was computed, and the two approvals that freeze it."""

from __future__ import annotations

from typing import ClassVar

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from admin import french
from admin.console import console, scope_with
from admin.lists import Formatters, ReadList
from admin.views import exposed
from app.auth.users import names
from app.errors import Hidden
from app.models.results import Publication
from app.now import now
from app.results.approve import approve
from app.vocabulary.scope import Right


class Publications(ReadList):
    """Sets of figures; two different people approve one, then nothing of it moves."""

    group = 1
    column_list = ("title", "computed_at", "approvals", "act")
    column_labels: ClassVar[dict[str, str]] = {
        "title": "Publication",
        "computed_at": "Calculée le",
        "approvals": "Approbations",
        "act": "Que faire",
    }
    column_sortable_list = ()
    column_default_sort: ClassVar[list[tuple[str, bool]]] = [("computed_at", True), ("id", True)]
    column_formatters: ClassVar[Formatters] = {
        "title": lambda _v, _c, row, _n: _titled(row),
        "computed_at": lambda _v, _c, row, _n: french.moment(row.computed_at),
    }
    list_template = "console/publications.html"
    one, many = "publication", "publications"
    empty = "Aucune publication n’a encore été calculée."

    def look_around(self, rows: list[Publication]) -> None:
        """Who approved, by name."""
        people = {row.first_approval_by for row in rows} | {row.second_approval_by for row in rows}
        with console().house.db.reading() as session:
            g.approvers = names(session, [person for person in people if person is not None])

    @exposed("/approuver", "POST")
    def approve(self) -> ResponseReturnValue:
        """Give one of the two approvals."""
        scope = scope_with(Right.PUBLISH)
        number = request.form.get("publication_id", "")
        if not (number.isdecimal() and len(number) < 18):
            raise Hidden
        approve(console().house.db, int(number), scope, by=scope.user_id, now=now())
        flash("Votre approbation est enregistrée.")
        return redirect(url_for("publications.index_view"))


def _titled(row: Publication) -> str:
    return f"{row.title} (simulée)" if row.simulated else row.title
