"""Messages leave once, say what is true, and tell the staff what became of them."""

from __future__ import annotations

import re
from email.message import EmailMessage

import pytest

from app.campaigns.apply import plan_due
from app.campaigns.changes import pause_wave, resume_wave
from app.collect.delegate import delegate
from app.messages import outbox
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

JULIE = "julie.lamy@gueret.invalid"
EVENTS = "SELECT kind FROM message_events WHERE message_id = :id"


def handed_over(world: World) -> None:
    """Guéret's town hall gives inclusion to Julie."""
    delegate(
        world.db,
        world.respondent(GUERET),
        "inclusion",
        JULIE,
        world.letterhead,
        name="Julie Lamy",
        now=world.now,
    )


def again(world: World, times: int, label: str = "again") -> None:
    """So many reminders wait for whoever was invited."""
    change(
        world,
        """WITH made AS (
             INSERT INTO messages (address_id, wave_id, step, occasion, channel, lane, template_id,
                                   next_try_at, created_at)
             SELECT address_id, messages.wave_id, 'reminder', :label || number, channel, lane,
                    template_id, :now, :now
               FROM messages, generate_series(1, :times) AS number WHERE step = 'invitation'
             RETURNING id)
           INSERT INTO message_cases (message_id, case_id) SELECT made.id, cases.id
             FROM made, cases WHERE disposition = 'invited'""",
        label=label,
        times=times,
        now=world.now,
    )


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


def test_several_mails_of_one_handful_do_not_pass_the_week_s_fill(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    invited(world)
    send(world)
    again(world, 5)

    send(world)

    assert len(world.smtp.messages) == 2
    waiting = [row for row in messages(world) if row.state == "queued"]
    assert [row.tries for row in waiting] == [0, 0, 0, 0]
    assert {row.last_reason for row in waiting} == {
        "Cette boîte a déjà reçu 2 messages cette semaine."
    }


def test_what_another_worker_is_sending_counts_for_the_week(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    invited(world)
    send(world)
    again(world, 1)
    with world.db.transaction() as session:
        assert len(outbox.claim(session, "wide", world.letterhead, now=world.now)) == 1
    again(world, 1, "later")

    send(world)

    assert len(world.smtp.messages) == 1


@pytest.mark.parametrize(
    "broken", ["{{ unknown }}", "{{ themes[9].name }}", "{{ 1 / 0 }}", "{% if"]
)
def test_a_text_that_cannot_be_filled_in_stops_no_other(world: World, broken: str) -> None:
    open_with_contacts(world, (GUERET, "a@gueret.invalid"), (AJAIN, "b@ajain.invalid"))
    invited(world)
    change(
        world,
        """WITH made AS (
             INSERT INTO message_templates (name, version, subject, body_text, body_html, digest,
                                            created_at)
             SELECT name, 99, subject, :broken, body_html, 'x', created_at
               FROM message_templates WHERE name = 'invitation' LIMIT 1 RETURNING id)
           UPDATE messages SET template_id = made.id FROM made, addresses
            WHERE addresses.id = address_id AND addresses.value LIKE '%ajain%'""",
        broken=broken,
    )

    send(world)

    town, village = sorted(messages(world), key=lambda row: str(row.value))
    assert (town.state, village.state) == ("sent", "failed")
    assert village.last_reason.startswith("Le modèle de ce message ne peut pas être rempli (")
    assert [kind for (kind,) in rows(world, EVENTS, id=village.id)] == ["refused"]
    assert world.disposition(AJAIN) == "not_invited"


def test_an_address_that_mail_cannot_write_stops_no_other(world: World) -> None:
    open_with_contacts(world, (GUERET, "b@gueret.invalid"), (AJAIN, "a@ajain.invalid"))
    invited(world)
    change(world, "UPDATE addresses SET value = 'é@ajain.invalid' WHERE value LIKE 'a@%'")

    send(world)

    by_mailbox = {row.value: row for row in messages(world)}
    assert by_mailbox["b@gueret.invalid"].state == "sent"
    assert by_mailbox["é@ajain.invalid"].state == "failed"
    assert "caractère que le courrier n’accepte pas" in by_mailbox["é@ajain.invalid"].last_reason


def test_what_one_replies_reaches_the_help_desk(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    invited(world)

    send(world)

    assert str(world.smtp.messages[0]["Reply-To"]).strip("<>") == "aide@barometre.invalid"


@pytest.mark.parametrize(
    ("origin", "said"),
    [
        ("annuaire", "vient de l’annuaire de l’administration de la DILA"),
        ("csv", "transmise par votre syndicat numérique"),
        ("simulated", "inventée pour cette démonstration"),
        ("liste du SDE", "vient de «\u00a0liste du SDE\u00a0»"),
    ],
)
def test_the_first_mail_says_where_the_address_comes_from(
    world: World, origin: str, said: str
) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    change(world, "UPDATE contacts SET origin = :origin", origin=origin)
    invited(world)

    send(world)

    (mail,) = world.smtp.messages
    for kind in ("plain", "html"):
        told = re.sub("[ \r\n]+", " ", part(mail, kind))
        assert said in told
        assert told.count("Votre adresse") == 1


def test_a_colleague_reads_who_hands_over_and_nobody_keeps_the_name(world: World) -> None:
    world.contact(GUERET, "mairie@gueret.invalid", name="Marc Perrot")
    world.open_wave()
    handed_over(world)

    send(world)

    (mail,) = world.smtp.to(JULIE)
    (row,) = messages(world)
    assert "Marc Perrot vous confie un thème" in part(mail, "plain")
    assert "Marc Perrot vous confie un thème" in part(mail, "html")
    assert "[nom] vous confie un thème" in row.body
    assert "Perrot" not in f"{row.subject} {row.body} {row.details}"
    assert "donnée par un collègue" in " ".join(part(mail, "plain").split())


def test_a_colleague_is_reminded_of_what_a_colleague_may_do(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    invited(world)
    send(world)
    handed_over(world)
    send(world)
    world.days_pass(15)
    plan_due(world.db, world.letterhead, now=world.now)

    send(world)

    reminder = world.smtp.to(JULIE)[-1]
    for kind in ("plain", "html"):
        told = " ".join(part(reminder, kind).split())
        assert "Un collègue vous a confié un thème" in told
        assert "Ce lien n’ouvre que ce thème" in told
        for forbidden in ("Nous ne répondrons pas", "/refuser", "confiez un thème"):
            assert forbidden not in told


def test_a_simulated_campaign_refuses_a_real_address(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.example"), (AUBUSSON, "m@aubusson.invalid"))

    with pytest.raises(RealAddress) as refused:
        invited(world)

    assert "à corriger\u00a0: 1." in str(refused.value)
    assert messages(world) == []
