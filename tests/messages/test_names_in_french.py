"""Our texts on the names that French bends: « d’Aubusson », « au Mans », and on several at once."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from app.house import letterhead_of
from app.messages.letters import TerritoryFacts
from app.messages.template_samples import samples
from app.messages.template_tried import tried
from app.messages.wordings import packaged
from app.settings import Settings

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
HEAD = letterhead_of(Settings.read({}))
BENT = tuple(
    TerritoryFacts(number, name, name.lower(), "commune", "Creuse")
    for number, name in enumerate(("Aubusson", "Le Mans", "Les Andelys"), start=1)
)
UNBENT = re.compile(r"\b(?:de|que|à) (?:Aubusson|Les? )")


def written(name: str) -> list[tuple[str, str, str]]:
    """(occasion, text, HTML) of this wording, each authority named first in turn."""
    wording = next(one for one in packaged() if one.name == name)
    turns = [BENT[rank:] + BENT[:rank] for rank in range(len(BENT))]
    return [
        (one.sample.label, " ".join(one.parcel.text.split()), " ".join(one.parcel.html.split()))
        for places in turns
        for one in tried(wording, samples(name, HEAD, now=NOW, places=places), now=NOW)[0]
    ]


@pytest.mark.parametrize("name", sorted(wording.name for wording in packaged()))
def test_no_text_says_de_aubusson_nor_a_le_mans(name: str) -> None:
    made = written(name)

    assert len(made) >= len(BENT)
    assert {label: UNBENT.findall(text + html) for label, text, html in made} == {
        label: [] for label, _, _ in made
    }


@pytest.mark.parametrize("said", ["la réponse de Aubusson", "de Le Mans", "à Les Andelys"])
def test_what_french_would_bend_is_found(said: str) -> None:
    assert UNBENT.search(said)


def test_several_authorities_are_spoken_of_as_several() -> None:
    (_, text, html), (_, alone, alone_html), *_ = written("reminder_2")
    for said in (text, html):
        assert "il n’y aura pas de fiche pour Aubusson et 2 autres collectivités, et" in said
        assert "depuis le lien de la collectivité" in said
    for said in (alone, alone_html):
        assert "il n’y aura pas de fiche pour Aubusson, et" in said
        assert "depuis ce lien" in said
    (_, text, html), *_ = written("invitation")
    for said in (text, html):
        assert "ces liens sont les vôtres" in said
        assert "deux pages par collectivité" in said
