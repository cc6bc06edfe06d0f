"""A reminder of what was begun says how much is left of it, counted as it leaves."""

from __future__ import annotations

from app.campaigns.apply import plan_due
from app.collect.entries import Entry
from app.collect.open import opened
from app.collect.save import save
from app.interview.values import Special
from tests.messages.post import GUERET, invited, open_with_contacts, send
from tests.world import World


def answers_some(world: World, left: int) -> None:
    """Guéret answers one theme until so many questions are left."""
    respondent = world.respondent(GUERET)
    while True:
        with world.db.reading() as session:
            path = opened(session, respondent, "inclusion", now=world.now).path
        if len(path.missing) <= left:
            return
        entry = Entry(path.missing[0].code, Special.DONT_KNOW, None)
        source = f"form:{path.missing[0].code}"
        save(world.db, respondent, "inclusion", [entry], source=source, now=world.now)


def reminded(world: World) -> str:
    """The text of the reminder, planned before the last answer came."""
    mail = world.smtp.to("mairie@gueret.invalid")[-1].get_body(("plain",))
    assert mail is not None
    return " ".join(str(mail.get_content()).split())


def test_it_says_how_many_questions_are_left(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    invited(world)
    send(world)
    world.days_pass(15)
    plan_due(world.db, world.letterhead, now=world.now)
    answers_some(world, 4)  # after the planning, before the sending

    send(world)

    assert "en cours, il vous reste 4 questions" in reminded(world)
    assert reminded(world).count("à commencer") == 2


def test_when_all_is_answered_it_asks_to_hand_in(world: World) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    invited(world)
    send(world)
    answers_some(world, 0)
    world.days_pass(15)
    plan_due(world.db, world.letterhead, now=world.now)

    send(world)

    assert "en cours, il ne reste qu’à l’envoyer" in reminded(world)
