"""What a card says: levels, peers, points, steps; and what it never says."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.interview.kinds.registry import show
from app.vocabulary.territory_kinds import TerritoryKind
from reports.cards.points import apportioned, general_advice
from reports.cards.shown import digest_of
from tests.reports.examples import (
    BONNAT,
    PEERS,
    QUESTIONNAIRES,
    answered,
    card,
    everything_lost,
    figure,
)


def test_lost_points_and_score_make_a_hundred() -> None:
    for theme in card().themes:
        if not theme.confidential:
            assert theme.score + sum(one.points for one in theme.lost) == 100


@given(
    st.lists(st.floats(0.01, 30), min_size=1, max_size=20).map(
        lambda amounts: [100 * a / sum(amounts) for a in amounts]
    )
)
def test_whole_points_stay_within_one_of_the_exact_ones(amounts: list[float]) -> None:
    shared = apportioned(amounts, 100)

    assert sum(shared) == 100
    assert all(abs(whole - exact) < 1 for whole, exact in zip(shared, amounts, strict=True))


def test_the_level_is_the_quarter_of_the_score() -> None:
    levels = {theme.score: theme.level for theme in card().themes}
    names = ("à engager", "engagé", "structuré", "abouti")

    assert levels
    assert all(level == names[min(score // 25, 3)] for score, level in levels.items())


def test_the_three_steps_bring_the_most_each_with_who_helps() -> None:
    shown = card()
    costs = sorted((one.points for theme in shown.themes for one in theme.lost), reverse=True)

    assert [step.points for step in shown.steps] == costs[:3]
    assert all(step.resource_name and step.resource_url for step in shown.steps)


def test_answers_on_cybersecurity_enter_nowhere() -> None:
    """Whatever was answered, the card is the same but for the score and its comparison."""
    good, bad = (
        card(answered("inclusion"), replace(answered("cybersecurite", lost=n), score=50.0))
        for n in (0, 99)
    )

    assert good == bad
    said = json.dumps(good.to_json(), ensure_ascii=False)
    questionnaire = QUESTIONNAIRES["cybersecurite"]
    assert [q.short for q in questionnaire.questions if q.short in said] == []
    walked = answered("cybersecurite", lost=99).walked
    told = {
        show(questionnaire.question(code), value)
        for code, value in walked.counted.items()
        if len(show(questionnaire.question(code), value)) > 25
    }
    assert told
    assert [words for words in told if words in said] == []


def test_advice_on_cybersecurity_is_the_same_for_everybody() -> None:
    shown = card(answered("cybersecurite", lost=0))

    assert shown.confidential_advice == general_advice(QUESTIONNAIRES["cybersecurite"])
    assert len(shown.confidential_advice) == 3
    assert shown.steps == ()


def test_peers_are_of_the_same_region_and_size() -> None:
    shown = card()

    assert shown.compared == (
        "Comparée aux communes de 1\u00a0000 à 3\u00a0499 habitants, en région "
        "Nouvelle-Aquitaine\u00a0: ses pairs."
    )
    assert [theme.peers.n for theme in shown.themes if theme.peers] == [212, 212, 212]
    assert shown.widened == ()


def test_too_few_peers_widen_to_the_same_size_in_france_then_to_all() -> None:
    wider = (
        figure("inclusion", "peers", "75|1000-3499", None),
        figure("inclusion", "stratum", "1000-3499", 31),
        figure("inclusion", "france", "FR", 300),
    )

    same_size = card(answered("inclusion"), figures=wider).themes[0].peers
    everyone = card(answered("inclusion"), figures=(wider[0], wider[2]))
    nobody = card(answered("inclusion"), figures=wider[:1])

    assert same_size is not None
    assert (same_size.n, same_size.widened) == (31, True)
    assert everyone.themes[0].peers is not None
    assert everyone.themes[0].peers.n == 300
    assert everyone.widened == (
        "Trop peu de pairs ont répondu (Inclusion numérique)\u00a0: comparaison élargie aux "
        "communes de toutes tailles, dans toute la France.",
    )
    assert nobody.themes[0].peers is None
    assert "attend cinq réponses" in nobody.widened[0]


def test_a_departement_is_compared_with_all_of_them_without_excuse() -> None:
    creuse = replace(
        BONNAT, kind=TerritoryKind.DEPARTEMENT, code="23", name="Creuse", stratum="all"
    )
    shown = card(
        answered("inclusion"),
        authority=creuse,
        figures=(replace(figure("inclusion", "france", "FR", 60), kind="departement"),),
    )

    assert shown.compared == "Comparé aux départements de France\u00a0: ses pairs."
    assert shown.widened == ()
    assert shown.number == "2027-D23-4"


@pytest.mark.parametrize(("lost", "said"), [(0, "au-dessus"), (99, "le plus à gagner")])
def test_the_verdict_follows_the_interval_and_never_ranks(lost: int, said: str) -> None:
    (sentence,) = card(answered("inclusion", lost=lost), figures=PEERS).verdict

    assert said in sentence


def test_answers_changed_since_keep_the_score_and_hide_the_detail() -> None:
    changed = replace(answered("inclusion"), score=12.0, changed=True)

    shown = card(changed)

    assert (shown.themes[0].score, shown.themes[0].lost) == (12, ())
    assert shown.steps == ()


def test_the_digest_moves_with_what_is_said_and_with_how_it_is_drawn() -> None:
    content = card().to_json()

    assert digest_of(content, "a") == digest_of(card().to_json(), "a")
    assert digest_of(content, "a") != digest_of(content, "b")
    assert digest_of(content, "a") != digest_of(card(everything_lost("inclusion")).to_json(), "a")


def test_a_theme_answered_by_everybody_of_one_mind_is_level_with_its_peers() -> None:
    """The interval is a point: the same score is neither above nor below."""
    same = answered("inclusion")
    mean = round(same.score)
    point = replace(
        figure("inclusion", "peers", "75|1000-3499", 6), score=mean, low=mean, high=mean
    )

    assert "même niveau" in card(same, figures=(point,)).verdict[0]


def test_answers_sent_on_two_days_say_from_when_to_when() -> None:
    first = replace(answered("inclusion"), submitted_at=datetime(2026, 11, 9, 9, tzinfo=UTC))

    shown = card(first, answered("communication"))

    assert shown.answered == ("Réponses envoyées du 9\u00a0novembre 2026 au 24\u00a0novembre 2026.")
