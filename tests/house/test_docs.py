"""What the pages for people say exists: links, commands, options, files, settings."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path

import click
import pytest

from app.cli.main import barometre
from app.settings import Settings
from app.web.security import PRIVATE
from tests.house import sources
from tests.house.test_commands import commands
from tests.house.test_typography import LOOSE

PAGES = [
    sources.ROOT / "README.md",
    sources.ROOT / "CHANGELOG.md",
    *sorted((sources.ROOT / "docs").rglob("*.md")),
]
FENCED = re.compile(r"^```(\w*)\n(.*?)^```", re.M | re.S)
SPAN = re.compile(r"`([^`\n]+(?:\n[^`\n]+)?)`")
LINK = re.compile(r"\]\(([^()\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.M)
CALLED = re.compile(r"(?:\bbarometre|-m app\.cli\.main) (?=[a-z-])(.+)", re.S)
SETTING = re.compile(r"\b[A-Z]+(?:_[A-Z]+)+\b")
ROOMS = (*sources.ROOMS, "tests", "docs", "script", "benchmarks", "var")
IN_A_ROOM = re.compile(rf"(?:{'|'.join(ROOMS)})/[\w./*-]*")
MADE_AT_WORK = "var/"  # folders that a running installation makes

ENGLISH = {"carte.md", "channels.md"}  # and the decisions: for those who change the code
FRENCH = [page for page in PAGES if page.name not in ENGLISH and page.parent.name != "decisions"]

GROUPS: Mapping[str, click.Group] = {
    name: command
    for name, command in barometre.commands.items()
    if isinstance(command, click.Group)
}


def said(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def spans(page: Path) -> list[str]:
    """What stands between backquotes within sentences, on one line."""
    return [" ".join(span.split()) for span in SPAN.findall(FENCED.sub("", said(page)))]


def typed(page: Path) -> Iterator[list[str]]:
    """Every command that the page gives, as the words that follow `barometre`."""
    blocks = [block.replace("\\\n", " ") for _, block in FENCED.findall(said(page))]
    lines = [line.partition(" #")[0] for block in blocks for line in block.splitlines()]
    for text in [*lines, *spans(page)]:
        if found := CALLED.search(text):
            yield words(found[1])
        elif text.split(" ", 1)[0] in GROUPS and " " in text:
            yield words(text)


def words(line: str) -> list[str]:
    """The line as a shell splits it, up to where its output goes."""
    shown = re.split(r" [|<>]", line)[0]
    return shlex.split(shown if shown.count('"') % 2 == 0 else shown.replace('"', " "))


def wrong_in(given: list[str]) -> str | None:
    """What of a command does not exist: a command below a group, or an option."""
    command: click.Command = barometre
    rest = list(given)
    while isinstance(command, click.Group) and rest:
        name = rest.pop(0).rstrip(",")
        if name.startswith("-") or name == "…":
            return None
        if name not in command.commands:
            return f"{' '.join(given)}: {name}"
        command = command.commands[name]
    known = {"--help"} | {
        option for one in command.params for option in (*one.opts, *one.secondary_opts)
    }
    strange = [word for word in rest if word.startswith("--") and word not in known]
    return f"{' '.join(given)}: {strange[0]}" if strange else None


def anchor(heading: str) -> str:
    """The name that a heading is given in a link, as the forges make it."""
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower().replace("`", ""))
    return kept.replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=sources.name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    lost = []
    for link in LINK.findall(said(page)):
        if link.startswith(("http://", "https://")):
            continue
        path, _, name = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        headings = HEADING.findall(said(target)) if name and target.is_file() else []
        if not target.exists() or (name and name not in map(anchor, headings)):
            lost.append(link)
    assert lost == []


@pytest.mark.parametrize("page", FRENCH, ids=sources.name_of)
def test_a_page_is_set_as_french_is_printed(page: Path) -> None:
    text = SPAN.sub("`x`", FENCED.sub("", said(page)))
    assert [text[found.start() - 20 : found.end() + 9] for found in LOOSE.finditer(text)] == []


@pytest.mark.parametrize("page", PAGES, ids=sources.name_of)
def test_every_command_that_is_given_exists(page: Path) -> None:
    assert [wrong for given in typed(page) if (wrong := wrong_in(given))] == []


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ("mail check --relay-signs", None),
        ("mail chek", "mail chek: chek"),
        ("campaign open 1 --now", "campaign open 1 --now: --now"),
        ("worker --queue sending", None),
        ("sending", None),
    ],
)
def test_a_command_or_an_option_that_does_not_exist_is_seen(given: str, wrong: str | None) -> None:
    assert wrong_in(words(given)) == wrong


def test_every_command_is_on_a_page() -> None:
    """An operator finds each without reading the code; what it does, its help says."""
    given = {" ".join(line[:length]) for page in PAGES for line in typed(page) for length in (1, 2)}
    alone = {span for page in PAGES for span in spans(page)}
    leaves = [
        path.removeprefix("barometre ")
        for path, command in commands(barometre, "barometre")
        if not isinstance(command, click.Group) and not command.hidden
    ]
    assert [path for path in leaves if path not in given | alone] == []


@pytest.mark.parametrize("page", PAGES, ids=sources.name_of)
def test_every_file_that_is_named_exists(page: Path) -> None:
    named = [span.split()[0] for span in spans(page) if IN_A_ROOM.fullmatch(span.split()[0])]
    named += re.findall(r"^script/\w+", said(page), re.M)
    missing = [
        name
        for name in named
        if not name.startswith(MADE_AT_WORK) and not any(sources.ROOT.glob(name.rstrip("/")))
    ]
    assert missing == []


class Asked(dict[str, str]):
    """An environment that remembers the settings that were looked for."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def get(self, name: str, default: str = "") -> str:  # type: ignore[override]
        self.names.add(name)
        return super().get(name, default)


def test_every_setting_that_is_named_exists() -> None:
    asked = Asked()
    Settings.read(asked)
    measured = {"BENCH_SIZE", "BENCH_MEMORY_MB"}  # read by `benchmarks/` alone
    pages = [page for page in PAGES if page.parent.name != "decisions"]
    named = {name for page in pages for span in spans(page) for name in SETTING.findall(span)} | {
        name
        for page in pages
        for _, block in FENCED.findall(said(page))
        for name in re.findall(r"^([A-Z]+(?:_[A-Z]+)+)=", block, re.M)
    }
    assert named - asked.names - measured == set()


def test_the_page_of_settings_gives_their_true_defaults() -> None:
    """Giving the default that the page says is giving nothing."""
    page = said(sources.ROOT / "docs" / "settings.md")
    rows = re.findall(r"^\| `([A-Z_]+)` \| `([^`]+)` \|", page, re.M)
    assert len(rows) >= 20
    wrong = [
        name
        for name, default in rows
        if name != "MATRIX_STORE"  # a folder under the data's, wherever they are
        and Settings.read({name: default}) != Settings.read({})
    ]
    assert wrong == []


def test_the_proxys_configuration_keeps_every_private_path_out_of_its_log() -> None:
    page = said(sources.ROOT / "docs" / "deployer.md")
    found = re.search(r"location ~ \^/\(([\w|]+)\)/", page)
    assert found is not None
    assert {f"/{name}/" for name in found[1].split("|")} == set(PRIVATE)
