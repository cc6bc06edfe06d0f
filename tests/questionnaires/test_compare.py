"""Two versions told in French: what became of each question, and the words that changed."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from app.interview.conditions import Condition
from app.interview.lineage import compare
from app.interview.questionnaire import ComesFrom
from app.questionnaires.compare import Mark, marked, summed_up, told
from tests.interview.build import ask, questionnaire

texts = st.text(st.sampled_from("ab \u00a0é,"), max_size=40)


@given(texts, texts)
def test_put_together_again_the_runs_are_the_texts(before: str, after: str) -> None:
    was, now = marked(before, after)

    assert "".join(run.words for run in was) == before
    assert "".join(run.words for run in now) == after
    assert "".join(run.words for run in was if run.mark is Mark.KEPT) == "".join(
        run.words for run in now if run.mark is Mark.KEPT
    )


def test_only_the_word_that_changed_is_marked() -> None:
    was, now = marked("Avez-vous un site ?", "Avez-vous un blog ?")

    assert [(run.mark, run.words) for run in was] == [
        (Mark.KEPT, "Avez-vous un "),
        (Mark.GONE, "site "),
        (Mark.KEPT, "?"),
    ]
    assert [run.words for run in now if run.mark is Mark.COME] == ["blog "]


def test_a_change_is_told_in_words_that_editors_know() -> None:
    old = questionnaire(ask("a"), ask("b"), ask("c"))
    later = (Condition("is", "yes", "a"),)
    new = replace(
        questionnaire(
            ask("a"),
            ask("b_new", "integer", conditions=later, comes_from=ComesFrom("b", "reworded")),
        ),
        dropped=("c",),
    )
    comparison = compare(old, new)

    changed, dropped = told(comparison)

    assert summed_up(comparison) == "1 identique, 1 reformulée, 1 abandonnée"
    assert (changed.label, changed.came_from) == ("reformulée", "b")
    said = {c.label: ("".join(r.words for r in c.before), "".join(r.words for r in c.after))
            for c in changed.changes}  # fmt: skip
    assert said["Nature"] == ("Oui, prévu ou non", "Nombre entier")
    assert said["Posée à"] == (
        "Toutes les collectivités",
        "Si «\u00a0a\u00a0» a pour réponse «\u00a0Oui\u00a0»",
    )
    assert (dropped.code, dropped.label) == ("c", "abandonnée")
