"""What people read is set as French is printed: no line breaks before « : » nor inside « »."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, StrictUndefined

from app.messages.wordings import packaged
from tests.house import sources
from tests.web.mail_examples import MAILS

ROOMS_FOR_PEOPLE = (
    "app/messages",
    "app/collect",
    "app/links",
    "app/respond",
    "app/site",
    "app/vocabulary",
    "admin",
)
LOOSE = re.compile(
    r"«(?![\u00a0\u202f])|(?<![\u00a0\u202f])»"  # inside quotation marks
    r"| [:;?!%](?=[\s<\"').,]|$)"  # before what stands apart
    r"|[^\W\d_]'[^\W\d_]"  # the straight apostrophe of typewriters
)
# SQL, patterns and what the staff's own English says are no French: spaces alone are looked at.
LOOSE_IN_CODE = re.compile(r"« (?=\w)|\w [:;?!%»](?=[\s.]|$)")

COMMENT = re.compile(r"{#.*?#}|<(style|script)\b.*?</\1>", re.S)
JINJA = re.compile(r"{{.*?}}|{%.*?%}", re.S)
QUOTED = re.compile(r'"([^"]*)"')


def templates() -> list[Path]:
    """Pages, mails, what chats are sent, the console, the demo; in every skin."""
    return sorted(
        path
        for room in sources.ROOMS
        for folder in ("templates", "skins")
        for path in (sources.ROOT / room).rglob(f"{folder}/**/*")
        if path.suffix in (".html", ".txt")
    )


def said_by(template: str) -> Iterator[str]:
    """The words of a template: its text, and the words quoted in its expressions."""
    text = COMMENT.sub("", template).replace("&nbsp;", "\u00a0")
    for expression in JINJA.findall(text):
        yield from QUOTED.findall(expression)
    yield JINJA.sub("x", text)


def french_in(module: Path) -> Iterator[str]:
    """The texts of a module, docstrings left out; what is put into them reads as one letter."""
    tree = sources.tree(module)
    skipped: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            skipped.add(id(node.value))
        if isinstance(node, ast.JoinedStr):
            skipped |= {id(part) for part in node.values}
            yield "".join(_part(part) for part in node.values)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in skipped:
            yield node.value if isinstance(node.value, str) else ""


def _part(part: ast.expr) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    assert isinstance(part, ast.FormattedValue)
    name = part.value
    return "\u00a0" if isinstance(name, ast.Name) and name.id == "NBSP" else "x"


def loose(texts: Iterator[str], wrong: re.Pattern[str] = LOOSE) -> list[str]:
    """What is badly set, with a few letters around it."""
    return [
        text[max(0, found.start() - 20) : found.end() + 10]
        for text in texts
        for found in wrong.finditer(text)
    ]


@pytest.mark.parametrize(
    "text", ["Oui ?", "«Oui\u00a0»", "« Oui »", "l'enquête", "Aide : lisez", "50 %", "Oui !</p>"]
)
def test_what_is_badly_set_is_found(text: str) -> None:
    assert loose(iter([text]))


def test_every_template_is_well_set() -> None:
    read = {path: loose(said_by(path.read_text(encoding="utf-8"))) for path in templates()}

    assert {path.name for path in read} >= {
        *("chat_reminder.txt", "chat_invitation.subject.txt", "invitation.subject.txt"),
        *("chat.html", "territory.html", "components.html"),
    }
    assert {sources.name_of(path): wrong for path, wrong in read.items() if wrong} == {}


def test_what_modules_say_to_people_is_well_set() -> None:
    modules = sources.modules(*ROOMS_FOR_PEOPLE)
    read = {path: loose(french_in(path), LOOSE_IN_CODE) for path in modules}

    assert len(read) > 100
    assert {sources.name_of(path): wrong for path, wrong in read.items() if wrong} == {}


@pytest.mark.parametrize("name", sorted(wording.name for wording in packaged()))
def test_a_message_is_well_set_once_written(name: str) -> None:
    wording = next(one for one in packaged() if one.name == name)
    context = MAILS[name.removeprefix("chat_")]
    plain, html = (Environment(undefined=StrictUndefined, autoescape=on) for on in (False, True))
    written = [
        plain.from_string(wording.subject).render(context),
        plain.from_string(wording.body_text).render(context),
        COMMENT.sub("", html.from_string(wording.body_html).render(context)),
    ]

    assert loose(text.replace("&nbsp;", "\u00a0") for text in written) == []
