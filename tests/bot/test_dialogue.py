"""What a conversation holds, whatever the messenger."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app.collect.delegate import delegate
from app.collect.reopen import reopen
from app.collect.submit import submit
from app.interview.kinds.registry import KINDS
from app.links.chats import chat_of, tie, tied_links
from app.links.make import revoke
from app.links.tying import NotTied
from app.models.cases import AnswerEvent
from app.models.chats import ChatTie, Prompt
from app.models.contacts import Link
from app.questionnaires.load import load_all
from app.vocabulary.scope import Channel
from bot import phrases, phrases_again, phrases_help, phrases_team
from bot.asking import PAGE, pages_of
from bot.channels.channel import Heard, Thing
from bot.channels.terminal import TerminalChat
from bot.commands import WORDS, Command, guessed_in, leading_in
from bot.main import MESSENGERS, NoMessenger, run_bot
from bot.prompts import PromptKind
from tests.bot.phone import GUERET, Phone, kept, says_on_the_site, texts, tied
from tests.collect.answers import says
from tests.collect.teams import letters, plans
from tests.world import World


def n_events(world: World) -> int:
    with world.db.reading() as session:
        return session.scalar(select(func.count()).select_from(AnswerEvent)) or 0


def test_every_kind_of_question_has_its_words() -> None:
    assert set(phrases.RENDERERS) == set(KINDS)


def test_every_question_says_why_it_is_asked() -> None:
    questions = [question for one in load_all() for question in one.questions]

    assert [q.code for q in questions if phrases.why(q) == phrases.NO_REASON_GIVEN] == []


def test_stopping_is_never_taken_for_an_answer(world: World, phone: Phone) -> None:
    phone.hears("inclusion")

    said = [texts(phone.hears(word)) for word, one in WORDS.items() if one is Command.STOP]

    assert set(said) == {phrases_help.STOPPED}
    assert n_events(world) == 0


def test_words_that_lead_are_an_answer_where_a_choice_says_so(world: World, phone: Phone) -> None:
    """ "collectivités" is how one calls the partners; "aide" stays a call for help."""
    phone.hears("inclusion")
    phone.hears("non")
    while phone.sent[-1][1].asked and phone.sent[-1][1].asked.question != "partners":
        phone.hears("passer")

    helped = phone.hears("aide")
    phone.hears("collectivités")

    assert helped[0].text.startswith("Répondez par un numéro, ou avec vos mots")
    assert kept(world, "partners") == ["authorities"]


@pytest.mark.parametrize("command", [one for one in Command if not one.value.startswith("/")])
def test_every_command_is_obeyed_by_its_own_name(command: Command) -> None:
    for typed in (command.value, f"/{command.value}", f"{command.value.upper()} !"):
        leading = leading_in(typed)
        assert leading is not None
        assert leading.command is command


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("retuor", Command.BACK),
        ("ressume", Command.REVIEW),
        ("envoyez", Command.SUBMIT),
        ("stopp", Command.STOP),
        ("porquoi", Command.WHY),
        ("pase", None),  # "passe" or "pause"?
        ("arrêtés", None),  # decrees
        ("inscription", None),  # the contrary of what it looks like
        ("abonnement", None),
        ("contrat", None),
        ("plus maintenant", None),
        ("c’est des conneries", Command.ANGRY),
        ("oui", None),
    ],
)
def test_a_misspelt_command_is_guessed_where_it_can_mean_one(
    typed: str, command: Command | None
) -> None:
    guessed = guessed_in(typed)

    assert (guessed.command if guessed else None) is command


def test_every_prompt_is_kept_with_the_link_that_it_speaks_for(world: World, phone: Phone) -> None:
    phone.hears("inclusion")

    with world.db.reading() as session:
        prompts = session.scalars(select(Prompt).order_by(Prompt.id)).all()
    link_id, _ = world.link("answer", GUERET)
    assert [(one.kind, one.question, one.link_id) for one in prompts] == [
        ("choice_of_theme", None, link_id),
        ("question", "mediation_place", link_id),
    ]


def test_buttons_are_the_options_of_the_question(phone: Phone) -> None:
    phone.hears("inclusion")

    labels = [button.label for button in phone.sent[-1][1].buttons]
    assert labels == ["Oui", "Prévu dans les 12 mois", "Non", "Je ne sais pas"]


def test_a_second_answer_to_ones_own_prompt_replaces_the_first(world: World, phone: Phone) -> None:
    phone.hears("inclusion")
    phone.hears("non")

    said = phone.presses("Oui", question="mediation_place")

    assert said[0].text.startswith("À la question «\u00a0Votre collectivité fait-elle vivre")
    assert kept(world, "mediation_place") == "yes"


def test_an_old_button_does_not_overrule_a_colleague(world: World, phone: Phone) -> None:
    phone.hears("inclusion")
    phone.hears("non")
    says_on_the_site(world, "mediation_place", "planned")

    said = phone.presses("Oui", question="mediation_place")

    assert "Gardez la réponse qui convient" in said[0].text
    assert kept(world, "mediation_place") == "planned"


def test_another_telephone_with_the_same_link_is_another_person(world: World, phone: Phone) -> None:
    phone.hears("inclusion")
    phone.hears("non")
    deputy = tied(world, Phone(world, external_id="4343"))
    deputy.hears("inclusion")
    deputy.hears("retour")
    deputy.hears("oui")

    said = phone.presses("Prévu dans les 12 mois", question="mediation_place")

    assert "Gardez la réponse qui convient" in said[0].text
    assert kept(world, "mediation_place") == "yes"


def test_the_same_update_twice_is_one_answer_and_one_reply(world: World, phone: Phone) -> None:
    phone.hears("inclusion")
    pressed = Heard("3", "tg:same", phone.external_id, reply_to=phone.asking("mediation_place"))

    first = phone.takes(pressed)
    again = phone.takes(pressed)

    assert first[0].text.startswith("Noté\u00a0: Non.")
    assert again == []
    assert n_events(world) == 1


def test_it_is_asked_again_and_never_twice_the_same_way(phone: Phone) -> None:
    phone.hears("inclusion")

    said = [texts(phone.hears("zzz")) for _ in range(8)]

    assert all(now != before for now, before in zip(said[1:], said, strict=False))
    assert len(set(said[:5])) == 5
    assert [button.label for button in phone.sent[-1][1].buttons] == ["Passer", "Site", "Aide"]
    assert phone.hears("non")[0].text.startswith("Noté\u00a0: Non.")


def test_every_thing_that_is_not_text_has_a_sentence_of_its_own(phone: Phone) -> None:
    told = (Thing.TEXT, Thing.BUTTON, Thing.BLOCKED)

    said = [texts(phone.hears("", thing=thing)) for thing in Thing if thing not in told]

    assert len(set(said)) == len(said)
    assert phone.hears("", thing=Thing.BLOCKED) == []
    assert set(phrases_help.THINGS) == set(Thing) - {*told, Thing.GROUP}


ODD_TEXTS = (
    *("a" * 4_000, "<a href='x'>oui</a>", "%s %(x)s {0}", "\U0001f600" * 900, "' OR 1=1 --"),
    *("\u200b\u200c\u200d", "\n\n\n", "/", "/@", "@", "1" * 400, "\ud800"),
    *("oui\x00", "oui\u0301", "\u202eoui\u202c"),  # last: these may be a yes
)


@pytest.mark.parametrize(
    "before",
    [(), ("inclusion",), ("inclusion", "envoyer"), ("relire",), ("refuser",), ("dissocier",)],
    ids=lambda before: "-".join(before) or "nothing",
)
@pytest.mark.usefixtures("phone")
def test_nothing_that_is_typed_is_an_error(world: World, before: tuple[str, ...]) -> None:
    """Each text in a chat of its own."""
    for number, text in enumerate(ODD_TEXTS):
        other = tied(world, Phone(world, external_id=f"chat-{number}"))
        for one in before:
            other.hears(one)

        said = other.hears(text)

        assert said, ascii(text[:12])
        assert all(0 < len(say.text) <= other.longest for say in said), ascii(text[:12])


def test_cybersecurity_is_neither_asked_nor_shown_on_telegram(phone: Phone) -> None:
    said = phone.hears("cybersécurité")
    phone.hears("relire")
    phone.hears("reprendre")

    assert "ne se remplit pas sur cette messagerie" in said[0].text
    assert "/continuer/" in said[0].text
    payloads = [say for _, say in phone.sent]
    assert all(say.asked is None or say.asked.theme != "cybersecurite" for say in payloads)
    assert not any("/r/" in say.text or say.card for say in payloads)


def test_an_old_choice_brings_no_submitted_cybersecurity_answer_back(world: World) -> None:
    """Her losing answer was handed in meanwhile, and the theme reopened: it starts blank."""
    world.open_wave()
    who = world.respondent(GUERET, channel=Channel.TERMINAL)
    assert who.link_id is not None
    chat = TerminalChat(world.db, world.letterhead, who.link_id)
    chat.begin(world.now)
    chat.say("cybersécurité", world.now)
    assert chat.asked is not None
    assert chat.asked.question is not None
    answers = {chat.asked.question: 50}
    says(world, who, answers, source="form:site", theme="cybersecurite")
    assert "Gardez la réponse" in chat.say("12", world.now)[0]
    submit(world.db, who, "cybersecurite", world.letterhead, now=world.now)
    reopen(world.db, who, "cybersecurite", now=world.days_pass(1))

    said = chat.say("2", world.days_pass(1))[0]

    assert said.startswith(phrases.MOVED_ON)
    assert "Question 1 sur" in said
    assert world.response(GUERET, "cybersecurite").answers == {}


def test_a_withdrawn_link_ends_the_conversation(world: World, phone: Phone) -> None:
    link_id, _ = world.link("answer", GUERET)
    with world.db.transaction() as session:
        revoke(session, link_id, because="staff", now=world.now)

    assert texts(phone.hears("inclusion")) == str(NotTied())


def test_an_untied_chat_hears_the_same_whatever_it_says(world: World) -> None:
    world.open_wave()
    stranger = Phone(world)

    said = {texts(stranger.hears(text)) for text in ("bonjour", "000000", "/start x", "Guéret", "")}
    said.add(texts(stranger.hears("", thing=Thing.VOICE)))

    assert said == {str(NotTied())}
    assert texts(stranger.hears("stop")) == phrases_help.STOPPED


def test_a_colleague_goes_straight_to_the_theme_they_were_handed(world: World) -> None:
    world.contact(GUERET, "mairie@gueret.invalid")
    world.open_wave()
    delegate(
        world.db,
        world.respondent(GUERET),
        "communication",
        "julie@gueret.invalid",
        world.letterhead,
        name=None,
        now=world.now,
    )
    with world.db.reading() as session:
        link_id = session.scalars(select(Link.id).where(Link.purpose == "delegate")).one()
    chat = TerminalChat(world.db, world.letterhead, link_id)

    said = chat.begin(world.now)

    assert "Question 1 sur" in said[0]
    assert chat.asked is not None
    assert chat.asked.theme == "communication"
    assert chat.say("thèmes", world.now)[0].count("\n") == 1


def test_a_colleagues_address_is_kept_in_no_prompt(world: World, phone: Phone) -> None:
    phone.hears("inclusion")
    phone.hears("confier Julie@gueret.invalid")
    said = phone.hears("julie@Gueret.invalid")

    assert "reçoit un lien" in said[0].text
    assert [one.value for one in letters(world, "delegation")] == ["julie@gueret.invalid"]
    with world.db.reading() as session:
        details = session.scalars(select(Prompt.details)).all()
    assert not any("@" in str(one) for one in details)


def test_another_address_the_second_time_hands_nothing_over(world: World, phone: Phone) -> None:
    phone.hears("inclusion")
    phone.hears("confier julie@gueret.invalid")

    said = phone.hears("julien@gueret.invalid")

    assert said[0].text.startswith("Confier «\u00a0Inclusion numérique\u00a0» à julien@")
    assert letters(world, "delegation") == []


def test_reminders_come_here_once_she_said_so(world: World) -> None:
    world.contact(GUERET, "mairie@gueret.invalid")
    world.open_wave()
    phone = tied(world, Phone(world, writes_first=True))

    said = phone.presses("Oui")

    assert said[0].text.startswith(phrases_team.REMINDERS_HERE)
    assert preferred(world, phone)
    assert phone.hears("/start")[0].asked is not None
    assert phone.sent[-1][1].asked is not None
    assert phone.sent[-1][1].asked.kind is PromptKind.THEME  # it is not asked twice

    phone.hears("stop")

    assert not preferred(world, phone)


def test_a_blocked_conversation_is_written_to_no_more(world: World) -> None:
    world.contact(GUERET, "mairie@gueret.invalid")
    world.open_wave()
    phone = tied(world, Phone(world, writes_first=True))
    phone.presses("Oui")

    phone.hears("", thing=Thing.BLOCKED)

    assert not preferred(world, phone)


def preferred(world: World, phone: Phone) -> bool:
    with world.db.reading() as session:
        chat_id = chat_of(session, phone.channel, phone.external_id)
        held = session.scalars(select(ChatTie.preferred_at).where(ChatTie.chat_id == chat_id))
        return any(held.all())


def test_a_suggestion_that_a_colleague_answered_meanwhile_is_shown_instead(
    world: World, phone: Phone
) -> None:
    who = world.respondent(GUERET)
    says(world, who, {"mediation_place": "yes"}, source="form:a-year-ago")
    submit(world.db, who, "inclusion", world.letterhead, now=world.now)
    world.open_wave_a_year_later()
    phone.hears("inclusion")
    says(world, who, {"mediation_place": "no"}, source="form:this-year")

    said = phone.hears("pareil")

    assert "Réponse actuelle\u00a0: Non" in said[0].text
    assert kept(world, "mediation_place") == "no"


def test_a_long_list_is_cut_where_a_telephone_shows_it_well() -> None:
    lines = [f"{n}. {'mot ' * 30}" for n in range(100)]

    pages = pages_of(lines)

    assert "\n".join(pages).splitlines() == lines
    assert all(len(page) <= PAGE for page in pages)
    assert len(pages) < 6


def test_six_digits_are_an_answer_where_a_number_is_asked(world: World, phone: Phone) -> None:
    phone.hears("inclusion")
    for _ in range(4):
        phone.hears("passer")
    assert phone.sent[-1][1].asked is not None
    assert phone.sent[-1][1].asked.question == "support_staff"

    said = phone.hears("100 000")

    assert phrases_team.CODE_OPENS_NOTHING not in texts(said)
    assert "100\u00a0000" in texts(said) or "100 000" in texts(said)


def test_the_bot_says_when_it_has_no_messenger(world: World) -> None:
    assert "pigeon" not in MESSENGERS
    with pytest.raises(NoMessenger, match="barometre chat"):
        run_bot(world.house, "pigeon")


def test_where_somebody_validates_the_chat_asks_instead_of_sending(
    world: World, phone: Phone
) -> None:
    plans(world, validator="maire@gueret.invalid")
    phone.hears("inclusion")
    phone.hears("non")

    offered = phone.hears("envoyer")
    said = phone.hears("oui")

    assert "demander sa validation" in offered[0].text
    assert said[0].text.startswith(phrases_team.VALIDATION_ASKED)
    assert world.disposition(GUERET) == "started"
    assert [one.value for one in letters(world, "validation")] == ["maire@gueret.invalid"]


@pytest.mark.parametrize("before", [("non", "envoyer"), ("non", "envoyer", "oui", "inclusion")])
def test_a_figure_neither_sends_nor_opens_again(
    world: World, phone: Phone, before: tuple[str, ...]
) -> None:
    phone.hears("inclusion")
    for one in before:
        phone.hears(one)
    held = world.disposition(GUERET)

    said = phone.hears("1")

    assert texts(said) == phrases_again.YES_OR_NO
    assert world.disposition(GUERET) == held


def test_a_figure_unties_nothing(world: World, phone: Phone) -> None:
    link_id, _ = world.link("answer", "23008")
    with world.db.transaction() as session:
        tie(session, phone.channel, phone.external_id, link_id, now=world.now)
    phone.hears("dissocier")

    for _ in range(2):
        phone.hears("1")
    with world.db.reading() as session:
        n_tied = len(tied_links(session, chat_of(session, phone.channel, phone.external_id) or 0))

    assert n_tied == 2
    assert texts(phone.hears("oui")).startswith("C’est fait")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("c’est long ?", "minutes environ"),
        ("qui voit mes réponses ?", "lues par l’équipe"),
        ("c'est public ?", "lues par l’équipe"),
        ("vous êtes un robot ?", "assistant automatique"),
        ("version papier svp", "Répondre sur papier"),
        ("je voudrais qu'on me rappelle", "laissez votre numéro"),
        ("c’est obligatoire ?", "Répondre est facultatif"),
        ("vous m’énervez", "«\u00a0pause\u00a0»"),
    ],
)
def test_what_one_naturally_asks_is_answered_and_answers_nothing(
    world: World, phone: Phone, typed: str, told: str
) -> None:
    phone.hears("inclusion")
    phone.hears("oui")

    said = phone.hears(typed)

    assert told in texts(said)
    assert n_events(world) == 1
    assert "Question 3 sur" in texts(phone.hears("2"))


def test_going_on_is_never_taken_for_learning(world: World, phone: Phone) -> None:
    """ "Apprendre à se servir d’un ordinateur" is a slip away from "reprendre"."""
    phone.hears("inclusion")
    phone.hears("oui")
    phone.hears("2")

    said = phone.hears("reprendre")

    assert "Question 3 sur" in texts(said)
    assert n_events(world) == 2
