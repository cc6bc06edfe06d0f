"""The sending server as it shows itself, over real connections and with certificates of our own."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from app.messages.check.findings import Finding, Level, Need, refusals
from app.messages.check.server import Server, Shown, probe
from app.messages.check.transport import server_findings
from app.messages.smtp import SmtpCarrier
from app.settings import Settings
from tests.keys import pem
from tests.messages.test_smtp_session import scripted

NOW = datetime.now(UTC)  # of the machine's own clock, by which a certificate is judged
US = Server("127.0.0.1", 0, "starttls", asks_user=False)
AFAR = Server("smtp.example", 587, "starttls", asks_user=False)
ASKED = {"Gmail", "Yahoo", "Microsoft (Outlook, Hotmail)"}


def certificate(
    folder: Path, *, named: str = "127.0.0.1", days: float = 90, began: float = 200
) -> Path:
    """A key and its certificate in one file; `days`: for how long it is still valid."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, named)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=began))
        .not_valid_after(NOW + timedelta(days=days))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address(named))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{named}.{days}.{began}.pem"
    path.write_bytes(pem(key) + made.public_bytes(Encoding.PEM))
    return path


class Sending:
    """A sending server: it may offer TLS, and ask for a password once encrypted."""

    def __init__(self) -> None:
        self.n_mails = 0

    async def handle_DATA(self, _server: Any, _session: Any, _envelope: Any) -> str:
        self.n_mails += 1
        return "250 OK"


class _Served(Controller):
    def __init__(self, handler: Sending, **options: Any) -> None:
        self.options = options
        super().__init__(handler, hostname="127.0.0.1", port=0)

    def factory(self) -> SMTP:
        return SMTP(self.handler, **self.options)

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@contextmanager
def serving(pem_file: Path | None = None, *, password: bool = False) -> Iterator[int]:
    """A server on a free port, and that it was never handed a mail."""
    options: dict[str, Any] = {}
    if pem_file is not None:
        options["tls_context"] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        options["tls_context"].load_cert_chain(pem_file)
    if password:
        options["authenticator"] = lambda *_: AuthResult(success=True)
        options["auth_require_tls"] = True
    handler = Sending()
    controller = _Served(handler, **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()
    assert handler.n_mails == 0


def trusting(pem_file: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(pem_file))


def looked(server: Server, context: ssl.SSLContext | None = None) -> list[Finding]:
    return server_findings(server, probe(server, context), now=NOW)


def test_a_server_in_order_says_until_when(tmp_path: Path) -> None:
    pem_file = certificate(tmp_path)

    with serving(pem_file) as port:
        shown = probe(replace(US, port=port), trusting(pem_file))

    assert shown.offers_starttls
    assert shown.valid_until == (NOW + timedelta(days=90)).replace(microsecond=0)
    found = server_findings(replace(US, port=port), shown, now=NOW)
    assert [one.level for one in found] == [Level.GOOD, Level.GOOD]
    assert f"127.0.0.1:{port} chiffre\u00a0; son certificat vaut jusqu’au" in found[0].said


def test_a_certificate_that_ends_soon_is_told_in_time(tmp_path: Path) -> None:
    pem_file = certificate(tmp_path, days=5)

    with serving(pem_file) as port:
        encryption, _ = looked(replace(US, port=port), trusting(pem_file))

    assert encryption.level is Level.ADVICE
    assert encryption.mend == "Renouvelez-le\u00a0: il reste 5 jours."


UNTRUSTED = {
    "ended": ({"days": -1.0}, True, "son certificat a expiré"),
    "not yet": ({"began": -1.0}, True, "son certificat n’est pas encore valable"),
    "another name": ({"named": "192.0.2.1"}, True, "son certificat est à un autre nom"),
    "vouched by itself": ({}, False, "son certificat n’est signé que par lui-même"),
}


@pytest.mark.parametrize(("made", "trusted", "why"), UNTRUSTED.values(), ids=UNTRUSTED)
def test_a_certificate_that_our_carrier_would_refuse_stops_everything(
    tmp_path: Path, made: dict[str, Any], trusted: bool, why: str
) -> None:
    pem_file = certificate(tmp_path, **made)

    with serving(pem_file) as port:
        context = trusting(pem_file) if trusted else None
        (finding,) = looked(replace(US, port=port), context)

    assert finding.said == f"Aucun courriel ne partirait par 127.0.0.1:{port}\u00a0: {why}."
    assert finding.stops


def test_a_server_without_starttls_stops_everything_and_three_providers_refuse() -> None:
    with serving() as port:
        (finding,) = looked(replace(US, port=port))

    assert "ne propose pas STARTTLS" in finding.said
    assert finding.stops
    refused = {name: reasons for name, reasons in refusals([finding]).items() if reasons}
    assert refused == {provider: [Need.TLS] for provider in ASKED}


def test_the_password_is_asked_for_once_encrypted(tmp_path: Path) -> None:
    pem_file = certificate(tmp_path)

    with serving(pem_file, password=True) as port:
        server = replace(US, port=port, asks_user=True)
        encrypted = looked(server, trusting(pem_file))
        in_clear = looked(replace(server, tls="none"))

    assert encrypted[1].said == f"127.0.0.1:{port} répond, et demande le mot de passe de SMTP_USER."
    assert in_clear[1].said == f"127.0.0.1:{port} ne prend pas le mot de passe de SMTP_USER."
    assert in_clear[1].stops


def test_a_kind_of_password_that_we_do_not_know_is_none() -> None:
    with scripted(EHLO="250-server\r\n250 AUTH XOAUTH2 GSSAPI") as server:
        found = looked(Server("127.0.0.1", server.port, "none", asks_user=True))

    assert found[1].stops


def test_encrypted_from_the_first_byte(tmp_path: Path) -> None:
    pem_file = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem_file)
    controller = Controller(Sending(), hostname="127.0.0.1", port=_free(), ssl_context=context)
    controller.start()
    try:
        server = replace(US, port=controller.port, tls="tls")
        shown = probe(server, trusting(pem_file))
    finally:
        controller.stop()

    assert shown.valid_until is not None
    assert server_findings(server, shown, now=NOW)[0].level is Level.GOOD


