"""A small true world to test in: a few territories, their people, a wave, a mail server."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.campaigns.control import create_campaign, open_wave
from app.db import Database
from app.house import House, letterhead_of
from app.links.make import Wanted, ensure_links
from app.links.signed import Signer
from app.messages.letterhead import Letterhead
from app.models.campaigns import Wave
from app.models.cases import Case, SurveyResponse
from app.models.contacts import Contact, Link
from app.models.every import Base
from app.models.territories import Territory
from app.panel.contacts import add_contact
from app.panel.geography import import_geography
from app.questionnaires.load import load_all
from app.questionnaires.publish import load_into
from app.settings import Settings
from app.vocabulary.scope import Author, Channel, Respondent
from app.vocabulary.themes import THEMES
from tests.sink import Sink

START = datetime(2026, 9, 15, 8, 0, tzinfo=UTC)
FIRST_THEMES = tuple(theme.code for theme in THEMES[:3])


def furnish(db: Database, decoupage: Path) -> None:
    """What the template holds: the small panel and the first three questionnaires."""
    import_geography(db, decoupage, 2026, now=START, progress=lambda _done, _all: None)
    load_into(db, load_all(), now=START)


@dataclass
class Ground:
    """One test's database, as its three roles see it."""

    owner_url: str
    app_url: str
    published_url: str
    db: Database = field(init=False)
    published: Database = field(init=False)

    def __post_init__(self) -> None:
        assert Base.metadata.tables
        self.db = Database(self.app_url)
        self.published = Database(self.published_url)

    def close(self) -> None:
        self.db.close()
        self.published.close()


class World:
    """The world, its clock and its people; every method says what happens, in the user's words."""

    def __init__(self, ground: Ground, sink: Sink) -> None:
        self.ground = ground
        self.db = ground.db
        self.published = ground.published
        self.owner_url = ground.owner_url
        self.app_url = ground.app_url
        self.sink = sink
        self.smtp = sink
        self.now = START
        self.settings = Settings.read(
            {"SMTP_PORT": str(sink.port), "PUBLIC_URL": "http://127.0.0.1:8000"}
        )
        self.letterhead: Letterhead = letterhead_of(self.settings)
        self.signer: Signer = self.letterhead.signer
        self.wave_id = 0

    @property
    def house(self) -> House:
        """The house that a web process would have opened on this database."""
        return House(
            settings=self.settings,
            db=self.db,
            published=self.published,
            owner_url=self.owner_url,
            letterhead=self.letterhead,
            server=None,
        )

    def days_pass(self, days: float) -> datetime:
        """The business clock moves on; nothing else happens."""
        self.now += timedelta(days=days)
        return self.now

    def territory(self, code: str, kind: str = "commune") -> Territory:
        with self.db.reading() as session:
            return session.execute(
                select(Territory).where(Territory.kind == kind, Territory.code == code)
            ).scalar_one()

    def create_campaign(
        self, name: str = "Baromètre 2026", *, millesime: int = 2026, simulated: bool = True
    ) -> int:
        """A campaign, nothing of it open yet; its first wave, which is the world's from now on."""
        campaign = create_campaign(
            self.db,
            name,
            millesime=millesime,
            simulated=simulated,
            first_opens_at=self.now,
            now=self.now,
        )
        with self.db.reading() as session:
            self.wave_id = session.execute(
                select(Wave.id).where(Wave.campaign_id == campaign, Wave.number == 1)
            ).scalar_one()
        return self.wave_id

    def open_wave(self) -> int:
        """A simulated campaign whose first wave is open on the whole small panel."""
        open_wave(self.db, self.create_campaign(), now=self.now)
        return self.wave_id

    def open_wave_a_year_later(self) -> int:
        """The first wave of the next year's campaign, on the same panel: links live on."""
        self.days_pass(365)
        open_wave(self.db, self.create_campaign("Baromètre 2027", millesime=2027), now=self.now)
        return self.wave_id

    def contact(self, code: str, email: str, name: str | None = None, kind: str = "commune") -> int:
        """A mailbox of this territory becomes known; the contact's id."""
        territory = self.territory(code, kind)
        with self.db.transaction() as session:
            return add_contact(
                session,
                territory.id,
                email,
                name=name,
                role="mairie",
                origin="simulated",
                as_of=date(2026, 9, 1),
                now=self.now,
            ).id

    def link(self, purpose: str, code: str, kind: str = "commune") -> tuple[UUID, str]:
        """A live link of this territory's first contact (or of nobody); its id and token."""
        territory = self.territory(code, kind)
        with self.db.transaction() as session:
            contact_id = session.scalar(
                select(Contact.id).where(Contact.territory_id == territory.id).order_by(Contact.id)
            )
            wanted = Wanted(purpose, territory.id, contact_id)
            made = ensure_links(session, [wanted], key_id=self.signer.key_id, now=self.now)
        link_id = made[wanted]
        return link_id, self.signer.token(link_id, purpose, self.signer.key_id)

    def answer_link(self, code: str, kind: str = "commune") -> str:
        """The token that this territory's mail holds."""
        return self.link("answer", code, kind)[1]

    def respondent(
        self, code: str, kind: str = "commune", channel: Channel = Channel.WEB
    ) -> Respondent:
        """Whoever holds this territory's answer link."""
        link_id, _ = self.link("answer", code, kind)
        return Respondent(
            territory_id=self.territory(code, kind).id,
            themes=FIRST_THEMES,
            author=Author.link(link_id),
            channel=channel,
            link_id=link_id,
        )

    def case(self, code: str, theme: str, kind: str = "commune") -> Case:
        with self.db.reading() as session:
            return session.scalars(
                select(Case)
                .where(Case.territory_id == self.territory(code, kind).id, Case.theme == theme)
                .order_by(Case.wave_id.desc())  # this year's, if there was another
                .limit(1)
            ).one()

    def disposition(self, code: str, theme: str = "inclusion", kind: str = "commune") -> str:
        return self.case(code, theme, kind).disposition

    def response(self, code: str, theme: str, kind: str = "commune") -> SurveyResponse:
        case = self.case(code, theme, kind)
        with self.db.reading() as session:
            return session.execute(
                select(SurveyResponse).where(SurveyResponse.case_id == case.id)
            ).scalar_one()

    def links(self, code: str, kind: str = "commune") -> list[Link]:
        with self.db.reading() as session:
            return list(
                session.scalars(
                    select(Link)
                    .where(Link.territory_id == self.territory(code, kind).id)
                    .order_by(Link.created_at)
                )
            )

    def counts(self) -> dict[str, tuple[int, int]]:
        """Rows and newest writer of every table: equal before and after, nothing was written."""
        with self.db.reading() as session:
            return {name: _count(session, name) for name in sorted(Base.metadata.tables)}

    def tables_that_hold(self, word: str) -> list[str]:
        """The tables in which a row holds the word."""
        with self.db.reading() as session:
            return [
                table
                for table in sorted(Base.metadata.tables)
                if session.scalar(
                    text(f"SELECT count(*) FROM {table} AS row WHERE CAST(row AS text) ~ :word"),
                    {"word": word},
                )
            ]


def _count(session: Session, table: str) -> tuple[int, int]:
    row = session.execute(
        text(f"SELECT count(*), coalesce(max(xmin::text::bigint), 0) FROM {table}")
    ).one()
    return int(row[0]), int(row[1])
