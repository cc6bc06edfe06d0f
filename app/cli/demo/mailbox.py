"""The page where the demo's mails are read, on its own port: never beside real pages."""

from __future__ import annotations

import threading
from itertools import islice
from typing import NamedTuple

from flask import Blueprint, Flask, Response, abort, current_app, render_template, request
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from app.cli.demo.mails import HOST, Mail, Mails, PortTaken

PAGE = 60
# What a mail holds is shown in a frame without rights; it may bring its own styles, nothing else.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src 'self'"
pages = Blueprint("mails", __name__, template_folder="templates")


class Served(NamedTuple):
    """A web server of this process, in a thread of its own."""

    server: BaseWSGIServer
    thread: threading.Thread

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.server.port}"

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()


class Attendant(WSGIRequestHandler):
    """Leaves no trace of paths: they hold tokens."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Our own log tells requests."""


def mailbox_app(mails: Mails) -> Flask:
    """The application that lists and shows the mails of a folder."""
    app = Flask(__name__)
    app.extensions["mails"] = mails
    app.jinja_env.globals["has_window"] = False
    app.register_blueprint(pages)
    return app


def served(app: Flask, port: int) -> Served:
    """Serve an application of this process on this machine only; port 0 is any free one."""
    try:
        server = make_server(HOST, port, app, threaded=True, request_handler=Attendant)
    except (OSError, SystemExit) as error:  # werkzeug leaves the process when the port is taken
        raise PortTaken(port=port) from error
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    return Served(server, thread)


@pages.after_request
def protect(response: Response) -> Response:
    """No script, nothing from elsewhere."""
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers["Cache-Control"] = "no-store"
    return response


@pages.get("/")
def listing() -> str:
    """The newest mails, or those of one mailbox."""
    wanted = request.args.get("boite", "")
    numbers = islice(_mails().newest_first(wanted), PAGE)
    return render_template(
        "mails.html",
        wanted=wanted,
        mails=[_mails().read(number) for number in numbers],
        total=len(_mails()),
    )


@pages.get("/<int:number>")
def one(number: int) -> str:
    """One mail: as HTML, as text, and the headers that a machine reads."""
    return render_template("mail.html", mail=_mail(number))


@pages.get("/<int:number>/html")
def html_part(number: int) -> Response:
    """The HTML part alone, for the frame; its links open a page of their own."""
    response = Response('<base target="_blank">' + _mail(number).html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = (
        "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
        "style-src 'unsafe-inline'; img-src data:"
    )
    return response


@pages.get("/<int:number>/piece/<int:rank>")
def attachment(number: int, rank: int) -> Response:
    """A file that came with a mail."""
    files = _mail(number).attachments
    if not rank < len(files):
        abort(404)
    name, content = files[rank]
    kind = "application/pdf" if name.endswith(".pdf") else "application/octet-stream"
    return Response(content, mimetype=kind)


def _mails() -> Mails:
    found: Mails = current_app.extensions["mails"]
    return found


def _mail(number: int) -> Mail:
    try:
        return _mails().read(number)
    except KeyError:
        abort(404)
