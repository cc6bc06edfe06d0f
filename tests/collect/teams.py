"""A team at work: what a secretary types, and the people whom it names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, select

from app.collect.respondent import respondent_of
from app.collect.team import TeamSet, set_team
from app.collect.team_plan import PlanLine, TeamPlan
from app.models.contacts import Address, Contact, Link
from app.vocabulary.scope import Channel, Respondent
from tests.messages.post import rows
from tests.world import World

GUERET = "23096"
JULIE, MARC = "julie@gueret.invalid", "marc@gueret.invalid"
CLAIRE, MAIRE = "claire@gueret.invalid", "maire@gueret.invalid"


def plans(
    world: World,
    who: Respondent | None = None,
    *,
    coordinator: str = "",
    validator: str = "",
    due: Mapping[str, str] | None = None,
    **colleagues: str,
) -> TeamSet:
    """The secretary sends the form with these colleagues; the other themes are blank."""
    lines = {
        theme: PlanLine(colleagues.get(theme, ""), (due or {}).get(theme, ""))
        for theme in {*colleagues, *(due or {}), "inclusion", "cybersecurite", "communication"}
    }
    return set_team(
        world.db,
        who or world.respondent(GUERET),
        TeamPlan(coordinator, validator, lines),
        world.letterhead,
        now=world.now,
    )


def holder(world: World, email: str, theme: str | None = None) -> Respondent:
    """Whoever reads this mailbox, with its live link: to one theme, or to all of them."""
    with world.db.reading() as session:
        wanted = (
            select(Link)
            .join(Contact, Contact.id == Link.contact_id)
            .join(Address, Address.id == Contact.address_id)
            .where(Address.value == email, Link.revoked_at.is_(None))
        )
        if theme is None:
            link = session.scalars(wanted.where(Link.purpose == "answer")).one()
        else:
            link = session.scalars(wanted.where(Link.themes == [theme])).one()
        return respondent_of(session, link, Channel.WEB)


def letters(world: World, step: str) -> list[Row[Any]]:
    """The messages of one step, with their mailbox and the themes that they speak of."""
    return list(
        rows(
            world,
            """SELECT addresses.value, messages.details, messages.state,
                      array_agg(cases.theme ORDER BY cases.id) AS themes
                 FROM messages JOIN addresses ON addresses.id = messages.address_id
                 JOIN message_cases ON message_cases.message_id = messages.id
                 JOIN cases ON cases.id = message_cases.case_id
                WHERE messages.step = :step
                GROUP BY addresses.value, messages.id
                ORDER BY messages.created_at, addresses.value""",
            step=step,
        )
    )
