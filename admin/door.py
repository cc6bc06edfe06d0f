"""The door: who is signed in, a token on every form, and what every page's headers say."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from flask import (
    Blueprint,
    Response,
    flash,
    g,
    redirect,
    render_template,
    request,
    send_from_directory,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf, validate_csrf  # type: ignore[import-untyped]
from wtforms.validators import ValidationError

from admin.console import PREFIX, author, console, signed_in, staff
from admin.refusal import told
from app.auth.sign_in import session_stamp, sign_in
from app.auth.users import Staff, end_sessions, staff_behind
from app.errors import NotAllowed, Refused
from app.now import now
from app.settings import ROOT

LONGEST_SESSION = timedelta(hours=12)
OPEN = frozenset({"console_door.enter", "console_door.static", "console_door.skin"})
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)

door = Blueprint(
    "console_door",
    __name__,
    url_prefix=PREFIX,
    template_folder="theme/templates",
    static_folder="theme/static",
    static_url_path="/theme",
)
door.register_error_handler(Refused, told)


class FormTooOld(Refused):
    """The form's token is absent, from another session, or older than a session may be."""

    sentence = "Cette page est restée ouverte trop longtemps. Rechargez-la, puis recommencez."


def guard() -> ResponseReturnValue | None:
    """Before each request of the console: nobody goes further than the door, no form unsigned.

    Refusals are told here, for an address that leads to no view has no view to tell them.
    """
    if not _ours(request.path):
        return None
    try:
        g.staff = _staff()
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            _check_form()
        if g.staff is not None or request.endpoint in OPEN:
            return None
        if request.method != "GET":
            raise NotAllowed
    except Refused as refused:
        return told(refused)
    return redirect(url_for("console_door.enter", suite=request.full_path.rstrip("?")))


def dress(response: Response) -> Response:
    """After each request of the console: nothing is kept, framed, indexed or run from elsewhere.

    A view that sent a policy of its own keeps it.
    """
    if _ours(request.path):
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers["Referrer-Policy"] = "same-origin"
        if request.endpoint not in ("console_door.static", "console_door.skin"):
            response.headers["Cache-Control"] = "no-store"
    return response


@door.get("/habillage.css")
def skin() -> Response:
    """Our style sheet: the console wears ours, whatever the public pages wear."""
    return send_from_directory(
        ROOT / "app" / "web" / "skins" / "ours", "skin.css", mimetype="text/css"
    )


@door.route("/entrer", methods=("GET", "POST"))
def enter() -> ResponseReturnValue:
    """Sign in. A wrong password shows the form again, with what was typed as address."""
    suite = _within(request.values.get("suite", ""))
    email = request.form.get("email", "")
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            _open_session(email, request.form.get("password", ""))
            return redirect(suite)
        except Refused as refused:  # shown beside the field, not as a page
            refusal = refused
    elif signed_in() is not None:
        return redirect(suite)
    page = render_template(
        "console/enter.html", refusal=refusal, email=email, suite=suite, csrf_token=generate_csrf
    )
    return page, refusal.status if refusal else 200


@door.post("/sortir")
def leave() -> ResponseReturnValue:
    """Sign out, on every device: a signed cookie cannot be taken back one by one."""
    end_sessions(console().house.db, staff().scope.user_id, by=author(), now=now())
    session.clear()
    flash("Vous êtes déconnecté, sur tous vos appareils.")
    return redirect(url_for("console_door.enter"))


def _open_session(email: str, password: str) -> None:
    house, moment = console().house, now()
    scope = sign_in(
        house.db,
        email,
        password,
        request.remote_addr or "",
        secret=house.settings.secret_key,
        now=moment,
    )
    with house.db.reading() as reading:
        stamp = session_stamp(reading, scope.user_id)
    session.clear()
    session.update(
        id=secrets.token_urlsafe(16), user=scope.user_id, stamp=stamp, since=moment.isoformat()
    )


def _staff() -> Staff | None:
    """Who holds this cookie: signed by us, opened less than twelve hours ago, not ended since."""
    user, stamp, since = session.get("user"), session.get("stamp"), session.get("since")
    if not isinstance(user, int) or not isinstance(stamp, int) or not isinstance(since, str):
        return None
    if now() - datetime.fromisoformat(since) > LONGEST_SESSION:
        return None
    with console().house.db.reading() as reading:
        return staff_behind(reading, user, stamp)


def _check_form() -> None:
    try:
        validate_csrf(
            request.form.get("csrf_token", ""), time_limit=int(LONGEST_SESSION.total_seconds())
        )
    except ValidationError:
        raise FormTooOld from None


def _ours(path: str) -> bool:
    return path == PREFIX or path.startswith(f"{PREFIX}/")


def _within(address: str) -> str:
    """Where to go after signing in: a page of the console, never another site."""
    odd = "\\" in address or "//" in address or not address.isprintable()
    if address.startswith(f"{PREFIX}/") and not odd:
        return address
    return f"{PREFIX}/"
