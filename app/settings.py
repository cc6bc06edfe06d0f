"""Settings: read once from the environment, frozen, every mistake told at once."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from app.errors import Refused

T = TypeVar("T")

DEFAULT_SECRET = "demonstration-seulement-ne-pas-utiliser-en-production"
ROOT = Path(__file__).resolve().parent.parent
LONGEST_BOUNCE_NAME = 14


class BadSettings(Refused):
    """The environment holds values that cannot be used."""

    sentence = "Réglages à corriger avant de démarrer\u00a0:\n{mistakes}\nVoir docs/settings.md."


@dataclass(frozen=True, slots=True)
class Settings:
    """All that may differ from one deployment to the next; `docs/settings.md` describes each."""

    environment: str  # "development" or "production"
    secret_key: str
    link_keys: Mapping[int, str]  # key_id -> secret; the highest signs, all verify
    database_url: str | None  # None: the embedded server
    database_owner_url: str | None
    database_published_url: str | None
    data_dir: Path | None  # None: app.embedded chooses
    public_url: str
    publisher: str  # "etat" (DSFR skin) or "ours"
    sender_name: str
    sender_address: str
    help_address: str
    help_phone: str
    dpo_address: str
    smtp_host: str
    smtp_port: int
    smtp_user: str
    smtp_password: str
    smtp_tls: str  # "none", "starttls" or "tls"
    bounce_address: str  # a mailbox for what comes back; "": bounces go to the sender's own
    bounce_imap_url: str  # where it is read by IMAP, password included; "": not by IMAP
    bounce_maildir: Path | None  # where it is read on this machine
    dkim_key_file: Path | None  # the private key that signs mails, PEM; None: they leave unsigned
    dkim_selector: str  # the name under which its public half is published
    lanes: Mapping[str, tuple[int, int]]  # lane -> connections, messages on each
    card_attached: bool
    telegram_token: str  # of the bot; "": Telegram is off
    telegram_bot: str  # its name, "@" or not
    telegram_api: str  # the server; Telegram's own unless one hosts another
    telegram_webhook_url: str  # where Telegram calls us; "": we ask it
    telegram_webhook_secret: str  # what it says when it calls
    telegram_port: int  # where we listen for its calls, on this machine
    matrix_homeserver: str  # "": Tchap is off
    matrix_user: str  # "@bot:agent.example"
    matrix_password: str  # for the bot alone
    matrix_domains: tuple[str, ...]  # whose people may start a conversation
    matrix_store: Path | None  # where the account’s keys are kept; None: beside the data
    return_address: str  # postal, lines separated by "|": where paper answers go
    host: str  # who hosts the site, for the legal notice
    publication_director: str
    complete_from: int  # per cent of the applicable questions answered
    partial_from: int
    log_level: str
    clock_offset: timedelta
    demo_chat_url: str | None  # the demo's chat window; None: there is none
    hold_sending: bool
    metrics_token: str  # who reads /metrics says it; "": there is no such page

    @property
    def production(self) -> bool:
        return self.environment == "production"

    @property
    def skin(self) -> str:
        return "dsfr" if self.publisher == "etat" else "ours"

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Settings:
        """Build the settings; raise one `BadSettings` that lists every mistake."""
        reading = _Reading(environ)
        settings = cls(
            environment=reading.one_of("ENVIRONMENT", ("development", "production"), "development"),
            secret_key=reading.text("SECRET_KEY", DEFAULT_SECRET),
            link_keys=reading.parsed("LINK_KEYS", f"1:{DEFAULT_SECRET}", _link_keys),
            database_url=reading.optional("DATABASE_URL"),
            database_owner_url=reading.optional("DATABASE_OWNER_URL"),
            database_published_url=reading.optional("DATABASE_PUBLISHED_URL"),
            data_dir=Path(found) if (found := reading.optional("DATA_DIR")) else None,
            public_url=reading.parsed("PUBLIC_URL", "http://127.0.0.1:8000", _web_address),
            publisher=reading.one_of("PUBLISHER", ("ours", "etat"), "ours"),
            sender_name=reading.text("SENDER_NAME", "Baromètre Collectivités & numérique"),
            sender_address=reading.parsed(
                "SENDER_ADDRESS", "barometre@barometre.invalid", _mailbox
            ),
            help_address=reading.parsed("HELP_ADDRESS", "aide@barometre.invalid", _mailbox),
            help_phone=reading.text("HELP_PHONE", ""),
            dpo_address=reading.parsed("DPO_ADDRESS", "dpo@barometre.invalid", _mailbox),
            smtp_host=reading.text("SMTP_HOST", "127.0.0.1"),
            smtp_port=reading.parsed("SMTP_PORT", "8025", _port),
            smtp_user=reading.text("SMTP_USER", ""),
            smtp_password=reading.text("SMTP_PASSWORD", ""),
            smtp_tls=reading.one_of("SMTP_TLS", ("none", "starttls", "tls"), "none"),
            bounce_address=reading.parsed("BOUNCE_ADDRESS", "", _bounce_mailbox),
            bounce_imap_url=reading.parsed("BOUNCE_IMAP_URL", "", _imap_url),
            bounce_maildir=Path(found) if (found := reading.optional("BOUNCE_MAILDIR")) else None,
            dkim_key_file=Path(found) if (found := reading.optional("DKIM_KEY_FILE")) else None,
            dkim_selector=reading.parsed("DKIM_SELECTOR", "barometre", _dns_label),
            lanes=reading.parsed("LANES", "", _lane_limits),
            card_attached=reading.parsed("CARD_ATTACHED", "non", _yes_or_no),
            telegram_token=reading.text("TELEGRAM_TOKEN", ""),
            telegram_bot=reading.text("TELEGRAM_BOT", ""),
            telegram_api=reading.parsed("TELEGRAM_API", "https://api.telegram.org", _private),
            telegram_webhook_url=reading.parsed("TELEGRAM_WEBHOOK_URL", "", _private),
            telegram_webhook_secret=reading.parsed("TELEGRAM_WEBHOOK_SECRET", "", _webhook_secret),
            telegram_port=reading.parsed("TELEGRAM_PORT", "8081", _port),
            matrix_homeserver=reading.parsed("MATRIX_HOMESERVER", "", _private),
            matrix_user=reading.parsed("MATRIX_USER", "", _matrix_user),
            matrix_password=reading.text("MATRIX_PASSWORD", ""),
            matrix_domains=reading.parsed("MATRIX_DOMAINS", "", _domains),
            matrix_store=Path(found) if (found := reading.optional("MATRIX_STORE")) else None,
            return_address=reading.text("RETURN_ADDRESS", ""),
            host=reading.text("HOST", ""),
            publication_director=reading.text("PUBLICATION_DIRECTOR", ""),
            complete_from=reading.parsed("COMPLETE_FROM", "80", _percentage),
            partial_from=reading.parsed("PARTIAL_FROM", "50", _percentage),
            log_level=reading.one_of("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), "INFO"),
            clock_offset=reading.parsed("CLOCK_OFFSET", "0", _seconds),
            demo_chat_url=reading.parsed("DEMO_CHAT_URL", "", _web_address_or_none),
            hold_sending=reading.parsed("HOLD_SENDING", "non", _yes_or_no),
            metrics_token=reading.parsed("METRICS_TOKEN", "", _long_token),
        )
        if not settings.partial_from < settings.complete_from:
            reading.mistakes.append("PARTIAL_FROM doit être plus petit que COMPLETE_FROM")
        if settings.telegram_webhook_url and not settings.telegram_webhook_secret:
            reading.mistakes.append("TELEGRAM_WEBHOOK_SECRET est exigé par TELEGRAM_WEBHOOK_URL")
        reading.mistakes.extend(_production_mistakes(settings))
        if reading.mistakes:
            raise BadSettings(mistakes="\n".join(f"- {line}" for line in reading.mistakes))
        return settings


class _Reading:
    """One pass over the environment that remembers what was wrong."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.mistakes: list[str] = []

    def text(self, name: str, default: str) -> str:
        return self.environ.get(name, "").strip() or default

    def optional(self, name: str) -> str | None:
        return self.environ.get(name, "").strip() or None

    def one_of(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        value = self.text(name, default)
        if value not in allowed:
            self.mistakes.append(f"{name} vaut « {value} » ; attendu : {', '.join(allowed)}")
            return default
        return value

    def parsed(self, name: str, default: str, parse: Callable[[str], T]) -> T:
        try:
            return parse(self.text(name, default))
        except ValueError as error:
            self.mistakes.append(f"{name} : {error}")
            return parse(default)


def _production_mistakes(settings: Settings) -> list[str]:
    """What may pass on a developer's machine and never in production."""
    if not settings.production:
        return []
    checks = {
        "SECRET_KEY : choisissez un secret d’au moins 32 caractères": len(settings.secret_key) < 32
        or settings.secret_key == DEFAULT_SECRET,
        "LINK_KEYS : choisissez des clés d’au moins 32 caractères, autres que celle de la "
        "démonstration": any(
            len(key) < 32 or key == DEFAULT_SECRET for key in settings.link_keys.values()
        ),
        "DATABASE_URL : la production a besoin d’une base PostgreSQL": settings.database_url
        is None,
        "DATABASE_PUBLISHED_URL : les pages publiques ont leur propre rôle, qui ne lit que les "
        "résultats publiés": settings.database_published_url is None,
        "SMTP_TLS : le mot de passe de SMTP_HOST partirait en clair ; choisissez starttls ou tls": (
            settings.smtp_tls == "none"
            and bool(settings.smtp_password)
            and not is_loopback(settings.smtp_host)
        ),
        "PUBLIC_URL : la production se sert en https": not settings.public_url.startswith(
            "https://"
        ),
        "CLOCK_OFFSET : l’horloge ne se décale que dans la démonstration": bool(
            settings.clock_offset
        ),
        "DEMO_CHAT_URL : la messagerie de démonstration n’existe que dans la démonstration": (
            settings.demo_chat_url is not None
        ),
        "SENDER_ADDRESS : indiquez la véritable adresse d’envoi": settings.sender_address.endswith(
            ".invalid"
        ),
        "HELP_ADDRESS : indiquez une adresse où l’on répond": settings.help_address.endswith(
            ".invalid"
        ),
        "DPO_ADDRESS : indiquez l’adresse du délégué à la protection des données": (
            settings.dpo_address.endswith(".invalid")
        ),
    }
    return [sentence for sentence, wrong in checks.items() if wrong]


def _link_keys(text: str) -> Mapping[int, str]:
    """`1:secret,2:newer secret`: several keys during a rotation."""
    keys: dict[int, str] = {}
    for part in text.split(","):
        number, separator, secret = part.strip().partition(":")
        if not separator or not number.isdigit() or not secret:
            raise ValueError("attendu : numéro:secret, séparés par des virgules")
        keys[int(number)] = secret
    return keys


def _web_address(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise ValueError(f"« {text} » n’est pas une adresse http:// ou https://")
    return text.rstrip("/")


def _web_address_or_none(text: str) -> str | None:
    return _web_address(text) if text else None


def _private(text: str) -> str:
    """An address over https, or on this machine: passwords and answers pass there."""
    address = urlsplit(_web_address(text)) if text else None
    if address and address.scheme != "https" and not is_loopback(address.hostname or ""):
        raise ValueError(f"« {text} » n’est pas une adresse https://")
    return text.rstrip("/")


def _webhook_secret(text: str) -> str:
    """What Telegram accepts of one, and long enough for nobody to guess it."""
    if text and not re.fullmatch(r"[A-Za-z0-9_-]{32,256}", text):
        raise ValueError("attendu : 32 à 256 lettres sans accent, chiffres, - ou _")
    return text


def _long_token(text: str) -> str:
    """Nobody guesses it."""
    if text and len(text) < 24:
        raise ValueError("24 signes au moins")
    return text


def _matrix_user(text: str) -> str:
    name, colon, server = text.partition(":")
    if text and not (len(name) > 1 and name.startswith("@") and colon and server):
        raise ValueError(f"« {text} » n’est pas un compte Matrix, par exemple @nom:serveur")
    return text


def _domains(text: str) -> tuple[str, ...]:
    """Separated by commas; a leading dot allows every server under that name."""
    return tuple(one.strip().lower() for one in text.split(",") if one.strip())


def _mailbox(text: str) -> str:
    name, at, domain = text.partition("@")
    if not (name and at and "." in domain) or " " in text or not text.isascii():
        raise ValueError(f"« {text} » n’est pas une adresse électronique")
    return text


def _bounce_mailbox(text: str) -> str:
    """Its name grows by "+" and 49 signs, and RFC 5321 allows 64 before the "@"."""
    if text and len(_mailbox(text).partition("@")[0]) > LONGEST_BOUNCE_NAME:
        raise ValueError(f"{LONGEST_BOUNCE_NAME} signes au plus avant le @")
    return text


def _imap_url(text: str) -> str:
    """Over TLS, or on this machine. What is wrong is said without the password."""
    address = urlsplit(text)
    try:
        named = bool(address.hostname and address.username and address.password)
        port_is_good = address.port != 0
    except ValueError:
        named = port_is_good = False
    private = address.scheme == "imaps" or (
        address.scheme == "imap" and is_loopback(address.hostname or "")
    )
    if text and not (private and named and port_is_good):
        raise ValueError("attendu : imaps://utilisateur:mot-de-passe@serveur/dossier")
    return text


def _lane_limits(text: str) -> Mapping[str, tuple[int, int]]:
    """`orange:2:100 gmail:5:500`: a lane, its connections, the messages on each."""
    limits: dict[str, tuple[int, int]] = {}
    for part in text.split():
        found = re.fullmatch(r"([a-z]+):([1-9]\d?):([1-9]\d{0,4})", part)
        if found is None:
            raise ValueError(
                f"« {part} » ; attendu : file:connexions:messages, par exemple orange:2:100"
            )
        limits[found[1]] = (int(found[2]), int(found[3]))
    return limits


def _dns_label(text: str) -> str:
    """A name below a domain, dots allowed."""
    if not re.fullmatch(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", text):
        raise ValueError(f"« {text} » n’est pas un nom de DNS en minuscules, sans accent")
    return text


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise ValueError(f"« {text} » n’est pas un port entre 1 et 65535")
    return int(text)


def _percentage(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 100:
        raise ValueError(f"« {text} » n’est pas un pourcentage entre 1 et 100")
    return int(text)


def _yes_or_no(text: str) -> bool:
    if text.lower() not in ("oui", "non"):
        raise ValueError(f"« {text} » ; attendu : oui ou non")
    return text.lower() == "oui"


def _seconds(text: str) -> timedelta:
    try:
        return timedelta(seconds=int(text))
    except ValueError:
        raise ValueError(f"« {text} » n’est pas un nombre de secondes") from None


def is_loopback(host: str) -> bool:
    """Whether a host is this very machine; a name other than localhost is not trusted to be."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
