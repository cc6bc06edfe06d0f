"""What PostgreSQL itself refuses, tried on the real thing."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.collect.delegate import delegate
from app.collect.entries import Entry
from app.collect.save import save
from app.db import Database
from app.interview.questionnaire import Questionnaire
from app.jobs import defer
from app.links.chats import chat_of
from app.links.preferring import prefer
from app.questionnaires.load import load_all
from app.vocabulary.scope import Channel
from tests.world import World


def first_question(theme: str) -> str:
    questionnaire: Questionnaire = next(one for one in load_all() if one.theme == theme)
    return next(q.code for q in questionnaire.questions if q.kind == "scale" and q.conditions == ())


def answered(world: World) -> str:
    """Guéret's secretary gives one answer; the question's code."""
    world.open_wave()
    world.contact("23096", "mairie@gueret.invalid", name="Marc Perrot")
    question = first_question("inclusion")
    save(
        world.db,
        world.respondent("23096"),
        "inclusion",
        [Entry(question, "yes", None)],
        source="form:1",
        now=world.now,
    )
    return question


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE answer_events SET value = '\"no\"'",
        "UPDATE answer_events SET at = now()",
        "DELETE FROM answer_events",
        "TRUNCATE answer_events",
        "DELETE FROM case_events",
        "TRUNCATE case_events CASCADE",
    ],
)
def test_even_the_owner_cannot_rewrite_what_was_answered(world: World, statement: str) -> None:
    answered(world)
    owner = Database(world.owner_url)

    with pytest.raises(DBAPIError, match=r"append-only|blanked"), owner.transaction() as session:
        session.execute(text(statement))

    owner.close()


def test_the_application_has_no_right_to_change_an_event(world: World) -> None:
    answered(world)

    with pytest.raises(DBAPIError, match="permission denied"), world.db.transaction() as session:
        session.execute(text("UPDATE answer_events SET channel = 'paper'"))


def test_a_person_can_be_forgotten_and_the_history_keeps_its_shape(world: World) -> None:
    question = answered(world)
    with world.db.transaction() as session:
        address = session.execute(text("SELECT id FROM addresses")).scalar_one()
        session.execute(
            text("SELECT forget(:address, :now)"), {"address": address, "now": world.now}
        )

    with world.db.reading() as session:
        events = session.execute(text("SELECT value, actor_id, erased_at FROM answer_events")).all()
        named = session.execute(text("SELECT value, holder_name, state FROM addresses")).one()
        live = session.execute(text("SELECT count(*) FROM links WHERE revoked_at IS NULL")).scalar()

    assert [(event.value, event.actor_id) for event in events] == [(None, None)]
    assert all(event.erased_at == world.now for event in events)
    assert named.holder_name is None
    assert named.state == "erased"
    assert "gueret" not in named.value
    assert world.response("23096", "inclusion").answers[question]["value"] is None
    assert live == 0


def test_forgetting_reaches_chats_and_what_colleagues_were_told(world: World) -> None:
    answered(world)
    giver, _ = world.link("answer", "23096")
    delegate(
        world.db,
        world.respondent("23096"),
        "inclusion",
        "julie@gueret.invalid",
        world.letterhead,
        name=None,
        now=world.now,
    )
    with world.db.transaction() as session:
        session.execute(
            text(
                "WITH chat AS (INSERT INTO chats (channel, external_id, created_at) "
                "VALUES ('telegram', '4242', :now), ('telegram', '77', :now) RETURNING *) "
                "INSERT INTO chat_ties SELECT id, :link, :now FROM chat WHERE external_id = '4242'"
            ),
            {"now": world.now, "link": giver},
        )
        chat_id = chat_of(session, Channel.TELEGRAM, "4242")
        assert chat_id is not None
        assert prefer(session, chat_id, giver, now=world.now)
        session.execute(
            text(
                "INSERT INTO chat_updates (channel, update_id, external_id, heard, received_at) "
                "VALUES ('telegram', 'tg:1', '4242', CAST(:heard AS jsonb), :now)"
            ),
            {"now": world.now, "heard": '{"text": "Jeanne Perrot, deux agents"}'},
        )
        session.execute(
            text("SELECT forget(id, :now) FROM addresses WHERE value LIKE 'mairie@%'"),
            {"now": world.now},
        )
    with world.db.reading() as session:
        chats = session.scalars(text("SELECT external_id FROM chats ORDER BY id")).all()
        ties = session.scalar(text("SELECT count(*) FROM chat_ties"))
        details = session.scalar(text("SELECT details FROM messages WHERE step = 'delegation'"))

    assert chats == ["erased:1", "77"]
    assert ties == 0
    assert details["by_label"] == "la mairie"
    assert world.tables_that_hold("Perrot") == []
    assert world.tables_that_hold("4242") == []


def test_forgetting_twice_changes_nothing_more(world: World) -> None:
    answered(world)
    for day in (0, 1):
        with world.db.transaction() as session:
            address = session.execute(text("SELECT id FROM addresses")).scalar_one()
            session.execute(
                text("SELECT forget(:address, :now)"),
                {"address": address, "now": world.days_pass(day)},
            )

    with world.db.reading() as session:
        erased = session.execute(text("SELECT count(*) FROM answer_events")).scalar()
    assert erased == 1


def test_an_issued_questionnaire_never_changes(world: World) -> None:
    with world.db.transaction() as session:
        session.execute(text("UPDATE questionnaires SET state = 'issued'"))

    with pytest.raises(DBAPIError, match="never changes"), world.db.transaction() as session:
        session.execute(text("UPDATE questionnaires SET title = 'Autre titre'"))


def test_the_public_site_reads_published_figures_and_nothing_else(world: World) -> None:
    with world.published.reading() as session:
        assert session.execute(text("SELECT count(*) FROM published.results")).scalar() == 0

    for private in ("territories", "responses", "addresses", "procrastinate_jobs"):
        with (
            pytest.raises(DBAPIError, match="permission denied"),
            world.published.reading() as session,
        ):
            session.execute(text(f"SELECT * FROM public.{private}"))


def test_a_reading_session_cannot_write(world: World) -> None:
    with pytest.raises(DBAPIError, match="read-only"), world.db.reading() as session:
        session.execute(text("UPDATE territories SET name = 'X'"))


def test_a_snapshot_stays_at_its_moment_and_cannot_write(world: World) -> None:
    gueret_name = text("SELECT name FROM territories WHERE code = '23096'")
    with world.db.snapshot() as session:
        before = session.scalar(gueret_name)
        with world.db.transaction() as other:
            other.execute(text("UPDATE territories SET name = 'X' WHERE code = '23096'"))
        assert session.scalar(gueret_name) == before
        with pytest.raises(DBAPIError, match="read-only"):
            session.execute(text("UPDATE territories SET name = 'Y'"))


def test_a_job_whose_lock_is_taken_does_not_spoil_the_data(world: World) -> None:
    with world.db.transaction() as session:
        assert defer(session, "send_cards", queueing_lock="one", publication="1")
        assert not defer(session, "send_cards", queueing_lock="one", publication="1")
        session.execute(text("UPDATE territories SET name = 'Guéret' WHERE code = '23096'"))

    with world.db.reading() as session:
        count = session.execute(text("SELECT count(*) FROM procrastinate_jobs")).scalar()
    assert count == 1
