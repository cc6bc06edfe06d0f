"""Reads a mail that came back: what it says, and about which message of ours. Pure.

Every mail is a stranger's: whatever is broken, huge or made to harm is `OTHER`, for a person.
Standards: RFC 3464 (delivery status), RFC 3463 (codes), RFC 5965 (complaints), RFC 3834
(automatic replies), RFC 8098 (receipts of reading).
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message
from uuid import UUID

from flufl.bounce import all_failures

from app.messages.bounces.mail import ReturnedMail, header, headers, mailbox_in, take_apart
from app.messages.bounces.verdicts import status_in, verdict, verdict_unsure
from app.messages.bounces.verp import token_of
from app.messages.bounces.words import (
    AWAY,
    CAME_BACK,
    CLOSED,
    LONGEST,
    MOVED,
    PROVE_YOURSELF,
    plain,
)
from app.panel.mailboxes import is_mailbox
from app.vocabulary.mail_reports import ReportKind

LARGEST = 1_000_000  # bytes; a bounce that quotes a whole card is far below
Kind = ReportKind

# It logs what it was reading when it failed: addresses, words.
logging.getLogger("flufl.bounce").disabled = True


@dataclass(frozen=True, slots=True)
class Report:
    """What a returned mail says. The message is ours only if the token or the id proves true."""

    kind: ReportKind
    code: str  # RFC 3463's status, or ""
    message_id: UUID | None  # as it is quoted
    verp_token: str  # of the address that it was sent to; "" without one
    recipient: str  # the mailbox that it speaks of, in lower case; "" when it names none
    moved_to: str  # a new address, for a person to confirm; "" without one
    digest: str  # SHA-256 of the mail, whatever its line ends


@dataclass(frozen=True, slots=True)
class _Finding:
    kind: ReportKind
    code: str = ""
    recipient: str = ""
    moved_to: str = ""


# From the kindest to the hardest: a mailbox that leads to several people lives as long as one.
_KINDNESS = (Kind.DELIVERED, Kind.DELAYED, Kind.FULL, Kind.SOFT, Kind.MOVED, Kind.HARD)
_ACTIONS = {
    # Nothing more will be told of a mail handed on: it arrived, as far as anybody knows.
    "delivered": Kind.DELIVERED,
    "relayed": Kind.DELIVERED,
    "expanded": Kind.DELIVERED,
    "delayed": Kind.DELAYED,
}
_OUR_ID = re.compile(
    r"<([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})@[^\s<>@]{1,253}>", re.I
)
_ADDRESS = re.compile(r"[\w.+'-]{1,64}@[\w.-]{1,189}", re.ASCII)
# Names that nobody answers under; a person may well be the postmaster, and be away.
_MACHINE = re.compile(r"(?:mailer|mail)-?daemon|mdaemon|microsoftexchange[0-9a-f]{32}", re.I)
_DAEMON = re.compile(
    rf"{_MACHINE.pattern}|postmaster|system ?administrator|mail[._-]?deliver\w{{0,20}}|bounces?|"
    r"daemon|no-?reply\W{0,2}mail\w{0,20}",
    re.I,
)
# A complaint by these feedback types (RFC 5965 and its registry); the others complain of nothing.
_COMPLAINTS = ("abuse", "fraud", "virus", "opt-out", "other")
_REACHED = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To", "Cc", "Received")


def read(raw: bytes) -> Report:
    """What a mail says. Never raises: `OTHER` for what cannot be read."""
    digest = hashlib.sha256(raw.replace(b"\r\n", b"\n").strip()).hexdigest()
    if len(raw) > LARGEST:
        return Report(Kind.OTHER, "", None, "", "", "", digest)
    try:
        mail = take_apart(raw)
        found = _finding(mail)
        return Report(
            found.kind,
            found.code,
            _message_id(mail),
            _verp_token(mail),
            found.recipient,
            found.moved_to,
            digest,
        )
    # The library has its own failures for each kind of broken mail, nesting too deep among them.
    except Exception:
        return Report(Kind.OTHER, "", None, "", "", "", digest)


def _finding(mail: ReturnedMail) -> _Finding:
    if mail.statuses:
        return _of_statuses(mail)
    if mail.feedback is not None:
        return _of_feedback(mail.feedback)
    if mail.header("X-HmXmrOriginalRecipient"):
        return _Finding(
            Kind.COMPLAINT, recipient=mailbox_in(mail.header("X-HmXmrOriginalRecipient"))
        )
    if mail.was_read:
        return _Finding(Kind.AUTO_REPLY)
    if _is_from_a_server(mail):
        return _of_words(mail)
    if _is_automatic(mail):
        return _of_automaton(mail)
    return _of_person(mail)


def _of_statuses(mail: ReturnedMail) -> _Finding:
    """RFC 3464: the kindest of what is said of each recipient."""
    findings = [_of_status(block, mail.said) for block in mail.statuses]
    return min(findings, key=lambda one: _KINDNESS.index(one.kind))


def _of_status(block: Message, said: str) -> _Finding:
    action = re.split(r"[^a-z]", header(block, "Action").lower() + " ")[0]
    diagnostic = header(block, "Diagnostic-Code")
    code = status_in(header(block, "Status"), diagnostic)
    recipient = mailbox_in(header(block, "Final-Recipient"))
    if action in _ACTIONS:
        return _Finding(_ACTIONS[action], code, recipient)
    # What is written for people holds guesses at the cause: only when the server gave none.
    words = diagnostic if _tells(diagnostic) else f"{diagnostic} {said}"
    kind = verdict(code, words)
    moved_to = _new_address(f"{diagnostic}\n{said}", recipient) if kind is Kind.MOVED else ""
    return _Finding(kind, code, recipient, moved_to)


def _tells(diagnostic: str) -> bool:
    """Whether there are words in it, besides names and codes."""
    return len(re.findall(r"[a-z]{3,}", plain(diagnostic))) > 2


def _of_feedback(feedback: Message) -> _Finding:
    complains = header(feedback, "Feedback-Type").lower() in _COMPLAINTS
    recipient = mailbox_in(header(feedback, "Original-Rcpt-To"))
    return _Finding(Kind.COMPLAINT if complains else Kind.OTHER, recipient=recipient)


def _of_words(mail: ReturnedMail) -> _Finding:
    """A server that writes as it likes: the library knows many, the words tell the rest."""
    delayed, failed = _known_shapes(mail.head)
    recipient = min(failed or delayed, default="") or _failed_recipient(mail)
    said = f"{mail.header('Subject')}\n{mail.said}"
    code = status_in(mail.said)
    if delayed and not failed:
        return _Finding(Kind.DELAYED, code, recipient)
    kind = verdict(code, said) if failed else verdict_unsure(code, said)
    if kind is Kind.SOFT and not (failed or code or CAME_BACK.match(plain(mail.header("Subject")))):
        return _Finding(Kind.OTHER)
    moved_to = _new_address(mail.said, recipient) if kind is Kind.MOVED else ""
    return _Finding(kind, code, recipient, moved_to)


def _of_automaton(mail: ReturnedMail) -> _Finding:
    """Whoever is away was reached; who must prove to be human was not, and a person is needed.

    So it is where nobody reads the mailbox any more, and no other is given.
    """
    if PROVE_YOURSELF.search(plain(f"{mail.header('Subject')} {mail.said}")):
        return _Finding(Kind.OTHER)
    sender = mailbox_in(mail.header("From"))
    moved_to = _new_address(mail.said, sender)
    if not moved_to and CLOSED.search(plain(mail.said)):
        return _Finding(Kind.OTHER, recipient=sender)
    return _Finding(Kind.AUTO_REPLY, recipient=sender, moved_to=moved_to)


def _of_person(mail: ReturnedMail) -> _Finding:
    """For a person to read; a notice that an address changed also says which one to propose."""
    if not MOVED.match(plain(mail.header("Subject")).strip()):
        return _Finding(Kind.OTHER)
    sender = mailbox_in(mail.header("From"))
    return _Finding(Kind.OTHER, recipient=sender, moved_to=_new_address(mail.said, sender))


def _known_shapes(mail: Message) -> tuple[list[str], list[str]]:
    """Recipients delayed and given up, as flufl.bounce finds them; none where it stumbles."""
    try:
        delayed, failed = all_failures(mail)
    except Exception:
        return [], []
    return _sorted(delayed), _sorted(failed)


def _sorted(addresses: Iterable[bytes]) -> list[str]:
    return sorted(address.decode("ascii", "replace").lower() for address in addresses if address)


def _failed_recipient(mail: ReturnedMail) -> str:
    """The only mailbox that Exim's header or the text names, if there is but one."""
    named = mail.header("X-Failed-Recipients") or mail.said
    found = set(_addresses(named))
    return min(found) if len(found) == 1 else ""