def _free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def test_a_port_that_does_not_encrypt_is_told() -> None:
    with serving() as port:
        (finding,) = looked(Server("127.0.0.1", port, "tls", asks_user=False))

    assert "il ne chiffre pas comme nous, ou pas sur ce port" in finding.said


@pytest.mark.parametrize(
    ("replies", "why"),
    [
        ({"GREETING": "554 5.7.1 go away"}, "il refuse de nous parler (554)"),
        ({"EHLO": "554 no", "HELO": "554 no"}, "il refuse de nous parler (554)"),
        ({"EHLO": None}, "la connexion n’aboutit pas"),
    ],
    ids=["greeting", "hello", "hangs up"],
)
def test_a_server_that_does_not_speak_to_us_stops_everything(
    replies: dict[str, str | None], why: str
) -> None:
    with scripted(**replies) as server:
        (finding,) = looked(Server("127.0.0.1", server.port, "none", asks_user=False))

    assert why in finding.said
    assert finding.stops


def test_nobody_there_is_told_by_its_setting() -> None:
    (finding,) = looked(Server("127.0.0.1", _free(), "none", asks_user=False))

    assert "ne répond pas\u00a0: la connexion n’aboutit pas" in finding.said
    assert "SMTP_HOST" in finding.mend


def test_a_server_of_this_machine_must_encrypt_in_its_turn() -> None:
    with serving() as port:
        encryption, answers = looked(Server("127.0.0.1", port, "none", asks_user=False))

    assert (encryption.level, answers.level) == (Level.GOOD, Level.GOOD)
    assert "Il doit chiffrer à son tour vers les fournisseurs" in encryption.mend


@pytest.mark.parametrize(
    ("offers", "lacks", "mend"),
    [(True, None, "Réglez SMTP_TLS sur starttls."), (False, Need.TLS, "un serveur qui chiffre")],
    ids=["it could", "it cannot"],
)
def test_mails_in_clear_to_another_machine_are_told(
    offers: bool, lacks: Need | None, mend: str
) -> None:
    shown = Shown(offers_starttls=offers)

    encryption, _ = server_findings(replace(AFAR, tls="none"), shown, now=NOW)

    assert (encryption.level, encryption.lacks) == (Level.WRONG, lacks)
    assert mend in encryption.mend


def test_it_asks_the_server_that_the_carrier_uses() -> None:
    settings = Settings.read({"SMTP_HOST": "s.example", "SMTP_PORT": "465", "SMTP_TLS": "tls"})

    carrier, server = SmtpCarrier.of(settings), Server.of(settings)

    assert (server.host, server.port, server.tls) == (carrier.host, carrier.port, carrier.tls)
