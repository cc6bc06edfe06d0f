"""A questionnaire as a DDI Codebook 2.5: what data archives read.

One variable a question, and one a choice where several may be ticked, gathered in a group. The
order of elements is the standard's, which its schema checks.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from app.interview.kinds import registry
from app.interview.questionnaire import Choice, Question, Questionnaire
from app.interview.values import Special
from app.questionnaires.formats.answers_file import Column, answer_columns
from app.questionnaires.formats.asked_of import asked_of
from app.questionnaires.formats.xml_text import fit_for_xml
from app.questionnaires.formats.xpath_out import DEFAULT_BOUNDS

NAMESPACE = "ddi:codebook:2_5"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_TICKED = (("1", "Oui"), ("0", "Non"))


def to_ddi_codebook(questionnaire: Questionnaire) -> bytes:
    """The XML document, in UTF-8."""
    columns = answer_columns(questionnaire)
    root = Element("codeBook", {"xmlns": NAMESPACE, "version": "2.5", _LANGUAGE: "fr"})
    root.set("ID", f"{questionnaire.theme}.{questionnaire.version}")
    _study(root, questionnaire)
    book = SubElement(root, "dataDscr")
    for section in questionnaire.sections:
        _section(book, section.code, section.title, section.questions)
    for question in questionnaire.questions:
        if question.kind == "multiple":
            _several(book, question)
    for column in columns:
        if column.question is None:
            _key(book, column)
        else:
            _question(book, questionnaire, column.question)
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _add(parent: Element, tag: str, text: str = "", **attributes: str) -> Element:
    child = SubElement(parent, tag, attributes)
    child.text = fit_for_xml(text) or None
    return child


def _study(root: Element, questionnaire: Questionnaire) -> None:
    study = SubElement(root, "stdyDscr")
    citation = SubElement(study, "citation")
    _add(SubElement(citation, "titlStmt"), "titl", questionnaire.title)
    statement = SubElement(citation, "verStmt")
    _add(statement, "version", f"Version {questionnaire.version}")


def _section(book: Element, code: str, title: str, questions: Iterable[Question]) -> None:
    """Names of sections and questions may be the same, identifiers may not: S. and V."""
    members = " ".join(_id(name) for q in questions for name in _variables(q))
    _add(_group(book, f"S.{code}", "section", members), "labl", title)


def _several(book: Element, question: Question) -> None:
    members = " ".join(_id(name) for name in _variables(question))
    group = _group(book, f"M.{question.code}", "multipleResp", members)
    _add(group, "labl", question.short)


def _group(book: Element, identifier: str, type_: str, members: str) -> Element:
    return SubElement(book, "varGrp", {"ID": identifier, "type": type_, "var": members})


def _id(variable: str) -> str:
    return f"V.{variable}"


def _variables(question: Question) -> list[str]:
    if question.kind != "multiple":
        return [question.code]
    return [f"{question.code}.{choice.code}" for choice in question.choices]


def _key(book: Element, column: Column) -> None:
    var = _add(book, "var", ID=_id(column.name), name=column.name, intrvl="discrete")
    _add(var, "labl", column.label)
    _add(var, "varFormat", type="character")


def _question(book: Element, questionnaire: Questionnaire, question: Question) -> None:
    several = question.kind == "multiple"
    choices: Iterable[Choice | None] = question.choices if several else (None,)
    for choice, name in zip(choices, _variables(question), strict=True):
        numeric = question.kind in DEFAULT_BOUNDS
        interval = "contin" if numeric else "discrete"
        var = _add(book, "var", ID=_id(name), name=name, intrvl=interval)
        _add(var, "labl", f"{question.short} – {choice.label}" if choice else question.short)
        asked = SubElement(var, "qstn")
        _add(asked, "qstnLit", question.text)
        if question.help:
            _add(asked, "ivuInstr", question.help)
        if numeric:
            _range(var, question)
        _add(var, "universe", asked_of(questionnaire, question))
        if several:
            _categories(var, _TICKED)
        else:
            _categories(var, [(c.code, c.label) for c in question.choices])
        _missing(var, question.specials)
        _add(var, "varFormat", type="numeric" if numeric or several else "character")
        _notes(var, question, choice)


def _range(var: Element, question: Question) -> None:
    least, most = DEFAULT_BOUNDS[question.kind]
    low = least if question.minimum is None else question.minimum
    high = most if question.maximum is None else question.maximum
    unit = "INT" if question.kind == "integer" else "REAL"
    bounds = {"UNITS": unit, "min": str(low)} | ({} if high is None else {"max": str(high)})
    SubElement(SubElement(var, "valrng"), "range", bounds)


def _categories(var: Element, values: Iterable[tuple[str, str]]) -> None:
    for code, label in values:
        category = SubElement(var, "catgry")
        _add(category, "catValu", code)
        _add(category, "labl", label)


def _missing(var: Element, specials: Iterable[Special]) -> None:
    for special in specials:
        category = SubElement(var, "catgry", {"missing": "Y"})
        _add(category, "catValu", special.value)
        _add(category, "labl", special.label)


def _notes(var: Element, question: Question, choice: Choice | None) -> None:
    _add(var, "notes", question.why, subject="why")
    if choice is None and not question.choices:
        _add(var, "notes", registry.expects(question), subject="expects")
    worth = [(c.code, c.points) for c in question.choices if c.points is not None]
    worth = [pair for pair in worth if choice is None or pair[0] == choice.code]
    worth += [(f">={threshold.at_least}", threshold.points) for threshold in question.thresholds]
    if worth:
        _add(var, "notes", " ".join(f"{code}={points}" for code, points in worth), subject="points")