def _is_from_a_server(mail: ReturnedMail) -> bool:
    """Whether a mail server wrote it, rather than somebody's mailbox.

    An automatic reply may have no return path and speak of addresses: it is known by its sender
    and by what it says of itself.
    """
    if mail.header("X-Failed-Recipients"):
        return True
    sender = mailbox_in(mail.header("From")).partition("@")[0]
    if _MACHINE.fullmatch(sender):
        return True
    came_back = CAME_BACK.match(plain(mail.header("Subject"))) is not None
    if _DAEMON.fullmatch(sender):
        return came_back or not _is_automatic(mail)
    return came_back and not _is_automatic(mail)


def _is_automatic(mail: ReturnedMail) -> bool:
    """RFC 3834, the headers before it, and the subjects of those that send neither."""
    submitted = mail.header("Auto-Submitted").partition(";")[0].strip().lower()
    return (
        submitted not in ("", "no")
        or mail.header("Precedence").lower() in ("auto_reply", "bulk", "junk")
        or any(mail.header(name) for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponder"))
        or AWAY.match(plain(mail.header("Subject"))) is not None
    )


def _new_address(text: str, former: str) -> str:
    """Where a mailbox moved to: the last address of the line that says so, or the next after it."""
    lines = text[:LONGEST].splitlines()
    for n, line in enumerate(lines):
        if MOVED.search(plain(line)):
            here = [*reversed(_addresses(line)), *_addresses("\n".join(lines[n + 1 : n + 4]))]
            return next((one for one in here if one != former), "")
    return ""


def _addresses(text: str) -> list[str]:
    """The mailboxes of people that a text names, in its order."""
    found = (str(one).strip(".'-").lower() for one in _ADDRESS.findall(text))
    return [
        one for one in found if is_mailbox(one) and not _DAEMON.fullmatch(one.partition("@")[0])
    ]


def _message_id(mail: ReturnedMail) -> UUID | None:
    """The message that it brings back or answers."""
    answered = f"{mail.header('In-Reply-To')} {mail.header('References')}"
    for text in (mail.quoted, answered):
        found = _OUR_ID.search(text)
        if found:
            return UUID(found.group(1))
    return None


def _verp_token(mail: ReturnedMail) -> str:
    """By the return path that it came to, else by the one of the mail that it brings back."""
    values = [value for name in _REACHED for value in headers(mail.head, name)]
    if mail.feedback is not None:
        values.append(header(mail.feedback, "Original-Mail-From"))
    values.append(mail.quoted)
    return next((token for value in values if (token := token_of(value))), "")
