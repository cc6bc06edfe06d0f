"""Nothing is asked of an authority, or not any more: its people are told so, and helped."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from app.cases.record import record
from app.links.chats import tie
from app.models.campaigns import Wave
from app.models.cases import Case
from app.models.chats import Chat
from app.models.territories import Territory
from app.vocabulary.dispositions import D
from app.vocabulary.scope import Author
from bot.channels.channel import Say, Thing
from bot.prompts import PromptKind
from bot.ties import reminded_here
from tests.bot.phone import GUERET, Phone, kept, texts, tied
from tests.world import World

STAFF = Author.user(7)
MERGED = "la nouvelle collectivité qui répond"
NO_MORE = "Votre collectivité n’est plus interrogée sur «\u00a0Inclusion numérique\u00a0»."


@pytest.fixture
def unasked(world: World) -> Phone:
    """The secretary's chat is tied, and no wave has opened yet."""
    world.contact(GUERET, "mairie@gueret.invalid")
    world.open_wave()
    phone = tied(world, Phone(world, writes_first=True))
    phone.presses("Non")  # no reminders here
    with world.db.transaction() as session:
        session.execute(update(Wave).values(opened_at=None, opens_at=world.now))
    return phone


def takes_out(world: World, *themes: str, to: D = D.OUT_OF_FRAME) -> None:
    """Staff take these themes of Guéret's out of the wave."""
    with world.db.transaction() as session:
        of_gueret = select(Case).where(Case.territory_id == world.territory(GUERET).id)
        for case in session.scalars(of_gueret.where(Case.theme.in_(themes))):
            record(session, case, to, why="merged", by=STAFF, at=world.now)


def is_merged(world: World) -> None:
    """Guéret is a part of another commune now."""
    takes_out(world, *themes(world))
    with world.db.transaction() as session:
        session.execute(
            update(Territory)
            .where(Territory.code == GUERET)
            .values(asked=False, not_asked_because="absente de la liste de 2027")
        )


def themes(world: World) -> list[str]:
    with world.db.reading() as session:
        of_gueret = Case.territory_id == world.territory(GUERET).id
        return list(session.scalars(select(Case.theme).where(of_gueret).distinct()))


def kind(said: list[Say]) -> PromptKind | None:
    return said[-1].asked.kind if said[-1].asked else None


# --- No wave is open -----------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["1", "bonjour", "thèmes", "inclusion", "reprendre"])
def test_with_no_wave_open_there_is_nothing_to_answer(unasked: Phone, words: str) -> None:
    said = unasked.hears(words)

    assert texts(said).startswith("Aucun questionnaire n’est ouvert")
    assert kind(said) is None


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("aide", "Vous pouvez encore écrire"),
        ("?", "Vous pouvez encore écrire"),
        ("au secour", "Vous pouvez encore écrire"),
        ("aide", "Pour joindre quelqu’un"),
        ("qui êtes-vous", "La direction interministérielle du numérique"),
        ("qui voit mes réponses", "syndicat numérique"),
        ("appelez-moi", "Pour joindre quelqu’un"),
        ("êtes-vous un robot", "assistant automatique"),
        ("vous m’énervez", "«\u00a0stop\u00a0»"),
        ("merci", "bonne journée"),
        ("/inconnue", "cette commande"),
        ("stop", "nous n’écrirons plus ici"),
        ("dissocier", "Dissocier Guéret"),
    ],
)
def test_with_no_wave_open_one_is_helped_all_the_same(
    unasked: Phone, words: str, told: str
) -> None:
    assert told in texts(unasked.hears(words))


def is_reminded_here(world: World) -> bool:
    link_id, _ = world.link("answer", GUERET)
    with world.db.reading() as session:
        return reminded_here(session, session.scalars(select(Chat.id)).one(), link_id)


@pytest.mark.parametrize("pressed", [True, False])
def test_with_no_wave_open_one_says_where_reminders_will_come(
    world: World, unasked: Phone, pressed: bool
) -> None:
    def says(label: str) -> str:
        return texts(unasked.presses(label) if pressed else unasked.hears(label))

    asked = unasked.hears("rappels")
    assert kind(asked) is PromptKind.REMINDERS

    assert "viendront ici" in says("Oui")
    assert is_reminded_here(world)
    unasked.hears("rappels")
    assert "restent par courriel" in says("Non")
    assert not is_reminded_here(world)


def test_where_we_never_write_first_there_are_no_reminders_to_choose(unasked: Phone) -> None:
    unasked.writes_first = False

    said = unasked.hears("rappels")

    assert "jamais les premiers" in texts(said)
    assert kind(said) is None


# --- Out of the frame ----------------------------------------------------------------------------


def test_a_theme_that_is_asked_no_more_is_not_listed(world: World, phone: Phone) -> None:
    takes_out(world, "inclusion")

    for words in ("thèmes", "où j’en suis", "/start"):
        said = texts(phone.hears(words))
        assert "Communication avec les administrés" in said
        assert "Inclusion numérique" not in said


