"""Writes a letter: its template's words, with what is true at the moment it leaves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from itertools import groupby
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from app.messages.carriers import Attachment, Parcel
from app.messages.letterhead import TELEGRAM, Letterhead
from app.messages.letters import CaseFacts, Letter, LinkFacts
from app.messages.origins import source_sentence
from app.messages.team_words import several_links, team_words
from app.messages.theme_words import theme_words
from app.messages.wrapping import wordwrap
from app.vocabulary.articles import of_place, the_place
from app.vocabulary.french_dates import days_between, whole_day
from app.vocabulary.messengers import MESSENGER_NAMES
from app.vocabulary.scope import Channel
from app.vocabulary.territory_kinds import LABELS, TerritoryKind
from app.vocabulary.themes import BY_CODE

# A non-breaking space stays one: French puts it before a colon.
_SPACES = re.compile(r"[ \t\r\n\f\v]+")
LINK_PLACEHOLDER = "[lien personnel]"
NAME_PLACEHOLDER = "[nom]"
# What follows our address where it holds a token.
_SECRET = ("r/", "stop/", "fiche/", "communes/", "nouveau/", "continuer/")

# What a text that staff changed may do when it is filled in.
UNWRITABLE = (TemplateError, LookupError, TypeError, ValueError, ArithmeticError, AttributeError)

# Staff may edit these texts: a template reads what it is given and nothing else.
TEXT = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
HTML = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
TEXT.filters["wordwrap"] = wordwrap


@dataclass(frozen=True, slots=True)
class Sheet:
    """The three parts of a wording, compiled."""

    subject: Template
    body_text: Template
    body_html: Template


@lru_cache(maxsize=64)
def sheet_of(subject: str, body_text: str, body_html: str) -> Sheet:
    """Compile a wording; the same text is compiled once a process."""
    return Sheet(
        TEXT.from_string(subject), TEXT.from_string(body_text), HTML.from_string(body_html)
    )


def compose(
    letter: Letter,
    sheet: Sheet,
    letterhead: Letterhead,
    *,
    carry_before: float,
    now: datetime,
) -> Parcel:
    """The parcel of a judged letter. Every link in it is made here, and none is kept."""
    context = context_of(letter, letterhead, now)
    text = sheet.body_text.render(context)
    subject = _line(sheet.subject.render(context))
    unnamed = {**context, "by_label": NAME_PLACEHOLDER} if letter.given_by else None
    attachments = _attachments(letter, letterhead)
    return Parcel(
        message_id=letter.id,
        tries=letter.tries,
        channel=letter.channel,
        step=letter.step,
        recipient=letter.address.value,
        address_id=letter.address.id,
        case_ids=tuple(case.id for case in letter.cases),
        simulated=letter.wave.simulated,
        carry_before=carry_before,
        written_at=now,
        sender_name=letter.signed_by.name if letter.signed_by else letterhead.sender_name,
        sender_address=letterhead.sender_address,
        reply_to=letter.signed_by.reply_to if letter.signed_by else letterhead.help_address,
        subject=subject,
        text=text,
        html=sheet.body_html.render(context),
        kept_subject=_kept(
            _line(sheet.subject.render(unnamed)) if unnamed else subject, letterhead
        ),
        kept_text=_kept(sheet.body_text.render(unnamed) if unnamed else text, letterhead),
        stop_url=str(context["stop_url"]),
        attachments=attachments,
        envelope_sender=letterhead.envelope_sender(letter.id),
    )


def context_of(letter: Letter, letterhead: Letterhead, now: datetime) -> dict[str, Any]:
    """All that a template may name; the head of each template file lists it."""
    places = [
        _place(list(cases), letter, letterhead, now)
        for _, cases in groupby(letter.cases, key=lambda case: case.territory.id)
    ]
    first = letter.cases[0]
    return {
        **places[0],
        **_step_words(letter, letterhead),
        "others": places[1:],
        "several_url": _several_url(letter, letterhead),
        "theme": places[0]["themes"][0],
        "sender": {
            "name": letterhead.sender_name,
            "public_address": letterhead.public_url,
            "help_email": letterhead.help_address,
            "help_phone": letterhead.help_phone,
            "dpo": letterhead.dpo_address,
        },
        "wave_label": letter.wave.label,
        "ends_on": whole_day(letter.wave.ends_at),
        "days_left": days_between(now, letter.wave.ends_at),
        "stop_url": _stop_url(first, letterhead) if letter.channel == Channel.EMAIL else "",
        "address_origin": source_sentence(_origin(case, letter.step) for case in letter.cases),
        "first_contact": not letter.address.written_to_before,
        "notice_url": letterhead.notice_url,
        "simulated": letter.wave.simulated,
    }


def _place(
    cases: Sequence[CaseFacts], letter: Letter, letterhead: Letterhead, now: datetime
) -> dict[str, Any]:
    """One authority of the letter: its name, its themes, its own links."""
    territory = cases[0].territory
    link = cases[0].link
    answer_url = _answer_url(link, letterhead)
    return {
        "territory": {
            "name": territory.name,
            "the_name": the_place(territory.name, territory.kind),
            "of_name": of_place(territory.name, territory.kind),
            "kind_label": LABELS[TerritoryKind(territory.kind)],
            "departement": territory.departement,
        },
        "themes": [
            theme_words(case, letter, now)
            | {"url": _answer_url(case.link, letterhead) if several_links(list(cases)) else ""}
            for case in cases
        ],
        "answer_url": answer_url,
        "chat_url": _chat_url(cases[0].chat_link, letterhead),
        "decline_url": f"{answer_url}/refuser",
        # Who was handed one theme can neither hand it on nor refuse for the authority.
        "may_delegate": link is not None and link.purpose == "answer",
    }


def _step_words(letter: Letter, letterhead: Letterhead) -> dict[str, Any]:
    """What only one step speaks of: the message's details, which hold no name, address or token."""
    words: dict[str, Any] = {
        key: letter.details[key]
        for key in ("by_label", "number", "answered", "asked")
        if key in letter.details
    }
    if letter.given_by:
        words["by_label"] = letter.given_by
    if letter.step == "prenotice":
        words["signed_by"] = letter.signed_by.name if letter.signed_by else ""
        words["signed_words"] = letter.signed_by.words if letter.signed_by else ""
        asked_at = letter.details.get("asked_at")
        words["asked_on"] = whole_day(datetime.fromisoformat(asked_at)) if asked_at else ""
    if letter.step == "card" and letter.link is not None:
        words["card_url"] = letterhead.card_url(letter.link.id, letter.link.key_id)
        words["pdf_attached"] = letterhead.card_attached
    if letter.step == "moved_to_chat":
        words["messenger"] = MESSENGER_NAMES[Channel(letter.details["messenger"])]
    if letter.step == "receipt":
        words["answers_url"] = _answers_url(letter.cases[0], letterhead)
    return words | team_words(letter, partial(_answer_url, letterhead=letterhead))


