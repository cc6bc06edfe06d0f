"""What people type in a chat."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.interview.french import fold
from app.interview.kinds import registry
from app.interview.questionnaire import Choice, Option, Question, Questionnaire
from app.interview.typed import read_typed
from app.interview.values import (
    DONT_KNOW,
    NOT_CONCERNED,
    SPECIAL_CODES,
    Misread,
    Special,
    Value,
)
from app.questionnaires.load import load_all
from tests.interview.build import ask, values_of

SCALE = ask("scale", not_concerned=True)
WHO = ask(
    "who",
    "single",
    choices=(
        Choice("own", "Oui, en interne"),
        Choice("out", "Oui, par un prestataire"),
        Choice("no", "Non, personne"),
    ),
)
PLACES = ask("places", "multiple")
PEOPLE = ask("people", "integer", unit="habitants", maximum=500_000)
SHARE = ask("share", "percentage")
NAME = ask("name", "text")

said_by_people = st.sampled_from(
    [
        *(
            "oui",
            "non",
            "pas",
            "cent",
            "mille",
            "million",
            "et",
            "un",
            "deux",
            "le",
            "n°",
            "1",
            "12",
        ),
        *("1️⃣", "👍", ",", ";", "%", "virgule", "environ", "entre", "tous", "aucun", "12 000", "-"),
    ]
)
scribbles = st.text(max_size=80) | st.lists(said_by_people, max_size=40).map(" ".join)


def typed(question: Question, text: str) -> Value | Misread:
    return read_typed(question, text)


@pytest.mark.parametrize(
    ("question", "text", "value"),
    [
        (SCALE, "oui", "yes"),
        (SCALE, " OUI ! ", "yes"),
        (SCALE, "o", "yes"),
        (SCALE, "Non.", "no"),
        (SCALE, "prevu", "planned"),
        (SCALE, "Prévu dans les 12 mois", "planned"),
        (SCALE, "2", "planned"),
        (SCALE, "la 3", "no"),
        (SCALE, "3)", "no"),
        (SCALE, "5", DONT_KNOW),
        (SCALE, "je ne sais pas", DONT_KNOW),
        (SCALE, "JSP", DONT_KNOW),
        (SCALE, "sais pas", DONT_KNOW),
        (SCALE, "non concerné", NOT_CONCERNED),
        (SCALE, "nous ne sommes pas concernés", NOT_CONCERNED),
        (WHO, "prestataire", "out"),
        (WHO, "non", "no"),
        (WHO, "« Oui, en interne »", "own"),
        (PLACES, "2 et 4", ("library", "centre")),
        (PLACES, "1,3", ("france_services", "digital_space")),
        (PLACES, "3 1", ("france_services", "digital_space")),
        (PLACES, "2et4", ("library", "centre")),
        (PLACES, "mediatheque", ("library",)),
        (PLACES, "Médiathèque ou bibliothèque", ("library",)),
        (PLACES, "France services et centre social", ("france_services", "centre")),
        (PLACES, "tous", ("france_services", "library", "digital_space", "centre")),
        (PLACES, "aucun", ("none",)),
        (PLACES, "jsp", DONT_KNOW),
        (PEOPLE, "12 000 hab.", 12000),
        (PEOPLE, "12\u202f000 habitants", 12000),
        (PEOPLE, "12.000", 12000),
        (PEOPLE, "12k", 12000),
        (PEOPLE, "2 mille", 2000),
        (PEOPLE, "environ 30", 30),
        (PEOPLE, "on a 35 habitants", 35),
        (PEOPLE, "aucun", 0),
        (PEOPLE, "douze", 12),
        (PEOPLE, "une trentaine", 30),
        (PEOPLE, "environ une quinzaine d'habitants", 15),
        (PEOPLE, "une centaine", 100),
        (PEOPLE, "euh\n12", 12),
        (SHARE, "une dizaine de pour cent", 10),
        (SCALE, "🤷", DONT_KNOW),
        (SCALE, "🤷🏽\u200d♀️", DONT_KNOW),
        (SCALE, "on n'en sait rien du tout, désolée", DONT_KNOW),
        (SHARE, "45 %", 45),
        (SHARE, "environ 30 pour cent", 30),
        (SHARE, "12,5", 12.5),
        (SHARE, "la moitié", 50),
        (SCALE, "oui merci", "yes"),
        (SCALE, "Oui, bien sûr !", "yes"),
        (SCALE, "ouii", "yes"),
        (SCALE, "oiu", "yes"),
        (SCALE, "👍", "yes"),
        (SCALE, "👍🏽", "yes"),
        (SCALE, "oui 😊", "yes"),
        (SCALE, "oui :)", "yes"),
        (SCALE, "- oui", "yes"),
        (SCALE, "✅ Non", "no"),
        (SCALE, "👎", "no"),
        (SCALE, "non malheureusement", "no"),
        (SCALE, "previ", "planned"),
        (SCALE, "c'est prévu", "planned"),
        (SCALE, "oui, prévu", "planned"),
        (SCALE, "le 2", "planned"),
        (SCALE, "n° 2", "planned"),
        (SCALE, "N°2", "planned"),
        (SCALE, "№ 2", "planned"),
        (SCALE, "#2", "planned"),
        (SCALE, "(2)", "planned"),
        (SCALE, "réponse 3", "no"),
        (SCALE, "la réponse n° 3.", "no"),
        (SCALE, "le deux", "planned"),
        (SCALE, "la deuxième", "planned"),
        (SCALE, "2e", "planned"),
        (SCALE, "2. Prévu dans les 12 mois", "planned"),
        (SCALE, "1 oui", "yes"),
        (SCALE, "2 svp", "planned"),
        (SCALE, "1️⃣", "yes"),
        (SCALE, "３", "no"),
        (SCALE, "\u200b3\u200f", "no"),
        (SCALE, "\u202eoui\u202c", "yes"),
        (SCALE, "\u00a0oui\u202f!", "yes"),
        (SCALE, "je ne saiss pas", DONT_KNOW),
        (SCALE, "aucune idée merci", DONT_KNOW),
        (WHO, "Oui, par un presttaire", "out"),
        (WHO, "prestatire", "out"),
        (WHO, "presta", "out"),
        (WHO, "en interne", "own"),
        (WHO, "2 - Oui, par un prestataire", "out"),
        (WHO, "non personne", "no"),
        (PLACES, "1️⃣ 3️⃣", ("france_services", "digital_space")),
        (PLACES, "les 1 et 3", ("france_services", "digital_space")),
        (PLACES, "1\n3", ("france_services", "digital_space")),
        (PLACES, "n° 1 & n° 3", ("france_services", "digital_space")),
        (PLACES, "le un et le trois", ("france_services", "digital_space")),
        (PLACES, "bibliotèque; espace public", ("library", "digital_space")),
        (PLACES, "médiathèque\ncentre social", ("library", "centre")),
        (PLACES, "tous les quatre", ("france_services", "library", "digital_space", "centre")),
        (PLACES, "rien du tout", ("none",)),
        (PEOPLE, "12\u00a0000", 12000),
        (PEOPLE, "１２", 12),
        (PEOPLE, "vingt-deux", 22),
        (PEOPLE, "quatre-vingt-dix-neuf", 99),
        (PEOPLE, "mille deux cents", 1200),
        (PEOPLE, "Douze mille habitants", 12000),
        (PEOPLE, "douze mille", 12000),
        (PEOPLE, "nous sommes environ trois cents", 300),
        (PEOPLE, "environ 12", 12),
        (PEOPLE, "0,2 million d'habitants", 200_000),
        (PEOPLE, "aucun habitant", 0),
        (PEOPLE, "pas d'habitants", 0),
        (PEOPLE, "personne", 0),
        (SHARE, "50%", 50),
        (SHARE, "cinquante pour cent", 50),
        (SHARE, "cent pour cent", 100),
        (SHARE, "la moitié des agents", 50),
        (SHARE, "les trois quarts", 75),
        (SHARE, "douze virgule cinq", 12.5),
        (SHARE, "tous", 100),
        (SHARE, "aucun", 0),
        (NAME, "Mairie de Guéret", "Mairie de Guéret"),
        (NAME, "je ne sais pas", DONT_KNOW),
    ],
)
def test_what_people_type_is_understood(question: Question, text: str, value: Value) -> None:
    assert typed(question, text) == value


@pytest.mark.parametrize(
    ("question", "text", "told"),
    [
        (SCALE, "peut-être", "Répondez par un numéro de 1 à 5."),
        (SCALE, "oui et non", "de 1 à 5"),
        (SCALE, "6", "de 1 à 5"),
        (SCALE, "?", "de 1 à 5"),
        (PEOPLE, "...", "nombre entier"),
        (WHO, "oui", "Répondez par 1\u00a0(Oui, en interne) ou 2\u00a0(Oui, par un prestataire)."),
        (PLACES, "1-3", "Écrivez chaque numéro"),
        (PLACES, "1 ou 2", "Écrivez chaque numéro"),
        (PLACES, "1, 7", "de 1 à 6"),
        (PLACES, "13", "de 1 à 6"),
        (PLACES, "1, 5", "pas les deux"),
        (PLACES, "2, jsp", "de 1 à 6"),
        (PEOPLE, "entre 10 et 20", "un seul nombre"),
        (PEOPLE, "10 ou 12", "un seul nombre"),
        (PEOPLE, "12,000", "nombre entier"),
        (PEOPLE, "5²", "nombre entier"),
        (PEOPLE, "12 km", "nombre entier"),
        (PEOPLE, "600000", "entre 0 et 500\u00a0000"),
        (PEOPLE, "une bonne trentaine", "nombre entier"),
        (PEOPLE, "moins d'une trentaine", "nombre entier"),
        (PEOPLE, "une dizaine ou une douzaine", "un seul nombre"),
        (PEOPLE, "3\n200", "un seul nombre"),
        (PEOPLE, "vingt\ndeux", "un seul nombre"),
        (SCALE, "Alors oui, on a ça depuis 2019", "de 1 à 5\u00a0: 1 pour «\u00a0Oui\u00a0»."),
        (SCALE, "on n'en a pas", "3 pour «\u00a0Non\u00a0»."),
        (SCALE, "non mais c'est pour l'an prochain", "12 mois\u00a0» ou 3 pour «\u00a0Non"),
        (PLACES, "surtout la médiathèque", "2 pour «\u00a0"),
        (SCALE, "pas prévu", "de 1 à 5"),
        (SCALE, "pas encore", "de 1 à 5"),
        (SCALE, "je ne sais aps", "de 1 à 5"),
        (SCALE, "on", "de 1 à 5"),
        (SCALE, "noui", "de 1 à 5"),
        (SCALE, "👍👎", "de 1 à 5"),
        (SCALE, "🐮", "de 1 à 5"),
        (SCALE, "1 et 3", "une seule réponse"),
        (SCALE, "1 non", "Répondez par 1\u00a0(Oui) ou 3\u00a0(Non)."),
        (WHO, "interne ou prestataire", "de 1 à 4"),
        (WHO, "pas de prestataire", "de 1 à 4"),
        (WHO, "personne", "de 1 à 4"),
        (WHO, "deux", "de 1 à 4"),
        (PLACES, "pas de centre social", "de 1 à 6"),
        (PLACES, "1 mais pas 3", "de 1 à 6"),
        (PLACES, "tous sauf le 3", "de 1 à 6"),
        (PLACES, "les deux", "de 1 à 6"),
        (PLACES, "1 à 3", "Écrivez chaque numéro"),
        (PEOPLE, "dix ou douze", "un seul nombre"),
        (PEOPLE, "vingt à trente", "un seul nombre"),
        (PEOPLE, "1,5 million", "entre 0 et 500\u00a0000"),
        (PEOPLE, "moins de 30", "nombre entier"),
        (PEOPLE, "plus de trente", "nombre entier"),
        (PEOPLE, "vingt douze", "nombre entier"),
        (PEOPLE, "douze virgule cinq", "nombre entier"),
        (PEOPLE, "-5", "nombre entier"),
        (PEOPLE, "pas douze", "nombre entier"),
        (SHARE, "1,5 million", "pourcentage"),
        (SHARE, "un tiers", "pourcentage"),
        (SHARE, "pas la moitié", "pourcentage"),
        (SHARE, "120", "entre 0 et 100"),
        (SHARE, "environ 120", "entre 0 et 100"),
        (SHARE, "0,45", "45\u00a0%"),
    ],
)
def test_what_is_unclear_is_refused_kindly(question: Question, text: str, told: str) -> None:
    value = typed(question, text)

    assert isinstance(value, Misread)
    assert told in value.sentence
    assert value.sentence.endswith(".")


def test_what_is_denied_is_not_proposed() -> None:
    value = typed(PLACES, "pas de centre social")

    assert isinstance(value, Misread)
    assert "Un centre social" not in value.sentence


@pytest.mark.parametrize(
    ("question", "text"),
    [(SCALE, "peut-être"), (PLACES, "1-3"), (PEOPLE, "environ beaucoup"), (SHARE, "environ 120")],
)
def test_the_sentence_quotes_what_was_typed(question: Question, text: str) -> None:
    value = typed(question, text)
    assert isinstance(value, Misread)
    assert f"«\u00a0{text}\u00a0»" in value.sentence


def test_a_very_long_message_is_cut_in_the_sentence() -> None:
    value = typed(SCALE, "bla " * 5000)
    assert isinstance(value, Misread)
    assert len(value.sentence) < 200


def test_a_question_that_must_be_known_says_so() -> None:
    value = typed(ask("q", dont_know=False), "jsp")
    assert isinstance(value, Misread)
    assert "Je ne sais pas" in value.sentence


@given(st.sampled_from([SCALE, WHO, PLACES]), st.data())
def test_the_number_and_the_label_of_an_option_mean_the_same(
    question: Question, data: st.DataObject
) -> None:
    option = data.draw(st.sampled_from(question.options))
    meant = registry.read(question, option.code)

    assert typed(question, str(option.number)) == meant
    assert typed(question, option.label) == meant
    assert typed(question, option.label.upper()) == meant


@settings(deadline=None)
@given(st.sampled_from([SCALE, WHO, PLACES, PEOPLE, SHARE, NAME]), scribbles)
def test_whatever_is_typed_is_a_sound_value_or_a_sentence(question: Question, text: str) -> None:
    value = typed(question, text)
    if isinstance(value, Misread):
        assert value.sentence.endswith(".")
    else:
        assert registry.check(question, value) is None


@given(st.sampled_from([SCALE, WHO, PLACES, PEOPLE, SHARE, NAME]), st.data())
def test_an_answer_as_it_is_shown_is_read_back(question: Question, data: st.DataObject) -> None:
    value = data.draw(values_of(question))
    if question is PEOPLE and isinstance(value, int):
        value = min(value, 500_000)
    if question is NAME:
        # A name of one sign, or spelt like "nsp", is no name.
        assume(isinstance(value, Special) or typed(question, str(value)) not in set(Special))

    assert typed(question, registry.show(question, value)) == value


@pytest.mark.parametrize("form", load_all(), ids=lambda form: str(form.theme))
def test_every_choice_of_every_theme_is_read_by_its_label(form: Questionnaire) -> None:
    for question in form.questions:
        for option in question.options:
            meant = registry.read(question, option.code)
            for text in (option.label, option.label.lower() + "."):
                if question.choices or option.code in SPECIAL_CODES:
                    assert typed(question, text) == meant, (question.code, text)


ATTACK = ask(
    "attack",
    "single",
    choices=(
        Choice("harm", "Oui, avec des conséquences"),
        Choice("harmless", "Oui, sans conséquence"),
        Choice("none", "Non, pas à notre connaissance"),
    ),
)
ACCESS = ask(
    "access",
    "single",
    choices=(
        Choice("fibre", "Par la fibre"),
        Choice("line", "Par la ligne de téléphone (ADSL ou VDSL)"),
        Choice("none", "Il n’a pas internet"),
    ),
)
EXPOSED = ask(
    "exposed",
    "single",
    choices=(Choice("little", "Peu exposée"), Choice("some", "Moyennement exposée")),
)
WHOM = ask(
    "whom",
    "single",
    choices=(Choice("some", "Une personne qui dépanne"), Choice("nobody", "Personne")),
)
SIGNS = ask(
    "signs",
    "single",
    choices=(Choice("several", "Plusieurs personnes"), Choice("staff", "Le personnel formé")),
)


@pytest.mark.parametrize(
    ("question", "text", "code"),
    [
        (ATTACK, "oui avec des consequences", "harm"),
        (ATTACK, "sans conséquences", "harmless"),
        (ATTACK, "conséquences", None),
        (ATTACK, "oui sans", "harmless"),
        (ATTACK, "dans conséquence", None),
        (ACCESS, "fibre", "fibre"),
        (ACCESS, "l'ADSL", "line"),
        (ACCESS, "pas internet", "none"),
        (ACCESS, "pas d'internet", "none"),
        (ACCESS, "internet", None),
        (ACCESS, "pas la fibre", None),
        (EXPOSED, "exposée", None),
        (EXPOSED, "moyennement", "some"),
        (WHOM, "personne", "nobody"),
        (WHOM, "une personne", "some"),
        (WHOM, "une personne qui dépane", "some"),
        (SIGNS, "plusieurs", "several"),
        (SIGNS, "plus de personnes", None),
        (SIGNS, "personnel", "staff"),
        (SIGNS, "personne", None),
    ],
)
def test_turns_of_phrase_are_not_confused(question: Question, text: str, code: str | None) -> None:
    value = typed(question, text)

    assert (None if isinstance(value, Misread) else value) == code


LABELS = [
    (question, option)
    for form in load_all()
    for question in form.questions
    if question.choices
    for option in question.options
]
letters = st.sampled_from("abcdefghijklmnopqrstuvwxyzéèà ’,;-0123456789")


@st.composite
def slips(draw: st.DrawFn, label: str) -> str:
    """The label with one letter added, left out, changed, or swapped with the next."""
    at = draw(st.integers(0, len(label) - 1))
    before, here, after = label[:at], label[at], label[at + 1 :]
    ways = (
        f"{before}{draw(letters)}{here}{after}",
        f"{before}{after}",
        f"{before}{draw(letters)}{after}",
        f"{before}{after[:1]}{here}{after[1:]}",
    )
    return draw(st.sampled_from(ways))


@settings(deadline=None, max_examples=500)
@given(st.sampled_from(LABELS), st.data())
def test_one_slip_in_a_label_never_makes_it_another(
    line: tuple[Question, Option], data: st.DataObject
) -> None:
    question, option = line
    meant = registry.read(question, option.code)

    value = typed(question, data.draw(slips(option.label)))

    assert isinstance(value, Misread) or value == meant


def test_most_slips_in_a_long_word_are_forgiven() -> None:
    swapped = [
        (question, option, f"{label[:at]}{label[at + 1]}{label[at]}{label[at + 2 :]}")
        for question, option in LABELS
        for label in [option.label]
        for at in [len(label) - 4]
        if at > 20
    ]
    read = [
        typed(question, text) == registry.read(question, option.code)
        for question, option, text in swapped
    ]
    assert sum(read) / len(read) > 0.95


@settings(deadline=None, max_examples=300)
@given(
    st.sampled_from([line for line in LABELS if line[1].code not in SPECIAL_CODES]),
    st.sampled_from(["pas", "pas de", "pas un", "aucun", "sans", "jamais", "plus de", "sauf"]),
    st.data(),
)
def test_a_denial_is_never_taken_for_what_it_denies(
    line: tuple[Question, Option], denial: str, data: st.DataObject
) -> None:
    question, option = line
    words = fold(option.label).split()
    assume(not set(fold(option.label).replace("'", " ").split()) & set(denial.split()))
    start = data.draw(st.integers(0, len(words) - 1))
    end = data.draw(st.integers(start + 1, len(words)))

    value = typed(question, f"{denial} {' '.join(words[start:end])}")

    assert value != registry.read(question, option.code)


UNITS = ["zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix"]
UNITS += ["onze", "douze", "treize", "quatorze", "quinze", "seize", "dix-sept", "dix-huit"]
UNITS += ["dix-neuf"]
TENS = ["vingt", "trente", "quarante", "cinquante", "soixante", "soixante"]
TENS += ["quatre-vingt", "quatre-vingt"]


def in_words(number: int) -> str:
    """As one writes it in French, with the hyphens and plural marks of the schoolbook."""
    if number < 20:
        return UNITS[number]
    if number < 100:
        rank = number // 10 - 2
        unit = number % 20 if rank >= 4 else number % 10
        if unit == 0:
            return "quatre-vingts" if rank >= 6 else TENS[rank]
        link = " et " if unit in (1, 11) and rank < 6 else "-"
        return f"{TENS[rank]}{link}{UNITS[unit]}"
    if number < 1000:
        hundreds, rest = divmod(number, 100)
        head = "cent" if hundreds == 1 else f"{UNITS[hundreds]} cent"
        plural = "s" if hundreds > 1 and not rest else ""
        return f"{head}{plural} {in_words(rest)}" if rest else f"{head}{plural}"
    thousands, rest = divmod(number, 1000)
    counted = re.sub("(vingt|cent)s$", r"\1", in_words(thousands))
    head = "mille" if thousands == 1 else f"{counted} mille"
    return f"{head} {in_words(rest)}" if rest else head


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (71, "soixante et onze"),
        (80, "quatre-vingts"),
        (91, "quatre-vingt-onze"),
        (200, "deux cents"),
        (1_280, "mille deux cent quatre-vingts"),
        (80_000, "quatre-vingt mille"),
        (999_999, "neuf cent quatre-vingt-dix-neuf mille neuf cent quatre-vingt-dix-neuf"),
    ],
)
def test_the_words_of_this_test_are_french(number: int, words: str) -> None:
    assert in_words(number) == words


@given(st.integers(0, 999_999), st.sampled_from(["{}", "{} agents", "environ {}", "{} !"]))
def test_every_number_in_words_is_read(number: int, said: str) -> None:
    words = in_words(number)
    staff = ask("staff", "integer", unit="agents")

    assert typed(staff, said.format(words)) == number
    assert typed(staff, said.format(words.replace("-", " ")).upper()) == number
    assert typed(staff, said.format(words.replace(" ", "-"))) == number


@given(st.integers(0, 500_000))
def test_a_number_shown_is_a_number_read(people: int) -> None:
    assert typed(PEOPLE, registry.show(PEOPLE, people)) == people
