"""Entering answers received by telephone or on paper: keyboard only, one screen a section."""

from __future__ import annotations

from flask import Response, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from admin.console import author, console, scope_with
from admin.entry.desk import (
    CHANNEL,
    Desk,
    channel_in,
    desk,
    last_channel,
    territory_asked,
)
from admin.entry.files import AnswerFiles
from admin.entry.screens import (
    done_screen,
    next_url,
    review_screen,
    section_screen,
    start_screen,
)
from admin.views import exposed
from app.collect.entered import hand_in_for, note_late, respondent_for
from app.collect.open import Opened, submission
from app.collect.refusals import NotYourTheme, UnknownQuestion
from app.collect.reopen import reopen
from app.collect.save import save
from app.errors import Hidden, NotAllowed, Refused
from app.links.codes import link_of
from app.models.contacts import Link
from app.now import now
from app.respond.forms import entries_of, source_of
from app.vocabulary.scope import Channel, Right

LONGEST_CODE = 64  # characters kept of what was typed


class UnknownPaper(Refused):
    """Misspelt, unknown, withdrawn or out of the scope: never told which."""

    sentence = (
        "Ce code n’ouvre aucune de vos collectivités. Vérifiez les neuf caractères imprimés sur "
        "le questionnaire, ou cherchez la collectivité par son nom."
    )
    status = 404


class Entry(AnswerFiles):
    """What an authority said by telephone or wrote on paper; and files of answers."""

    right = Right.CHASE
    group = 0

    @exposed("/")
    def index(self) -> str:
        """Whose answers: by a paper's code, or the themes of the authority already found."""
        scope = scope_with(Right.CHASE)
        territory_id = territory_asked()
        if territory_id is None:
            return self.render("console/entry_start.html", seen=None, waves=[])
        screen = start_screen(scope, author(), territory_id)
        return self.render(
            "console/entry_start.html",
            **screen,
            chosen_theme=request.args.get("theme", ""),
            last_channel=last_channel(),
        )

    @exposed("/code", "POST")
    def code(self) -> ResponseReturnValue:
        """The authority behind the short code of a paper that came back."""
        scope, house = scope_with(Right.CHASE), console().house
        typed = request.form.get("code", "").replace("\0", "")[:LONGEST_CODE]
        with house.db.reading() as reading:
            link_id = link_of(reading, house.letterhead.signer, typed)
            territory_id = reading.get_one(Link, link_id).territory_id if link_id else None
            try:
                if territory_id is not None:
                    respondent_for(reading, scope, author(), territory_id, Channel.PAPER)
            except (Hidden, NotAllowed):
                territory_id = None
        if territory_id is None:
            raise UnknownPaper
        session[CHANNEL] = Channel.PAPER.value
        return redirect(url_for(".index", territory_id=territory_id), 303)

    @exposed("/papier", "POST")
    def paper(self) -> ResponseReturnValue:
        """The questionnaire to post, with the authority's code: printing it makes the code."""
        scope, theme = scope_with(Right.CHASE), request.form.get("theme", "")
        territory_id = territory_asked()
        if territory_id is None:
            raise Hidden
        with console().house.db.reading() as reading:
            seen = respondent_for(reading, scope, author(), territory_id, Channel.PAPER)
        if theme not in seen.themes:
            raise NotYourTheme
        return Response(console().paper(territory_id, theme), mimetype="application/pdf")

    @exposed("/commencer", "POST")
    def begin(self) -> ResponseReturnValue:
        """The channel is chosen once; then the first section with a blank."""
        chosen = channel_in(request.form.get("channel", ""))
        if chosen is not None:
            session[CHANNEL] = chosen.value
        at = desk()
        return redirect(_away(at, seen := at.opened()) or at.blank_url(seen), 303)

    @exposed("/section")
    def section(self) -> ResponseReturnValue:
        """Every question of one section, with the answers as they stand."""
        at = desk()
        seen, here = at.opened(), request.args.get("section", "")
        away = _away(at, seen)
        if away is None and not _asks(seen, here):
            away = at.blank_url(seen)
        if away:
            return redirect(away, 303)
        return self.render("console/entry_section.html", **section_screen(at, seen, here, None))

    @exposed("/section", "POST")
    def save_section(self) -> ResponseReturnValue:
        """Save the page in one transaction; show it again if something is to mend or to choose."""
        scope_with(Right.CHASE)
        at, house, here = desk(), console().house, request.form.get("section", "")
        with house.db.reading() as reading:
            respondent = at.respondent(reading)
        saved = save(
            house.db,
            respondent,
            at.theme,
            entries_of(request.form),
            source=source_of(request.form),
            now=now(),
        )
        if saved.refused or saved.conflicts:
            seen = at.opened()
            if not _asks(seen, here):
                raise UnknownQuestion
            screen = section_screen(at, seen, here, saved)
            page = self.render("console/entry_section.html", **screen)
            return page, 422 if saved.refused else 409
        return redirect(next_url(at, here, saved), 303)

    @exposed("/relire")
    def review(self) -> ResponseReturnValue:
        """Every answer, blanks shown; sending is one key away."""
        at = desk()
        away = _away(at, seen := at.opened())
        if away:
            return redirect(away, 303)
        return self.render("console/entry_review.html", **review_screen(at, seen))

    @exposed("/envoyer", "POST")
    def submit(self) -> ResponseReturnValue:
        """Hand the theme in; the receipt goes to the authority's mailbox, if it has one."""
        at, house = desk(), console().house
        receipt = hand_in_for(
            house.db,
            scope_with(Right.CHASE),
            author(),
            at.territory_id,
            at.theme,
            at.channel,
            house.letterhead,
            house.completeness,
            now=now(),
        )
        if receipt.mailed:
            flash("L’accusé de réception part à la boîte de la collectivité.")
        return redirect(at.url("done"), 303)

    @exposed("/envoye")
    def done(self) -> ResponseReturnValue:
        """The receipt: a number and counts, never a value."""
        at = desk()
        with console().house.db.reading() as reading:
            handed_in = submission(reading, at.respondent(reading), at.theme)
        if handed_in is None:
            return redirect(url_for(".index", territory_id=at.territory_id, theme=at.theme), 303)
        seen = at.opened()
        return self.render("console/entry_done.html", **done_screen(at, seen, handed_in))

    @exposed("/rouvrir", "POST")
    def reopen(self) -> ResponseReturnValue:
        """Make it a draft again, and go to its questions."""
        at, house = desk(), console().house
        with house.db.reading() as reading:
            respondent = at.respondent(reading)
        reopen(house.db, respondent, at.theme, now=now())
        return redirect(at.blank_url(at.opened()), 303)

    @exposed("/tard", "POST")
    def late(self) -> ResponseReturnValue:
        """A paper came back after the end: the case says so, no answer is entered."""
        at = desk()
        scope = scope_with(Right.CHASE)
        note_late(console().house.db, scope, author(), at.territory_id, at.theme, now=now())
        flash("C’est noté\u00a0: questionnaire reçu rempli après la fin.")
        return redirect(url_for("collectivites.details_view", id=at.territory_id), 303)


def _away(at: Desk, seen: Opened) -> str | None:
    """Where to send someone who may not enter this theme now."""
    if seen.wave.ends_at <= now():
        return url_for("saisie.index", territory_id=at.territory_id, theme=at.theme)
    return at.url("done") if seen.submitted_at is not None else None


def _asks(seen: Opened, section: str) -> bool:
    return any(one.code == section for one in seen.path.sections)
