"""A reminder that came back leaves again as it was, and takes nobody's next reminder."""

from __future__ import annotations

from app.campaigns.apply import plan_due
from app.campaigns.scheduling import set_steps
from app.campaigns.steps import Step
from app.messages.carriers import OutcomeKind
from app.vocabulary.scope import Author
from app.vocabulary.wave_steps import Anchor, StepKind
from tests.messages.bounces.returned import MAIRIE, comes_back, dsn, reads_bounces
from tests.messages.chats import Messenger, prefers_the_chat, send_in_chats
from tests.messages.post import GUERET, invited, open_with_contacts, rows, send
from tests.world import World

TWO_REMINDERS = (
    Step(StepKind.REMINDER, Anchor.INVITATION, 15, "reminder"),
    Step(StepKind.REMINDER, Anchor.INVITATION, 30, "reminder_2"),
)


def asks_with_two_reminders(world: World) -> None:
    reads_bounces(world)
    open_with_contacts(world, (GUERET, MAIRIE))
    steps, by = list(TWO_REMINDERS), Author.system()
    set_steps(world.db, None, by, world.wave_id, steps, office_hours=False, now=world.now)


def days_of_sending(world: World, n_days: int, messenger: Messenger | None = None) -> None:
    """Every day the clock plans, and what is due leaves."""
    for _ in range(n_days):
        world.days_pass(1)
        plan_due(world.db, world.letterhead, now=world.now)
        if messenger is not None:
            send_in_chats(world, messenger)
        send(world)


def texts(world: World) -> list[tuple[str, str]]:
    """Each message's text and state, oldest first."""
    found = rows(
        world,
        "SELECT name, state FROM messages JOIN message_templates ON message_templates.id = "
        "template_id ORDER BY messages.created_at, messages.channel DESC",
    )
    return [(one.name, one.state) for one in found]


def last_comes_back(world: World) -> None:
    last = rows(world, "SELECT id FROM messages ORDER BY created_at DESC LIMIT 1")[0].id
    comes_back(world, dsn(world, last, status="4.4.1", said="timed out"))


def test_a_reminder_that_came_back_once_is_followed_by_the_second(world: World) -> None:
    asks_with_two_reminders(world)
    invited(world)
    send(world)
    days_of_sending(world, 15)
    last_comes_back(world)

    days_of_sending(world, 30)

    assert texts(world) == [
        ("invitation", "sent"),
        ("reminder", "bounced"),
        ("reminder", "sent"),
        ("reminder_2", "sent"),
    ]


def test_the_second_reminder_leaves_again_in_its_own_words(world: World) -> None:
    asks_with_two_reminders(world)
    invited(world)
    send(world)
    days_of_sending(world, 30)
    last_comes_back(world)

    days_of_sending(world, 2)

    assert texts(world)[2:] == [("reminder_2", "bounced"), ("reminder_2", "sent")]


def test_the_second_reminder_that_a_chat_refuses_is_mailed_in_its_own_words(world: World) -> None:
    asks_with_two_reminders(world)
    invited(world)
    send(world)
    days_of_sending(world, 29)
    prefers_the_chat(world, GUERET)

    days_of_sending(world, 2, Messenger(says=OutcomeKind.REFUSED))

    assert texts(world)[2:] == [("chat_reminder", "cancelled"), ("reminder_2", "sent")]
