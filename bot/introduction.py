"""From a tie to a talk: who answers, and what the house may do for them in this chat."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.collect.respondent import respondent_still_asked
from bot.channels.channel import Messenger
from bot.desk import Desk
from bot.talk import Manners, Talk
from bot.ties import Tie, named, remind_by_mail, remind_here, reminded_here, said_here, site_url


def talk_of(
    desk: Desk,
    messenger: Messenger,
    external_id: str,
    chat_id: int | None,
    tie: Tie,
    places: Sequence[Tie],
    *,
    now: datetime,
) -> Talk:
    """The talk of one authority in one chat, which speaks for these `places`.

    `NothingAsked` where no wave asks it anything, `NoLongerAsked` where one did.
    """
    db = desk.db
    with db.reading() as session:
        respondent = respondent_still_asked(session, tie.link, messenger.channel)

    def is_said_here(event: int) -> bool:
        with db.reading() as session:
            return said_here(session, messenger.channel, external_id, event)

    def is_reminded_here() -> bool:
        if chat_id is None:
            return False
        with db.reading() as session:
            return reminded_here(session, chat_id, tie.link_id)

    def remind(here: bool) -> bool:
        if chat_id is None:
            return False
        if here:
            return remind_here(db, chat_id, tie.link_id, now=now)
        remind_by_mail(db, chat_id, tie.link_id)
        return True

    return Talk(
        desk=desk,
        respondent=respondent,
        manners=Manners(
            messenger.confidential_allowed, messenger.results_allowed, messenger.writes_first
        ),
        place=tie.label if len(places) > 1 else "",
        now=now,
        site=lambda: site_url(db, desk.letterhead, tie.link, now=now),
        said_here=is_said_here,
        reminded_here=is_reminded_here,
        remind=remind,
        is_place=lambda said: len(places) > 1 and named(places, said) is not None,
    )
