"""Reads the source of a wording: what it names, what it must not do. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from jinja2 import Environment, Template, TemplateSyntaxError, UndefinedError, meta, nodes
from jinja2.defaults import DEFAULT_NAMESPACE
from jinja2.visitor import NodeTransformer

from app.messages.compose import HTML, TEXT, UNWRITABLE
from app.messages.template_faults import Fault, Part
from app.messages.wordings import Wording

Contexts = Sequence[Mapping[str, Any]]

_LINK = re.compile(r"/(?:r|stop|fiche|communes|nouveau|continuer)/[\w-]{20,}|[?&]start=[\w-]{20,}")
_MISSING = re.compile(r"has no attribute '([^']+)'|^'([^']+)' is undefined")
_BARRED: tuple[tuple[type[nodes.Node], str], ...] = (
    (nodes.Include, "include"),
    (nodes.Import, "import"),
    (nodes.FromImport, "import"),
    (nodes.Extends, "extends"),
    (nodes.ScopedEvalContextModifier, "autoescape"),
    # A line of these could fill a server's memory, or never end.
    (nodes.Mul, "*"),
    (nodes.Pow, "**"),
)
# Words and lists, nothing that undoes the protection of names or writes without end.
FILTERS = frozenset(
    {
        "capitalize", "count", "d", "default", "e", "escape", "first", "int", "join", "last",
        "length", "list", "lower", "map", "max", "min", "reject", "rejectattr", "replace",
        "reverse", "round", "select", "selectattr", "sort", "string", "sum", "title", "trim",
        "truncate", "unique", "upper", "wordcount", "wordwrap",
    }
)  # fmt: skip


def parts_of(wording: Wording) -> tuple[tuple[Part, str, Environment], ...]:
    """The three sources, each with what fills it in."""
    return (
        (Part.SUBJECT, wording.subject, TEXT),
        (Part.TEXT, wording.body_text, TEXT),
        (Part.HTML, wording.body_html, HTML),
    )


def known_names(contexts: Contexts) -> list[str]:
    """Every name that a letter of this step may give."""
    return sorted(set().union(*contexts))


def source_faults(wording: Wording, contexts: Contexts) -> list[Fault]:
    """What is wrong before anything is rendered; `contexts`: the fullest letter's first."""
    return [
        fault
        for part, source, env in parts_of(wording)
        for fault in _of(part, source, env, contexts)
    ]


def _of(part: Part, source: str, env: Environment, contexts: Contexts) -> list[Fault]:
    try:
        tree = env.parse(source)
    except TemplateSyntaxError as error:
        return [
            Fault(
                part,
                f"Le modèle ne se lit pas, ligne {error.lineno}\u00a0: vérifiez les accolades et "
                f"les mots entre «\u00a0{{%\u00a0» et «\u00a0%}}\u00a0» ({error.message}).",
            )
        ]
    found = [*_barred(part, tree), *_pasted(part, source), *_unknown(part, tree, contexts)]
    return found or _unfillable(part, tree, env, contexts)


def _barred(part: Part, tree: nodes.Template) -> list[Fault]:
    words = [word for kind, word in _BARRED if tree.find(kind) is not None]
    words += [one.name for one in tree.find_all(nodes.Filter) if not _is_allowed(one)]
    words += [one.name for one in tree.find_all(nodes.Name) if one.name in DEFAULT_NAMESPACE]
    why = "un modèle ne fait que dire ce qu’on lui donne"
    return [
        Fault(part, f"Retirez «\u00a0{word}\u00a0»\u00a0: {why}.") for word in dict.fromkeys(words)
    ]


def _is_allowed(one: nodes.Filter) -> bool:
    """`map` takes an attribute; given a filter's name, it would let any in."""
    return one.name in FILTERS and not (one.name == "map" and one.args)


def _pasted(part: Part, source: str) -> list[Fault]:
    """A personal link copied from a mail would be sent to everybody."""
    if _LINK.search(source) is None:
        return []
    return [
        Fault(
            part,
            "Retirez le lien personnel collé dans ce texte\u00a0: tous les destinataires le "
            "recevraient. Écrivez {{ answer_url }}, ou {{ stop_url }}, à sa place.",
        )
    ]


def _unknown(part: Part, tree: nodes.Template, contexts: Contexts) -> list[Fault]:
    known = known_names(contexts)
    return [
        Fault(part, _does_not_exist(name, known))
        for name in sorted(meta.find_undeclared_variables(tree) - set(known))
    ]


def _unfillable(
    part: Part, tree: nodes.Template, env: Environment, contexts: Contexts
) -> list[Fault]:
    """A name that only a rarely taken branch asks for is found by taking them all."""
    every: nodes.Template = _EveryBranch().visit(tree)
    every.set_environment(env)
    whole = Template.from_code(env, env.compile(every), env.make_globals(None))
    try:
        whole.render(contexts[0])
    except UndefinedError as error:
        return [Fault(part, _missing(str(error), tree, contexts[0]))]
    except UNWRITABLE as error:
        return [Fault(part, unfilled(error))]
    return []


def unfilled(error: Exception) -> str:
    """A sentence about a text that could not be filled in."""
    named = _MISSING.search(str(error)) if isinstance(error, UndefinedError) else None
    if named is not None:
        return _not_here(named[1] or named[2])
    kind = type(error).__name__
    return f"Le texte ne peut pas être rempli ({kind}). Simplifiez le passage modifié."


def _missing(told: str, tree: nodes.Template, context: Mapping[str, Any]) -> str:
    """Which name is missing, and which its neighbours are."""
    named = _MISSING.search(told)
    if named is None:
        return f"Le texte nomme ce qui n’existe pas ici\u00a0: {told}. Retirez ce passage."
    name = named[1] or named[2]
    for asked in tree.find_all(nodes.Getattr):
        owner = context.get(asked.node.name) if isinstance(asked.node, nodes.Name) else None
        if asked.attr == name and isinstance(owner, Mapping):
            return _does_not_exist(name, sorted(owner))
    return _not_here(name)


def _not_here(name: str) -> str:
    return f"Le texte nomme «\u00a0{name}\u00a0», qui n’existe pas ici. Retirez ce nom."


def _does_not_exist(name: str, known: Sequence[str]) -> str:
    listed = ", ".join(known)
    return f"«\u00a0{name}\u00a0» n’existe pas. Choisissez parmi\u00a0: {listed}."


class _EveryBranch(NodeTransformer):
    """Each condition is evaluated, then every branch of it is taken."""

    def visit_If(self, node: nodes.If) -> list[nodes.Node]:
        self.generic_visit(node)
        return [_told(node.test), *node.body, *node.elif_, *node.else_]


def _told(test: nodes.Node) -> nodes.Node:
    return nodes.Output([test], lineno=test.lineno)
