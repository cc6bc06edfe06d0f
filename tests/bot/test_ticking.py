"""Where several choices may be made, a press adds one or takes it away."""

from __future__ import annotations

import pytest

from bot import updates
from bot.channels.channel import Heard, Thing
from tests.bot.phone import Phone, kept, says_on_the_site, texts
from tests.world import World

PLACES = "mediation_place_kinds"


def test_a_press_adds_a_choice_or_takes_it_away(world: World, phone: Phone) -> None:
    phone.hears("inclusion")
    phone.hears("oui")

    added = phone.presses("Un espace public numérique")
    again = phone.presses("Une médiathèque ou une bibliothèque")
    marked = [button.label for button in phone.sent[-1][1].buttons]
    phone.presses("✓ Un espace public numérique")

    assert texts(added).startswith("Noté\u00a0: Un espace public numérique.\n\nQuestion 2 sur")
    assert texts(again).startswith("Noté\u00a0: Une médiathèque ou une bibliothèque\u00a0; Un esp")
    assert [label for label in marked if label.startswith("✓ ")] == [
        "✓ Une médiathèque ou une bibliothèque",
        "✓ Un espace public numérique",
    ]
    assert marked[-1] == "Continuer"
    assert kept(world, PLACES) == ["library"]
    emptied = phone.presses("✓ Une médiathèque ou une bibliothèque")
    assert emptied[-1].buttons[-1].label == "Je ne sais pas"
    assert kept(world, PLACES) is None


def test_what_stands_alone_takes_the_place_of_all(world: World, phone: Phone) -> None:
    phone.hears("inclusion")
    phone.hears("oui")

    stood = []
    for label in ("Un autre lieu", "Je ne sais pas", "Un espace public numérique"):
        phone.presses(label)
        stood.append(kept(world, PLACES))
    phone.presses("Continuer")
    for label in ("Faire le point sur ses compétences", "Rien de tout cela"):
        phone.presses(label)
        stood.append(kept(world, "mediation_services"))

    assert stood == [
        ["other"],
        {"special": "dont_know"},
        ["digital_space"],
        ["skills_check"],
        ["none"],
    ]


@pytest.mark.parametrize("onward", ["suite", "continuer", "Continuer !", None])
def test_one_goes_on_once_all_is_chosen(phone: Phone, onward: str | None) -> None:
    phone.hears("inclusion")
    phone.hears("oui")
    phone.presses("Un autre lieu")

    said = phone.hears(onward) if onward else phone.presses("Continuer")

    assert "Question 3 sur" in texts(said)


def test_numbers_that_are_typed_answer_at_once(world: World, phone: Phone) -> None:
    phone.hears("inclusion")
    phone.hears("oui")
    phone.presses("Un autre lieu")

    said = phone.hears("1, 3")

    assert "Question 3 sur" in texts(said)
    assert kept(world, PLACES) == ["france_services", "digital_space"]


def test_two_quick_presses_on_one_message_both_count(world: World, phone: Phone) -> None:
    phone.hears("inclusion")
    phone.hears("oui")
    asked = phone.asking(PLACES)

    for number in ("2", "3"):
        phone.hears(number, thing=Thing.BUTTON, reply_to=asked)

    assert kept(world, PLACES) == ["library", "digital_space"]


def test_a_press_on_an_old_prompt_toggles_too(world: World, phone: Phone) -> None:
    phone.hears("inclusion")
    phone.hears("oui")
    phone.hears("2, 3")

    said = phone.presses("Un autre lieu", question=PLACES)

    assert said[0].text.startswith("À la question «\u00a0De quels lieux s’agit-il")
    assert "Question 3 sur" in texts(said)
    assert kept(world, PLACES) == ["library", "digital_space", "other"]


def test_a_press_does_not_overrule_a_colleague(world: World, phone: Phone) -> None:
    phone.hears("inclusion")
    phone.hears("oui")
    phone.presses("Un espace public numérique")
    says_on_the_site(world, PLACES, ("library",))

    said = phone.presses("Un autre lieu")

    assert "Gardez la réponse qui convient" in said[0].text
    assert "«\u00a0Un espace public numérique\u00a0; Un autre lieu\u00a0» (vous" in said[0].text
    assert kept(world, PLACES) == ["library"]


def test_a_press_that_an_ended_process_saved_is_not_turned_back(
    world: World, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Saved, but what to say was not: the same press is thought over once more."""
    phone.hears("inclusion")
    phone.hears("oui")
    asked = phone.asking(PLACES)
    pressed = Heard("3", "tg:once", phone.external_id, reply_to=asked, thing=Thing.BUTTON)
    with monkeypatch.context() as dying:
        dying.setattr(updates, "thought", dies)
        with pytest.raises(KeyboardInterrupt):
            phone.takes(pressed)

    said = phone.takes(pressed)

    assert texts(said).startswith("Noté\u00a0: Un espace public numérique.")
    assert kept(world, PLACES) == ["digital_space"]


def dies(*_: object) -> None:
    raise KeyboardInterrupt
