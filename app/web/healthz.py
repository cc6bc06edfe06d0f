"""Whether this process can serve: the database answers, at the schema the code was written for."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic.script import ScriptDirectory
from flask import Blueprint, Response, jsonify
from psycopg.errors import UndefinedTable
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.migrations import apply
from app.web.app_state import house

blueprint = Blueprint("healthz", __name__)


@blueprint.get("/healthz")
def healthz() -> tuple[Response, int]:
    """200 when all is well, 503 otherwise, and which part is not."""
    try:
        with house().db.reading() as session:
            at = session.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except SQLAlchemyError as why:
        if not isinstance(getattr(why, "orig", None), UndefinedTable):
            return jsonify(database="unreachable"), 503
        at = None  # nothing was ever set up there
    ready = at == newest_migration()
    return jsonify(database="ok", migrations="ok" if ready else "behind"), 200 if ready else 503


@cache
def newest_migration() -> str | None:
    """The last migration that the code knows."""
    return ScriptDirectory(str(Path(apply.__file__).parent)).get_current_head()
