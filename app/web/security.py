"""What every answer of the site forbids the browser, and which posts are let in."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

from app.errors import Refused
from app.web.app_state import house
from app.web.one_click import is_one_click

# No script at all: nothing on a public page needs one. The console sends its own policy.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
# The pages where one answers work without a script, and better with it: ours, and nothing inline.
SCRIPTED_POLICY = f"{CONTENT_SECURITY_POLICY}; script-src 'self'; connect-src 'self'"
SCRIPTED = frozenset(
    {
        *("respond.section", "respond.save_section", "respond.confirm_unchanged"),
        *("respond.review", "respond.submit_theme", "respond.give_back", "respond.receipt"),
    }
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    # Not no-referrer: a POST would then say `Origin: null` and could not be told from a stranger's.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
PRIVATE = ("/r/", "/stop/", "/fiche/", "/communes/", "/nouveau/", "/continuer/")
"""Addresses whose pages are for one person: never kept, never indexed. The console does its own."""

LARGEST_BODY = 1_000_000  # bytes; the longest page of a questionnaire sends a few thousand
MOST_FIELDS = 1_000


class ForeignPost(Refused):
    """A form of another site was sent here."""

    sentence = (
        "Ce formulaire vient d’un autre site. Rouvrez la page depuis votre lien et réessayez."
    )
    status = 403


def install(app: Flask) -> None:
    """Guard every view of the application."""
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.config["MAX_FORM_MEMORY_SIZE"] = LARGEST_BODY
    app.config["MAX_FORM_PARTS"] = MOST_FIELDS
    app.session_interface = SessionsOnDemand()
    app.before_request(refuse_foreign_posts)
    app.after_request(protect)


def refuse_foreign_posts() -> None:
    """Refuse what a browser says comes from another site.

    What is no browser sends neither header and is let in: there is no cookie to borrow, the
    token in the address is the secret. The console adds its own tokens to its forms.
    """
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    if request.endpoint == "respond.stop_mail" and is_one_click():
        return  # a webmail's own button: RFC 8058 wants neither cookie nor token of it
    origin = request.headers.get("Origin")
    if origin is not None and not _is_ours(origin):
        raise ForeignPost
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise ForeignPost


def _is_ours(origin: str) -> bool:
    """The public address; on a developer's machine, whatever name it is reached by."""
    settings = house().settings
    public = urlsplit(settings.public_url)
    if origin == f"{public.scheme}://{public.netloc}":
        return True
    return not settings.production and origin == request.host_url.rstrip("/")


class SessionsOnDemand(SecureCookieSessionInterface):
    """Flask's signed cookie, for the console: no key is derived for who sends no cookie."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session that the cookie holds; an empty one without it."""
        if self.get_cookie_name(app) in request.cookies:
            return super().open_session(app, request)
        return self.session_class()


def protect(response: Response) -> Response:
    """Add the headers; a view that sent its own keeps it."""
    if request.endpoint in SCRIPTED:
        response.headers.setdefault("Content-Security-Policy", SCRIPTED_POLICY)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.path.startswith(PRIVATE):
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    if house().settings.production:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response
