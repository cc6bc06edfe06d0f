"""A team without accounts: the themes of the year are shared out once."""

from __future__ import annotations

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from app.campaigns.apply import plan_due
from app.campaigns.control import invite, open_wave
from app.collect.delegate import delegate, withdraw_delegation
from app.collect.overview import overview
from app.collect.refusals import MayNotDelegate, TeamWritesTooOften, WaveEnded
from app.collect.team_people import MOST_LETTERS
from app.collect.team_sheet import team_sheet
from app.messages.team_mail import tell_colleagues
from app.models.campaigns import Wave
from app.models.teams import Assignment
from app.vocabulary.scope import Author
from tests.collect.answers import says
from tests.collect.teams import CLAIRE, GUERET, JULIE, MAIRE, MARC, holder, letters, plans
from tests.messages.post import change, invited, send
from tests.world import World


@pytest.fixture(autouse=True)
def _open(world: World) -> None:
    world.contact(GUERET, "mairie@gueret.invalid")
    world.open_wave()


def test_each_colleague_gets_one_message_for_all_their_themes(world: World) -> None:
    done = plans(
        world,
        inclusion=JULIE,
        communication=JULIE,
        cybersecurite=MARC,
        donnee=JULIE,
        due={"inclusion": "2026-10-15", "donnee": "20/01/2027"},
    )

    assert (done.faults, done.n_messages) == ((), 2)
    to_julie, to_marc = letters(world, "assignment")
    assert (to_julie.value, to_julie.themes) == (JULIE, ["inclusion", "communication"])
    assert to_julie.details["due"] == {"inclusion": "2026-10-15"}
    assert to_julie.details["later"] == [["donnee", "2027-01-20"]]
    assert (to_marc.value, to_marc.themes) == (MARC, ["cybersecurite"])
    assert holder(world, JULIE, "inclusion").themes == ("inclusion",)


def test_the_mail_holds_a_link_a_theme_and_what_comes_later(world: World) -> None:
    plans(world, inclusion=JULIE, communication=JULIE, donnee=JULIE)

    world.days_pass(0.01)
    send(world)

    (mail,) = world.sink.to(JULIE)
    body = mail.get_body(("plain",))
    assert body is not None
    text = body.get_content().replace("\r", "")
    for theme in ("inclusion", "communication"):
        link_id = holder(world, JULIE, theme).link_id
        assert link_id is not None
        assert world.signer.token(link_id, "delegate", world.signer.key_id) in text
    assert "PLUS TARD DANS L’ANNÉE\n- Service public local de la donnée" in text
    assert "/r/" not in str(letters(world, "assignment"))


def test_the_same_plan_sent_again_writes_to_nobody(world: World) -> None:
    plans(world, inclusion=JULIE, coordinator=CLAIRE)
    world.days_pass(1)

    assert plans(world, inclusion=JULIE, coordinator=CLAIRE).n_messages == 0
    assert plans(world, inclusion=JULIE, due={"inclusion": "2026-10-15"}).n_messages == 0

    assert [one.value for one in letters(world, "assignment")] == [CLAIRE, JULIE]


def test_a_colleague_who_loses_a_theme_loses_its_link_not_their_answers(world: World) -> None:
    plans(world, inclusion=JULIE, communication=JULIE)
    says(world, holder(world, JULIE, "inclusion"), {"mediation_place": "no"}, source="form:j")
    world.days_pass(1)

    plans(world, inclusion=MARC, communication=JULIE)

    with pytest.raises(NoResultFound):
        holder(world, JULIE, "inclusion")
    assert holder(world, JULIE, "communication").themes == ("communication",)
    assert holder(world, MARC, "inclusion").themes == ("inclusion",)
    assert world.response(GUERET, "inclusion").answers["mediation_place"]["value"] == "no"
    assert [one.value for one in letters(world, "assignment")] == [JULIE, MARC]


def test_a_plan_changed_before_the_mail_left_tells_only_the_second(world: World) -> None:
    plans(world, inclusion=JULIE)
    plans(world, inclusion=MARC)

    world.days_pass(0.01)
    send(world)

    assert (len(world.sink.to(JULIE)), len(world.sink.to(MARC))) == (0, 1)


def test_a_wrong_mailbox_or_date_is_told_beside_its_field_and_nothing_is_kept(
    world: World,
) -> None:
    who = world.respondent(GUERET)
    before = world.counts()

    told = plans(
        world,
        who,
        coordinator="claire@",
        inclusion=JULIE,
        communication="marc",
        due={"inclusion": "2029-01-01", "cybersecurite": "2026-10-01", "communication": "demain"},
    )

    faults = {one.field: one.sentence for one in told.faults}
    assert set(faults) == {
        "coordinator",
        "colleague-communication",
        "due-communication",
        "due-inclusion",
        "colleague-cybersecurite",
    }
    assert "Ce thème se termine le" in faults["due-inclusion"]
    assert "demain" in faults["due-communication"]
    assert world.counts() == before


