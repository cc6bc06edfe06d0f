"""Several devices at once, on a real PostgreSQL: no answer is lost, the case moves once."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Barrier

from sqlalchemy import func, select, text

from app.collect.decline import decline
from app.collect.entries import Entry
from app.collect.save import save
from app.collect.saved import Saved
from app.collect.submit import submit
from app.interview.values import Value
from app.models.cases import AnswerEvent, Case, CaseEvent
from tests.collect.answers import UNSURE, answers_all, opens, says
from tests.world import World

GUERET = "23096"
DISPUTED, OWN = "other_ways", ("equipment", "referral")
ROUNDS = 20


def test_eight_devices_on_eight_questions_lose_nothing(world: World) -> None:
    world.open_wave()
    who = world.respondent(GUERET)
    scales = [q.code for q in opens(world, who).questionnaire.questions if q.kind == "scale"][:8]
    start = Barrier(len(scales))

    def answer(code: str) -> Saved:
        start.wait()
        entries = [Entry(code, "planned")]
        return save(world.db, who, "inclusion", entries, source=f"form:{code}", now=world.now)

    with ThreadPoolExecutor(len(scales)) as devices:
        saved = list(devices.map(answer, scales))

    assert [one.kept for one in saved] == [(code,) for code in scales]
    assert set(world.response(GUERET, "inclusion").answers) == set(scales)
    with world.db.reading() as session:
        moves = select(func.count()).select_from(CaseEvent).where(CaseEvent.why == "answered")
        assert session.scalar(moves) == 1


def test_two_devices_that_send_at_once_get_one_receipt(world: World) -> None:
    world.contact(GUERET, "mairie@gueret.invalid")
    world.open_wave()
    who = world.respondent(GUERET)
    answers_all(world, who)
    start = Barrier(2)

    def send(_: int) -> str:
        start.wait()
        return submit(world.db, who, "inclusion", world.letterhead, now=world.now).number

    with ThreadPoolExecutor(2) as devices:
        first, second = devices.map(send, (0, 1))

    assert first == second
    assert world.counts()["messages"][0] == 1


@dataclass
class Round:
    """Two people look at the same page, and send it at the same moment."""

    world: World
    number: int
    shown: Mapping[str, int]
    start: Barrier = field(default_factory=lambda: Barrier(2))

    @property
    def said(self) -> tuple[Value, Value]:
        """What each says: nothing that counted in the round before."""
        return ("planned", UNSURE) if self.number % 2 else ("yes", "no")

    def sends(self, device: int) -> Saved:
        value = self.said[device]
        self.start.wait()
        return says(
            self.world,
            self.world.respondent(GUERET),
            {DISPUTED: value, OWN[device]: value},
            source=f"form:{self.number}-{device}",
            seen=self.shown,
        )


def test_two_devices_on_one_question_of_a_page_of_three(world: World) -> None:
    """One answer counts, the other is told and kept; the page's other answers are all saved."""
    world.open_wave()
    who = world.respondent(GUERET)
    for number in range(ROUNDS):
        seen = opens(world, who).answers
        played = Round(world, number, {code: answer.event for code, answer in seen.items()})

        with ThreadPoolExecutor(2) as devices:
            saved = list(devices.map(played.sends, (0, 1)))

        answers = opens(world, who).answers
        counts = answers[DISPUTED].value
        (conflict,) = [conflict for one in saved for conflict in one.conflicts]
        assert {counts, conflict.mine} == set(played.said)
        assert conflict.counted.value == counts
        assert tuple(answers[code].value for code in OWN) == played.said

    with world.db.reading() as session:
        lost = select(func.count()).where(AnswerEvent.counted.is_(False))
        assert session.scalar(lost) == ROUNDS


def test_a_refusal_waits_for_a_mail_being_recorded_with_nothing_else_in_hand(world: World) -> None:
    """Both lock cases by their ids; in another order, each ended up waiting for the other."""
    world.open_wave()
    who = world.respondent(GUERET)
    mine = select(Case.id).where(Case.territory_id == who.territory_id).order_by(Case.id)
    with ThreadPoolExecutor(1) as device, world.db.transaction() as recording:
        first, *others = recording.scalars(mine).all()
        recording.execute(select(Case.id).where(Case.id == first).with_for_update())
        refusal = device.submit(decline, world.db, who, who.themes, "no_time", now=world.now)
        while recording.scalar(_WAITING) == 0:
            assert not refusal.done()

        for case_id in others:
            free = select(Case.id).where(Case.id == case_id).with_for_update(nowait=True)
            assert recording.scalar(free) == case_id
        recording.commit()
        assert set(refusal.result()) == set(who.themes)


_WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
