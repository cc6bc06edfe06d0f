"""What PostgreSQL or the disk refused, as a sentence for whoever typed the command.

Only what an operator can mend is told so; anything else is a bug of ours and rises.
"""

from __future__ import annotations

from errno import EACCES, EDQUOT, ENOSPC, EPERM, EROFS

from psycopg import Error, OperationalError
from sqlalchemy.exc import DBAPIError

DATABASE_AWAY = (
    "La base de données ne répond pas. Vérifiez qu’elle est démarrée et que DATABASE_URL "
    "est juste, puis relancez la commande."
)
# By SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html
BY_STATE = {
    "42P01": "Le schéma de cette base n’est pas à jour. Lancez «\u00a0barometre db upgrade\u00a0».",
    "42703": "Le schéma de cette base n’est pas à jour. Lancez «\u00a0barometre db upgrade\u00a0».",
    "42501": (
        "Ce compte de la base n’a pas le droit de le faire. Vérifiez les trois rôles et leurs "
        "réglages dans docs/deployer.md."
    ),
    "25006": (
        "Cette base ne fait que lire, comme un serveur de secours. Indiquez la principale par "
        "DATABASE_URL."
    ),
    "55P03": (
        "La base est occupée ailleurs et rien n’a été changé. Arrêtez les autres processus, ou "
        "attendez, puis relancez la commande."
    ),
    "53100": "Le disque de la base de données est plein. Libérez de la place, puis relancez.",
    "53300": (
        "La base n’admet plus de connexions. Augmentez max_connections, ou arrêtez des processus, "
        "puis relancez."
    ),
}
DISK_FULL = (
    "Le disque est plein\u00a0: {file} n’a pas pu être écrit. Libérez de la place, puis relancez."
)
NOT_OURS = (
    "Ce compte n’a pas le droit d’ouvrir ou d’écrire {file}. Donnez-le-lui, ou changez de compte."
)


def of_database(error: DBAPIError | Error) -> str | None:
    """The sentence for this error, SQLAlchemy's or the driver's own; none for a bug."""
    original = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(original, Error):
        return None
    if original.sqlstate in BY_STATE:
        return BY_STATE[original.sqlstate]
    return DATABASE_AWAY if isinstance(original, OperationalError) else None


def of_disk(error: OSError) -> str | None:
    """The same, of a file or folder that the machine refused."""
    file = error.filename or "un fichier"
    if error.errno in (ENOSPC, EDQUOT):
        return DISK_FULL.format(file=file)
    if error.errno in (EACCES, EPERM, EROFS):
        return NOT_OURS.format(file=file)
    return None
