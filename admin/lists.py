"""Lists: Flask-Admin reads, pages and links; nothing is created, edited, deleted or exported."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_admin.contrib.sqla import ModelView
from sqlalchemy import ColumnElement
from sqlalchemy.orm import Query

from admin.console import console, staff
from admin.sieve import Sieve
from admin.views import ConsoleView, exposed
from app.auth.access import looked_at
from app.errors import Hidden
from app.models.base import Base
from app.now import now

LAST_PAGE = 20_000  # far beyond any list, far below what an OFFSET can hold
# view, template context, row, column → what the cell shows
Formatters = dict[str, Callable[[Any, Any, Any, str], Any]]
_NUMBER = re.compile(r"[1-9][0-9]{0,17}")


class ReadList(ConsoleView, ModelView):  # type: ignore[misc]
    """A list, read only.

    Flask-Admin's other doors (create, edit, delete, mass actions, related look-ups, exports) are
    taken off, not locked: a route that does not exist cannot be forgotten.
    """

    can_create = can_edit = can_delete = can_export = False
    create_view = edit_view = delete_view = ajax_lookup = ajax_update = export = None
    action_view = None
    details_view: Any = None
    can_view_details = False
    can_set_page_size = False
    column_display_actions = False
    page_size = 50
    list_template = "console/list.html"
    fields: ClassVar[tuple[Sieve, ...]] = ()
    numbers: ClassVar[frozenset[str]] = frozenset()  # columns aligned as numbers
    lead: ClassVar[str] = ""
    empty: ClassVar[str] = "Rien ici avec ces filtres."
    one: ClassVar[str] = "ligne"
    many: ClassVar[str] = "lignes"

    def get_query(self) -> Query[Any]:
        return self._sifted(super().get_query())

    def get_count_query(self) -> Query[Any]:
        return self._sifted(super().get_count_query())

    def get_list(self, page: int | None, *args: Any, **kwargs: Any) -> tuple[int | None, list[Any]]:
        """Flask-Admin would hand a negative page to PostgreSQL."""
        count, rows = super().get_list(min(max(page or 0, 0), LAST_PAGE), *args, **kwargs)
        self.look_around(rows)
        return count, rows

    def look_around(self, rows: list[Any]) -> None:
        """What the page's rows need beside themselves, asked once for all of them."""

    def _sifted(self, query: Query[Any]) -> Query[Any]:
        conditions: list[ColumnElement[bool]] = [
            found for field in self.fields if (found := field.sifted()) is not None
        ]
        return query.filter(*conditions)


class RowPages(ReadList):
    """A list whose rows have a page each."""

    can_view_details = True
    details_template = "console/details.html"

    @exposed("/details/")
    def details_view(self) -> ResponseReturnValue:
        """The page of one row; who looked at it is kept."""
        row = self.found(request.args.get("id", ""))
        looked_at(
            console().house.db,
            staff().scope.user_id,
            self.endpoint,
            f"{self.model.__tablename__}:{row.id}",
            now=now(),
        )
        return self.render(self.details_template, row=row, **self.beside(row))

    def found(self, id_text: str) -> Any:
        """The row of this id, if it exists and is in the scope; never told which of both."""
        identity = self._identity(id_text)
        row: Base | None = None
        if identity is not None:
            row = console().session.get(self.model, identity)
        if row is None:
            raise Hidden
        return row

    def beside(self, _row: Any) -> dict[str, Any]:
        """What the page of this row shows beside it."""
        return {}

    def _identity(self, id_text: str) -> int | UUID | None:
        if self.model.__table__.c.id.type.python_type is UUID:
            try:
                return UUID(id_text)
            except ValueError:
                return None
        return int(id_text) if _NUMBER.fullmatch(id_text) else None
