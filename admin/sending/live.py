"""How sending goes now, and the stop button: for national staff."""

from __future__ import annotations

from flask import Response, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from admin.console import author, console, scope_with, signed_in
from admin.views import Page, exposed
from app.auth.users import names
from app.campaigns.coming import coming
from app.errors import Hidden
from app.messages.holds.lifting import resume_domain, resume_sending, stop_sending
from app.messages.holds.read import Hold, differences_now, live_holds
from app.messages.progress import progress
from app.now import now
from app.vocabulary.lanes import lane_label
from app.vocabulary.scope import ActorKind, Right

EVERY = 10  # seconds between two looks, for whoever asked to follow


class Sending(Page):
    """What waits, leaves and left, lane by lane; what holds it; how to stop it and let it go."""

    group = 1
    # All lanes are everybody’s: whoever sees one département only has the list of messages.
    national = True

    @exposed("/")
    def index(self) -> Response:
        """Followed, the browser asks again by itself: no script, and the reader may end it."""
        house, followed = console().house, request.args.get("suivre") == "1"
        with house.db.reading() as session:
            held = live_holds(session)
            page = self.render(
                "console/sending.html",
                held=held,
                all_held=[one for one in held if one.domain is None],
                domains=[one for one in held if one.domain is not None],
                stoppers=names(session, _people(held)),
                differs=differences_now(session, house.letterhead.public_url),
                found=progress(session, now=now()),
                coming=coming(session, now=now()),
                lane_label=lane_label,
                followed=followed,
                every=EVERY,
                hold_setting=house.settings.hold_sending,
                may_stop=_may_stop(),
            )
        answer = make_response(page)
        if followed:
            answer.headers["Refresh"] = str(EVERY)
        return answer

    @exposed("/arreter", "POST")
    def stop(self) -> ResponseReturnValue:
        """Nothing leaves any more, within seconds."""
        scope = scope_with(Right.CHASE)
        stopped = stop_sending(console().house.db, by=author(), now=now(), scope=scope)
        flash("Tous les envois sont arrêtés." if stopped else "Les envois étaient déjà arrêtés.")
        return redirect(url_for("suivi_envois.index"))

    @exposed("/reprendre", "POST")
    def resume(self) -> ResponseReturnValue:
        """Take back the stop button."""
        scope = scope_with(Right.CHASE)
        resume_sending(console().house.db, by=author(), now=now(), scope=scope)
        flash("Les envois reprennent.")
        return redirect(url_for("suivi_envois.index"))

    @exposed("/domaine", "POST")
    def resume_domain(self) -> ResponseReturnValue:
        """Write again to a domain that refused us."""
        scope = scope_with(Right.CHASE)
        domain = request.form.get("domain", "")
        if not domain:
            raise Hidden
        resume_domain(console().house.db, domain, by=author(), now=now(), scope=scope)
        flash("Les messages de ce domaine repartent.")
        return redirect(url_for("suivi_envois.index"))


def _may_stop() -> bool:
    found = signed_in()
    return found is not None and found.scope.may(Right.CHASE)


def _people(held: list[Hold]) -> list[int]:
    return [int(one.by.id) for one in held if one.by.kind == ActorKind.USER and one.by.id]
