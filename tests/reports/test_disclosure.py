"""What is masked cannot be worked out from what is shown."""

from __future__ import annotations

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.indicators.disclosure import LEAST, Place, additions, derivable, masked, reasons

REGION_OF = {"01": "84", "03": "84", "23": "75", "87": "75", "19": "75"}
SIZES = ("small", "large")


def table(counts: dict[tuple[str, str], int]) -> dict[Place, int]:
    """All levels, from the respondents of each département and size class."""
    found: dict[Place, int] = {}
    for (departement, size), n in counts.items():
        region = REGION_OF[departement]
        for place in (
            ("france", "FR"),
            ("region", region),
            ("departement", departement),
            ("stratum", size),
            ("peers", f"{region}|{size}"),
        ):
            found[place] = found.get(place, 0) + n
    return found


atoms = st.fixed_dictionaries(
    {(d, s): st.one_of(st.integers(0, 6), st.integers(0, 60)) for d in REGION_OF for s in SIZES}
)


def test_a_departement_masked_alone_takes_a_neighbour_with_it() -> None:
    counts = table({("23", "small"): 3, ("87", "small"): 20, ("19", "small"): 9})

    why = reasons(counts, additions(counts, REGION_OF))

    assert why[("departement", "23")] == "few"
    assert why[("departement", "19")] == "secondary"
    assert ("departement", "87") not in why
    assert ("region", "75") not in why


def test_where_nothing_is_small_nothing_is_masked() -> None:
    counts = table({(d, s): 5 for d in REGION_OF for s in SIZES})

    assert reasons(counts, additions(counts, REGION_OF)) == {}


def test_a_region_is_not_found_again_by_adding_its_departements() -> None:
    """Hidden because it is dominated, it would be the sum of what stands below it."""
    counts = table({(d, s): 10 for d in REGION_OF for s in SIZES})
    rules = additions(counts, REGION_OF)

    why = reasons(counts, rules, {("region", "75")})

    assert derivable(counts, rules, why.keys()) == set()
    assert ("region", "84") in why or any(level == "departement" for level, _ in why)


@settings(max_examples=150, deadline=None)
@given(atoms)
def test_no_masked_cell_is_one_shown_total_minus_the_shown_others(
    given_: dict[tuple[str, str], int],
) -> None:
    counts = table(given_)
    rules = additions(counts, REGION_OF)

    why = reasons(counts, rules)

    for rule in rules:
        hidden = [p for p in rule.parts if p in why and counts[p]]
        if rule.total not in why:
            assert len(hidden) != 1
            assert not 0 < sum(counts[p] for p in hidden) < LEAST
        elif counts[rule.total]:
            assert hidden, "the parts of a masked total are all shown"


@settings(max_examples=150, deadline=None)
@given(atoms)
def test_no_masked_cell_follows_from_any_sum_of_shown_ones(
    given_: dict[tuple[str, str], int],
) -> None:
    counts = table(given_)
    rules = additions(counts, REGION_OF)

    why = reasons(counts, rules)

    assert derivable(counts, rules, why.keys()) == set()
    assert all(place in why for place, n in counts.items() if n < LEAST)


def cells(rows: list[tuple[str, str, int, float | None, float | None]]) -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=["level", "code", "n", "score", "top_share"])
    return made.assign(theme="inclusion", kind="commune", low=1.0, high=99.0, n_asked=100)


def test_what_is_masked_keeps_no_figure() -> None:
    shown = masked(
        cells(
            [
                ("france", "FR", 33, 50.0, 0.1),
                ("departement", "23", 3, 40.0, 0.4),
                ("departement", "87", 30, 60.0, 0.1),
            ]
        ),
        REGION_OF,
    ).set_index("code")

    assert list(shown["masked_because"]) == [None, "few", "secondary"]
    assert shown.loc[["23", "87"], ["n", "score", "low", "high"]].isna().all(axis=None)
    assert shown.loc["FR", "n"] == 33


def test_a_mean_that_one_answer_makes_is_not_shown() -> None:
    shown = masked(cells([("france", "FR", 6, 50.0, 0.9)]), REGION_OF)

    assert list(shown["masked_because"]) == ["secondary"]
    assert shown["score"].isna().all()