def test_a_deadline_is_to_come_and_may_stay_once_it_has_passed(world: World) -> None:
    yesterday = plans(world, inclusion=JULIE, due={"inclusion": "2026-09-14"})
    assert [one.field for one in yesterday.faults] == ["due-inclusion"]
    plans(world, inclusion=JULIE, due={"inclusion": "2026-09-20"})

    world.days_pass(10)

    assert plans(world, inclusion=JULIE, due={"inclusion": "2026-09-20"}).faults == ()


def test_a_later_theme_s_deadline_lies_in_its_own_wave(world: World) -> None:
    told = plans(world, donnee=JULIE, due={"donnee": "2026-10-01"})

    assert "Ce thème ouvre le" in told.faults[0].sentence


def test_who_asked_to_be_left_alone_is_not_chosen(world: World) -> None:
    plans(world, inclusion=JULIE)
    change(world, "UPDATE contacts SET stopped_at = now() WHERE role = 'colleague'")

    told = plans(world, inclusion=JULIE, communication=MARC)

    assert [one.field for one in told.faults] == ["colleague-inclusion"]
    assert [one.value for one in letters(world, "assignment")] == [JULIE]


def test_the_coordinator_opens_every_theme_and_may_change_the_plan(world: World) -> None:
    plans(world, coordinator=CLAIRE, inclusion=JULIE)
    claire = holder(world, CLAIRE)

    assert claire.may_delegate
    assert len(claire.themes) == 3
    assert letters(world, "assignment")[0].details == {"coordinates": True}
    plans(world, claire, coordinator=CLAIRE, inclusion=MARC)
    assert holder(world, MARC, "inclusion").themes == ("inclusion",)


def test_a_replaced_coordinator_s_link_closes_and_their_colleagues_keep_theirs(
    world: World,
) -> None:
    plans(world, coordinator=CLAIRE)
    plans(world, holder(world, CLAIRE), coordinator=CLAIRE, inclusion=JULIE)

    plans(world, coordinator=MARC, inclusion=JULIE)

    with pytest.raises(NoResultFound):
        holder(world, CLAIRE)
    assert holder(world, JULIE, "inclusion").themes == ("inclusion",)
    taken = withdraw_delegation(world.db, world.respondent(GUERET), "inclusion", now=world.now)
    assert taken == (JULIE,)


def test_a_theme_taken_back_from_the_link_s_page_leaves_the_plan(world: World) -> None:
    plans(world, inclusion=JULIE, communication=MARC)

    withdraw_delegation(world.db, world.respondent(GUERET), "inclusion", now=world.now)

    with world.db.reading() as session:
        assert session.scalars(select(Assignment.theme)).all() == ["communication"]


def test_the_town_hall_sees_who_has_what_and_a_colleague_only_their_deadline(
    world: World,
) -> None:
    plans(world, inclusion=JULIE, communication=MARC, due={"inclusion": "2026-10-15"})

    with world.db.reading() as session:
        town_hall = overview(session, world.respondent(GUERET), now=world.now).of("inclusion")
        julie = overview(session, holder(world, JULIE, "inclusion"), now=world.now).of("inclusion")
    assert (town_hall.assigned_to, str(town_hall.due_on)) == (JULIE, "2026-10-15")
    assert (julie.assigned_to, str(julie.due_on)) == ("", "2026-10-15")


def test_a_colleague_may_neither_read_nor_change_the_plan(world: World) -> None:
    plans(world, inclusion=JULIE)
    julie = holder(world, JULIE, "inclusion")

    with pytest.raises(MayNotDelegate):
        plans(world, julie, inclusion=MARC)
    with world.db.reading() as session, pytest.raises(MayNotDelegate):
        team_sheet(session, julie, now=world.now)


def test_the_page_is_filled_with_the_plan_as_it_stands(world: World) -> None:
    plans(world, coordinator=CLAIRE, validator=MAIRE, donnee=JULIE, due={"donnee": "2027-01-20"})

    with world.db.reading() as session:
        sheet = team_sheet(session, world.respondent(GUERET), now=world.now)

    assert (sheet.plan.coordinator, sheet.plan.validator) == (CLAIRE, MAIRE)
    assert sheet.plan.lines["donnee"].email == JULIE
    assert sheet.plan.lines["donnee"].due == "2027-01-20"
    assert [one.open for one in sheet.year.themes] == [True] * 3 + [False] * 6


def test_nobody_shares_out_a_wave_that_has_ended(world: World) -> None:
    who = world.respondent(GUERET)
    world.days_pass(200)

    with pytest.raises(WaveEnded):
        plans(world, who, inclusion=JULIE)


def test_an_authority_cannot_serve_to_write_to_a_crowd(world: World) -> None:
    for number in range(MOST_LETTERS):
        plans(world, inclusion=f"personne{number}@gueret.invalid")

    with pytest.raises(TeamWritesTooOften):
        plans(world, inclusion="encore@gueret.invalid")
    plans(world, coordinator="", inclusion="")
    assert len(letters(world, "assignment")) == MOST_LETTERS


