"""Letters: whom to write to, the pile to print and fold, and marking it as posted."""

from __future__ import annotations

from flask import Response, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from admin import french, sieve
from admin.console import author, console, scope_with
from admin.letters.asked import (
    BOTH,
    REASON_CHOICES,
    day_in,
    number_in,
    numbers_in,
    posted_number,
    wanted_in,
)
from admin.sieve import chosen_wave
from admin.views import Page, exposed
from app.auth.users import names
from app.campaigns.letters import MOST, mark_posted, print_letters, take_out
from app.campaigns.letters_read import whom_to_write
from app.campaigns.letters_runs import pile_of, runs_of, to_take_out
from app.now import now, paris
from app.panel.postal import postal, set_postal_address
from app.vocabulary.letters import NO_LETTER_LABELS, REASON_LABELS
from app.vocabulary.scope import Right

MOST_SHOWN = 200  # lines of a list on the page; what is printed holds them all


class Letters(Page):
    """From the list of those who are silent to a pile of letters in the post."""

    right = Right.CHASE

    @exposed("/")
    def index(self) -> str:
        """The dry run, then the piles that were printed."""
        scope, wave, wanted = scope_with(Right.CHASE), chosen_wave(), wanted_in(request.args)
        selection, runs, printers = None, [], {}
        if wave is not None:
            with console().house.db.reading() as session:
                selection = whom_to_write(session, scope, wave.id, wanted, now=now())
                runs = runs_of(session, scope, wave.id)
                printers = names(session, {run.made_by for run in runs if run.made_by is not None})
        return self.render(
            "console/letters.html",
            wave=wave,
            waves=sieve.wave_choices(),
            departements=sieve.departements(),
            reasons=REASON_CHOICES,
            reason=request.args.get("raison", BOTH),
            wanted=wanted,
            selection=selection,
            runs=runs,
            printers=printers,
            reason_labels=REASON_LABELS,
            no_letter_labels=NO_LETTER_LABELS,
            most=MOST,
            most_shown=MOST_SHOWN,
        )

    @exposed("/preparer", "POST")
    def prepare(self) -> ResponseReturnValue:
        """Make the pile that the list showed, as it stands now."""
        run_id = print_letters(
            console().house.db,
            scope_with(Right.CHASE),
            author(),
            posted_number("vague"),
            wanted_in(request.form),
            now=now(),
        )
        flash("Le tirage est prêt. Imprimez-le, pliez, postez, puis marquez-le comme posté.")
        return redirect(url_for(".pile", id=run_id))

    @exposed("/tirage")
    def pile(self) -> str:
        """One pile: its PDF, what to take out of it, and posting it."""
        scope = scope_with(Right.CHASE)
        with console().house.db.reading() as session:
            found = pile_of(session, scope, number_in(request.args.get("id", "")))
            posted = found.run.posted_at is not None
            gone = {} if posted else to_take_out(session, found)
            people = names(session, {found.run.made_by or 0, found.run.posted_by or 0})
        return self.render(
            "console/letters_run.html",
            pile=found,
            gone=gone,
            people=people,
            today=paris(now()).date(),
            printed_on=paris(found.run.made_at).date(),
            no_letter_labels=NO_LETTER_LABELS,
        )

    @exposed("/pdf", "POST")
    def pdf(self) -> Response:
        """One part of a pile, to print. A POST: it may make the short codes."""
        run_id, part = posted_number("run_id"), posted_number("part")
        blank_backs = request.form.get("backs") == "blank"
        pdf = console().letters(scope_with(Right.CHASE), run_id, part, blank_backs)
        answer = make_response(pdf)
        answer.mimetype = "application/pdf"
        name = f"courriers-{run_id}-{part}.pdf"
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

    @exposed("/retirer", "POST")
    def take_out(self) -> ResponseReturnValue:
        """The ticked letters, and no other, are out of the pile."""
        run_id = posted_number("run_id")
        taken = numbers_in(request.form.getlist("territory_id"))
        scope = scope_with(Right.CHASE)
        n_out = take_out(console().house.db, scope, author(), run_id, taken, now=now())
        flash(f"{french.several(n_out, 'lettre retirée', 'lettres retirées')} à la main.")
        return redirect(url_for(".pile", id=run_id))

    @exposed("/poster", "POST")
    def post(self) -> ResponseReturnValue:
        """The pile is in the post."""
        run_id = posted_number("run_id")
        posted = mark_posted(
            console().house.db,
            scope_with(Right.CHASE),
            author(),
            run_id,
            on=day_in(request.form.get("on", "")),
            shown=numbers_in(request.form.getlist("shown")),
            now=now(),
        )
        flash(f"{french.several(posted.n_posted, 'courrier posté', 'courriers postés')}.")
        return redirect(url_for(".pile", id=run_id))

    @exposed("/adresse", "POST")
    def address(self) -> ResponseReturnValue:
        """Where an authority's letters go, typed on its page."""
        territory_id = posted_number("territory_id")
        given = postal(
            request.form.get("street", ""),
            request.form.get("postal_code", ""),
            request.form.get("town", ""),
        )
        scope = scope_with(Right.CHASE)
        set_postal_address(console().house.db, scope, author(), territory_id, given, now=now())
        flash("L’adresse postale est enregistrée.")
        return redirect(url_for("collectivites.details_view", id=territory_id, _anchor="courriers"))
