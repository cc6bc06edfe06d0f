"""A campaign from its creation to the end of a wave, on the small panel."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from app.campaigns import changes, control
from app.campaigns.apply import Planned, close_ended, plan_due
from app.campaigns.opening import AlreadyOpened, FrameMismatch, NoQuestionnaire
from app.collect.delegate import delegate, withdraw_delegation
from app.collect.entries import Entry
from app.collect.open import opened
from app.collect.save import save
from app.errors import NotAllowed
from app.interview.values import Special
from app.messages.suppressions import stop
from app.models.organisations import Organisation, OrganisationTerritory
from app.panel.organisations import UnknownDepartement
from app.vocabulary.scope import Author, Role, Scope
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

NATIONAL = Scope(user_id=1, role=Role.NATIONAL, organisation_id=None)
STAFF = Author.user(1)


def planned(world: World) -> Planned:
    """The clock plans, then a worker sends."""
    found = plan_due(world.db, world.letterhead, now=world.now)
    send(world)
    return found


def reminded(world: World) -> list[str]:
    """The mailboxes that a reminder reached, sorted."""
    return sorted(
        row.value for row in messages(world) if row.step == "reminder" and row.state == "sent"
    )


def reminders_of(world: World, mailbox: str) -> list[str]:
    """The texts of the reminders that this mailbox got since the last look."""
    mails = [mail for mail in world.smtp.to(mailbox) if "jour" in str(mail["Subject"])]
    texts = [mail.get_body(("plain",)) for mail in mails]
    world.smtp.received.clear()
    return [str(text.get_content()) for text in texts if text is not None]


def hands_over(world: World, theme: str, colleague: str, *, name: str | None = "Camille") -> None:
    """Guéret's town hall hands a theme over."""
    delegate(
        world.db,
        world.respondent(GUERET),
        theme,
        colleague,
        world.letterhead,
        name=name,
        now=world.now,
    )


def case_ids(world: World, code: str) -> list[int]:
    territory = world.territory(code)
    found = rows(
        world, "SELECT id FROM cases WHERE territory_id = :territory", territory=territory.id
    )
    return [row.id for row in found]


def test_opening_asks_everybody_whether_or_not_they_have_an_address(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))

    with world.db.reading() as session:
        status = control.status(session, world.wave_id)

    (asked,) = rows(world, "SELECT count(*) AS n FROM territories WHERE asked")
    assert status.frame_size == asked.n
    assert sum(status.cases.values()) == asked.n * 3
    assert status.cases["inclusion", "not_invited"] == 1
    assert status.cases["inclusion", "no_address"] == asked.n - 1
    for table in ("case_events", "responses"):
        (written,) = rows(world, f"SELECT count(*) AS n FROM {table}")
        assert written.n == asked.n * 3


def test_a_wave_is_not_opened_twice(world: World) -> None:
    world.open_wave()

    with pytest.raises(AlreadyOpened):
        control.open_wave(world.db, world.wave_id, now=world.now)


def test_a_wave_without_its_questionnaires_is_not_opened(world: World) -> None:
    world.open_wave()
    with world.db.transaction() as session:
        session.execute(text("DELETE FROM questionnaires WHERE theme = 'infrastructures'"))

    with pytest.raises(NoQuestionnaire) as refused:
        control.open_wave(world.db, world.wave_id + 1, now=world.now)

    assert "Infrastructures numériques" in str(refused.value)
    assert rows(world, "SELECT FROM cases WHERE wave_id = :wave", wave=world.wave_id + 1) == []


def test_a_real_campaign_asks_no_draft(world: World) -> None:
    campaign = control.create_campaign(
        world.db,
        "Baromètre véritable",
        millesime=2026,
        simulated=False,
        first_opens_at=world.now,
        now=world.now,
    )
    (wave,) = rows(world, "SELECT id FROM waves WHERE campaign_id = :c AND number = 1", c=campaign)

    with pytest.raises(NoQuestionnaire):
        control.open_wave(world.db, wave.id, now=world.now)


def test_two_campaigns_do_not_share_a_name(world: World) -> None:
    world.open_wave()
    with pytest.raises(control.CampaignExists):
        world.open_wave()