def test_a_coordinator_s_new_link_does_not_start_the_count_afresh(world: World) -> None:
    plans(world, coordinator=CLAIRE)
    claire = holder(world, CLAIRE)
    for number in range(MOST_LETTERS - 1):
        plans(world, claire, coordinator=CLAIRE, inclusion=f"p{number}@gueret.invalid")

    with pytest.raises(TeamWritesTooOften):
        plans(world, inclusion="encore@gueret.invalid")


def test_a_whole_team_leaves_room_to_hand_over_by_hand(world: World) -> None:
    plans(
        world,
        coordinator=CLAIRE,
        validator=MAIRE,
        inclusion=JULIE,
        cybersecurite=MARC,
        communication="lea@gueret.invalid",
    )

    for number in range(12):
        delegate(
            world.db,
            world.respondent(GUERET),
            "inclusion",
            f"autre{number}@gueret.invalid",
            world.letterhead,
            name=None,
            now=world.now,
        )

    assert len(letters(world, "delegation")) == 12


def opens_the_second_wave(world: World) -> int:
    world.days_pass(100)
    with world.db.reading() as session:
        second = session.scalars(select(Wave.id).where(Wave.number == 2)).one()
    open_wave(world.db, second, now=world.now)
    return second


def test_a_later_theme_s_link_leaves_with_the_invitations_of_its_wave(world: World) -> None:
    plans(world, coordinator=CLAIRE, infrastructures=JULIE, outils=JULIE, strategie=MARC)
    assert [one.value for one in letters(world, "assignment")] == [CLAIRE]

    second = opens_the_second_wave(world)
    for _ in range(2):  # asked again, nobody is told twice
        invite(world.db, second, "23", world.letterhead, by=Author.system(), now=world.now)

    told = letters(world, "assignment")
    assert [one.value for one in told] == [CLAIRE, CLAIRE, JULIE]
    assert told[2].themes == ["infrastructures", "outils"]
    assert told[2].details["later"] == []
    assert holder(world, JULIE, "outils").themes == ("outils",)


def test_three_teams_are_told_in_as_many_statements_as_one(world: World) -> None:
    plans(world, infrastructures=JULIE, outils=MARC)
    for code in ("23002", "23008"):
        world.contact(code, f"mairie@{code}.invalid")
        plans(world, world.respondent(code), infrastructures=f"julie@{code}.invalid")
    second = opens_the_second_wave(world)
    everybody = [world.territory(code).id for code in (GUERET, "23002", "23008")]

    def statements(territories: list[int]) -> tuple[int, int]:
        counted = []
        with Session(world.db.engine) as session:  # never committed
            listener = lambda *_: counted.append(1)  # noqa: E731
            event.listen(world.db.engine, "before_cursor_execute", listener)
            told = tell_colleagues(
                session,
                second,
                territories,
                secret=world.letterhead.secret,
                key_id=world.signer.key_id,
                now=world.now,
            )
            event.remove(world.db.engine, "before_cursor_execute", listener)
        return told, len(counted)

    n_one, for_one = statements(everybody[:1])
    n_all, for_all = statements(everybody)

    assert (n_one, n_all) == (2, 4)
    assert for_all == for_one


def test_reminders_go_to_whoever_has_the_theme(world: World) -> None:
    plans(world, coordinator=CLAIRE, inclusion=JULIE, communication=JULIE)
    invited(world)
    world.days_pass(0.01)
    send(world)

    world.days_pass(16)
    plan_due(world.db, world.letterhead, now=world.now)
    send(world)

    reminders = {one.value: one.themes for one in letters(world, "reminder")}
    assert reminders == {
        JULIE: ["inclusion", "communication"],
        CLAIRE: ["cybersecurite"],
        "mairie@gueret.invalid": ["cybersecurite"],
    }
    text = world.sink.to(JULIE)[-1].get_body(("plain",))
    assert text is not None
    for theme in ("inclusion", "communication"):
        link_id = holder(world, JULIE, theme).link_id
        assert link_id is not None
        assert world.signer.token(link_id, "delegate", world.signer.key_id) in text.get_content()


def test_a_theme_handed_over_by_hand_shows_in_the_plan_and_is_told_once(world: World) -> None:
    who = world.respondent(GUERET)
    delegate(world.db, who, "inclusion", JULIE, world.letterhead, name=None, now=world.now)

    with world.db.reading() as session:
        shown = team_sheet(session, who, now=world.now).plan.lines["inclusion"].email
    assert shown == JULIE
    assert plans(world, inclusion=JULIE).n_messages == 0

    assert plans(world, inclusion=MARC).n_messages == 1
    with pytest.raises(NoResultFound):
        holder(world, JULIE, "inclusion")
