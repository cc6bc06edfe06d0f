"""A wave's calendar: what it will do and when, the dry run, and what the national team decides."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from admin.campaigns.asked import EVENING, batch_asked, moment, number, steps_asked, until_asked
from admin.console import author, console, scope_with, staff
from admin.sieve import departements
from admin.views import Page, exposed
from app.campaigns.batches import cancel_batch, plan_batch
from app.campaigns.calendar_read import (
    CalendarShown,
    calendar_of,
    every_wave,
    falls,
    senders,
    told_to,
)
from app.campaigns.changes import extend_wave, pause_wave, reopen_wave, resume_wave
from app.campaigns.preview import Preview, preview
from app.campaigns.preview_lines import HEADINGS, counts, lines, n_lines, reasons
from app.campaigns.scheduling import must_decide, set_steps
from app.errors import Hidden
from app.now import now, paris
from app.vocabulary.scope import Right
from app.vocabulary.wave_steps import AUDIENCE_LABELS, BATCH_LABELS, MAILED, STEP_LABELS, StepKind

MOST_LINES = 200
A_MONTH = timedelta(days=30)
MOST_STEPS = 8
WORDS = (
    ("reminder", "Relance"),
    ("reminder_2", "Relance, autres mots"),
    ("last_call", "Dernier rappel"),
    ("prenotice", "Préavis"),
)


class Campaigns(Page):
    """The calendars of waves."""

    group = 1

    @exposed("/")
    def index(self) -> str:
        with console().house.db.reading() as session:
            waves = every_wave(session)
            wave_id = _wave(request.args, waves)
            found = calendar_of(session, wave_id, now=now()) if waves else None
            signing = senders(session)
        return self.render(
            "console/calendar.html",
            found=found,
            waves=[(str(number), label) for number, label in waves],
            senders=signing,
            decides=_decides(),
            departements=departements(),
            step_labels=STEP_LABELS,
            step_kinds=[(kind.value, STEP_LABELS[kind]) for kind in StepKind],
            audiences=AUDIENCE_LABELS,
            told_to=told_to,
            batch_kinds=BATCH_LABELS,
            mailed=MAILED,
            words=WORDS,
            falls=falls,
            n_more=MOST_STEPS - len(found.steps) if found else 0,
        )

    @exposed("/essai-a-blanc")
    def dry_run(self) -> str:
        """Who will get what and when, and who will get nothing and why."""
        found, shown = _foreseen()
        with console().house.db.reading() as session:
            first = list(lines(session, found, most=MOST_LINES))
        return self.render(
            "console/dry_run.html",
            found=found,
            wave=shown,
            lines=first,
            counts=counts(found),
            reasons=reasons(found),
            asked_until=_until(shown, now()),
            n_lines=n_lines(found),
        )

    @exposed("/essai-a-blanc.csv")
    def dry_run_file(self) -> Response:
        """Every line of it."""
        found, shown = _foreseen()
        written = io.StringIO()
        table = csv.writer(written, delimiter=";", lineterminator="\r\n")
        table.writerow(HEADINGS)
        with console().house.db.reading() as session:
            table.writerows(line.cells() for line in lines(session, found))
        name = f"essai-a-blanc-vague-{shown.wave_id}.csv"
        return Response(
            "\ufeff" + written.getvalue(),
            mimetype="text/csv",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    @exposed("/etapes", "POST")
    def steps(self) -> ResponseReturnValue:
        """The steps that the form gives; those that have begun stay as they are."""
        form = request.form
        set_steps(
            console().house.db,
            scope_with(Right.PUBLISH),
            author(),
            _wave_id(),
            steps_asked(*(form.getlist(name) for name in ("step", "days", "words", "audience"))),
            office_hours="office_hours" in form,
            now=now(),
        )
        return _done("Le calendrier est enregistré.")

    @exposed("/lot", "POST")
    def plan(self) -> ResponseReturnValue:
        """Plan a batch for its day."""
        scope, wanted = scope_with(Right.PUBLISH), batch_asked(request.form)
        plan_batch(console().house.db, scope, author(), _wave_id(), wanted, now=now())
        return _done("Le lot est programmé.")

    @exposed("/retirer", "POST")
    def cancel(self) -> ResponseReturnValue:
        """Take a batch out before its day."""
        scope, batch = scope_with(Right.PUBLISH), number(request.form.get("batch_id", ""))
        cancel_batch(console().house.db, scope, author(), batch, now=now())
        return _done("Le lot est retiré.")

    @exposed("/changer", "POST")
    def change(self) -> ResponseReturnValue:
        """Pause, resume, extend, reopen: each with its reason."""
        must_decide(scope_with(Right.PUBLISH))
        db, wave_id, at = console().house.db, _wave_id(), now()
        why, by = request.form.get("why", "").strip()[:500] or "sans motif", author()
        asked = request.form.get("change", "")
        if asked in ("paused", "resumed"):
            change = pause_wave if asked == "paused" else resume_wave
            change(db, wave_id, why=why, by=by, now=at)
        elif asked in ("extended", "reopened"):
            ends_at = moment(request.form.get("day", ""), EVENING)
            move = extend_wave if asked == "extended" else reopen_wave
            move(db, wave_id, ends_at, why=why, by=by, now=at)
        else:
            raise Hidden
        return _done("C’est fait.")


def _foreseen() -> tuple[Preview, CalendarShown]:
    """The dry run that the address asks for, of what the reader may see."""
    house, at = console().house, now()
    with house.db.reading() as session:
        shown = calendar_of(session, _wave(request.args, every_wave(session)), now=at)
        until = until_asked(_until(shown, at), shown.ends_at)
        found = preview(
            session, shown.wave_id, house.letterhead, until=until, now=at, scope=staff().scope
        )
    return found, shown


def _until(shown: CalendarShown, at: datetime) -> str:
    """The last day asked for; the whole wave takes a while to foresee, so a month by default."""
    usual = min(shown.ends_at, at + A_MONTH)
    return request.args.get("jusqu_au") or paris(usual).date().isoformat()


def _wave(args: dict[str, str], waves: list[tuple[int, str]]) -> int:
    """The wave asked for, if there is one, else the first of the list."""
    asked = args.get("vague", "")
    known = {str(wave_id): wave_id for wave_id, _ in waves}
    if asked and asked not in known:
        raise Hidden
    return known.get(asked, waves[0][0] if waves else 0)


def _wave_id() -> int:
    return number(request.form.get("wave_id", ""))


def _decides() -> bool:
    scope = staff().scope
    return scope.may_everywhere(Right.PUBLISH)


def _done(said: str) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for("calendrier.index", vague=_wave_id()))
