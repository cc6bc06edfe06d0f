"""Messages leave once, say what is true, and tell the staff what became of them."""

from __future__ import annotations

import re
from email.message import EmailMessage

import pytest

from app.campaigns.changes import pause_wave, resume_wave
from app.messages.drafts import RealAddress
from app.messages.suppressions import stop, suppress
from app.models.contacts import Address
from app.vocabulary.scope import Author
from tests.messages.post import (
    AJAIN,
    AUBUSSON,
    GUERET,
    LIMOGES,
    answered,
    change,
    invited,
    messages,
    open_with_contacts,
    rows,
    send,
)
from tests.world import World


def part(mail: EmailMessage, kind: str) -> str:
    found = mail.get_body((kind,))
    assert found is not None
    return str(found.get_content())


def tokens(mail: EmailMessage, path: str = "r") -> list[str]:
    return sorted(set(re.findall(rf"/{path}/([\w-]{{43}})", part(mail, "plain"))))


def test_a_town_hall_gets_one_mail_for_its_three_themes(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    invited(world)

    send(world)

    (mail,) = world.smtp.messages
    assert "Guéret" in str(mail["Subject"])
    assert "Inclusion numérique" in part(mail, "plain")
    assert "Cybersécurité" in part(mail, "plain")
    assert len(tokens(mail)) == 1
    assert world.disposition(GUERET) == "invited"


def test_the_links_of_a_mail_open_what_they_say(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    invited(world)
    send(world)
    (mail,) = world.smtp.messages

    (answer,) = tokens(mail)
    (stopping,) = tokens(mail, "stop")

    links = {link.id: link.purpose for link in world.links(GUERET)}
    assert links[world.signer.read(answer, "answer")] == "answer"
    assert links[world.signer.read(stopping, "stop")] == "stop"
    assert f"<{world.letterhead.public_url}/stop/{stopping}>" == mail["List-Unsubscribe"]


def test_without_a_signature_of_the_domain_one_click_is_not_promised(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    invited(world)
    send(world)

    assert world.smtp.messages[0]["List-Unsubscribe-Post"] is None


def test_the_law_s_notice_comes_with_the_first_mail_only(world: World) -> None:
    open_with_contacts(world, (GUERET, "secretaire@creuse.invalid"))
    world.contact(LIMOGES, "secretaire@creuse.invalid")
    invited(world)
    send(world)
    invited(world, "87")
    send(world)

    first, second = world.smtp.messages
    assert "CNIL" in part(first, "plain")
    assert "CNIL" not in part(second, "plain")


def test_staff_read_the_mail_as_sent_without_its_links(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    invited(world)
    send(world)

    (row,) = messages(world)
    assert row.state == "sent"
    assert "RÉPONDRE POUR GUÉRET\n[lien personnel]\n" in row.body
    assert "gueret.invalid" not in row.body
    assert re.search(r"[\w-]{43}", row.body) is None
    assert "http://127.0.0.1:8000/donnees-personnelles" in row.body


def test_a_shared_mailbox_gets_one_mail_with_a_link_for_each_commune(world: World) -> None:
    open_with_contacts(
        world, (AJAIN, "secretaire@creuse.invalid"), (GUERET, "secretaire@creuse.invalid")
    )
    invited(world)
    send(world)

    (mail,) = world.smtp.messages
    assert "Ajain et Guéret" in str(mail["Subject"])
    assert "RÉPONDRE POUR AJAIN" in part(mail, "plain")
    assert "RÉPONDRE POUR GUÉRET" in part(mail, "plain")
    assert len(tokens(mail)) == 2
    assert part(mail, "html").count('class="bt"') == 2


def test_a_mailbox_of_two_batches_gets_two_mails(world: World) -> None:
    open_with_contacts(
        world, (GUERET, "secretaire@limousin.invalid"), (LIMOGES, "secretaire@limousin.invalid")
    )
    invited(world, "23")
    invited(world, "87")
    send(world)

    subjects = sorted(str(mail["Subject"])[:7] for mail in world.smtp.messages)
    assert subjects == ["Guéret ", "Limoges"]
    assert world.disposition(GUERET) == world.disposition(LIMOGES) == "invited"


def test_an_answer_between_queueing_and_sending_cancels_the_mail(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    invited(world)
    answered(world, GUERET)

    send(world)

    (row,) = messages(world)
    assert world.smtp.messages == []
    assert (row.state, row.tries) == ("cancelled", 0)
    assert row.last_reason == "La réponse est arrivée avant l’envoi."
    assert [kind for (kind,) in rows(world, "SELECT kind FROM message_events")] == ["cancelled"]


def test_what_is_left_of_a_shared_mail_is_still_said(world: World) -> None:
    open_with_contacts(
        world, (AJAIN, "secretaire@creuse.invalid"), (GUERET, "secretaire@creuse.invalid")
    )
    invited(world)
    answered(world, AJAIN)
    send(world)

    (mail,) = world.smtp.messages
    assert "Ajain" not in part(mail, "plain")
    assert world.disposition(AJAIN) == "complete"


def test_stopping_about_one_commune_leaves_the_other(world: World) -> None:
    open_with_contacts(
        world, (GUERET, "secretaire@limousin.invalid"), (LIMOGES, "secretaire@limousin.invalid")
    )
    invited(world, "23")
    send(world)
    link = world.signer.read(tokens(world.smtp.messages[0], "stop")[0], "stop")

    stopped = stop(world.db, link, now=world.now)
    invited(world, "87")
    send(world)

    assert (stopped.address, stopped.territories) == ("secretaire@limousin.invalid", ("Guéret",))
    assert len(world.smtp.messages) == 2
    assert world.disposition(GUERET) == "invited"


def test_stopping_a_shared_mail_stops_all_it_spoke_of(world: World) -> None:
    open_with_contacts(
        world, (AJAIN, "secretaire@creuse.invalid"), (GUERET, "secretaire@creuse.invalid")
    )
    invited(world)
    send(world)
    link = world.signer.read(tokens(world.smtp.messages[0], "stop")[0], "stop")

    assert stop(world.db, link, now=world.now).territories == ("Ajain", "Guéret")
    assert stop(world.db, link, now=world.now).territories == ("Ajain", "Guéret")


def test_a_suppressed_mailbox_gets_nothing_even_imported_again(world: World) -> None:
    open_with_contacts(world, (GUERET, "Mairie@gueret.invalid"))
    with world.db.transaction() as session:
        address = session.query(Address).one()
        suppress(session, address, reason="asked", secret=world.letterhead.secret, now=world.now)
    change(world, "UPDATE addresses SET state = 'good', value = 'mairie@GUERET.invalid'")

    told = invited(world)
    send(world)

    assert told.n_messages == 0
    assert world.smtp.messages == []


def test_a_suppression_that_comes_after_planning_cancels(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    invited(world)
    with world.db.transaction() as session:
        address = session.query(Address).one()
        suppress(session, address, reason="asked", secret=world.letterhead.secret, now=world.now)
    send(world)

    (row,) = messages(world)
    assert (row.state, world.smtp.messages) == ("cancelled", [])


def test_a_paused_wave_postpones_and_says_so_once(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    invited(world)
    pause_wave(world.db, world.wave_id, why="panne", by=Author.system(), now=world.now)

    for _ in range(3):
        send(world)
        world.days_pass(0.1)

    (row,) = messages(world)
    assert (row.state, row.tries, row.last_reason) == ("queued", 0, "La vague est en pause.")
    assert len(rows(world, "SELECT FROM message_events")) == 1

    resume_wave(world.db, world.wave_id, why="réparée", by=Author.system(), now=world.now)
    send(world)
    assert len(world.smtp.messages) == 1


def test_a_mailbox_has_its_fill_in_a_month(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    invited(world)
    change(
        world,
        """INSERT INTO messages (address_id, wave_id, step, occasion, channel, lane, template_id,
                                 next_try_at, created_at, state, sent_at)
           SELECT address_id, wave_id, 'reminder', 'earlier ' || number, channel, lane, template_id,
                  next_try_at, created_at, 'sent', created_at
             FROM messages, generate_series(1, 4) AS number""",
    )
    send(world)
    (row,) = [one for one in messages(world) if one.step == "invitation"]
    assert row.last_reason == "Cette boîte a déjà reçu 4 messages en un mois."

    world.days_pass(31)
    send(world)
    assert len(world.smtp.messages) == 1


def test_a_simulated_campaign_refuses_a_real_address(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.example"), (AUBUSSON, "m@aubusson.invalid"))

    with pytest.raises(RealAddress) as refused:
        invited(world)

    assert "à corriger\u00a0: 1." in str(refused.value)
    assert messages(world) == []
