"""The answers that go with a receipt, or are downloaded: whose, which; never cybersecurity's."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from flask import Flask
from sqlalchemy import text

from app.interview.kinds.registry import show
from app.links.make import revoke
from app.main import create_app
from app.messages.attachments import AttachmentMaker
from app.messages.carriers import Attachment, Parcel
from app.messages.drain import drain
from app.models.every import Base
from app.now import set_offset
from reports.receipts.attach import AnswersAttached
from scheduler.worker import makers_of
from tests.collect.answers import answers_all, opens, says
from tests.messages.post import by, carrier, leases_end
from tests.reports.pdfs import read, soft, tags, text_of
from tests.respond.browser import Browser
from tests.world import START, World

GUERET, AUBUSSON = "23096", "23008"
MAIRIE, JULIE = "mairie@gueret.invalid", "julie@gueret.invalid"


@pytest.fixture
def site(world: World) -> Iterator[Flask]:
    set_offset(START - datetime.now(UTC))
    world.contact(GUERET, MAIRIE, "Anne Martin")
    world.open_wave()
    yield create_app(world.house)
    set_offset(START - START)


@pytest.fixture
def secretary(world: World, site: Flask) -> Browser:
    return Browser(site, world.answer_link(GUERET))


def hands_in(who: Browser, world: World, theme: str) -> None:
    answers_all(world, world.respondent(GUERET), theme)
    sends(who, theme)


def sends(who: Browser, theme: str) -> None:
    who.opens(f"/{theme}/relire")
    who.fills({}, go="")


def post_leaves(world: World, maker: AttachmentMaker | None = None) -> list[EmailMessage]:
    """A worker, wired as ours is, drains the lane."""
    world.days_pass(0.01)
    set_offset(world.now - datetime.now(UTC))
    makers = {"receipt": maker} if maker else makers_of(world.house)
    drain(world.db, by(carrier(world)), world.letterhead, "wide", now=world.now, makers=makers)
    return world.sink.to(MAIRIE)


def attached(mail: EmailMessage) -> list[bytes]:
    return [
        bytes(part.get_content())
        for part in mail.iter_attachments()
        if part.get_content_type() == "application/pdf"
    ]


def words_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


def given(world: World, theme: str) -> dict[str, str]:
    """Each question asked and the answer in French."""
    walked = opens(world, world.respondent(GUERET), theme).path
    return {q.text: show(q, walked.counted[q.code]) for q in walked.asked}


def test_the_mail_s_pdf_holds_every_answer(secretary: Browser, world: World) -> None:
    hands_in(secretary, world, "inclusion")

    (mail,) = post_leaves(world)

    (pdf,) = attached(mail)
    said, answers = text_of(pdf), given(world, "inclusion")
    number = str(world.response(GUERET, "inclusion").receipt_number)
    assert len(answers) > 8
    for question, answer in answers.items():
        assert soft(question) in said
        assert soft(answer) in said
    assert number in said
    assert "Commune de Guéret" in said
    assert "vous, 15 septembre à 10 h" in said
    assert f"reponses-{number}.pdf" in mail.as_string()
    assert "Vos réponses sont dans le PDF joint" in words_of(mail)


def test_the_page_gives_the_same_file_and_writes_nothing(secretary: Browser, world: World) -> None:
    hands_in(secretary, world, "inclusion")
    assert "/inclusion/reponses.pdf" in secretary.text
    secretary.opens()
    assert "/inclusion/reponses.pdf" in secretary.text
    (mail,) = post_leaves(world)
    before = world.counts()

    page = secretary.opens("/inclusion/reponses.pdf")

    assert page.mimetype == "application/pdf"
    assert page.headers["Cache-Control"] == "no-store"
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert text_of(page.data) == text_of(attached(mail)[0])
    assert world.counts() == before


def test_it_is_tagged_and_its_answers_stand_in_tables(secretary: Browser, world: World) -> None:
    hands_in(secretary, world, "inclusion")
    pdf = secretary.opens("/inclusion/reponses.pdf").data

    assert str(read(pdf).root_object["/Lang"]) == "fr"
    assert {"/H1", "/H2", "/Table", "/TH", "/TD"} <= {str(tag["/S"]) for tag in tags(pdf)}
    metadata = read(pdf).metadata
    assert metadata is not None
    assert "Inclusion numérique, vos réponses" in str(metadata.title)


def test_cybersecurity_is_never_attached_downloaded_or_offered(
    secretary: Browser, world: World, site: Flask
) -> None:
    hands_in(secretary, world, "cybersecurite")
    assert "reponses.pdf" not in secretary.text
    assert "reponses.pdf" not in secretary.opens().get_data(as_text=True)

    (mail,) = post_leaves(world)

    assert list(mail.iter_attachments()) == []
    assert "reponses.pdf" not in mail.as_string()
    assert "ni jointes ni rappelées" in words_of(mail)
    refused = secretary.opens("/cybersecurite/reponses.pdf")
    assert refused.status_code == 404
    questions = opens(world, world.respondent(GUERET), "cybersecurite").questionnaire.questions
    labels = {
        choice.label
        for question in questions
        for choice in question.choices
        if len(choice.label) > 12
    }
    whole = mail.as_string() + words_of(mail) + secretary.text
    assert labels
    assert [label for label in labels if label in whole] == []

    # Reopened, handed in again with nothing left of it: still nothing.
    secretary.presses("/cybersecurite/rouvrir")
    assert secretary.opens("/cybersecurite/reponses.pdf").status_code == 404


def test_a_draft_has_no_pdf(secretary: Browser, world: World) -> None:
    answers_all(world, world.respondent(GUERET), "inclusion")

    assert secretary.opens("/inclusion/reponses.pdf").status_code == 404
    assert "Envoyez d’abord ce thème" in secretary.text
    assert "reponses.pdf" not in secretary.opens().get_data(as_text=True)


def test_a_colleague_reads_their_theme_and_no_other(
    secretary: Browser, world: World, site: Flask
) -> None:
    for theme in ("inclusion", "communication"):
        secretary.presses("/confier", theme=theme, email=f"{theme}@gueret.invalid")
    inclusion, communication = (
        Browser(site, world.signer.token(link.id, "delegate", link.key_id))
        for link in sorted(
            (one for one in world.links(GUERET) if one.purpose == "delegate"),
            key=lambda one: str(one.themes),
            reverse=True,
        )
    )
    hands_in(secretary, world, "inclusion")

    assert inclusion.opens("/inclusion/reponses.pdf").mimetype == "application/pdf"
    assert inclusion.opens("/communication/reponses.pdf").status_code == 404
    assert communication.opens("/inclusion/reponses.pdf").status_code == 404
    assert "%PDF" not in communication.text


def test_another_authority_a_stranger_and_other_links_read_nothing(
    secretary: Browser, world: World, site: Flask
) -> None:
    hands_in(secretary, world, "inclusion")
    world.contact(AUBUSSON, "mairie@aubusson.invalid")
    client = site.test_client()

    tokens = [world.answer_link(AUBUSSON), "A" * 43]
    tokens += [world.link(purpose, GUERET)[1] for purpose in ("stop", "card")]
    for token in tokens:
        assert client.get(f"/r/{token}/inclusion/reponses.pdf").status_code == 404
    with world.db.transaction() as session:
        revoke(session, world.link("answer", GUERET)[0], because="staff", now=world.now)
    assert secretary.opens("/inclusion/reponses.pdf").status_code == 410


def test_a_theme_reopened_before_its_mail_left_is_not_vouched_for(
    secretary: Browser, world: World
) -> None:
    hands_in(secretary, world, "inclusion")
    secretary.presses("/inclusion/rouvrir")

    (mail,) = post_leaves(world)

    assert attached(mail) == []


def test_handed_in_twice_each_mail_holds_only_what_its_number_stands_for(
    secretary: Browser, world: World
) -> None:
    hands_in(secretary, world, "inclusion")
    first = str(world.response(GUERET, "inclusion").receipt_number)
    secretary.presses("/inclusion/rouvrir")
    seen = opens(world, world.respondent(GUERET)).answers["mediation_place"].event
    says(
        world,
        world.respondent(GUERET),
        {"mediation_place": "no"},
        source="form:changed",
        seen={"mediation_place": seen},
    )
    sends(secretary, "inclusion")
    second = str(world.response(GUERET, "inclusion").receipt_number)

    mails = post_leaves(world)

    assert first != second
    (of_first,) = (mail for mail in mails if f"Nº {first} " in words_of(mail))
    (of_second,) = (mail for mail in mails if f"Nº {second} " in words_of(mail))
    assert attached(of_first) == []
    (pdf,) = attached(of_second)
    assert second in text_of(pdf)


def test_a_file_that_cannot_be_made_does_not_lose_the_receipt(
    secretary: Browser, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(AnswersAttached):
        def attachments(self, parcel: Parcel) -> tuple[Attachment, ...]:
            super().attachments(parcel)
            raise ValueError(f"no ink for {parcel.recipient}")

    hands_in(secretary, world, "inclusion")
    with caplog.at_level(logging.WARNING):
        (mail,) = post_leaves(world, Broken(world.db))

    assert attached(mail) == []
    assert "ACCUSÉ DE RÉCEPTION" in words_of(mail)
    assert "leaves without its file: ValueError" in caplog.text
    assert MAIRIE not in caplog.text


def test_nothing_of_the_file_is_kept(secretary: Browser, world: World) -> None:
    hands_in(secretary, world, "inclusion")
    post_leaves(world)

    with world.db.reading() as session:
        stored = [
            str(row)
            for table in Base.metadata.tables
            for row in session.execute(text(f"SELECT t::text FROM {table} AS t"))
            if "JVBERi" in str(row) or "255044462d" in str(row)
        ]
        body = session.scalar(text("SELECT body FROM messages WHERE step = 'receipt'"))
    assert stored == []
    assert "reponses.pdf" not in str(body)


def test_a_worker_that_starts_again_sends_the_same_answers(
    secretary: Browser, world: World
) -> None:
    hands_in(secretary, world, "inclusion")
    world.sink.reply_to_data = lambda _mail: "451 later"
    assert post_leaves(world) == []
    world.sink.reply_to_data = lambda _mail: None
    leases_end(world)

    world.days_pass(1)
    (mail,) = post_leaves(world)

    assert len(attached(mail)) == 1
