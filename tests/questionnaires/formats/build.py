"""Questionnaires with everything a definition may say, drawn at random, and the packaged ones."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from app.interview.definition import from_definition
from app.interview.definition_checks import SUITS
from app.interview.questionnaire import Question, Questionnaire
from app.vocabulary.territory_kinds import TerritoryKind

Definition = dict[str, Any]

KINDS = ("single", "multiple", "scale", "integer", "percentage", "text")

# Any letter, sign and quotation mark, what a spreadsheet takes for a formula, no control sign.
words = (
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn", "Zl", "Zp"]), min_size=1)
    | st.sampled_from(
        ["=1+1", "@SUM(A1)", "-2", "'", '"', "12", "true", "yes", "null", "#N/A", "a: b", "a;b"]
    )
).filter(lambda text: bool(text.strip()))

points = st.integers(0, 20)


@st.composite
def choices(draw: st.DrawFn, kind: str) -> list[Definition]:
    """From two to five, all worth something or none, one of them worth nothing."""
    codes = draw(st.lists(st.sampled_from("abcdefgh"), min_size=2, max_size=5, unique=True))
    found: list[Definition] = [{"code": code, "label": draw(words)} for code in codes]
    if draw(st.booleans()):
        for choice in found:
            choice["points"] = draw(points)
        found[0]["points"], found[1]["points"] = 3, 0
    if kind == "multiple" and draw(st.booleans()):
        found[-1]["exclusive"] = True
    if kind == "multiple":
        for choice in found:  # an exclusive answer must leave a way to score nothing
            if "points" in choice and choice["points"] == 0:
                choice["exclusive"] = True
    return found


@st.composite
def operands(draw: st.DrawFn, operator: str, on: Definition) -> object:
    """What that operator may be compared with."""
    if operator == "answered":
        return draw(st.booleans())
    if operator in ("at_least", "less_than"):
        return draw(st.integers(-5, 500) | st.floats(0, 100, allow_nan=False))
    codes = [choice["code"] for choice in on.get("choices", ())] or ["yes", "planned", "no"]
    codes += ["dont_know"] if on["dont_know"] else []
    if operator in ("any_of", "includes_any"):
        return draw(st.lists(st.sampled_from(codes), min_size=1, max_size=3, unique=True))
    return draw(st.sampled_from(codes))


@st.composite
def conditions(draw: st.DrawFn, earlier: list[Definition]) -> Definition:
    """On the territory, or on an earlier question by any operator that suits it."""
    if not earlier or draw(st.integers(0, 3)) == 0:
        kinds = st.lists(st.sampled_from([kind.value for kind in TerritoryKind]), min_size=1)
        return draw(
            st.fixed_dictionaries({"kinds": kinds})
            | st.fixed_dictionaries({"population_at_least": st.integers(1, 100_000)})
            | st.fixed_dictionaries({"population_less_than": st.integers(1, 100_000)})
        )
    on = draw(st.sampled_from(earlier))
    operator = draw(
        st.sampled_from(sorted(op for op, kinds in SUITS.items() if on["kind"] in kinds))
    )
    return {"question": on["code"], operator: draw(operands(operator, on))}


ADVICE = st.fixed_dictionaries(
    {
        "text": words,
        "resource_name": words,
        "resource_url": st.just("https://www.example.org/aide?a=1&b=2"),
        "gain_label": words,
    }
)


@st.composite
def _of_kind(draw: st.DrawFn, kind: str) -> Definition:
    given: Definition = {}
    if kind in ("single", "multiple"):
        given["choices"] = draw(choices(kind))
    if kind == "scale" and draw(st.booleans()):
        given["points"] = {"yes": draw(st.integers(1, 20)), "planned": draw(points), "no": 0}
    if kind == "multiple" and draw(st.booleans()):
        given["most_points"] = draw(st.integers(3, 20))
    if kind in ("integer", "percentage"):
        given |= draw(st.sampled_from([{}, {"minimum": 0}, {"minimum": -5, "maximum": 90}]))
        given |= draw(st.sampled_from([{}, {"maximum": 100}]))
    if kind == "integer":
        given |= {"unit": draw(words)} if draw(st.booleans()) else {}
    if kind == "text":
        given |= draw(st.sampled_from([{}, {"max_length": 200}, {"max_length": 12}]))
    if kind in ("integer", "percentage") and "minimum" not in given and draw(st.booleans()):
        steps = draw(st.lists(st.integers(1, 90), min_size=1, max_size=4, unique=True))
        given["thresholds"] = [
            {"at_least": step, "points": i} for i, step in enumerate(sorted(steps), start=1)
        ]
    return given


@st.composite
def question(draw: st.DrawFn, code: str, earlier: list[Definition]) -> Definition:
    """Any kind, with its advice, its public figure and its former question now and then."""
    kind = draw(st.sampled_from(KINDS))
    given: Definition = {"code": code, "kind": kind, "text": draw(words), "why": draw(words)}
    given["short"] = draw(words.map(lambda text: text[:45]).filter(lambda text: bool(text.strip())))
    given |= {"help": draw(words)} if draw(st.booleans()) else {}
    given |= {"dont_know": draw(st.booleans()), "not_concerned": draw(st.booleans())}
    given |= draw(_of_kind(kind))
    given["asked_when"] = draw(st.lists(conditions(earlier), max_size=3))
    given["advice"] = draw(ADVICE)
    if draw(st.booleans()):
        codes = [c["code"] for c in given.get("choices", ())]
        codes = ["yes", "no"] if kind == "scale" else codes
        values = {"values": {"oui": codes[0], "non = 0": codes[1]}} if kind in ONE else {}
        if kind != "multiple":
            given["prefill"] = {"indicator": "dpnt_website"} | values
    if draw(st.booleans()):
        given["comes_from"] = {"question": f"old_{code}", "how": draw(st.sampled_from(HOWS))}
    return given


ONE = ("single", "scale")
HOWS = ("same", "reworded", "split")


@st.composite
def questionnaires(draw: st.DrawFn) -> Questionnaire:
    """One to six questions, in one to three sections."""
    asked: list[Definition] = []
    for i in range(draw(st.integers(1, 6))):
        asked.append(draw(question(f"q_{i}", asked)))
    cut = draw(st.integers(1, 3))
    parts = [asked[i : i + cut] for i in range(0, len(asked), cut)]
    given: Definition = {
        "theme": "inclusion",
        "number": draw(st.integers(1, 9)),
        "version": draw(st.integers(1, 99)),
        "title": draw(words),
        "minutes": draw(st.integers(1, 30)),
        "draft": draw(st.booleans()),
        "simulated": draw(st.booleans()),
        "sections": [
            {"code": f"part_{i}", "title": draw(words), "questions": part}
            for i, part in enumerate(parts)
        ],
    }
    if draw(st.booleans()):
        given["dropped"] = ["gone", "gone_too"]
    return from_definition(given)


def with_code(form: Questionnaire, code: str) -> Questionnaire:
    """The same, its first question named anew."""
    first = form.sections[0]
    asked: tuple[Question, ...] = (replace(first.questions[0], code=code), *first.questions[1:])
    return replace(form, sections=(replace(first, questions=asked), *form.sections[1:]))
