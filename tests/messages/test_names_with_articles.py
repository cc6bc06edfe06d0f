"""A mail to a département, a région or an intercommunalité names it as French says it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.house import letterhead_of
from app.messages.carriers import Parcel
from app.messages.letters import TerritoryFacts
from app.messages.template_samples import FULLEST, sample, samples
from app.messages.template_tried import tried
from app.messages.wordings import Wording, packaged
from app.settings import Settings

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
HEAD = letterhead_of(Settings.read({}))
CREUSE = TerritoryFacts(1, "Creuse", "creuse", "departement", "Creuse")
GUERET = TerritoryFacts(7, "Guéret", "gueret", "commune", "Creuse")
PLACES = (
    (CREUSE, "la Creuse"),
    (TerritoryFacts(2, "Ain", "ain", "departement", "Ain"), "l’Ain"),
    (TerritoryFacts(3, "Landes", "landes", "departement", "Landes"), "les Landes"),
    (TerritoryFacts(4, "Grand Est", "grand est", "region", ""), "le Grand Est"),
    (TerritoryFacts(5, "CC du Pays Dunois", "cc du pays dunois", "epci", "Creuse"),
     "la CC du Pays Dunois"),
    (TerritoryFacts(6, "Le Mans", "mans", "commune", "Sarthe"), "Le Mans"),
)  # fmt: skip


def wording(name: str) -> Wording:
    return next(one for one in packaged() if one.name == name)


def written(name: str, *places: TerritoryFacts) -> Parcel:
    made = sample(name, FULLEST, places, HEAD, now=NOW)
    return tried(wording(name), [made], now=NOW)[0][0].parcel


@pytest.mark.parametrize(("place", "said"), PLACES, ids=[one.name for one, _ in PLACES])
@pytest.mark.parametrize("name", ["invitation", "reminder", "reminder_2", "last_call"])
def test_one_answers_for_an_authority_as_french_says_it(
    name: str, place: TerritoryFacts, said: str
) -> None:
    mail = written(name, place, GUERET)

    assert f"RÉPONDRE POUR {said.upper()}\n" in mail.text
    assert f"Nous ne répondrons pas, pour {said}" in mail.text
    assert f"RÉPONDRE PAR MESSAGERIE POUR {said.upper()} (" in mail.text
    assert f">Répondre pour {said}<" in mail.html
    assert f"Nous ne répondrons pas, pour {said}<" in mail.html


@pytest.mark.parametrize("name", sorted(one.name for one in packaged()))
def test_no_message_says_pour_creuse(name: str) -> None:
    made = samples(name, HEAD, now=NOW, places=[one for one, _ in PLACES])
    wrong = [
        (one.sample.label, bare)
        for one in tried(wording(name), made, now=NOW)[0]
        for bare in ("our Creuse", "OUR CREUSE", "our CC ", "OUR CC ", "de Creuse")
        if bare in f"{one.parcel.subject} {one.parcel.text} {one.parcel.html}"
    ]

    assert made
    assert wrong == []


def test_the_subject_keeps_the_bare_name() -> None:
    assert written("invitation", CREUSE).subject.startswith("Creuse\u00a0: ")


def test_two_authorities_are_both_said_with_their_article() -> None:
    mail = written("last_call", CREUSE, PLACES[1][0])

    assert "manque encore pour la Creuse et l’Ain." in " ".join(mail.text.split())
