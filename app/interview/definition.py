"""dict ↔ Questionnaire. A definition that cannot be asked is refused, with every mistake at once.

Whatever has an order is a list: JSONB does not keep the order of keys.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.errors import Refused
from app.interview.conditions import Condition, Operand
from app.interview.definition_checks import check_questionnaire
from app.interview.definition_reader import Entry, Mistake, Mistakes
from app.interview.french import capital
from app.interview.kinds.scale import LABELS, scale_choices
from app.interview.questionnaire import (
    Advice,
    Choice,
    ComesFrom,
    Prefill,
    Question,
    Questionnaire,
    Section,
    Threshold,
)

_QUESTION_KEYS = (
    *("code", "kind", "text", "help", "why", "short", "choices", "unit", "minimum", "maximum"),
    *("max_length", "dont_know", "not_concerned", "asked_when", "points", "thresholds"),
    *("most_points", "advice", "prefill", "comes_from"),
)


class BadDefinition(Refused):
    """A questionnaire that cannot be asked as written. `mistakes` lists what to mend."""

    sentence = "Corrigez le questionnaire «\u00a0{theme}\u00a0». {listed}."

    def __init__(self, theme: str, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__(theme=theme, listed=". ".join(capital(str(m)) for m in mistakes))


def from_definition(raw: Mapping[str, object]) -> Questionnaire:
    """The questionnaire of a definition; `BadDefinition` if there is anything to mend."""
    mistakes = Mistakes()
    top = Entry(dict(raw), "questionnaire", mistakes)
    top.only(
        *("theme", "number", "version", "title", "minutes", "draft", "simulated", "dropped"),
        "sections",
    )
    questionnaire = Questionnaire(
        theme=top.text("theme"),
        number=top.needed_whole("number"),
        version=top.needed_whole("version"),
        title=top.text("title"),
        minutes=top.needed_whole("minutes"),
        sections=tuple(_section(item, mistakes) for item in top.items("sections")),
        draft=top.flag("draft", default=False),
        simulated=top.flag("simulated", default=False),
        dropped=tuple(top.texts("dropped")),
    )
    check_questionnaire(questionnaire, mistakes)
    if mistakes.found:
        raise BadDefinition(questionnaire.theme or "sans thème", mistakes.found)
    return questionnaire


def _section(raw: object, mistakes: Mistakes) -> Section:
    entry = Entry(raw, "section", mistakes)
    entry.where = f"section {entry.values.get('code', 'sans code')}"
    entry.only("code", "title", "questions")
    questions = tuple(_question(item, mistakes) for item in entry.items("questions"))
    return Section(entry.text("code"), entry.text("title"), questions)


def _question(raw: object, mistakes: Mistakes) -> Question:
    entry = Entry(raw, "question", mistakes)
    entry.where = f"question {entry.values.get('code', 'sans code')}"
    entry.only(*_QUESTION_KEYS)
    kind = entry.text("kind")
    return Question(
        code=entry.text("code"),
        kind=kind,
        text=entry.text("text"),
        short=entry.text("short"),
        help=entry.text("help", needed=False),
        why=entry.text("why"),
        choices=_scale(entry) if kind == "scale" else _choices(entry),
        unit=entry.text("unit", needed=False),
        minimum=entry.whole("minimum"),
        maximum=entry.whole("maximum"),
        max_length=entry.whole("max_length"),
        dont_know=entry.flag("dont_know", default=True),
        not_concerned=entry.flag("not_concerned", default=False),
        conditions=tuple(_condition(item, entry) for item in entry.items("asked_when")),
        thresholds=tuple(_threshold(item, entry) for item in entry.items("thresholds")),
        most_points=entry.whole("most_points"),
        advice=_advice(entry) if "advice" in entry.values else None,
        prefill=_prefill(entry) if "prefill" in entry.values else None,
        comes_from=_comes_from(entry) if "comes_from" in entry.values else None,
    )


def _scale(entry: Entry) -> tuple[Choice, ...]:
    if "choices" in entry.values:
        entry.wrong("une échelle a ses réponses toutes prêtes, retirez «\u00a0choices\u00a0»")
    if "points" not in entry.values:
        return scale_choices({})
    points = Entry(entry.values["points"], entry.where, entry.mistakes)
    points.only(*LABELS)
    return scale_choices({code: points.needed_whole(code) for code in LABELS})


def _choices(entry: Entry) -> tuple[Choice, ...]:
    if "points" in entry.values:
        entry.wrong("donnez les points à chaque réponse, «\u00a0points\u00a0» est pour l’échelle")
    choices = []
    for raw in entry.items("choices"):
        item = Entry(raw, entry.where, entry.mistakes)
        item.only("code", "label", "points", "exclusive")
        exclusive = item.flag("exclusive", default=False)
        choices.append(
            Choice(item.text("code"), item.text("label"), item.whole("points"), exclusive)
        )
    return tuple(choices)


def _threshold(raw: object, entry: Entry) -> Threshold:
    item = Entry(raw, entry.where, entry.mistakes)
    item.only("at_least", "points")
    return Threshold(item.needed_whole("at_least"), item.needed_whole("points"))


def _advice(entry: Entry) -> Advice:
    item = Entry(entry.values["advice"], entry.where, entry.mistakes)
    item.only("text", "resource_name", "resource_url", "gain_label")
    return Advice(
        item.text("text"),
        item.text("resource_name"),
        item.text("resource_url"),
        item.text("gain_label"),
    )


def _prefill(entry: Entry) -> Prefill:
    item = Entry(entry.values["prefill"], entry.where, entry.mistakes)
    item.only("indicator", "values")
    values = Entry(item.values.get("values", {}), entry.where, entry.mistakes)
    pairs = tuple((raw, values.text(raw)) for raw in sorted(values.values))
    return Prefill(item.text("indicator"), pairs)


def _comes_from(entry: Entry) -> ComesFrom:
    item = Entry(entry.values["comes_from"], entry.where, entry.mistakes)
    item.only("question", "how")
    return ComesFrom(item.text("question"), item.text("how"))


def _condition(raw: object, entry: Entry) -> Condition:
    """One condition: `{kinds: [commune]}` or `{question: website, is: yes}`."""
    item = Entry(raw, entry.where, entry.mistakes)
    operators = [key for key in item.values if key != "question"]
    if len(operators) != 1:
        item.wrong("une condition a un seul opérateur")
    operator = operators[0] if operators else ""
    question = item.text("question") if "question" in item.values else None
    return Condition(operator, _operand(item, operator), question)


def _operand(item: Entry, operator: str) -> Operand:
    value = item.values.get(operator)
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return tuple(value)
    if isinstance(value, bool | int | float | str):
        return value
    item.wrong(f"la condition «\u00a0{operator}\u00a0» n’a pas de valeur utilisable")
    return ""


def to_definition(questionnaire: Questionnaire) -> dict[str, Any]:
    """The definition of a questionnaire: what `from_definition` reads back, equal."""
    keys = ("theme", "number", "version", "title", "minutes", "draft", "simulated")
    dropped = {"dropped": list(questionnaire.dropped)} if questionnaire.dropped else {}
    return (
        {key: getattr(questionnaire, key) for key in keys}
        | dropped
        | {
            "sections": [
                {
                    "code": section.code,
                    "title": section.title,
                    "questions": [_question_definition(q) for q in section.questions],
                }
                for section in questionnaire.sections
            ]
        }
    )


def _question_definition(q: Question) -> dict[str, Any]:
    given: dict[str, Any] = {"code": q.code, "kind": q.kind, "text": q.text, "short": q.short}
    given |= {"help": q.help, "why": q.why, "unit": q.unit}
    given |= {"minimum": q.minimum, "maximum": q.maximum, "max_length": q.max_length}
    given |= {"most_points": q.most_points, "dont_know": q.dont_know}
    given |= {"not_concerned": q.not_concerned, **_choices_definition(q)}
    given["asked_when"] = [_condition_definition(c) for c in q.conditions]
    given["thresholds"] = [{"at_least": t.at_least, "points": t.points} for t in q.thresholds]
    if q.advice:
        keys = ("text", "resource_name", "resource_url", "gain_label")
        given["advice"] = {key: getattr(q.advice, key) for key in keys}
    if q.prefill:
        values = {"values": dict(q.prefill.values)} if q.prefill.values else {}
        given["prefill"] = {"indicator": q.prefill.indicator} | values
    if q.comes_from:
        given["comes_from"] = {"question": q.comes_from.question, "how": q.comes_from.how}
    return {key: value for key, value in given.items() if value not in (None, "", [])}


def _choices_definition(q: Question) -> dict[str, Any]:
    if q.kind == "scale":
        return {"points": {c.code: c.points for c in q.choices}} if q.counts else {}
    return {
        "choices": [
            {"code": c.code, "label": c.label}
            | ({} if c.points is None else {"points": c.points})
            | ({"exclusive": True} if c.exclusive else {})
            for c in q.choices
        ]
    }


def _condition_definition(condition: Condition) -> dict[str, Any]:
    operand = condition.operand
    value = list(operand) if isinstance(operand, tuple) else operand
    of_question = {"question": condition.question} if condition.question else {}
    return of_question | {condition.operator: value}
