"""What keeps the house readable: small modules, telling names, one commit, one environment."""

from __future__ import annotations

import ast
import subprocess
import sys
from statistics import quantiles

from tests.house import sources

VAGUE = {
    "utils",
    "util",
    "helpers",
    "helper",
    "manager",
    "data",
    "info",
    "process",
    "misc",
    "common",
}
# All models are imported there: a process that misses one fails on a foreign key.
FILLED = {"app/models/__init__.py"}
READS_THE_ENVIRONMENT = ("app/house.py", "app/cli/")


def test_the_engine_loads_neither_web_nor_database() -> None:
    asked = "import sys, app.interview.path; print(*sorted(sys.modules))"
    told = subprocess.run(
        [sys.executable, "-c", asked], cwd=sources.ROOT, capture_output=True, text=True, check=True
    )
    loaded = set(told.stdout.split())
    assert "app.interview.path" in loaded
    assert not loaded & {"flask", "sqlalchemy", "admin", "app.db", "app.models", "app.settings"}


def test_only_the_database_commits() -> None:
    committing = {
        sources.name_of(path)
        for path in sources.modules()
        if any(node.attr == "commit" for node in sources.attributes(path))
    }
    assert committing == {"app/db.py"}


def test_the_environment_is_read_at_the_door_only() -> None:
    reading = {
        sources.name_of(path)
        for path in sources.modules()
        if any(
            ast.unparse(node) in {"os.environ", "os.getenv"} for node in sources.attributes(path)
        )
    }
    assert [name for name in reading if not name.startswith(READS_THE_ENVIRONMENT)] == []


def test_packages_keep_their_init_empty() -> None:
    filled = {
        sources.name_of(path)
        for path in sources.modules()
        if path.name == "__init__.py" and path.read_text(encoding="utf-8").strip()
    }
    assert filled <= FILLED


def test_every_folder_of_modules_is_a_package() -> None:
    folders = {path.parent for path in sources.modules() if path.parent.name != "versions"}
    assert [sources.name_of(f) for f in sorted(folders) if not (f / "__init__.py").exists()] == []


def test_no_module_has_a_vague_name() -> None:
    vague = {sources.name_of(path) for path in sources.modules() if path.stem in VAGUE}
    assert vague == set()


def test_modules_are_short() -> None:
    sizes = {
        sources.name_of(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in sources.modules()
        if path.name != "__init__.py" and path.parent.name != "versions"
    }
    assert {name: size for name, size in sizes.items() if size > 400} == {}
    assert quantiles(sizes.values(), n=10)[-1] <= 250


def test_functions_are_short() -> None:
    sizes = [
        node.end_lineno - node.lineno + 1
        for path in sources.modules()
        if path.parent.name != "versions"
        for node in ast.walk(sources.tree(path))
        if isinstance(node, ast.FunctionDef) and node.end_lineno is not None
    ]
    assert quantiles(sizes, n=10)[-1] <= 30
