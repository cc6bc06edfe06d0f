"""The names of jobs and the use cases they stand for. Nothing else happens here."""

from __future__ import annotations

from os import cpu_count

from procrastinate import JobContext

from app.house import House
from app.jobs import QUEUES, app, defer
from app.messages.drain import drain
from app.messages.fall_back import empty_lane
from app.messages.lanes import lane_named
from app.now import now
from app.vocabulary.scope import Channel
from app.web.messengers import messengers_of
from reports.cards import render, send
from reports.computing import compute


@app.task(name="drain_lane", queue=QUEUES["drain_lane"], pass_context=True)
def drain_lane(context: JobContext, lane: str) -> None:
    """Send what is due on a lane; stops between two mails when the worker is asked to."""
    house, wired = _house(context), context.additional_context
    if lane_named(lane).channel not in _in_service(house):
        empty_lane(house.db, lane, now=now())
        return
    drain(
        house.db,
        wired["carriers"],
        house.letterhead,
        lane,
        now=now,
        makers=wired["makers"],
        stopping=context.should_abort,
    )


@app.task(name="compute_publication", queue=QUEUES["compute_publication"], pass_context=True)
def compute_publication(context: JobContext, wave: str, title: str) -> None:
    """Compute a wave's figures, to be approved by two."""
    compute(_house(context).db, int(wave), title=title, now=now())


@app.task(name="render_cards", queue=QUEUES["render_cards"], pass_context=True)
def render_cards(context: JobContext, publication: str) -> None:
    """Draw the cards of an approved publication, a process for each processor; then send them."""
    house, processes = _house(context), cpu_count() or 1
    render.render_cards(
        house.db, int(publication), house.letterhead, now=now(), processes=processes
    )
    with house.db.transaction() as session:
        defer(session, "send_cards", publication=publication)


@app.task(name="send_cards", queue=QUEUES["send_cards"], pass_context=True)
def send_cards(context: JobContext, publication: str) -> None:
    """Queue a message for each card drawn."""
    house = _house(context)
    send.send_cards(house.db, int(publication), house.letterhead, now=now())


def _in_service(house: House) -> set[Channel]:
    return {Channel.EMAIL, *(one.channel for one in messengers_of(house.settings))}


def _house(context: JobContext) -> House:
    house: House = context.additional_context["house"]
    return house
