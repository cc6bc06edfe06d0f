"""The demo's post office: real SMTP, mails that outlive the process, a page that cannot harm."""

from __future__ import annotations

import smtplib
import socket
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from app.cli.demo.acting import link_in
from app.cli.demo.mailbox import mailbox_app
from app.cli.demo.mails import Mail, Mails, PortTaken, PostOffice
from app.cli.demo.visits import LostOnTheSite

TOKEN = "a" * 43


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PostOffice]:
    opened = PostOffice(Mails(tmp_path / "mails"), free_port())
    opened.open()
    yield opened
    opened.close()


def post(office: PostOffice, recipient: str, html: str = "<p>Bonjour</p>") -> None:
    message = EmailMessage()
    message["Subject"] = "Vos trois questionnaires d’automne"
    message["From"], message["To"] = "barometre@barometre.invalid", recipient
    message.set_content(f"Répondre :\nhttp://127.0.0.1:8000/r/{TOKEN}\nBonne journée.")
    message.add_alternative(html, subtype="html")
    with smtplib.SMTP("127.0.0.1", office.port, timeout=5) as server:
        server.send_message(message)


def test_a_mail_is_kept_and_found_again_by_another_process(
    office: PostOffice, tmp_path: Path
) -> None:
    post(office, "Mairie@gueret.invalid")

    again = Mails(tmp_path / "mails")

    assert len(again) == 1
    [mail] = again.to("mairie@gueret.invalid")
    assert mail.subject == "Vos trois questionnaires d’automne"
    assert link_in(mail, "http://127.0.0.1:8000") == f"http://127.0.0.1:8000/r/{TOKEN}"


def test_a_mailbox_that_does_not_exist_is_refused_for_good(office: PostOffice) -> None:
    office.unknown = {"disparue@mairie.invalid"}

    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        post(office, "Disparue@mairie.invalid")

    assert refused.value.recipients["Disparue@mairie.invalid"][0] == 550
    assert len(office.mails) == 0


def test_a_secretary_of_two_communes_takes_the_link_under_the_right_name() -> None:
    other = "b" * 43
    text = (
        f"RÉPONDRE POUR VÉTRIGNE\nhttp://127.0.0.1:8000/r/{TOKEN}\n\n"
        f"RÉPONDRE POUR VILLARS-LE-SEC\nhttp://127.0.0.1:8000/r/{other}\n"
    )
    mail = Mail(1, "a@b.invalid", "", "", text, "", (), ())

    assert link_in(mail, "http://127.0.0.1:8000", "Villars-le-Sec").endswith(other)
    assert link_in(mail, "http://127.0.0.1:8000", "Vétrigne").endswith(TOKEN)


def test_a_mail_without_a_link_leads_nowhere(office: PostOffice) -> None:
    post(office, "a@b.invalid")
    [mail] = office.mails.to("a@b.invalid")

    with pytest.raises(LostOnTheSite):
        link_in(mail, "https://ailleurs.example")


def test_a_taken_port_is_refused_with_its_number(office: PostOffice, tmp_path: Path) -> None:
    second = PostOffice(Mails(tmp_path / "others"), office.port)

    with pytest.raises(PortTaken, match=str(office.port)):
        second.open()


def test_mails_are_listed_and_read_in_a_frame_without_rights(office: PostOffice) -> None:
    post(office, "mairie@gueret.invalid", "<p>Bonjour</p><script>alert(1)</script>")
    post(office, "mairie@bonnat.invalid")
    browser = mailbox_app(office.mails).test_client()

    listing = browser.get("/?boite=gueret").text
    page = browser.get("/1").text
    frame = browser.get("/1/html")

    assert "mairie@gueret.invalid" in listing
    assert "mairie@bonnat.invalid" not in listing
    assert 'sandbox="allow-popups' in page
    assert "allow-scripts" not in page
    assert "sandbox allow-popups" in frame.headers["Content-Security-Policy"]
    assert "default-src 'none'" in frame.headers["Content-Security-Policy"]
    assert browser.get("/99").status_code == 404
