"""A theme is sent and reopened while a colleague has one of its pages in front of them."""

from __future__ import annotations

import pytest
from flask import Flask

from app.collect.reopen import reopen
from app.collect.submit import submit
from tests.collect.answers import says
from tests.respond.browser import Browser
from tests.respond.conftest import GUERET
from tests.world import World

PAGES = {
    "inclusion": ("/inclusion/section/places", "referral", "planned"),
    "cybersecurite": ("/cybersecurite/section/people", "felt_exposure", "little"),
}


@pytest.mark.parametrize("theme", PAGES)
@pytest.mark.parametrize("again", [False, True], ids=["sent", "sent and reopened"])
def test_what_a_colleague_then_sends_is_refused_or_kept_but_never_lost_in_silence(
    world: World, site: Flask, theme: str, again: bool
) -> None:
    page, question, answer = PAGES[theme]
    who = world.respondent(GUERET)
    former = {"inclusion": "no", "cybersecurite": "much"}[theme]
    says(world, who, {question: former}, source="form:before", theme=theme)
    colleague = Browser(site, world.answer_link(GUERET))
    colleague.opens(page)
    form = colleague.form
    submit(world.db, who, theme, world.letterhead, now=world.days_pass(0.01))
    if again:
        reopen(world.db, who, theme, now=world.days_pass(0.01))

    colleague.sends(form.action, form.filled({question: answer}) | {"go": ["stay"]})

    kept = world.response(GUERET, theme).answers.get(question)
    if again:
        assert colleague.page.status_code == 200
        assert kept is not None
        assert kept["value"] == answer
    else:
        assert colleague.page.status_code == 409
        assert "est déjà envoyé" in colleague.text
        assert kept is not None
        assert kept["value"] == former
