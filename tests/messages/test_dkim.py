"""Signed mails: what a provider that checks them finds, and what one changed letter does."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from pathlib import Path

import dkim  # type: ignore[import-untyped]
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import PrivateFormat
from dkim.canonicalization import Relaxed  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from app.messages.dkim_key import SIGNED, BadDkimKey, DkimKey, relaxed
from app.messages.drain import drain
from app.messages.mime import email_bytes
from app.messages.smtp import SmtpCarrier
from app.settings import BadSettings, Settings
from tests.keys import pem, public_pem, rsa_key
from tests.messages.post import GUERET, by, invited, open_with_contacts
from tests.messages.test_mime import PRINTED, parcel
from tests.world import World

DOMAIN = "barometre.invalid"
ONE_CLICK = "List-Unsubscribe=One-Click"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    key = rsa_key()
    written = {
        "rsa": pem(key, PrivateFormat.TraditionalOpenSSL),
        "rsa8": pem(key),
        "ed25519": pem(Ed25519PrivateKey.generate()),
        "another": pem(Ed25519PrivateKey.generate()),
        "public": public_pem(key),
        "short": pem(rsa_key(1024)),
        "p256": pem(ec.generate_private_key(ec.SECP256R1())),
        "broken": b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        "binary": b"\x30\x82\xff\xfe",
    }
    for name, content in written.items():
        (folder / f"{name}.pem").write_bytes(content)
    return folder


def key_in(folder: Path, name: str = "rsa", domain: str = DOMAIN) -> DkimKey:
    return DkimKey.read(folder / f"{name}.pem", "nom", domain)


def verifies(content: bytes, key: DkimKey) -> bool:
    """What a provider finds, who reads our record in the DNS."""
    zone = {f"{key.place}.".encode(): key.record.encode()}
    return bool(dkim.verify(content, dnsfunc=lambda name, **_: zone.get(name)))


@pytest.mark.parametrize("name", ["rsa", "rsa8", "ed25519"])
def test_a_signed_mail_is_known_as_ours(folder: Path, name: str) -> None:
    key = key_in(folder, name)

    content = email_bytes(parcel(), key)

    assert verifies(content, key)
    mail = message_from_bytes(content, policy=policy.default)
    assert mail.defects == []
    assert mail["List-Unsubscribe-Post"] == ONE_CLICK
    assert mail["List-Unsubscribe"] == "<https://barometre.invalid/stop/abc>"
    assert max(len(line) for line in content.split(b"\r\n")) < 100


@given(subject=PRINTED.filter(lambda text: text.split()), words=PRINTED)
@settings(max_examples=30)
def test_whatever_it_says(folder: Path, subject: str, words: str) -> None:
    key = key_in(folder, "ed25519")
    said = parcel(subject=subject, text=f"  {words}\t \n\n \n", html=f"<p>{words}</p>\n\n")

    assert verifies(email_bytes(said, key), key)


LINES = st.lists(st.text("ab= \t", max_size=8), min_size=1)


@given(LINES.filter(lambda lines: "".join(lines).strip()))
def test_a_text_is_put_as_dkimpy_puts_it(lines: list[str]) -> None:
    body = "".join(f"{line}\r\n" for line in lines).encode()

    assert relaxed(body) == Relaxed.canonicalize_body(body)


def test_another_s_key_does_not_pass_for_ours(folder: Path) -> None:
    content = email_bytes(parcel(), key_in(folder, "ed25519"))

    assert not verifies(content, key_in(folder, "another"))


@pytest.mark.parametrize("header", SIGNED)
def test_a_header_that_was_changed_is_noticed(folder: Path, header: str) -> None:
    key = key_in(folder, "ed25519")
    content = email_bytes(parcel(), key)

    assert len(SIGNED) == 11
    altered = re.sub(rf"\r\n{header}: .".encode(), f"\r\n{header}: ~".encode(), content)

    assert altered != content
    assert not verifies(altered, key)


@pytest.mark.parametrize("header", ["From", "To", "Subject", "Reply-To"])
def test_a_second_header_is_noticed(folder: Path, header: str) -> None:
    key = key_in(folder, "ed25519")
    content = email_bytes(parcel(), key)

    assert not verifies(f"{header}: x@y.invalid\r\n".encode() + content, key)


def test_a_text_that_was_changed_is_noticed(folder: Path) -> None:
    key = key_in(folder, "ed25519")
    content = email_bytes(parcel(), key)

    assert not verifies(content.replace(b"Bonjour", b"Bonsoir"), key)
    assert not verifies(content + b"PS\r\n", key)


def test_what_servers_may_change_does_no_harm(folder: Path) -> None:
    """Relaxed: spaces and folds may move, lines may be added before the headers."""
    key = key_in(folder)
    content = email_bytes(parcel(), key)

    moved = b"Received: from a by b\r\n" + content.replace(b"To: <", b"TO:\r\n\t  <") + b"\r\n\r\n"

    assert verifies(moved, key)


def test_without_a_key_no_button_is_promised() -> None:
    mail = message_from_bytes(email_bytes(parcel()), policy=policy.default)

    assert mail["DKIM-Signature"] is None
    assert mail["List-Unsubscribe-Post"] is None
    assert mail["List-Unsubscribe"] == "<https://barometre.invalid/stop/abc>"


def test_nobody_is_signed_for_with_another_domain_s_key(folder: Path) -> None:
    mail = message_from_bytes(email_bytes(parcel(), key_in(folder, domain="opsn.invalid")))

    assert mail["DKIM-Signature"] is None
    assert mail["List-Unsubscribe-Post"] is None


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("public", "c’est la clé publique, qui va dans le DNS"),
        ("short", "elle a moins de 2048 bits"),
        ("p256", "ce n’est pas une clé privée RSA ou Ed25519 au format PEM"),
        ("broken", "ce n’est pas une clé privée RSA ou Ed25519 au format PEM"),
        ("binary", "ce n’est pas un fichier PEM"),
        ("missing", "le fichier ne se lit pas"),
    ],
)
def test_a_key_that_will_not_do_is_refused(folder: Path, name: str, why: str) -> None:
    with pytest.raises(BadDkimKey, match=why):
        key_in(folder, name)


def test_the_settings_give_the_key_to_the_carrier(world: World, folder: Path) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    invited(world)
    read = Settings.read(
        {
            "SMTP_PORT": str(world.smtp.port),
            "DKIM_KEY_FILE": str(folder / "rsa.pem"),
            "DKIM_SELECTOR": "nom",
        }
    )
    carrier = SmtpCarrier.of(read)

    drain(world.db, by(carrier), world.letterhead, "wide", now=world.now)

    (mail,) = world.smtp.messages
    assert carrier.key is not None
    assert mail["List-Unsubscribe-Post"] == ONE_CLICK
    assert f"d={DOMAIN}; s=nom;" in " ".join(str(mail["DKIM-Signature"]).split())


def test_a_selector_is_a_name_of_the_dns() -> None:
    with pytest.raises(BadSettings, match="DKIM_SELECTOR"):
        Settings.read({"DKIM_SELECTOR": "Clé 1"})
