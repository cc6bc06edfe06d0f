"""The texts of messages: a version a change, and nothing a template was not given."""

from __future__ import annotations

import pytest
from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError

from app.messages.compose import sheet_of
from app.messages.wordings import CHAT_TEXTS, STEPS, current_templates, packaged
from app.models.messages import MessageTemplate
from tests.messages.post import GUERET, invited, open_with_contacts, rows, send
from tests.world import World


def versions(world: World) -> list[tuple[str, int]]:
    found = rows(world, "SELECT name, version FROM message_templates ORDER BY name, version")
    return [(row.name, row.version) for row in found]


def test_a_release_s_texts_are_stored_once(world: World) -> None:
    for _ in range(2):
        with world.db.transaction() as session:
            current_templates(session, now=world.now)

    assert versions(world) == [(step, 1) for step in sorted((*STEPS, *CHAT_TEXTS))]


def test_what_staff_wrote_is_what_leaves(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    invitation = next(one for one in packaged() if one.name == "invitation")
    with world.db.transaction() as session:
        current_templates(session, now=world.now)
        session.add(
            MessageTemplate(
                name="invitation",
                version=2,
                subject="À vous, {{ territory.name }}",
                body_text=invitation.body_text,
                body_html=invitation.body_html,
                digest="written by hand",
                created_at=world.now,
            )
        )
    invited(world)
    send(world)

    assert str(world.smtp.messages[0]["Subject"]) == "À vous, Guéret"
    assert ("invitation", 2) in versions(world)
    assert ("invitation", 3) not in versions(world)


def test_a_template_cannot_reach_what_it_was_not_given() -> None:
    with pytest.raises(UndefinedError):
        sheet_of("{{ password }}", "", "").subject.render({})
    with pytest.raises(SecurityError):
        sheet_of("{{ ''.__class__.__mro__ }}", "", "").subject.render({})
