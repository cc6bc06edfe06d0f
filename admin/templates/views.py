"""The texts of messages: which leaves, what changed, and writing the next version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from admin import french
from admin.console import author, console, scope_with
from admin.door import POLICY
from admin.templates.shown import shortened
from admin.views import Page, exposed
from app.errors import Hidden, Refused
from app.messages.compose import context_of
from app.messages.template_check import check
from app.messages.template_edit import (
    ChangedMeanwhile,
    NothingChanged,
    NotReadyToLeave,
    TextTried,
    go_back,
    save,
)
from app.messages.template_faults import PART_LABELS, Checked, Fault, Part
from app.messages.template_history import (
    Text,
    Version,
    differences,
    text_named,
    texts,
    wording_at,
)
from app.messages.template_preview import Preview, preview
from app.messages.template_samples import CHAT, occasions, samples
from app.messages.template_source import known_names
from app.messages.template_typing import LONGEST_SUBJECT
from app.messages.wordings import Wording, without_heads, wording_of
from app.now import now
from app.questionnaires.compare import Mark
from app.vocabulary.scope import Right

# A mail is dressed by its own tags. It is shown in frames that run nothing and fetch nothing.
PREVIEW_POLICY = POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
# The texts that a step has besides its own.
TITLES = {
    "prenotice": "Préavis",
    "reminder_2": "Deuxième relance",
    "last_call": "Dernier rappel",
}
RETOLD = (NotReadyToLeave, NothingChanged, ChangedMeanwhile, TextTried)


class Templates(Page):
    """The texts of messages, their versions, and the page where one writes the next."""

    group = 1
    right = Right.PUBLISH

    @exposed("/")
    def index(self) -> str:
        """Every text, with the version that leaves."""
        with console().house.db.reading() as session:
            found = texts(session)
        return self.render("console/templates.html", texts=found, titled=titled, told_by=told_by)

    @exposed("/versions/")
    def versions(self) -> str:
        """All the versions of one text."""
        with console().house.db.reading() as session:
            found = text_named(session, request.args.get("modele", ""))
        return self.render("console/template.html", text=found, titled=titled, told_by=told_by)

    @exposed("/difference/")
    def difference(self) -> str:
        """The words that came and went between two versions."""
        name = request.args.get("modele", "")
        older, newer = sorted((_number("de"), _number("a")))
        with console().house.db.reading() as session:
            found = text_named(session, name)
            was = without_heads(wording_at(session, name, older))
            then = without_heads(wording_at(session, name, newer))
        return self.render(
            "console/template_difference.html",
            text=found,
            older=older,
            newer=newer,
            parts=[
                (PART_LABELS[one.part], shortened(one.before), shortened(one.after))
                for one in differences(was, then)
            ],
            titled=titled,
            Mark=Mark,
        )

    @exposed("/modifier/")
    def edit(self) -> Response:
        """The three parts of a version, to write the next."""
        with console().house.db.reading() as session:
            found = text_named(session, request.args.get("modele", ""))
            number = _number("version") if "version" in request.args else found.current.number
            wording = without_heads(wording_at(session, found.name, number))
        return self._written(found, wording, found.current.digest)

    @exposed("/modifier/", "POST")
    def write(self) -> ResponseReturnValue:
        """See what was typed as its readers would, or keep it; nothing typed is ever lost."""
        scope = scope_with(Right.PUBLISH)
        wording, seen = _typed(), request.form.get("seen", "")
        moment, letterhead = now(), console().house.letterhead
        with console().house.db.reading() as session:
            found = text_named(session, wording.name)
        if request.form.get("go") != "save":
            checked = check(wording, letterhead, now=moment)
            return self._written(found, wording, seen, checked, seen_by_some=True)
        try:
            number = save(
                console().house.db,
                scope,
                wording,
                seen=seen,
                letterhead=letterhead,
                by=author(),
                now=moment,
            )
        except RETOLD as refused:
            return self._retold(found, wording, seen, refused)
        flash(f"La version {number} est enregistrée. Les prochains messages la suivront.")
        return redirect(url_for("modeles.versions", modele=wording.name))

    @exposed("/revenir/", "POST")
    def back(self) -> ResponseReturnValue:
        """An earlier version's words become the next version."""
        scope = scope_with(Right.PUBLISH)
        name, typed = request.form.get("modele", ""), request.form.get("version", "")
        if not (typed.isdecimal() and len(typed) < 9):
            raise Hidden
        number = go_back(
            console().house.db,
            scope,
            name,
            int(typed),
            seen=request.form.get("seen", ""),
            letterhead=console().house.letterhead,
            by=author(),
            now=now(),
        )
        flash(f"La version {number} reprend les mots de la version {int(typed)}.")
        return redirect(url_for("modeles.versions", modele=name))

    def _retold(
        self, text: Text, wording: Wording, seen: str, refused: Refused
    ) -> ResponseReturnValue:
        """The same page, with what was typed and what keeps it from being saved."""
        if isinstance(refused, NotReadyToLeave):
            checked, refusal = Checked(refused.faults, ()), ""
        else:
            checked, refusal = None, str(refused)
        # Saved again, it replaces what the page now names: the reader was told of it.
        seen = text.current.digest if isinstance(refused, ChangedMeanwhile) else seen
        return self._written(text, wording, seen, checked, refusal=refusal), refused.status

    def _written(
        self,
        text: Text,
        wording: Wording,
        seen: str,
        checked: Checked | None = None,
        *,
        refusal: str = "",
        seen_by_some: bool = False,
    ) -> Response:
        named, occasion = request.form.get("place", ""), request.form.get("occasion", "")
        page = self.render(
            "console/template_edit.html",
            text=text,
            wording=wording,
            seen=seen,
            in_chat=text.name.startswith(CHAT),
            checked=checked,
            refusal=refusal,
            by_part=_by_part(checked.faults if checked else ()),
            PART_LABELS=PART_LABELS,
            names=_names(wording),
            occasions=[one.label for one in occasions(text.name)],
            occasion=occasion,
            named=named,
            preview=_preview(wording, named, occasion) if seen_by_some else None,
            longest=LONGEST_SUBJECT,
            titled=titled,
        )
        answer = make_response(page)
        answer.headers["Content-Security-Policy"] = PREVIEW_POLICY
        return answer


