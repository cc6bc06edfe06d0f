"""The carrier of e-mail: SMTP, one connection a drain."""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl
import time
from dataclasses import dataclass

from app.errors import Refused
from app.messages.bounces.verdicts import about_the_address
from app.messages.carriers import LONGEST_CARRY, Outcome, OutcomeKind, Parcel
from app.messages.dkim_key import DkimKey
from app.messages.mime import email_bytes
from app.messages.smtp_session import CLOSING, Session, SessionOverTls
from app.settings import Settings, is_loopback

TIMEOUT = 30.0  # seconds for one exchange with the server
# Seconds in which the last exchange of a parcel begins, whatever the server did before it.
PATIENCE = LONGEST_CARRY - TIMEOUT
_ENHANCED = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
# RFC 1870: the message is larger than the server, or the mailbox, takes.
EXCEEDS = 552
_TOO_LARGE = ("5.3.4", "5.2.3")
_NO_MAILBOX_CODES = (550, 551, 553)


class RemoteServerRefused(Refused):
    """A simulated campaign may not use a mail server of the outside world."""

    sentence = (
        "Une campagne simulée n’envoie qu’à un serveur de courrier de cette machine. "
        "Réglez SMTP_HOST sur 127.0.0.1, ou retirez la campagne simulée."
    )


@dataclass(frozen=True, slots=True)
class SmtpCarrier:
    """Where and how to hand mail over."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    tls: str = "none"  # "none", "starttls" or "tls"
    timeout: float = TIMEOUT
    patience: float = PATIENCE
    key: DkimKey | None = None  # None: mails leave unsigned

    @classmethod
    def of(cls, settings: Settings) -> SmtpCarrier:
        """The carrier that the settings describe."""
        return cls(
            settings.smtp_host,
            settings.smtp_port,
            settings.smtp_user,
            settings.smtp_password,
            settings.smtp_tls,
            key=DkimKey.of(settings),
        )

    @property
    def on_this_machine(self) -> bool:
        return is_loopback(self.host)

    def connect(self) -> SmtpConnection:
        """Nothing is opened until the first parcel."""
        return SmtpConnection(self)


class SmtpConnection:
    """One connection, opened at the first parcel and again after the server closed it."""

    def __init__(self, carrier: SmtpCarrier) -> None:
        self._carrier = carrier
        self._server: Session | None = None

    def carry(self, parcel: Parcel) -> Outcome:
        if parcel.simulated and not self._carrier.on_this_machine:
            raise RemoteServerRefused
        try:
            content = email_bytes(parcel, self._carrier.key)
        except ValueError:
            return _UNWRITABLE
        give_up_at = time.monotonic() + self._carrier.patience
        reused = self._server is not None
        outcome = self._once(parcel, content, give_up_at)
        if outcome.kind is OutcomeKind.DOWN and reused:
            # A server may close a connection between two mails: ask again on a new one.
            outcome = self._once(parcel, content, give_up_at)
        return outcome

    def close(self) -> None:
        """Say goodbye if the server still listens."""
        server, self._server = self._server, None
        if server is not None:
            server.give_up_at = time.monotonic() + self._carrier.timeout
            with contextlib.suppress(smtplib.SMTPException, OSError):
                server.quit()
            server.close()

    def _once(self, parcel: Parcel, content: bytes, give_up_at: float) -> Outcome:
        try:
            server = self._server = self._server or self._opened(give_up_at)
            server.give_up_at = give_up_at
            mail_from = parcel.envelope_sender or parcel.sender_address
            server.deliver(mail_from, parcel.recipient, content)
        except smtplib.SMTPRecipientsRefused as error:
            code, words = next(iter(error.recipients.values()))
            return self._refusal(code, words, about_mailbox=True)
        except smtplib.SMTPSenderRefused as error:
            if _too_large(error.smtp_code, error.smtp_error):
                return self._refusal(error.smtp_code, error.smtp_error, about_mailbox=False)
            self._drop()
            return _down(f"{error.smtp_code}", "le serveur refuse notre adresse d’expédition")
        except smtplib.SMTPAuthenticationError as error:
            self._drop()
            return _down(f"{error.smtp_code}", "le serveur refuse notre mot de passe")
        except smtplib.SMTPServerDisconnected:
            return self._lost("disconnected", "la connexion a été coupée")
        except smtplib.SMTPDataError as error:
            return self._refusal(error.smtp_code, error.smtp_error, about_mailbox=False)
        except smtplib.SMTPResponseException as error:
            # It refuses to speak to us at all (greeting, EHLO, STARTTLS): no message's fault.
            self._drop()
            return _down(f"{error.smtp_code}", "il refuse de nous parler")
        except (smtplib.SMTPException, OSError) as error:
            return self._lost(type(error).__name__, "il ne répond pas")
        return Outcome(OutcomeKind.SENT, "250")

    def _opened(self, give_up_at: float) -> Session:
        it = self._carrier
        context = ssl.create_default_context()
        server = (
            SessionOverTls(timeout=it.timeout, context=context)
            if it.tls == "tls"
            else Session(timeout=it.timeout)
        )
        server.give_up_at = give_up_at
        try:
            server.begin(it.host, it.port)
            if it.tls == "starttls":
                server.starttls(context=context)
            if it.user:
                server.login(it.user, it.password)
        except (smtplib.SMTPException, OSError):
            server.close()
            raise
        return server

    def _refusal(self, code: int, words: bytes | str, *, about_mailbox: bool) -> Outcome:
        said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
        found = _ENHANCED.search(said)
        enhanced = found.group(1) if found else ""
        detail = f"{code} {enhanced}".strip()
        if code == CLOSING:
            self._drop()
            return _down(detail, "il ferme la connexion")
        if code < 500:
            return Outcome(
                OutcomeKind.DEFERRED,
                detail,
                f"Son serveur fait attendre ({detail}).",
            )
        if about_mailbox and _no_mailbox(code, enhanced):
            return Outcome(
                OutcomeKind.BOUNCED,
                detail,
                f"Son serveur ne connaît pas cette boîte ({detail}).",
            )
        return Outcome(OutcomeKind.REFUSED, detail, f"Le serveur refuse ce message ({detail}).")

    def _lost(self, detail: str, why: str) -> Outcome:
        """No reply. Once the text was on its way, nobody knows whether the server took it."""
        unconfirmed = self._server is not None and self._server.text_began
        self._drop()
        return _UNCONFIRMED if unconfirmed else _down(detail, why)

    def _drop(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()


def _too_large(code: int, words: bytes | str) -> bool:
    """Whether it is this very message that the server does not want (RFC 1870, RFC 3463)."""
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    found = _ENHANCED.search(said)
    return found.group(1) in _TOO_LARGE if found else code == EXCEEDS


def _no_mailbox(code: int, enhanced: str) -> bool:
    """Whether a permanent refusal speaks of the mailbox; by the code alone if there is no finer."""
    return about_the_address(enhanced) if enhanced else code in _NO_MAILBOX_CODES


def _down(detail: str, why: str) -> Outcome:
    return Outcome(OutcomeKind.DOWN, detail, f"Serveur d’envoi injoignable\u00a0: {why}.")


_UNCONFIRMED = Outcome(
    OutcomeKind.UNCONFIRMED,
    "unconfirmed",
    "Le serveur d’envoi s’est tu sans dire s’il prenait ce message.",
)
_UNWRITABLE = Outcome(
    OutcomeKind.REFUSED,
    "unwritable",
    "Une adresse de ce message contient un caractère que le courrier n’accepte pas.",
)
