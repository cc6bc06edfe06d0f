"""What comes back is read as each mail system and each person writes it, and never trusted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.messages.bounces.reading import LARGEST, read
from app.messages.bounces.verdicts import status_in, verdict
from app.messages.bounces.words import plain
from app.vocabulary.mail_reports import ReportKind
from tests.messages.bounces.table import CORPUS, MESSAGE, TABLE, TOKEN, Expected

UNKNOWN = next(one for one in TABLE if one.name == "postfix-unknown-user")
AUTOMATIC = [one for one in TABLE if one.kind == "auto_reply"]


@pytest.mark.parametrize("mail", TABLE, ids=[one.name for one in TABLE])
def test_every_mail_of_the_corpus_says_what_it_means(mail: Expected) -> None:
    report = read(mail.raw)

    found = (report.kind, report.code, report.recipient, report.moved_to)
    assert found == (mail.kind, mail.code, mail.recipient, mail.moved_to)
    assert report.message_id == (MESSAGE if mail.quoted else None)
    assert report.verp_token == (TOKEN if mail.signed else "")


def test_the_table_and_the_corpus_are_the_same_mails() -> None:
    assert sorted(one.name for one in TABLE) == sorted(path.stem for path in CORPUS.iterdir())
    assert {one.kind for one in TABLE} == set(ReportKind)


def test_the_same_mail_read_from_two_boxes_has_one_digest() -> None:
    unix = UNKNOWN.raw
    assert read(unix).digest == read(unix.replace(b"\n", b"\r\n") + b"\r\n").digest
    assert read(unix).digest != read(unix.replace(b"5.1.1", b"5.1.2")).digest


def test_a_huge_mail_is_for_a_person() -> None:
    huge = UNKNOWN.raw + b"x" * LARGEST
    assert read(huge).kind is ReportKind.OTHER


def test_a_mail_nested_without_end_is_for_a_person() -> None:
    opened = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (depth, depth)
        for depth in range(5_000)
    )
    assert read(opened).kind is ReportKind.OTHER


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0\0\0",
        b"Content-Type: text/plain; charset=no-such-charset\nFrom: mailer-daemon@x\n\nfailed",
        b"Subject: =?utf-8?B?!!!?=\nFrom: postmaster@x\n\n",
        b"Content-Type: multipart/report\n\n--\n",
        b"Content-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n\n*",
    ],
    ids=["empty", "nul", "charset", "encoded word", "no boundary", "broken base64"],
)
def test_a_broken_mail_is_for_a_person(raw: bytes) -> None:
    assert read(raw).kind is ReportKind.OTHER


@given(
    mail=st.sampled_from(TABLE),
    begin=st.integers(0, 4_000),
    length=st.integers(0, 400),
    instead=st.binary(max_size=40),
)
def test_a_damaged_mail_is_read_or_left_to_a_person(
    mail: Expected, begin: int, length: int, instead: bytes
) -> None:
    report = read(mail.raw[:begin] + instead + mail.raw[begin + length :])

    assert report.kind in ReportKind
    if mail.kind == "auto_reply":
        assert report.kind not in (ReportKind.HARD, ReportKind.MOVED)


@given(mail=st.sampled_from(AUTOMATIC), cut=st.integers(0, 4_000))
def test_a_cut_automatic_reply_never_kills_a_mailbox(mail: Expected, cut: int) -> None:
    assert read(mail.raw[:cut]).kind is not ReportKind.HARD


@given(st.binary(max_size=3_000))
def test_noise_is_for_a_person(noise: bytes) -> None:
    assert read(noise).kind is ReportKind.OTHER


@pytest.mark.parametrize(
    ("status", "said", "kind"),
    [
        ("5.1.1", "", "hard"),
        ("5.1.2", "", "hard"),
        ("5.1.3", "Bad destination mailbox address syntax", "hard"),
        ("5.1.7", "Bad sender's mailbox address syntax", "soft"),
        ("5.1.8", "Sender address rejected: Domain not found", "soft"),
        ("5.1.90", "Your message can't be sent", "soft"),
        ("5.2.1", "", "hard"),
        ("5.2.2", "", "full"),
        ("5.2.3", "Message size exceeds fixed maximum message size", "soft"),
        ("5.3.0", "Other or undefined mail system status", "soft"),
        ("5.3.0", "554 user unknown", "hard"),
        ("5.4.4", "Host not found", "hard"),
        ("5.4.4", "Unable to route", "soft"),
        ("5.4.6", "Routing loop detected", "soft"),
        ("5.7.1", "User unknown, blocked by policy", "soft"),
        ("4.1.1", "User unknown", "soft"),
        ("4.2.2", "", "full"),
        ("5.1.1", "Message rejected as spam", "soft"),
        ("5.1.1", "spam filter of antispam.example says: user unknown", "hard"),
        ("", "450 user unknown", "soft"),
        ("", "550 user unknown", "hard"),
        ("", "gave up", "soft"),
        ("5.1.1", "has moved to a@b.fr", "moved"),
    ],
)
def test_a_refusal_is_judged_by_its_code_and_its_words(status: str, said: str, kind: str) -> None:
    assert verdict(status, said) == kind


def test_the_finest_status_is_kept() -> None:
    assert status_in("5.0.0", "smtp; 550 5.1.1 unknown") == "5.1.1"
    assert status_in("5.0.0", "smtp; 550 no") == "5.0.0"
    assert status_in("", "from 192.0.2.1 and version 3.4.5.1") == ""


def test_the_name_of_a_server_is_no_reason() -> None:
    assert "spam" not in plain("host mx.spam-filter.example said: user unknown <a@spam.fr>")
