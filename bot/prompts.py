"""Prompts that were sent: what a conversation keeps of itself.

There is no other state: a button belongs to its prompt, typed text to the last prompt sent before
it came, and where one stands in a questionnaire is computed from the answers.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, cast
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, DateTime, Select, case, exists, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.collect.standing import current_wave
from app.models.campaigns import Batch, Wave
from app.models.chats import Chat, Prompt
from app.models.messages import Message


class PromptKind(StrEnum):
    """What a prompt waits for."""

    TERRITORY = "choice_of_territory"
    THEME = "choice_of_theme"
    QUESTION = "question"
    CONFLICT = "conflict"
    SUBMIT = "submit"
    REVIEW = "review"  # the answers so far: which one to change?
    REOPEN = "reopen"  # a theme handed in: open it again?
    REMINDERS = "reminders"  # our messages here rather than by mail?
    DELEGATE = "delegate"  # a colleague's address
    CONFIRM_DELEGATE = "confirm_delegate"  # the same address once more
    REASON = "reason"  # why they say no
    NOTHING = "nothing"  # anything but a command goes on with what stands
    UNTIE = "untie"  # which authority this chat leaves


OUTLIVE_A_WAVE = frozenset(
    {PromptKind.TERRITORY, PromptKind.UNTIE, PromptKind.REMINDERS, PromptKind.THEME}
)
"""Prompts about the conversation, or of a list that names what it means: good as long as it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A prompt: what was asked, and which answer the person was shown with it (`seen`).

    `link_id`: in whose name, of the links that the chat is tied to; None before one is chosen.
    """

    kind: PromptKind
    territory_id: int | None = None
    theme: str | None = None
    question: str | None = None
    seen: int | None = None
    details: dict[str, Any] = field(default_factory=dict)
    link_id: UUID | None = None

    @property
    def overtaken(self) -> bool:
        """Whether a message of the outbox came after it: a yes or no means that one."""
        return bool(self.details.get(_OVERTAKEN))

    @property
    def crossed(self) -> bool:
        """Whether nobody can tell if the writer had read it: their words answer nothing."""
        return bool(self.details.get(_CROSSED))

    @property
    def of_former_wave(self) -> bool:
        """Whether it asked something of a wave that another one has followed."""
        return bool(self.details.get(_FORMER))


_FORMER = "former_wave"
_OVERTAKEN = "overtaken"
_CROSSED = "crossed"
_TRIED = "tried_at"


@dataclass(frozen=True, slots=True)
class Sent:
    """A prompt as it was kept."""

    id: int
    asked: Asked
    overtaken: bool = False  # a message of the outbox was written below it since: see `Asked`


def last_sent(
    session: Session, chat_id: int, *, before: datetime, number: int | None = None
) -> Sent | None:
    """What typed text answers: the last prompt sent before the text came.

    Text that crossed a newer prompt was written in answer to the former one. Text below a message
    of the outbox answers that message, a reminder: a "yes" to it must not send a theme.
    `number`: the text's own, where the messenger numbers a conversation, their messages and ours
    in one order. It knows what we do not while the network is cut.
    """
    of_chat = select(Prompt).where(Prompt.chat_id == chat_id)
    found = _sent(session, of_chat.where(_number() < number)) if number is not None else None
    if found is None:
        found = _sent(session, of_chat.where(Prompt.sent_at <= before))
    unsure = _sent(session, _perhaps_read(of_chat, found, before, number))
    if unsure is not None:
        return Sent(unsure.id, _crossed(unsure.asked), overtaken=True)
    if found is None or not session.scalar(_written_below(found.id, before)):
        return found
    return Sent(found.id, _overtaken(found.asked), overtaken=True)


def _number() -> ColumnElement[int]:
    """The number of a prompt's message, where its messenger names messages so."""
    name = Prompt.external_message_id
    return case((name.regexp_match("^[0-9]{1,18}$"), name)).cast(BigInteger)


def _perhaps_read(
    of_chat: Select[Any], found: Sent | None, before: datetime, number: int | None
) -> Select[Any]:
    """The newer prompt that the writer had before them, if a first sending of it came through.

    Nobody told us whether it did; the one that we know of came after the text.
    """
    tried_at = Prompt.details[_TRIED].astext.cast(DateTime(timezone=True))
    newer = of_chat.where(Prompt.id > (found.id if found else 0), tried_at <= before)
    return newer.where(Prompt.sent_at > before if number is None else _number() > number)


