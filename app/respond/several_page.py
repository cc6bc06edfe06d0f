"""One secretary, several authorities: all of them on one page, answers copied from one to another.

The link is a mailbox's, not an authority's: it is never shown on the pages of a forwarded link.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app.collect.copy_over import CopyRow, NeverCopied, Pick, copy_over, copyable
from app.collect.overview import Standing
from app.collect.refusals import NotYourTheme
from app.collect.several import Followed, Mailbox, StandingTheme, mailbox_behind
from app.interview.french import with_unit
from app.now import now
from app.respond.addresses import of_theme
from app.respond.forms import SEEN, new_nonce, source_of
from app.respond.frame import full_name
from app.respond.section_view import ThemeWords
from app.vocabulary.articles import of_place, the_place
from app.vocabulary.french_dates import days_between, whole_day
from app.vocabulary.territory_kinds import TerritoryKind
from app.vocabulary.themes import BY_CODE, Theme
from app.web.app_state import house
from app.web.skin import page

EVENT = ".event"
_ID = re.compile(r"[0-9]{1,18}")
_COUNT = re.compile(r"[0-9]{1,3}")


@dataclass(frozen=True, slots=True)
class Row:
    """One theme of one authority, as `several.html` shows it."""

    number: int
    title: str
    state: str
    answered: int
    asked: int
    after: str
    address: str
    act: str  # the verb of the button, "" when there is nothing to do
    main: bool
    copy_url: str


@dataclass(frozen=True, slots=True)
class PlaceView:
    """One authority of the page."""

    name: str
    about: str  # département and population
    until: str
    url: str
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Said:
    """What a copy did, told on the page that follows it."""

    kind: str
    sentence: str


def communes(token: str) -> ResponseReturnValue:
    """The authorities of the mailbox, each with its themes. Opening it changes nothing."""
    mailbox = _mailbox(token)
    return page(
        "several.html",
        address=mailbox.address,
        places=[_place(token, one) for one in mailbox.places],
        simulated=any(one.simulated for one in mailbox.places),
    )


def copy(token: str, theme: str) -> ResponseReturnValue:
    """What could be copied from one authority to another, question by question."""
    told = _theme(theme)
    with house().db.reading() as session:
        mailbox = mailbox_behind(session, house().letterhead.signer, token, now=now())
        target = mailbox.of(request.args.get("vers", ""))
        sources = _sources(mailbox, target, theme)
        code = request.args.get("de") or (sources[0][0] if len(sources) == 1 else "")
        source = mailbox.of(code) if code else None
        rows: tuple[CopyRow, ...] = ()
        if source is not None:
            rows = copyable(session, source.respondent, target.respondent, theme)
    return page(
        "copy.html",
        theme=ThemeWords(theme, told.number, told.name),
        several_url=url_for("respond.communes", token=token),
        target=the_place(target.authority.name, target.authority.kind),
        target_code=target.code,
        target_url=of_theme("theme", _token_of(target), theme),
        source=the_place(source.authority.name, source.authority.kind) if source else "",
        source_of=of_place(source.authority.name, source.authority.kind) if source else "",
        source_code=code,
        sources=sources,
        rows=rows,
        copy_url=url_for("respond.copy", token=token, theme=theme),
        nonce=new_nonce(),
        said=_said(request.args),
        ended=target.ends_at <= now(),
        submitted=_standing(target, theme) is Standing.SUBMITTED,
        simulated=target.simulated,
    )


def copy_ticked(token: str, theme: str) -> ResponseReturnValue:
    """Copy the answers ticked, then show what is left."""
    _theme(theme)
    mailbox = _mailbox(token)
    source, target = (mailbox.of(request.form.get(name, "")) for name in ("de", "vers"))
    copied = copy_over(
        house().db,
        source.respondent,
        target.respondent,
        theme,
        _picks(request.form),
        sending=source_of(request.form),
        now=now(),
    )
    return redirect(
        url_for(
            "respond.copy",
            token=token,
            theme=theme,
            de=source.code,
            vers=target.code,
            fait=copied.n_copied,
            change=copied.n_changed or None,
        ),
        303,
    )


def _mailbox(token: str) -> Mailbox:
    with house().db.reading() as session:
        return mailbox_behind(session, house().letterhead.signer, token, now=now())


def _theme(code: str) -> Theme:
    """A theme that may be copied."""
    theme = BY_CODE.get(code)
    if theme is None:
        raise NotYourTheme
    if theme.confidential:
        raise NeverCopied
    return theme


def _standing(place: Followed, theme: str) -> Standing:
    found = [one.standing for one in place.themes if one.theme.code == theme]
    if not found:
        raise NotYourTheme
    return found[0]


def _sources(mailbox: Mailbox, target: Followed, theme: str) -> list[tuple[str, str]]:
    """Code and name of the authorities that have something to copy to this one."""
    codes = {code for one in target.themes if one.theme.code == theme for code in one.sources}
    return [(one.code, one.authority.name) for one in mailbox.places if one.code in codes]


def _picks(form: MultiDict[str, str]) -> list[Pick]:
    """The boxes ticked, each with the events that its row showed."""
    picks = []
    for code in form.getlist("copie"):
        event, seen = form.get(f"{code}{EVENT}", ""), form.get(f"{code}{SEEN}", "")
        if _ID.fullmatch(event):
            picks.append(Pick(code, int(event), int(seen) if _ID.fullmatch(seen) else None))
    return picks


def _token_of(place: Followed) -> str:
    return house().letterhead.signer.token(place.link.id, "answer", place.link.key_id)


def _place(token: str, place: Followed) -> PlaceView:
    authority = place.authority
    size = "" if authority.population is None else with_unit(authority.population, "habitants")
    open_ = [one for one in place.themes if one.standing is not Standing.SUBMITTED]
    first = next((one for one in open_ if not one.declined), None)
    ended = place.ends_at <= now()
    own = _token_of(place)
    return PlaceView(
        name=full_name(TerritoryKind(authority.kind), authority.name),
        about=" · ".join(part for part in (authority.departement, size) if part),
        until=_until(place),
        url=url_for("respond.link", token=own),
        rows=[_row(token, own, place, one, main=one is first, ended=ended) for one in place.themes],
    )


def _until(place: Followed) -> str:
    if place.ends_at <= now():
        return f"Terminé depuis le {whole_day(place.ends_at)}."
    left = days_between(now(), place.ends_at)
    days = {0: "C’est le dernier jour", 1: "Il reste 1 jour"}.get(left, f"Il reste {left} jours")
    return f"{days}, jusqu’au {whole_day(place.ends_at)}."


def _row(
    token: str, own: str, place: Followed, one: StandingTheme, *, main: bool, ended: bool
) -> Row:
    code = one.theme.code
    todo = one.standing is not Standing.SUBMITTED and not ended
    verb = "Continuer" if one.standing is Standing.STARTED else "Répondre"
    copy_url = url_for("respond.copy", token=token, theme=code, vers=place.code)
    return Row(
        number=one.theme.number,
        title=one.theme.name,
        state=one.standing,
        answered=one.answered,
        asked=one.asked if one.standing is not Standing.SUBMITTED else 0,
        after=_after(one),
        address=of_theme("theme", own, code),
        act=verb if todo else "",
        main=main and todo,
        copy_url=copy_url if one.sources else "",
    )


def _after(one: StandingTheme) -> str:
    if one.declined:
        return "vous avez dit ne pas y répondre"
    if one.standing is Standing.STARTED:
        noun = "question" if one.answered < 2 else "questions"
        return f"{one.answered} {noun} sur {one.asked}"
    return f"{one.asked} questions" if one.standing is Standing.TODO else ""


def _said(args: MultiDict[str, str]) -> list[Said]:
    """The outcome that the address tells, in words; what is no number tells nothing."""
    said = []
    done, changed = args.get("fait", ""), args.get("change", "")
    if _COUNT.fullmatch(done):
        said.append(_copied(int(done), nothing_ticked=not _COUNT.fullmatch(changed)))
    if _COUNT.fullmatch(changed):
        said.append(_changed(int(changed)))
    return [one for one in said if one.sentence]


def _copied(count: int, *, nothing_ticked: bool) -> Said:
    if count == 0:
        sentence = "Aucune réponse n’était cochée\u00a0: rien n’a été recopié."
        return Said("info", sentence if nothing_ticked else "")
    if count == 1:
        return Said("ok", "Une réponse est recopiée. Vous pouvez la changer quand vous voulez.")
    return Said(
        "ok", f"{count} réponses sont recopiées. Vous pouvez les changer quand vous voulez."
    )


def _changed(count: int) -> Said:
    what = "Une réponse a changé" if count == 1 else f"{count} réponses ont changé"
    which = "Elle n’a pas été recopiée" if count == 1 else "Elles n’ont pas été recopiées"
    return Said("warn", f"{what} pendant que vous lisiez cette page. {which}\u00a0: relisez.")