def test_nothing_is_sent_while_a_case_is_missing(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    with world.db.transaction() as session:
        session.execute(text("UPDATE waves SET frame_size = frame_size + 1"))

    with pytest.raises(FrameMismatch):
        invited(world)


def test_an_invitation_counts_who_cannot_be_reached(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"), (AJAIN, "mairie@ajain.invalid"))

    told = invited(world)

    (members,) = rows(world, "SELECT count(*) AS n FROM batch_members")
    assert (told.n_messages, told.n_territories) == (2, members.n)
    assert told.n_without_address == members.n - 2


def test_an_intercommunality_of_two_departements_is_invited_once(world: World) -> None:
    epci = world.territory("200066744", "epci")
    world.contact("200066744", "accueil@haute-correze.invalid", kind="epci")
    world.open_wave()
    first, second = invited(world, "23"), invited(world, "19")
    send(world)

    (member,) = rows(
        world,
        "SELECT departement_code FROM batch_members JOIN batches ON batches.id = batch_id "
        "WHERE territory_id = :epci",
        epci=epci.id,
    )
    assert member.departement_code == "23"
    assert (first.n_already, second.n_already) == (0, 1)
    assert len(world.smtp.messages) == 1


def test_regions_are_their_own_batch(world: World) -> None:
    world.contact("75", "contact@nouvelle-aquitaine.invalid", kind="region")
    world.open_wave()

    assert invited(world, "23").n_messages == 0
    assert invited(world, None).n_messages == 1
    assert world.disposition("75", kind="region") == "not_invited"
    send(world)
    assert world.disposition("75", kind="region") == "invited"


def test_inviting_again_reaches_only_whoever_got_an_address_since(world: World) -> None:
    open_with_contacts(world, (GUERET, "secretaire@creuse.invalid"))
    invited(world)
    send(world)
    world.contact(AJAIN, "secretaire@creuse.invalid")

    told = invited(world)
    send(world)

    assert (told.n_territories, told.n_messages) == (0, 1)
    assert "Ajain" in str(world.smtp.messages[1]["Subject"])
    assert "Guéret" not in str(world.smtp.messages[1]["Subject"])
    assert world.disposition(AJAIN) == "invited"


def test_an_unknown_departement_is_refused(world: World) -> None:
    world.open_wave()
    with pytest.raises(UnknownDepartement):
        invited(world, "20")


def test_a_wave_that_has_ended_invites_nobody(world: World) -> None:
    world.open_wave()
    world.days_pass(120)
    with pytest.raises(control.NotOpen):
        invited(world)


def test_a_reminder_goes_only_to_the_silent(world: World) -> None:
    open_with_contacts(
        world,
        (AJAIN, "silent@ajain.invalid"),
        (AUBUSSON, "answered@aubusson.invalid"),
        (GUERET, "gone@gueret.invalid"),
        (LIMOGES, "later@limoges.invalid"),
    )
    world.smtp.reply = lambda to: "550 5.1.1 unknown" if "gone" in to else None
    invited(world)
    send(world)
    answered(world, AUBUSSON)

    world.days_pass(14)
    assert planned(world).n_messages == 0
    world.days_pass(1)
    assert planned(world).n_messages == 1
    assert planned(world).n_messages == 0

    assert reminded(world) == ["silent@ajain.invalid"]


def test_the_silent_get_two_reminders_and_are_left_in_peace(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    invited(world)
    send(world)

    for _ in range(75):
        world.days_pass(1)
        planned(world)

    assert reminded(world) == ["mairie@gueret.invalid"] * 2


def test_whoever_asked_for_silence_is_not_reminded(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    invited(world)
    send(world)
    (link,) = rows(world, "SELECT id FROM links WHERE purpose = 'stop'")
    stop(world.db, link.id, now=world.now)

    world.days_pass(15)

    assert planned(world).n_messages == 0


def test_a_theme_handed_over_is_asked_of_the_colleague(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    invited(world)
    send(world)
    hands_over(world, "cybersecurite", "rssi@gueret.invalid")
    send(world)

    world.days_pass(15)
    planned(world)

    assert reminded(world) == ["mairie@gueret.invalid", "rssi@gueret.invalid"]
    to_colleague = world.smtp.to("rssi@gueret.invalid")[-1].get_body(("plain",))
    to_town_hall = world.smtp.to("mairie@gueret.invalid")[-1].get_body(("plain",))
    assert to_colleague is not None
    assert to_town_hall is not None
    assert "Cybersécurité" in to_colleague.get_content()
    assert "Cybersécurité" not in to_town_hall.get_content()
    assert "Inclusion" not in to_colleague.get_content()


@pytest.mark.parametrize(
    "lost",
    [
        "UPDATE addresses SET state = 'bouncing' WHERE value = :v",
        "UPDATE contacts SET stopped_at = now(), stopped_because = 'asked' FROM addresses"
        " WHERE addresses.id = contacts.address_id AND value = :v",
    ],
    ids=["whose mailbox takes no mail", "who asked for silence"],
)
def test_a_theme_held_by_a_colleague_is_asked_of_the_town_hall_again(
    world: World, lost: str
) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    invited(world)
    send(world)
    hands_over(world, "cybersecurite", "rssi@gueret.invalid")
    send(world)
    change(world, lost, v="rssi@gueret.invalid")

    world.days_pass(15)
    planned(world)

    assert reminded(world) == ["mairie@gueret.invalid"]
    (reminder,) = reminders_of(world, "mairie@gueret.invalid")
    assert "Cybersécurité" in reminder


def test_a_theme_taken_back_is_reminded_and_so_are_the_others_again(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    invited(world)
    send(world)
    town_hall = world.respondent(GUERET)
    hands_over(world, "communication", "julie@gueret.invalid", name=None)
    send(world)
    spoken = []
    for day in range(1, 46):
        world.days_pass(1)
        if day == 20:
            withdraw_delegation(world.db, town_hall, "communication", now=world.now)
        planned(world)
        spoken += [
            (day, "Communication" in text, "Inclusion" in text)
            for text in reminders_of(world, "mairie@gueret.invalid")
        ]

    assert spoken == [(15, False, True), (20, True, False), (30, True, True)]


def test_a_cancelled_reminder_blocks_no_later_one(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    invited(world)
    send(world)
    world.days_pass(15)
    plan_due(world.db, world.letterhead, now=world.now)
    change(world, "UPDATE cases SET disposition = 'complete' WHERE disposition = 'invited'")
    send(world)
    change(world, "UPDATE cases SET disposition = 'started' WHERE disposition = 'complete'")
    assert reminded(world) == []

    world.days_pass(7)
    assert planned(world).n_messages == 1
    assert planned(world).n_messages == 0

    assert reminded(world) == ["mairie@gueret.invalid"]


def test_two_clocks_that_plan_at_once_remind_once(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"), (AJAIN, "mairie@ajain.invalid"))
    invited(world)
    send(world)
    world.days_pass(15)

    with ThreadPoolExecutor(4) as clocks:
        found = list(
            clocks.map(lambda _: plan_due(world.db, world.letterhead, now=world.now), range(4))
        )

    assert sum(one.n_messages for one in found) == 2
    assert len([row for row in messages(world) if row.step == "reminder"]) == 2


def test_staff_remind_these_as_often_as_they_ask_up_to_three(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"), (AJAIN, "mairie@ajain.invalid"))
    invited(world)
    send(world)
    answered(world, AJAIN)
    asked = [*case_ids(world, GUERET), *case_ids(world, AJAIN)]

    told = []
    for _ in range(4):
        world.days_pass(20)
        told.append(
            control.remind_these(world.db, NATIONAL, STAFF, asked, world.letterhead, now=world.now)
        )
        send(world)

    assert [one.n_messages for one in told] == [1, 1, 1, 0]
    assert (told[0].n_cases, told[0].n_left_out) == (3, 3)


def test_an_opsn_reminds_its_own_territories_only(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"), (AJAIN, "mairie@ajain.invalid"))
    invited(world)
    send(world)
    with world.db.transaction() as session:
        organisation = Organisation(name="Syndicat de Guéret")
        session.add(organisation)
        session.flush()
        session.add(
            OrganisationTerritory(
                organisation_id=organisation.id, territory_id=world.territory(GUERET).id
            )
        )
    asked = [*case_ids(world, GUERET), *case_ids(world, AJAIN)]
    opsn = Scope(user_id=2, role=Role.OPSN, organisation_id=organisation.id)
    reader = Scope(user_id=3, role=Role.READER, organisation_id=organisation.id)

    control.remind_these(world.db, opsn, STAFF, asked, world.letterhead, now=world.now)
    send(world)

    assert reminded(world) == ["mairie@gueret.invalid"]
    with pytest.raises(NotAllowed):
        control.remind_these(world.db, reader, STAFF, asked, world.letterhead, now=world.now)


def test_at_the_end_what_was_begun_is_settled_by_its_share(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    nearly = {f"q{n}": {"value": None, "event": n} for n in range(3)}
    change(
        world,
        "UPDATE responses SET answers = CAST(:answers AS jsonb) FROM cases "
        "WHERE cases.id = case_id AND cases.territory_id = :t",
        answers=json.dumps(nearly),
        t=world.territory(GUERET).id,
    )
    change(
        world,
        "UPDATE cases SET disposition = 'started' WHERE territory_id = :t",
        t=world.territory(GUERET).id,
    )
    with pytest.raises(control.StillRunning):
        control.close_wave(world.db, world.wave_id, now=world.now)
    assert close_ended(world.db, now=world.now) == 0

    world.days_pass(120)

    assert close_ended(world.db, now=world.now) == 3
    assert close_ended(world.db, now=world.now) == 0
    assert world.disposition(GUERET) == "broken_off"


def test_what_was_mostly_answered_counts_as_partial(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    respondent = world.respondent(GUERET)
    while True:
        with world.db.reading() as session:
            asked = opened(session, respondent, "inclusion", now=world.now).path.next()
        if asked is None:
            break
        entry = Entry(asked.code, Special.DONT_KNOW, None)
        source = f"form:{asked.code}"
        save(world.db, respondent, "inclusion", [entry], source=source, now=world.now)
    assert world.disposition(GUERET) == "started"

    world.days_pass(120)
    close_ended(world.db, now=world.now)

    assert world.disposition(GUERET) == "partial"


def test_an_extension_keeps_the_wave_open(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    later = world.now + timedelta(days=200)
    changes.extend_wave(world.db, world.wave_id, later, why="retard", by=STAFF, now=world.now)
    world.days_pass(120)

    assert invited(world).n_messages == 1
    with pytest.raises(changes.NoExtension):
        changes.extend_wave(
            world.db, world.wave_id, world.now, why="trop tôt", by=STAFF, now=world.now
        )


def test_what_was_not_sent_by_the_end_is_cancelled(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    invited(world)
    world.days_pass(120)
    send(world)

    (row,) = messages(world)
    assert (row.state, row.last_reason) == ("cancelled", "La vague est terminée.")
