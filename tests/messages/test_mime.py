"""Our mails, written by hand, are read by the standard library as it would have written them."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.messages.carriers import Attachment, Parcel
from app.messages.mime import email_bytes

ID = UUID("0b2fc3a0-1111-4222-8333-444455556666")


def parcel(**changes: object) -> Parcel:
    values: dict[str, object] = {
        "message_id": ID,
        "tries": 1,
        "channel": "email",
        "step": "invitation",
        "recipient": "mairie@gueret.invalid",
        "address_id": 1,
        "case_ids": (1,),
        "simulated": True,
        "carry_before": 0.0,
        "written_at": datetime(2026, 9, 15, 8, 0, tzinfo=UTC),
        "sender_name": "Baromètre Collectivités & numérique",
        "sender_address": "barometre@barometre.invalid",
        "reply_to": "aide@barometre.invalid",
        "subject": "Guéret et le numérique",
        "text": "Bonjour,\n\nÀ bientôt.\n",
        "html": "<!doctype html><p>À bientôt.</p>",
        "kept_subject": "",
        "kept_text": "",
        "stop_url": "https://barometre.invalid/stop/abc",
        **changes,
    }
    return Parcel(**values)  # type: ignore[arg-type]


def read(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=policy.default)


def body(mail: EmailMessage, kind: str) -> str:
    found = mail.get_body((kind,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")


def test_headers_read_as_they_were_meant() -> None:
    mail = read(email_bytes(parcel()))

    assert mail["Message-ID"] == f"<{ID}@barometre.invalid>"
    assert mail["From"].addresses[0].display_name == "Baromètre Collectivités & numérique"
    assert mail["From"].addresses[0].addr_spec == "barometre@barometre.invalid"
    assert mail["Reply-To"].addresses[0].addr_spec == "aide@barometre.invalid"
    assert mail["To"].addresses[0].addr_spec == "mairie@gueret.invalid"
    assert mail["Date"].datetime == datetime(2026, 9, 15, 8, 0, tzinfo=UTC)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "fr"
    assert mail.defects == []


def test_a_card_goes_with_its_mail() -> None:
    pdf = bytes(range(256)) * 40
    with_card = parcel(attachments=(Attachment("fiche.pdf", "application/pdf", pdf),))

    mail = read(email_bytes(with_card))

    (attached,) = list(mail.iter_attachments())
    assert attached.get_filename() == "fiche.pdf"
    assert attached.get_content() == pdf
    assert "À bientôt." in body(mail, "plain")


def test_no_line_is_longer_than_servers_take() -> None:
    long = parcel(html="<p>" + "é" * 5_000, subject="é" * 200)

    assert max(len(line) for line in email_bytes(long).split(b"\r\n")) < 100
    assert b"\n" not in email_bytes(long).replace(b"\r\n", b"")


@pytest.mark.parametrize("field", ["recipient", "stop_url", "sender_address", "reply_to"])
def test_a_value_cannot_begin_another_header(field: str) -> None:
    with pytest.raises(ValueError, match="one line"):
        email_bytes(parcel(**{field: "a@b.invalid\r\nBcc: x@y.invalid"}))


PRINTED = st.text(st.characters(blacklist_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=200)


@given(subject=PRINTED.filter(lambda text: text.split()), text=PRINTED)
def test_what_is_written_is_what_is_read(subject: str, text: str) -> None:
    mail = read(email_bytes(parcel(subject=subject, text=f"{text}\n.\nFrom me\n")))

    assert str(mail["Subject"]).split() == subject.split()
    assert body(mail, "plain") == f"{text}\n.\nFrom me\n"
