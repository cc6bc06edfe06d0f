"""The PDF that leaves with a receipt: made when its mail does, kept nowhere."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.collect.respondent import PURPOSES, respondent_of
from app.db import Database
from app.errors import Refused
from app.messages.attachments import AttachmentMaker
from app.messages.carriers import Attachment, Parcel
from app.models.contacts import Link
from app.models.messages import Message
from app.vocabulary.scope import Channel
from reports.receipts.content import AnswersSheet, answers_sheet
from reports.receipts.paper import answers_pdf, file_name


class AnswersAttached(AttachmentMaker):
    """Attaches the answers handed in under the receipt's number.

    Reopened, changed or handed in again since, the theme has another number or none: then nothing
    is attached, for the mail would vouch for answers that are no longer those.
    """

    def __init__(self, db: Database) -> None:
        self._db = db

    def attachments(self, parcel: Parcel) -> tuple[Attachment, ...]:
        """The PDF, or nothing; drawn once the database is read and let go."""
        with self._db.reading() as session:
            sheet = _sheet_of(session, parcel)
        if sheet is None:
            return ()
        return (Attachment(file_name(sheet), "application/pdf", answers_pdf(sheet)),)


def _sheet_of(session: Session, parcel: Parcel) -> AnswersSheet | None:
    """What the link of this receipt may read of it; a link withdrawn since reads nothing."""
    row = session.execute(
        select(Message.details, Link)
        .join(Link, Link.id == Message.link_id)
        .where(
            Message.id == parcel.message_id,
            Link.revoked_at.is_(None),
            Link.purpose.in_(PURPOSES),
        )
    ).one_or_none()
    if row is None:
        return None
    details, link = row
    try:
        respondent = respondent_of(session, link, Channel.EMAIL)
        return answers_sheet(
            session,
            respondent,
            details["theme"],
            now=parcel.written_at,
            number=details["number"],
        )
    except Refused:  # another wave is asked by now: this theme is not to be read any more
        return None