def _attachments(letter: Letter, letterhead: Letterhead) -> tuple[Attachment, ...]:
    if letter.step != "card" or letter.pdf is None or not letterhead.card_attached:
        return ()
    return (Attachment("fiche-barometre.pdf", "application/pdf", letter.pdf),)


def _answers_url(case: CaseFacts, letterhead: Letterhead) -> str:
    """Where the answers handed in are to be had as a PDF; "" when they never are."""
    if BY_CODE[case.theme].confidential:
        return ""
    return f"{_answer_url(case.link, letterhead)}/{case.theme}/reponses.pdf"


def _answer_url(link: LinkFacts | None, letterhead: Letterhead) -> str:
    """The address that the letter leads to: its themes, its card, or the page that takes over."""
    if link is None:
        raise LookupError("a letter without a link was not judged")
    if link.purpose == "card":
        return letterhead.card_url(link.id, link.key_id)
    if link.purpose == "renew":
        return letterhead.renew_url(link.id, link.key_id)
    return letterhead.answer_url(link.id, link.key_id, link.purpose)


def _chat_url(link: LinkFacts | None, letterhead: Letterhead) -> str:
    """Where one answers on Telegram; "" where no mail speaks of it."""
    return "" if link is None else letterhead.telegram_url(link.id, link.key_id)


def _origin(case: CaseFacts, step: str) -> str:
    """Where the mailbox comes from; whoever asks for a link gave their own."""
    return "renewal" if step == "renewal" and case.origin == "respondent" else case.origin


def _stop_url(case: CaseFacts, letterhead: Letterhead) -> str:
    if case.stop_link is None:
        raise LookupError("a letter without a stop link was not judged")
    return letterhead.stop_url(case.stop_link.id, case.stop_link.key_id)


def _several_url(letter: Letter, letterhead: Letterhead) -> str:
    """The page of all the authorities that this letter speaks of, "" unless there are several.

    It opens every answer link of the mailbox: a letter to a colleague never holds it.
    """
    own = [case for case in letter.cases if case.link is not None and case.link.purpose == "answer"]
    link = next((case.several_link for case in own if case.several_link is not None), None)
    if link is None or len({case.territory.id for case in own}) < 2:
        return ""
    return letterhead.several_url(link.id, link.key_id)


def _line(written: str) -> str:
    return " ".join(_SPACES.split(written)).strip()


def _kept(written: str, letterhead: Letterhead) -> str:
    """The text as staff may read it later: no token."""
    kept = _without(written, f"{letterhead.public_url}/", _SECRET)
    return _without(kept, TELEGRAM, (f"{letterhead.telegram_bot}?",))


def _without(written: str, start: str, secret: tuple[str, ...]) -> str:
    """The text with every address that begins so, and goes on with one of these, left out."""
    pieces = written.split(start)
    kept = [pieces[0]]
    for piece in pieces[1:]:
        address = piece.split(maxsplit=1)[0] if piece.split() else ""
        kept.append(
            LINK_PLACEHOLDER + piece[len(address) :]
            if address.startswith(secret)
            else f"{start}{piece}"
        )
    return "".join(kept)