@pytest.mark.parametrize("to", [D.OUT_OF_FRAME, D.DUPLICATE])
def test_under_its_question_it_is_told_once_and_the_others_go_on(
    world: World, phone: Phone, to: D
) -> None:
    phone.hears("inclusion")
    phone.hears("oui")
    takes_out(world, "inclusion", to=to)

    said = phone.hears("1, 3")
    then = phone.hears("1, 3")

    assert texts(said).startswith(NO_MORE)
    assert kind(said) is PromptKind.THEME
    assert NO_MORE not in texts(then)
    assert kept(world, "mediation_place") == "yes"
    assert "mediation_place_kinds" not in world.response(GUERET, "inclusion").answers
    assert "Question 1 sur" in texts(phone.hears("communication"))


@pytest.mark.parametrize(
    "order", ["passer", "retour", "relire", "envoyer", "reprendre", "répéter", "bonjour"]
)
def test_an_order_under_its_question_tells_it_too(world: World, phone: Phone, order: str) -> None:
    phone.hears("inclusion")
    takes_out(world, "inclusion")

    said = phone.hears(order)

    assert texts(said).count(NO_MORE) == 1
    assert kind(said) is PromptKind.THEME


def test_chosen_in_a_list_of_before_it_is_told(world: World, phone: Phone) -> None:
    takes_out(world, "inclusion")

    pressed = phone.presses("Inclusion numérique")
    said = phone.hears("2")

    assert texts(pressed).startswith(NO_MORE)
    assert "Question 1 sur" in texts(said)  # of the second that is listed now


def test_help_and_stop_are_heard_under_a_theme_that_is_gone(world: World, phone: Phone) -> None:
    phone.hears("inclusion")
    takes_out(world, "inclusion")

    assert "Répondez par un numéro" in texts(phone.hears("aide"))
    assert "nous n’écrirons plus ici" in texts(phone.hears("stop"))


@pytest.mark.parametrize("words", ["oui", "/start", "thèmes", "reprendre", "envoyer", "site"])
def test_a_commune_that_has_merged_is_told_who_answers_now(
    world: World, phone: Phone, words: str
) -> None:
    phone.hears("inclusion")
    is_merged(world)

    said = phone.hears(words)

    assert texts(said).startswith("Guéret\u00a0: cette collectivité n’est plus interrogée.")
    assert MERGED in texts(said)
    assert "Pour joindre quelqu’un" in texts(said)
    assert kind(said) is None


def test_a_commune_that_was_only_in_double_is_not_told_that_it_merged(
    world: World, phone: Phone
) -> None:
    takes_out(world, *themes(world), to=D.DUPLICATE)

    said = texts(phone.hears("inclusion"))

    assert "n’est plus interrogée" in said
    assert MERGED not in said


def test_whoever_speaks_for_two_goes_on_with_the_other(world: World, phone: Phone) -> None:
    link_id, _ = world.link("answer", "23008")
    with world.db.transaction() as session:
        tie(session, phone.channel, phone.external_id, link_id, now=world.now)
    phone.hears("inclusion")
    is_merged(world)

    said = phone.hears("oui")

    assert MERGED in texts(said)
    assert kind(said) is PromptKind.TERRITORY
    assert "Vous répondez maintenant pour Aubusson" in texts(phone.presses("Aubusson"))


# --- A button that nothing is known of -----------------------------------------------------------


@pytest.mark.parametrize("reply", ["1", "oui", "pareil", "passer", "envoyer", "continuer"])
def test_a_button_of_a_message_that_we_lost_track_of_asks_what_waits_again(
    world: World, phone: Phone, reply: str
) -> None:
    """The message was shown, and its process died before it noted it."""
    phone.hears("inclusion")
    phone.hears("non")

    said = phone.hears(reply, thing=Thing.BUTTON, reply_to="message-of-a-dead-process")

    assert "Bonjour" not in texts(said)
    assert said[-1].asked is not None
    assert said[-1].asked.question == "referral"
    assert ("rien enregistré" in texts(said)) == (reply != "continuer")
    assert set(world.response(GUERET, "inclusion").answers) == {"mediation_place"}


def test_such_a_yes_sends_nothing(world: World, phone: Phone) -> None:
    phone.hears("inclusion")
    phone.hears("non")
    phone.hears("envoyer")

    said = phone.hears("oui", thing=Thing.BUTTON, reply_to="message-of-a-dead-process")

    assert kind(said) is PromptKind.SUBMIT
    assert world.response(GUERET, "inclusion").submitted_at is None


def test_such_a_button_still_helps_and_stops(phone: Phone) -> None:
    phone.hears("inclusion")

    helped = phone.hears("aide", thing=Thing.BUTTON, reply_to="message-of-a-dead-process")
    stopped = phone.hears("stop", thing=Thing.BUTTON, reply_to="message-of-a-dead-process")

    assert "Répondez par un numéro" in texts(helped)
    assert "nous n’écrirons plus ici" in texts(stopped)


def test_where_two_answer_here_such_a_button_asks_for_whom(world: World, phone: Phone) -> None:
    link_id, _ = world.link("answer", "23008")
    with world.db.transaction() as session:
        tie(session, phone.channel, phone.external_id, link_id, now=world.now)
    phone.hears("communes")

    said = phone.hears("1", thing=Thing.BUTTON, reply_to="message-of-a-dead-process")
    resumed = phone.hears("reprendre", thing=Thing.BUTTON, reply_to="a-reminder")

    assert kind(said) is PromptKind.TERRITORY
    assert kind(resumed) is PromptKind.TERRITORY
    assert "Bonjour" not in texts(said) + texts(resumed)
