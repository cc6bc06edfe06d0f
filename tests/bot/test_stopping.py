""" "Stop", however a person says it; and what only looks like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import Command, guessed_in, leading_in
from bot.stopping import begins_as_one, is_order

ORDERS = (
    *("stop", "stop stop", "STOP SMS", "stop messages", "stop maintenant", "stop la pub", "stoop"),
    *("arrêtez", "arrêtez tout", "stoppez", "arrêter", "arrêtez de m’écrire", "arretez vos mails"),
    *("désinscription", "désabonnez-moi", "désinscrivez moi", "se désabonner", "me désinscrire"),
    *("je veux me désabonner", "comment je me désabonne", "je demande à être désinscrit"),
    *("ne m’envoyez plus rien", "ne m’écrivez plus jamais", "ne nous dérangez plus"),
    *("je ne veux plus recevoir de messages", "je ne souhaite plus être contactée"),
    *("je ne veux pas recevoir vos courriels", "ne plus recevoir", "veuillez ne plus nous écrire"),
    *("merci de ne plus me contacter", "m’écrivez plus", "envoyez-moi plus rien"),
    *("je veux plus recevoir vos messages", "vous pouvez arrêter de m’envoyer des messages"),
    *("plus rien, stop", "stop à tous vos messages", "non, stop", "stop au questionnaire"),
)
ANSWERS = (
    *("les usagers se désabonnent de la lettre", "Stop aux démarches papier dans la commune"),
    *("on va stopper le fax", "Stopper le fax", "nous avons stoppé le papier"),
    *(
        "Désinscription de la cantine",
        "non-stop",
        "Un arrêt de bus",
        "L’arrêté",
        "arrêté",
        "arrêtés",
    ),
    *("Les habitants ne veulent plus recevoir de courrier", "Ne plus recevoir de courrier papier"),
    *("je ne reçois plus vos messages", "vous ne m’écrivez plus ?", "je n’envoie plus rien"),
    *("je veux recevoir plus de messages", "envoyer plus de messages", "écrivez-moi plus tard"),
    *("Nous ne recevons pas de courriels", "je ne veux pas arrêter", "n’arrêtez pas", "plus tard"),
    *("Recevoir les messages par SMS", "Nous écrire", "Contacter la mairie", "oui", "non", "1, 2"),
    *("Nous voudrions arrêter le papier", "Arrêter la chaudière à distance", "rien", "jamais"),
)

spoken = st.sampled_from(("", "Bonjour, ", "bonsoir ", "Bonjour Madame, ", "Non, ", "euh… "))
polite = st.sampled_from(("", " svp", ", merci", " s’il vous plaît", ". Merci beaucoup", " stp !"))
ornaments = st.text("!.… 😡🙏🛑👎\u200b\u00a0\u202e\n", max_size=6)
cases = st.sampled_from((str.lower, str.upper, str.title, str.capitalize))


@given(st.sampled_from(ORDERS), spoken, polite, ornaments, ornaments, cases)
def test_an_order_to_stop_is_one_however_it_is_dressed(
    order: str, before: str, after: str, sign: str, signs: str, case: object
) -> None:
    assert callable(case)
    typed = f"{sign}{before}{case(order)}{after}{signs}"

    leading = leading_in(typed)

    assert is_order(typed)
    assert leading is not None
    assert (leading.command, leading.firm) == (Command.STOP, True)


@given(st.sampled_from(ANSWERS), spoken, ornaments, cases)
def test_an_answer_is_none_however_it_is_dressed(
    answer: str, before: str, signs: str, case: object
) -> None:
    assert callable(case)
    assert not is_order(f"{before}{case(answer)}{signs}")


@given(st.text(max_size=300))
def test_anything_may_be_read(text: str) -> None:
    """Nothing typed is an error; and an order says one of the few words that make one."""
    if is_order(text):
        assert leading_in(text) is not None


@pytest.mark.parametrize("rest", ["maintenant", "je pars en vacances", "", "@"])
def test_a_slash_and_stop_is_obeyed_whatever_follows(rest: str) -> None:
    leading = leading_in(f"/stop {rest}")

    assert leading is not None
    assert (leading.command, leading.firm) == (Command.STOP, True)


def test_a_text_that_only_begins_with_stop_gives_way_to_an_answer() -> None:
    typed = "Stop aux démarches papier dans la commune"

    leading = leading_in(typed)

    assert begins_as_one(typed)
    assert leading is not None
    assert (leading.command, leading.firm) == (Command.STOP, False)


@pytest.mark.parametrize("typed", ["Stopper le fax", "on va stopper le fax", "Arrêtés", "non-stop"])
def test_to_stop_something_else_is_no_order_even_where_nothing_reads_it(typed: str) -> None:
    assert leading_in(typed) is None
    assert guessed_in(typed) is None


def test_what_follows_on_other_lines_says_why() -> None:
    assert is_order("STOP\nJ’en ai assez de recevoir des relances toutes les semaines.")
    assert not is_order("Une borne à l’accueil\nstop")


def test_a_long_text_is_no_order() -> None:
    assert not is_order("stop " * 30)
    assert begins_as_one("stop " * 30)  # it is one where nothing reads it as an answer
