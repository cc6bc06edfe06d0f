"""The sweep finds what fell through: due rows, dead workers, spent tries."""

from __future__ import annotations

from app.jobs import QUEUES, defer
from scheduler.sweep import purge_jobs, sweep
from scheduler.worker import BODIES, conninfo, run_worker
from tests.messages.post import (
    AJAIN,
    GUERET,
    change,
    invited,
    messages,
    open_with_contacts,
    rows,
)
from tests.scheduler.worker_process import in_house
from tests.world import World


def jobs(world: World, status: str = "todo") -> list[str]:
    found = rows(
        world,
        "SELECT task_name FROM procrastinate_jobs "
        "WHERE status = CAST(:status AS procrastinate_job_status) ORDER BY id",
        status=status,
    )
    return [row.task_name for row in found]


def forget_jobs(world: World) -> None:
    change(world, "DELETE FROM procrastinate_jobs")


def test_an_invitation_and_its_job_are_written_together(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    invited(world)

    assert jobs(world) == ["drain_lane"]
    (job,) = rows(world, "SELECT args, queue_name FROM procrastinate_jobs")
    assert (job.args, job.queue_name) == ({"lane": "wide"}, "sending")


def test_a_lane_waits_once_however_often_it_is_swept(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    invited(world)
    forget_jobs(world)

    found = [sweep(world.db, now=world.now).n_lanes_woken for _ in range(3)]

    assert found == [1, 0, 0]
    assert jobs(world) == ["drain_lane"]


def test_a_message_for_later_wakes_its_lane_when_its_time_comes(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    invited(world)
    forget_jobs(world)
    change(world, "UPDATE messages SET next_try_at = next_try_at + interval '1 day'")

    assert sweep(world.db, now=world.now).n_lanes_woken == 0
    assert sweep(world.db, now=world.days_pass(1)).n_lanes_woken == 1


def test_a_message_whose_every_try_killed_its_worker_fails(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    invited(world)
    change(
        world,
        "UPDATE messages SET state = 'sending', tries = 8, "
        "leased_until = clock_timestamp() - interval '1 second'",
    )

    assert sweep(world.db, now=world.now).n_failed == 1

    (row,) = messages(world)
    assert (row.state, row.last_reason) == ("failed", "L’envoi s’est interrompu à chaque essai.")


def test_the_job_of_a_dead_worker_is_done_again(world: World) -> None:
    change(
        world,
        """WITH dead AS (INSERT INTO procrastinate_workers (last_heartbeat)
                        VALUES (clock_timestamp() - interval '5 minutes') RETURNING id)
           INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args, status,
                                           worker_id, queueing_lock)
           SELECT 'sending', 'drain_lane', 0, '{"lane": "wide"}', 'doing', id, 'lane:wide:1'
             FROM dead""",
    )

    assert sweep(world.db, now=world.now).n_retried == 1
    assert jobs(world) == ["drain_lane"]


def test_one_waiting_job_is_enough_for_a_lane(world: World) -> None:
    test_the_job_of_a_dead_worker_is_done_again(world)
    change(
        world,
        """INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args, status,
                                           queueing_lock)
           VALUES ('sending', 'drain_lane', 0, '{"lane": "wide"}', 'doing', 'lane:wide:1')""",
    )

    assert sweep(world.db, now=world.now).n_retried == 0
    assert jobs(world) == ["drain_lane"]
    assert jobs(world, "failed") == ["drain_lane"]


def test_a_worker_without_a_queue_left_to_read_ends_at_once(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    invited(world)

    run_worker(in_house(world, HOLD_SENDING="oui"), ["sending"], wait=False)

    assert world.smtp.messages == []
    assert jobs(world) == ["drain_lane"]


def test_a_worker_sends_what_waits(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"), (AJAIN, "mairie@ajain.invalid"))
    invited(world)
    world.days_pass(60)

    run_worker(in_house(world), ["sending"], wait=False)

    assert len(world.smtp.messages) == 2
    assert jobs(world, "succeeded") == ["drain_lane"]
    assert purge_jobs(world.db) == 0
    change(world, "UPDATE procrastinate_events SET at = at - interval '4 days'")
    assert purge_jobs(world.db) == 1


def test_every_body_takes_the_arguments_it_is_deferred_with(world: World) -> None:
    """A job of each name is refused by its use case for want of a row, not for want of a word."""
    with world.db.transaction() as session:
        defer(session, "compute_publication", wave="0", title="Essai")
        defer(session, "render_cards", publication="0")
        defer(session, "send_cards", publication="0")

    run_worker(in_house(world), ["cards", "default"], wait=False)

    assert sorted(jobs(world, "failed") + jobs(world, "succeeded")) == [
        "compute_publication",
        "render_cards",
        "send_cards",
    ]
    assert {task.name for task in BODIES} == set(QUEUES)


def test_the_address_of_the_database_is_spelt_for_libpq() -> None:
    told = conninfo("postgresql+psycopg://app@/house?host=%2Ftmp%2Fa&options=-c+role%3Dapp")

    assert "options='-c role=app'" in told
    assert "host=/tmp/a" in told
