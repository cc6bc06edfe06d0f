"""Opens the house: settings, databases, letterhead, logs. Every process starts here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import make_url

from app import embedded
from app.db import Database
from app.links.signed import Signer
from app.logs import set_up_logs
from app.messages.lanes import set_limits
from app.messages.letterhead import Letterhead
from app.migrations.apply import prepare, upgrade
from app.models.database_rules import APP, READER
from app.models.every import Base
from app.now import set_offset
from app.settings import ROOT, Settings
from app.vocabulary.dispositions import Completeness

DATABASE = "barometre"


@dataclass(frozen=True, slots=True)
class House:
    """What a process of ours needs: one of each, opened once."""

    settings: Settings
    db: Database  # as barometre_app
    published: Database  # as barometre_published: may only read published figures
    owner_url: str | None  # for migrations; None where this process must not migrate
    letterhead: Letterhead
    server: embedded.Server | None

    @property
    def completeness(self) -> Completeness:
        """From which share of questions answered a response is complete, and a partial."""
        settings = self.settings
        return Completeness(settings.complete_from / 100, settings.partial_from / 100)

    def close(self) -> None:
        """Give back connections; the last process to leave stops the embedded server."""
        self.db.close()
        self.published.close()
        if self.server is not None:
            self.server.stop()


def open_house(environ: Mapping[str, str]) -> House:
    """Read the settings and open everything; start or join the embedded server when needed."""
    if not Base.metadata.tables:
        raise RuntimeError("no model is mapped")
    settings = Settings.read(environ)
    set_up_logs(settings.log_level)
    set_offset(settings.clock_offset)
    set_limits(settings.lanes)
    server = None
    if settings.database_url is None:
        server = embedded.start(settings.data_dir or embedded.default_data(ROOT))
        owner: str | None = server.url(DATABASE)
        url, published = server.url(DATABASE, APP), server.url(DATABASE, READER)
        # A private server is ours to keep up to date; a shared one waits for `db upgrade`.
        prepare(server.url(DATABASE))
        upgrade(server.url(DATABASE))
    else:
        owner, url, published = _given(settings, settings.database_url)
    return House(
        settings=settings,
        db=Database(url),
        published=Database(published, pool_size=2),
        owner_url=owner,
        letterhead=letterhead_of(settings),
        server=server,
    )


def letterhead_of(settings: Settings) -> Letterhead:
    """The letterhead that these settings give."""
    return Letterhead(
        public_url=settings.public_url,
        signer=Signer(settings.link_keys),
        sender_name=settings.sender_name,
        sender_address=settings.sender_address,
        help_address=settings.help_address,
        help_phone=settings.help_phone,
        dpo_address=settings.dpo_address,
        card_attached=settings.card_attached,
        secret=settings.secret_key,
        telegram_bot=settings.telegram_bot.lstrip("@") if settings.telegram_token else "",
        bounce_address=settings.bounce_address,
    )


def data_folder(settings: Settings) -> Path:
    """Where this machine keeps what is not in the database: the demo's mails, its marker."""
    return settings.data_dir.parent if settings.data_dir else ROOT / "var"


def as_role(url: str, role: str) -> str:
    """The same address, each connection taking a role of less power at once.

    For trials with a single account; a production gives three accounts, which cannot undo it.
    """
    query = {"options": f"-c role={role} -c timezone=UTC"}
    return make_url(url).update_query_dict(query).render_as_string(hide_password=False)


def with_driver(url: str) -> str:
    """A PostgreSQL address in SQLAlchemy's spelling, with our driver."""
    made = make_url(url)
    if made.get_backend_name() in ("postgresql", "postgres"):
        made = made.set(drivername="postgresql+psycopg")
    return made.render_as_string(hide_password=False)


def _given(settings: Settings, given: str) -> tuple[str | None, str, str]:
    """Owner's, application's and reader's addresses, from one to three given ones."""
    url = with_driver(given)
    if settings.database_owner_url is None and not settings.production:
        return url, as_role(url, APP), as_role(url, READER)
    owner = settings.database_owner_url
    reader = settings.database_published_url
    return (
        with_driver(owner) if owner else None,
        url,
        with_driver(reader) if reader else as_role(url, READER),
    )
