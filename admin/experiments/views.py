"""Experiments on reminders: what each has found so far, and beginning one with its rule in view."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from admin.campaigns.asked import BadNumber
from admin.console import author, console, scope_with
from admin.experiments.asked import LONGEST_LABEL, BadShare, Typed, named, things_to_try, typed_in
from admin.views import Page, exposed
from app.campaigns.experiment_design import (
    AlreadyTried,
    BadDesign,
    NoReminder,
    NothingTried,
    SameWords,
    TooFewMailboxes,
    Unnamed,
    WaveOver,
)
from app.campaigns.experimenting import begin_experiment, foresee
from app.campaigns.experiments_read import every_experiment, reminders_to_try
from app.campaigns.experiments_told import difference_told, reminder_told, rule_told, tried_told
from app.errors import Refused
from app.now import now
from app.vocabulary.experiments import FINDING_LABELS
from app.vocabulary.scope import Right

# What can be mended in the form, which then is shown again with what was typed.
RETOLD = (
    AlreadyTried,
    BadDesign,
    BadNumber,
    BadShare,
    NoReminder,
    NothingTried,
    SameWords,
    TooFewMailboxes,
    Unnamed,
    WaveOver,
)


class Experiments(Page):
    """Two ways of reminding, drawn by lot. The national team's: it speaks of the whole panel."""

    right = Right.CHASE
    national = True
    group = 1

    @exposed("/")
    def index(self) -> str:
        """Every experiment, and what it has found."""
        with console().house.db.reading() as session:
            found = every_experiment(session, now=now())
        return self.render(
            "console/experiments.html",
            found=found,
            findings=FINDING_LABELS,
            reminder_told=reminder_told,
            tried_told=tried_told,
            difference_told=difference_told,
        )

    @exposed("/commencer/")
    def begin(self) -> str:
        """The form, as empty as it may be."""
        return self._form(Typed())

    @exposed("/commencer/", "POST")
    def begin_one(self) -> ResponseReturnValue:
        """Show what the design asks for, or begin it; nothing typed is ever lost."""
        scope, typed = scope_with(Right.CHASE), typed_in(request.form)
        db = console().house.db
        try:
            design, step_id = typed.design(), typed.step_id()
            if request.form.get("go") != "begin":
                with db.reading() as session:
                    told = rule_told(
                        foresee(session, scope, step_id, design, now=now()), design.days
                    )
                return self._form(typed, told)
            begin_experiment(db, scope, author(), step_id, design, now=now())
        except RETOLD as refused:
            return self._form(typed, refusal=refused), refused.status
        flash(f"L’essai «\u00a0{design.label}\u00a0» a commencé. Les boîtes sont tirées au sort.")
        return redirect(url_for("essais.index"))

    def _form(
        self, typed: Typed, rule: tuple[str, ...] = (), refusal: Refused | None = None
    ) -> str:
        with console().house.db.reading() as session:
            reminders = reminders_to_try(session, now=now())
        chosen = next((one for one in reminders if str(one.step.id) == typed.step), None)
        return self.render(
            "console/experiment_begin.html",
            typed=typed,
            rule=rule,
            refusal=refusal,
            reminders=reminders,
            chosen=chosen,
            things=things_to_try(),
            named=named,
            reminder_told=reminder_told,
            longest=LONGEST_LABEL,
        )
