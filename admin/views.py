"""What every view of the console is: behind the door, in our dress, refusing in sentences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from flask_wtf.csrf import generate_csrf  # type: ignore[import-untyped]

from admin import french
from admin.console import console, signed_in
from admin.refusal import told
from app.charts.bars import cell_bar
from app.charts.signs import logo, sign
from app.errors import NotAllowed, Refused
from app.vocabulary.scope import Right

N_GROUPS = 3
View = TypeVar("View", bound=Callable[..., Any])


def exposed(url: str, *methods: str) -> Callable[[View], View]:
    """Flask-Admin's `expose`, which has no types."""
    made: Callable[[View], View] = expose(url, methods=methods or ("GET",))
    return made


class ConsoleView:
    """Mixed into Flask-Admin's views; `right` is what the page needs."""

    right: ClassVar[Right] = Right.READ
    group: ClassVar[int] = 0  # which block of the navigation shows it
    national: ClassVar[bool] = False  # only for whoever may do so everywhere
    within: ClassVar[str] = ""  # whose page it is, for one that the navigation does not show

    def is_accessible(self) -> bool:
        found = signed_in()
        if found is None:
            return False
        may = found.scope.may_everywhere if self.national else found.scope.may
        return may(self.right)

    def is_visible(self) -> bool:
        return not self.within

    def inaccessible_callback(self, _name: str, **_kwargs: object) -> ResponseReturnValue:
        raise NotAllowed

    def _run_view(self, view: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Flask-Admin's own hides every TypeError of a view by calling it a second time."""
        return view(self, *args, **kwargs)

    def create_blueprint(self, admin: Any) -> Blueprint:
        made: Blueprint = super().create_blueprint(admin)  # type: ignore[misc]
        made.register_error_handler(Refused, told)
        return made

    def render(self, template: str, **context: Any) -> str:
        page: str = super().render(  # type: ignore[misc]
            template,
            staff=signed_in(),
            navigation=navigation(),
            fr=french,
            csrf_token=generate_csrf,
            Right=Right,
            cell_bar=cell_bar,
            logo=logo,
            sign=sign,
            **context,
        )
        return page


def navigation() -> list[list[ConsoleView]]:
    """The views that the reader may open, in blocks."""
    opened = [view for view in console().views if view.is_visible() and view.is_accessible()]
    blocks = [[view for view in opened if view.group == group] for group in range(N_GROUPS)]
    return [block for block in blocks if block]


class Page(ConsoleView, BaseView):  # type: ignore[misc]
    """A page that is not a list."""