def _written_below(prompt_id: int, before: datetime) -> Select[bool]:
    """Whether the outbox wrote in a prompt's chat after it, and before the text came."""
    below = (
        exists()
        .where(Prompt.id == prompt_id, Chat.id == Prompt.chat_id)
        .where(Message.address_id == Chat.address_id)
        .where(Message.sent_at > Prompt.sent_at, Message.sent_at <= before)
    )
    return select(below)


def sent_as(session: Session, chat_id: int, external_message_id: str) -> Sent | None:
    """The prompt of one message: what its buttons answer, however old."""
    of_chat = select(Prompt).where(Prompt.chat_id == chat_id)
    return _sent(session, of_chat.where(Prompt.external_message_id == external_message_id))


def sent_with_id(session: Session, chat_id: int, prompt_id: int) -> Sent | None:
    """The prompt of that id, if it is this chat's."""
    return _sent(session, select(Prompt).where(Prompt.chat_id == chat_id, Prompt.id == prompt_id))


def remember(
    session: Session,
    chat_id: int,
    external_message_id: str,
    asked: Asked,
    *,
    now: datetime,
    tried_at: datetime | None = None,
) -> None:
    """Keep a prompt that was just sent, under the name the messenger gave its message.

    `tried_at`: when it was sent before, if nobody could tell whether it came through.
    """
    tried = {_TRIED: tried_at.isoformat()} if tried_at else {}
    session.execute(
        insert(Prompt)
        .values(
            chat_id=chat_id,
            external_message_id=external_message_id,
            kind=asked.kind,
            territory_id=asked.territory_id,
            link_id=asked.link_id,
            theme=asked.theme,
            question=asked.question,
            seen=asked.seen,
            details={**asked.details, **tried},
            sent_at=now,
        )
        .on_conflict_do_nothing()
    )


_TERRITORY = cast("InstrumentedAttribute[int]", Prompt.territory_id)  # of none, no wave is found
_INVITED_AT = select(func.min(Batch.invited_at)).where(Batch.wave_id == Wave.id)
_WAVE_BEGAN_AT = (
    select(func.coalesce(_INVITED_AT.scalar_subquery(), Wave.opened_at))
    .where(Wave.id == current_wave(_TERRITORY).scalar_subquery())
    .correlate(Prompt)
    .scalar_subquery()
)


def _sent(session: Session, prompts: Select[Prompt]) -> Sent | None:
    newest = prompts.add_columns(_WAVE_BEGAN_AT).order_by(Prompt.id.desc()).limit(1)
    found = session.execute(newest).one_or_none()
    if found is None:
        return None
    row, wave_began_at = found
    asked = Asked(
        kind=PromptKind(row.kind),
        territory_id=row.territory_id,
        theme=row.theme,
        question=row.question,
        seen=row.seen,
        details={name: one for name, one in row.details.items() if name != _TRIED},
        link_id=row.link_id,
    )
    is_former = wave_began_at is not None and row.sent_at < wave_began_at
    return Sent(row.id, _of_former_wave(asked) if is_former else asked)


def _overtaken(asked: Asked) -> Asked:
    """What is left of a prompt once a reminder was written below it: where one had come to.

    Its own buttons, and a reply to it, still answer it.
    """
    if asked.of_former_wave:
        return asked
    details = {_OVERTAKEN: True, "was": asked.details.get("was", asked.kind)}
    return replace(asked, kind=PromptKind.NOTHING, seen=None, details=details)


def _crossed(asked: Asked) -> Asked:
    """What is left of a prompt that may have been read, or not: it is asked again."""
    if asked.of_former_wave:
        return asked
    was = asked.details.get("was", asked.kind)
    return replace(asked, kind=PromptKind.NOTHING, details={_CROSSED: True, "was": was})


def _of_former_wave(asked: Asked) -> Asked:
    """What is left of a prompt once another wave has opened: nothing that may be answered.

    A response keeps its questionnaire, so a question changes from one wave to the next only; but a
    wave a year later asks the same themes, and a "2", a "yes, send", a reason to decline meant for
    the former one must not count in it.
    """
    if asked.kind in OUTLIVE_A_WAVE:
        return asked
    details = {_FORMER: True}
    return Asked(PromptKind.NOTHING, asked.territory_id, details=details, link_id=asked.link_id)
