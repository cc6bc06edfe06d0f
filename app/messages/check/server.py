"""What the sending server shows of itself: spoken to as before a mail, and handed none."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from app.messages.smtp_session import Session, SessionOverTls
from app.settings import Settings, is_loopback

PATIENCE = 10.0  # seconds for one exchange
LONGEST = 20.0  # seconds in which the last exchange begins
# What smtplib can answer to a server that asks for a password.
_PASSWORDS_WE_KNOW = frozenset({"CRAM-MD5", "PLAIN", "LOGIN"})
_RENEW = "Renouvelez ce certificat."
_NAME = "Mettez dans SMTP_HOST le nom que porte le certificat, ou faites-en un à ce nom."
_VOUCH = (
    "Faites-le signer par une autorité reconnue, ou ajoutez l’autorité qui l’a signé à celles de "
    "cette machine."
)
_PORT = "Vérifiez SMTP_PORT et SMTP_TLS\u00a0: tls va avec le port 465, starttls avec 587 ou 25."
# OpenSSL's numbers for what is wrong with a certificate (x509_vfy.h), and how an operator mends it.
_CERTIFICATE_FAULTS = {
    9: ("son certificat n’est pas encore valable", "Vérifiez l’heure de cette machine."),
    10: ("son certificat a expiré", _RENEW),
    18: ("son certificat n’est signé que par lui-même", _VOUCH),
    19: ("son certificat est signé par une autorité que cette machine ne connaît pas", _VOUCH),
    20: ("son certificat est signé par une autorité que cette machine ne connaît pas", _VOUCH),
    62: ("son certificat est à un autre nom", _NAME),
    64: ("son certificat est à un autre nom", _NAME),
}


@dataclass(frozen=True, slots=True)
class Server:
    """The sending server of the settings; its password is not needed to look at it."""

    host: str
    port: int
    tls: str  # "none", "starttls" or "tls"
    asks_user: bool  # whether we have a user to name to it

    @classmethod
    def of(cls, settings: Settings) -> Server:
        """The one that our carrier speaks to."""
        return cls(
            settings.smtp_host, settings.smtp_port, settings.smtp_tls, bool(settings.smtp_user)
        )

    @property
    def name(self) -> str:
        return f"{self.host}:{self.port}"

    @property
    def on_this_machine(self) -> bool:
        return is_loopback(self.host)


@dataclass(frozen=True, slots=True)
class Shown:
    """What it showed, up to where the conversation went; the whys are in French."""

    away: str = ""  # why it does not speak to us at all
    offers_starttls: bool = False
    tls_fault: str = ""  # why it could not be spoken to encrypted, as the settings ask
    tls_mend: str = ""  # what to do about that
    valid_until: datetime | None = None  # its certificate; None: not encrypted
    takes_passwords: bool = False  # of a kind that we know, once encrypted
    name: str = ""  # by which it answers our greeting


Probe = Callable[[Server], Shown]


def probe(server: Server, context: ssl.SSLContext | None = None) -> Shown:
    """Connect, greet, encrypt as the settings ask, read what is offered, and leave.

    Certificates are judged as our carrier judges them: by what this machine trusts.
    """
    context = context or ssl.create_default_context()
    session = (
        SessionOverTls(timeout=PATIENCE, context=context)
        if server.tls == "tls"
        else Session(timeout=PATIENCE)
    )
    session.give_up_at = time.monotonic() + LONGEST
    try:
        session.begin(server.host, server.port)
        session.ehlo_or_helo_if_needed()
        offers = session.has_extn("starttls")
        if server.tls == "starttls" and offers:
            session.starttls(context=context)
            session.ehlo()
        shown = Shown(
            offers_starttls=offers,
            valid_until=_valid_until(session),
            takes_passwords=_takes_passwords(session),
            name=_name(session),
        )
        with contextlib.suppress(smtplib.SMTPException, OSError):
            session.quit()
        return shown
    except ssl.SSLError as error:
        fault, mend = _tls_fault(error)
        return Shown(offers_starttls=server.tls == "starttls", tls_fault=fault, tls_mend=mend)
    except smtplib.SMTPResponseException as error:
        return Shown(away=f"il refuse de nous parler ({error.smtp_code})")
    except TimeoutError:
        return Shown(away="il ne répond pas à temps")
    except (smtplib.SMTPException, OSError) as error:
        return Shown(away=f"la connexion n’aboutit pas ({type(error).__name__})")
    finally:
        session.close()


def _valid_until(session: Session) -> datetime | None:
    if not isinstance(session.sock, ssl.SSLSocket):
        return None
    certificate = session.sock.getpeercert() or {}
    ends = str(certificate["notAfter"])
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), UTC)


def _name(session: Session) -> str:
    """The first word of its answer to our greeting (RFC 5321, 4.1.1.1)."""
    said = (session.ehlo_resp or session.helo_resp or b"").decode("ascii", "replace").split()
    return said[0].lower().rstrip(".") if said else ""


def _takes_passwords(session: Session) -> bool:
    return bool(_PASSWORDS_WE_KNOW & set(session.esmtp_features.get("auth", "").upper().split()))


def _tls_fault(error: ssl.SSLError) -> tuple[str, str]:
    if isinstance(error, ssl.SSLCertVerificationError):
        other = ("son certificat n’est pas valable", _RENEW)
        return _CERTIFICATE_FAULTS.get(error.verify_code, other)
    return "il ne chiffre pas comme nous, ou pas sur ce port", _PORT
