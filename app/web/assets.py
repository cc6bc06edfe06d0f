"""Style sheets, fonts and pictures: from the skins and from npm's folder, by list only."""

from __future__ import annotations

import re
from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import Blueprint, Response, abort, send_from_directory

from app.settings import ROOT

blueprint = Blueprint("assets", __name__)

WEB = Path(__file__).parent
NODE = ROOT / "node_modules"
FONTS = NODE / "@fontsource" / "atkinson-hyperlegible-next" / "files"
DSFR = NODE / "@gouvfr" / "dsfr" / "dist"

_SKIN_FILES = re.compile(r"(ours/skin|dsfr/extra)\.css")
_FONT_FILES = re.compile(r"atkinson-hyperlegible-next-latin-[467]00-normal\.woff2")
# Only what the style sheets of the components used ask for: no script, no map.
_DSFR_FILES = re.compile(
    r"(core|component/[a-z]+)/[a-z]+\.main\.min\.css"
    r"|fonts/[A-Za-z_-]+\.woff2?"
    r"|(icons|artwork|favicon)/[a-z0-9/-]+\.(svg|png|ico)"
)
_SCRIPTS = re.compile(r"(answer|forget|steady)\.js")
_KEPT = 86_400  # seconds: a new version is seen within a day


@blueprint.get("/assets/skins/<path:name>")
def skin_file(name: str) -> Response:
    """A style sheet of one of the two skins."""
    return _file(WEB / "skins", name, _SKIN_FILES)


@blueprint.get("/assets/fonts/<name>")
def font(name: str) -> Response:
    """The font of our own skin."""
    return _file(FONTS, name, _FONT_FILES)


@blueprint.get("/assets/dsfr/<path:name>")
def dsfr_file(name: str) -> Response:
    """A file of the State design system, unmodified."""
    return _file(DSFR, name, _DSFR_FILES)


@blueprint.get("/assets/scripts/<name>")
def script(name: str) -> Response:
    """A script of the respondent's pages."""
    return _file(WEB / "static", name, _SCRIPTS)


@cache
def script_address(name: str) -> str:
    """Where a page finds a script; the address changes with the script, so none runs an old one."""
    digest = sha256((WEB / "static" / name).read_bytes()).hexdigest()[:8]
    return f"/assets/scripts/{name}?v={digest}"


def _file(folder: Path, name: str, allowed: re.Pattern[str]) -> Response:
    if not allowed.fullmatch(name):
        abort(404)
    return send_from_directory(folder, name, max_age=_KEPT)