def titled(name: str) -> str:
    """What a text is called in the console."""
    step = name.removeprefix(CHAT)
    words = TITLES.get(step) or french.STEPS.get(step, step)
    return f"{words}, par messagerie" if name.startswith(CHAT) else words


def told_by(version: Version) -> str:
    """Who wrote a version."""
    if not version.by_staff:
        return "livrée avec le logiciel"
    return f"écrite par {version.author}" if version.author else "écrite par l’équipe"


def _typed() -> Wording:
    """The form's three parts, with the line ends of a file."""

    def part(name: str) -> str:
        return request.form.get(name, "").replace("\r\n", "\n").replace("\0", "")

    name = request.form.get("modele", "")
    return wording_of(name, *(part(one.value) for one in Part))


def _number(name: str) -> int:
    typed = request.args.get(name, "")
    if not (typed.isdecimal() and len(typed) < 9):
        raise Hidden
    return int(typed)


def _preview(wording: Wording, named: str, occasion: str) -> Preview:
    house = console().house
    with house.db.reading() as session:
        return preview(
            session, wording, house.letterhead, named=named, occasion=occasion, now=now()
        )


def _names(wording: Wording) -> list[tuple[str, str]]:
    """What this text may name, with an example of each."""
    moment = now()
    made_up = samples(wording.name, console().house.letterhead, now=moment)
    contexts = [context_of(one.letter, one.letterhead, moment) for one in made_up]
    return [(name, _example(name, contexts)) for name in known_names(contexts)]


def _example(name: str, contexts: Sequence[dict[str, Any]]) -> str:
    value = next(context[name] for context in contexts if name in context)
    if name.endswith("_url"):
        return "un lien"
    if isinstance(value, bool):
        return "vrai ou faux"
    if isinstance(value, list):
        parts = value[0] if value else {}
        return f"une liste\u00a0; chacun a {', '.join(parts)}" if parts else "une liste"
    if isinstance(value, dict):
        return ", ".join(f"{name}.{part}" for part in value)
    return str(value)


def _by_part(faults: Sequence[Fault]) -> dict[str, list[str]]:
    return {part.value: [one.sentence for one in faults if one.part is part] for part in Part}
