"""Returned mail is read from an IMAP folder, a Maildir or a pipe, and lost by none of them."""

from __future__ import annotations

import io
import mailbox
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.messages.bounces.applying import Taken
from app.messages.bounces.collecting import Tally, collect
from app.messages.bounces.reading import LARGEST
from app.messages.bounces.sources import (
    MOST_AT_ONCE,
    Box,
    BoxClosed,
    MailStuck,
    boxes_of,
    imap,
    maildir,
    piped,
)
from app.settings import BadSettings, Settings
from app.vocabulary.mail_reports import ReportKind
from scheduler import clock
from tests.messages.bounces.imap_server import Folder, running_imap
from tests.messages.bounces.returned import MAIRIE, about, comes_back, dsn, reads_bounces, reports
from tests.messages.post import GUERET, invited, messages, open_with_contacts, send
from tests.world import World

NOTHING = Taken(ReportKind.OTHER, known=False)


@pytest.fixture
def folder() -> Iterator[Folder]:
    with running_imap() as running:
        yield running


def vouched_by_itself(folder: Path) -> ssl.SSLContext:
    """A server's side of TLS, with a certificate that only itself has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    both = folder / "server.pem"
    both.write_bytes(key.private_bytes(pem, *plain) + certificate.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    return context


def reading(world: World, *boxes: Box) -> Tally:
    return collect(boxes, lambda raw: comes_back(world, raw))


def returned(world: World) -> tuple[bytes, bytes]:
    """A mail that says a mailbox is dead, and one that a person wrote."""
    reads_bounces(world)
    open_with_contacts(world, (GUERET, MAIRIE))
    invited(world)
    send(world)
    message_id = messages(world)[0].id
    return dsn(world, message_id), about(world, "human-reply", message_id, MAIRIE)


@contextmanager
def unreadable(path: Path) -> Iterator[None]:
    """A file that the disk refuses to give; its permissions would not stop root."""
    opened = Path.open

    def refuses(self: Path, *args: Any, **options: Any) -> Any:
        if self == path:
            raise PermissionError(13, "Permission denied", str(self))
        return opened(self, *args, **options)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Path, "open", refuses)
        yield


def held_in(path: Path, *raws: bytes) -> mailbox.Maildir:
    box = mailbox.Maildir(path, create=True)
    for raw in raws:
        box.add(raw)
    return box


def test_a_maildir_is_read_once(world: World, tmp_path: Path) -> None:
    held_in(tmp_path / "retours", *returned(world))

    first = reading(world, maildir(tmp_path / "retours"))
    second = reading(world, maildir(tmp_path / "retours"))

    assert first.by_kind == {ReportKind.HARD: 1, ReportKind.OTHER: 1}
    assert second.by_kind.total() == 0
    seen = sorted(path.name.partition(":")[2] for path in (tmp_path / "retours/cur").iterdir())
    assert seen == ["2,FS", "2,S"]


def test_a_folder_that_is_no_maildir_is_told(world: World, tmp_path: Path) -> None:
    with pytest.raises(BoxClosed, match="BOUNCE_MAILDIR"):
        reading(world, maildir(tmp_path))


def test_an_imap_folder_is_read_once(world: World, folder: Folder) -> None:
    dead, person = (folder.receives(raw) for raw in returned(world))

    first = reading(world, imap(folder.url()))
    second = reading(world, imap(folder.url()))

    assert first.by_kind == {ReportKind.HARD: 1, ReportKind.OTHER: 1}
    assert second.by_kind.total() == 0
    assert folder.flags == {dead: {"\\Seen"}, person: {"\\Seen", "\\Flagged"}}


def test_reading_alone_marks_nothing_as_seen(world: World, folder: Folder) -> None:
    """What is fetched is only looked at: if we die before the commit, it is read again."""
    uid = folder.receives(returned(world)[0])

    def dies(_raw: bytes) -> Taken:
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        collect([imap(folder.url())], dies)

    assert folder.flags[uid] == set()
    assert any("BODY.PEEK" in one for one in folder.asked)


def test_a_mail_committed_but_not_marked_counts_once(world: World, folder: Folder) -> None:
    folder.receives(returned(world)[0])
    folder.breaks_at_store = True
    with pytest.raises(BoxClosed):
        reading(world, imap(folder.url()))
    folder.breaks_at_store = False

    again = reading(world, imap(folder.url()))

    assert again.n_before == 1
    assert len(reports(world)) == 1


def test_one_mail_that_fails_holds_back_no_other(world: World, tmp_path: Path) -> None:
    dead, person = returned(world)
    held_in(tmp_path / "retours", person, dead)

    def stumbles(raw: bytes) -> Taken:
        if raw == person:
            raise RuntimeError("a bug")
        return comes_back(world, raw)

    with pytest.raises(RuntimeError, match="a bug"):
        collect([maildir(tmp_path / "retours")], stumbles)

    assert [one.kind for one in reports(world)] == ["hard"]
    assert len(list((tmp_path / "retours/new").iterdir())) == 1


# --- One bad mail, or one bad box, among good ones --------------------------------------------


def test_a_file_that_cannot_be_opened_holds_back_no_other(world: World, tmp_path: Path) -> None:
    dead, _ = returned(world)
    held_in(tmp_path / "retours", dead)
    bad = tmp_path / "retours/new/0000.first"
    bad.write_bytes(b"")
    good = next(path for path in (tmp_path / "retours/new").iterdir() if path != bad)

    with (
        unreadable(bad),
        pytest.raises(MailStuck, match=r"Vérifiez BOUNCE_MAILDIR") as stuck,
    ):
        reading(world, maildir(tmp_path / "retours"))

    assert [one.kind for one in reports(world)] == ["hard"]
    assert bad.exists()
    assert not good.exists()
    assert str(bad) not in str(stuck.value)


def test_a_file_that_another_reader_took_is_nobody_s_fault(world: World, tmp_path: Path) -> None:
    dead, person = returned(world)
    held_in(tmp_path / "retours", dead, person)

    def takes_the_other(raw: bytes) -> Taken:
        for path in (tmp_path / "retours/new").iterdir():
            if path.read_bytes() != raw:
                path.rename(tmp_path / "retours/cur" / path.name)
        return comes_back(world, raw)

    tally = collect([maildir(tmp_path / "retours")], takes_the_other)

    assert tally.by_kind.total() == 1


def test_a_mail_that_its_server_cannot_give_holds_back_no_other(
    world: World, folder: Folder
) -> None:
    dead, person = returned(world)
    folder.cannot_give.add(folder.receives(person))
    given = folder.receives(dead)

    with pytest.raises(MailStuck, match=r"Vérifiez BOUNCE_IMAP_URL"):
        reading(world, imap(folder.url()))

    assert [one.kind for one in reports(world)] == ["hard"]
    assert folder.flags[given] == {"\\Seen"}


def test_a_folder_that_cannot_be_marked_is_read_to_its_end_and_told(
    world: World, folder: Folder
) -> None:
    for raw in returned(world):
        folder.receives(raw)
    folder.refuses_to_mark = True

    with pytest.raises(MailStuck):
        reading(world, imap(folder.url()))

    assert sorted(one.kind for one in reports(world)) == ["hard", "other"]


def test_a_box_that_is_closed_holds_back_no_other(world: World, tmp_path: Path) -> None:
    held_in(tmp_path / "retours", returned(world)[0])

    with pytest.raises(BoxClosed, match="BOUNCE_MAILDIR"):
        reading(world, maildir(tmp_path / "perdu"), maildir(tmp_path / "retours"))

    assert [one.kind for one in reports(world)] == ["hard"]


def test_a_crowded_box_is_read_in_several_times_and_none_is_lost(tmp_path: Path) -> None:
    held_in(tmp_path / "retours")
    n_mails = 10 * MOST_AT_ONCE
    for n in range(n_mails):
        (tmp_path / f"retours/new/{n:05}.mail").write_bytes(b"Subject: %d\n\n" % n)
    read: list[bytes] = []

    def notes(raw: bytes) -> Taken:
        read.append(raw)
        return NOTHING

    tallies = [collect([maildir(tmp_path / "retours")], notes) for _ in range(11)]

    assert [tally.by_kind.total() for tally in tallies] == [MOST_AT_ONCE] * 10 + [0]
    assert len(set(read)) == n_mails
    assert len(list((tmp_path / "retours/cur").iterdir())) == n_mails


def test_strange_mails_are_each_left_to_a_person(world: World, tmp_path: Path) -> None:
    dead, _ = returned(world)
    strange = (
        b"From: a@b.example\n\n" + b"x" * (20 * LARGEST),
        b"From a@b.example Tue Sep 15 08:02:11 2026\nFrom: x@y.example\n\n>From here\n",
        b"Content-Type: multipart/mixed; boundary=\n\n--\n\xff\xfe\n",
        b'Content-Type: text/plain; charset="utf-99"\nSubject: =?x?q?=E9?=\n\n\x80\x81',
        b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n=====\n",
        b"\0" * 5_000,
    )
    held_in(tmp_path / "retours")
    for n, raw in enumerate((*strange, dead)):
        (tmp_path / f"retours/new/{n}.mail").write_bytes(raw)

    tally = reading(world, maildir(tmp_path / "retours"))

    assert tally.by_kind == {ReportKind.HARD: 1, ReportKind.OTHER: len(strange)}
    flagged = [path for path in (tmp_path / "retours/cur").iterdir() if path.name.endswith("FS")]
    assert len(flagged) == len(strange)


def test_a_mail_piped_with_a_line_of_a_mailbox_file_is_the_same_mail(world: World) -> None:
    dead, _ = returned(world)

    tally = reading(world, piped(io.BytesIO(b"From MAILER-DAEMON Tue Sep 15 2026\n" + dead)))

    assert tally.by_kind == {ReportKind.HARD: 1}


@pytest.mark.parametrize("wrong", ["password", "folder"])
def test_a_closed_imap_box_is_told_without_its_account(folder: Folder, wrong: str) -> None:
    with pytest.raises(BoxClosed) as refused:
        collect([imap(folder.url(**{wrong: "autre"}))], lambda _raw: NOTHING)

    assert "BOUNCE_IMAP_URL" in str(refused.value)
    assert "rebonds" not in str(refused.value)


def test_a_server_that_is_not_there_is_told(folder: Folder) -> None:
    nowhere = "imap://a:b@127.0.0.1:9/INBOX"
    with pytest.raises(BoxClosed, match="ConnectionRefusedError"):
        collect([imap(nowhere)], lambda _raw: NOTHING)


def test_a_server_that_nobody_vouches_for_is_not_given_the_password(tmp_path: Path) -> None:
    with running_imap(vouched_by_itself(tmp_path)) as folder:
        with pytest.raises(BoxClosed, match="SSLCertVerificationError"):
            collect([imap(folder.url(scheme="imaps"))], lambda _raw: NOTHING)
        assert folder.asked == []


def test_a_mail_server_hands_one_mail_over(world: World) -> None:
    dead, _ = returned(world)

    tally = reading(world, piped(io.BytesIO(dead)))

    assert tally.by_kind == {ReportKind.HARD: 1}


def test_a_huge_mail_is_not_read_whole(world: World, folder: Folder) -> None:
    folder.receives(b"From: a@b.example\n\n" + b"x" * 3_000_000)

    assert reading(world, imap(folder.url())).by_kind == {ReportKind.OTHER: 1}


def test_the_settings_say_where_returned_mail_is(tmp_path: Path) -> None:
    imaps = "imaps://rebonds:secret@courrier.example/Retours"
    set_up = Settings.read({"BOUNCE_MAILDIR": str(tmp_path), "BOUNCE_IMAP_URL": imaps})

    assert len(boxes_of(set_up)) == 2
    assert boxes_of(Settings.read({})) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BOUNCE_ADDRESS", "quinze.signes.x@barometre.example"),
        ("BOUNCE_ADDRESS", "rebonds"),
        ("BOUNCE_IMAP_URL", "imap://rebonds:secret@courrier.example/"),
        ("BOUNCE_IMAP_URL", "imaps://courrier.example/"),
        ("BOUNCE_IMAP_URL", "imaps://a:secret@courrier.example:port/"),
    ],
    ids=["too long", "no domain", "in clear", "no account", "no port"],
)
def test_a_box_that_cannot_be_is_refused_without_its_password(name: str, value: str) -> None:
    with pytest.raises(BadSettings, match=name) as refused:
        Settings.read({name: value})
    assert "secret" not in str(refused.value)


def test_the_clock_reads_returned_mail(world: World, tmp_path: Path) -> None:
    held_in(tmp_path / "retours", returned(world)[0])
    work = next(work for name, _, work in clock.HOURS if name == "read_returned_mail")
    world.settings = Settings.read(
        {"BOUNCE_MAILDIR": str(tmp_path / "retours"), "SMTP_PORT": str(world.sink.port)}
    )

    work(world.house)

    assert [one.kind for one in reports(world)] == ["hard"]
