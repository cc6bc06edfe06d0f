"""What Prometheus reads: figures that any process tells alike, and nothing about anybody."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from app.main import create_app
from app.messages.holds.lifting import stop_sending
from app.vocabulary.scope import Author
from app.web.measures import MEASURES
from scheduler.worker import run_worker
from tests.messages.holds.boxes import all_invited, boxes
from tests.messages.post import change, send
from tests.scheduler.killing import until
from tests.scheduler.worker_process import environment, in_house
from tests.web.site_process import free_port, running
from tests.world import World

TOKEN = "un jeton pour les tests, assez long"
Figures = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def site(world: World, token: str = TOKEN) -> Flask:
    return create_app(replace(world.house, settings=replace(world.settings, metrics_token=token)))


def read(told: str) -> Figures:
    """The samples, as Prometheus reads them."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(told)
        for sample in family.samples
    }


def told(app: Flask) -> str:
    answer = app.test_client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


@pytest.fixture
def sent(world: World) -> World:
    """Four mailboxes: three have their invitation, one was refused; two wait for something else."""
    boxes(world, "a.invalid", 4)
    world.smtp.reply = lambda mailbox: "550 5.7.1 no" if mailbox.startswith("boite-4@") else None
    all_invited(world)
    send(world)
    change(
        world,
        """INSERT INTO messages (address_id, wave_id, step, occasion, channel, lane, template_id,
                                 next_try_at, created_at)
           SELECT address_id, wave_id, 'receipt', 'later', channel, lane, template_id,
                  CAST(:now AS timestamptz) - interval '90 seconds', :now
             FROM messages ORDER BY address_id LIMIT 2""",
        now=world.now,
    )
    return world


@pytest.mark.parametrize(
    "shown", ["", "Bearer", "Bearer autre", TOKEN + "!", "Bearer " + TOKEN[:-1]]
)
def test_only_who_shows_the_token_reads(world: World, shown: str) -> None:
    answer = site(world).test_client().get("/metrics", headers={"Authorization": shown})

    assert answer.status_code == 401
    assert answer.get_data() == b""


def test_without_a_token_in_the_settings_there_is_no_such_page(world: World) -> None:
    browser = site(world, token="").test_client()

    for shown in ("", "Bearer ", f"Bearer {TOKEN}"):
        assert browser.get("/metrics", headers={"Authorization": shown}).status_code == 404


def test_every_figure_is_told_even_when_there_is_nothing_yet(world: World) -> None:
    names = {family.name for family in text_string_to_metric_families(told(site(world)))}

    assert {measure.name for measure in MEASURES} <= names


def test_what_waits_what_left_and_what_was_refused(sent: World) -> None:
    figures = read(told(site(sent)))

    def of(name: str, **labels: str) -> float:
        return figures[name, tuple(sorted(labels.items()))]

    assert of("barometre_messages", lane="wide", step="invitation", state="sent") == 3
    assert of("barometre_messages", lane="wide", step="invitation", state="failed") == 1
    assert of("barometre_messages_due", lane="wide") == 2
    assert of("barometre_message_events_total", kind="sent") == 3
    assert of("barometre_message_events_total", kind="refused") == 1
    assert of("barometre_sending_holds", reason="operator") == 0
    assert of("barometre_jobs", queue="sending", status="todo") == 1
    assert of("barometre_messages_leased") == of("barometre_lane_slots_leased", lane="wide") == 0
    wave = str(sent.wave_id)
    invited = of("barometre_cases", wave=wave, theme="inclusion", disposition="invited")
    assert invited == 3


def test_a_stop_and_how_long_the_oldest_has_waited(sent: World) -> None:
    before = read(told(site(sent)))["barometre_oldest_due_message_seconds", ()]
    stop_sending(sent.db, by=Author.system(), now=sent.now)

    figures = read(told(site(sent)))

    assert figures["barometre_sending_holds", (("reason", "operator"),)] == 1
    assert figures["barometre_oldest_due_message_seconds", ()] >= before


def test_it_names_no_mailbox_no_authority_no_link(sent: World) -> None:
    app = site(sent)
    token = sent.answer_link("23096")
    app.test_client().get(f"/r/{token}")
    said = told(app)

    assert "a.invalid" not in said
    assert "boite" not in said
    assert "Guéret" not in said
    assert token not in said
    assert 'rule="/r/<token>"' in said
    assert re.search(r"[\w-]{43}", said.replace("barometre_oldest_due_message_seconds", "")) is None


def test_a_reading_changes_nothing(sent: World) -> None:
    app = site(sent)
    before = sent.counts()

    told(app)

    assert sent.counts() == before


def test_workers_alive_are_counted(sent: World) -> None:
    run_worker(in_house(sent), ["sending"], wait=False)

    figures = read(told(site(sent)))

    assert figures["barometre_jobs", (("queue", "sending"), ("status", "succeeded"))] == 1
    assert figures["barometre_workers", ()] == 0


@pytest.mark.slow
def test_whichever_process_answers_tells_the_requests_of_all(world: World, tmp_path: Path) -> None:
    port = free_port()
    settings = {**environment(world), "METRICS_TOKEN": TOKEN, "TMPDIR": str(tmp_path)}
    with running(port, settings) as process, httpx.Client() as client:
        address = f"http://127.0.0.1:{port}"
        until(lambda: answers(client, address))
        for _ in range(40):
            # A new connection each time, so that both processes have their share.
            httpx.get(f"{address}/aide")

        seen = {counted(address, "/aide") for _ in range(10)}

        process.terminate()
        assert process.wait(timeout=20) == 0
    assert seen == {40.0}
    assert list(tmp_path.iterdir()) == []


def answers(client: httpx.Client, address: str) -> bool:
    try:
        return client.get(f"{address}/healthz").is_success
    except httpx.HTTPError:
        return False


def counted(address: str, rule: str) -> float:
    read_now = httpx.get(f"{address}/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    labels = (("method", "GET"), ("rule", rule), ("status", "200"))
    return read(read_now.text)["barometre_request_seconds_count", labels]
