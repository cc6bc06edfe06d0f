from __future__ import annotations
import threading, time
import pytest
from sqlalchemy import text, select
from app.db import Database
from app.collect.delegate import delegate
from app.collect.contact_change import change_contact
from app.collect.submit import submit
from app.collect.reopen import reopen
from app.collect.validate import ask_validation, return_theme
from app.collect.takeover import take_over
from app.models.contacts import Address, Contact, Link
from app.models.teams import Assignment
from app.collect.requests import say_not_ours
from tests.collect.answers import answers_all, says
from tests.collect.teams import plans, holder, letters
from tests.messages.post import send, rows, messages
from tests.respond.browser import Browser
from tests.respond.conftest import GUERET
from tests.world import World


def test_given_back_in_team(world, site):
    plans(world, inclusion="julie@gueret.invalid")
    j = holder(world, "julie@gueret.invalid", "inclusion")
    say_not_ours(world.db, j, now=world.now)
    b = Browser(site, world.answer_link(GUERET))
    print("julie" in b.text, "rendu" in b.text)
    b.opens("/equipe"); print("team shows julie", "julie@" in b.text)
    world.days_pass(0.01)
    print(plans(world, inclusion="julie@gueret.invalid"))
    print([(m.step, m.value) for m in messages(world)])
    with world.db.reading() as s:
        print(s.execute(text("select revoked_at from links where purpose='delegate'")).all())
    assert 0


def test_delegated_then_blank_team(world, site):
    # a delegate handed outside the team plan
    plans(world, validator="maire@gueret.invalid")
    who = world.respondent(GUERET)
    answers_all(world, who)
    ask_validation(world.db, who, "inclusion", world.letterhead, now=world.now)
    # the validator's review open; a colleague changes; validator submits
    b = Browser(site, "x")
    with world.db.reading() as s:
        l = s.get_one(Link, holder(world, "maire@gueret.invalid").link_id)
    v = Browser(site, world.signer.token(l.id, "answer", l.key_id))
    v.opens("/inclusion/relire")
    form = v.form
    import re
    print(re.findall(r"<input[^>]*>", v.text)[:10])
    ev = world.response(GUERET, "inclusion").answers
    q = "mediation_place"
    says(world, who, {q: "no"}, source="form:later1", seen={q: ev[q]["event"]})
    r = v.client.post(f"/r/{v.token}/inclusion/envoyer", data={"nonce": "abcdefgh"})
    print(r.status_code, r.headers.get("Location","")[-30:], world.disposition(GUERET))
    assert 0


def test_bypass(world, site):
    plans(world, validator="maire@gueret.invalid", coordinator="claire@gueret.invalid")
    who = world.respondent(GUERET)
    answers_all(world, who)
    plans(world, validator="", coordinator="claire@gueret.invalid")
    submit(world.db, who, "inclusion", world.letterhead, now=world.now)
    print(world.disposition(GUERET))
    # the taken-off validator: link revoked?
    with world.db.reading() as s:
        print(s.execute(text("select purpose, revoked_because from links")).all())
    assert 0

def test_team_many_times(world, site):
    seen = 0
    from app.collect.refusals import TeamWritesTooOften
    for n in range(40):
        try:
            r = plans(world, coordinator=f"c{n}@victim.invalid", inclusion=f"i{n}@victim.invalid")
        except TeamWritesTooOften:
            break
    print("assignment mails", len(letters(world, "assignment")), n)
    # then delegate path adds
    assert 0

def test_deadlock(world, site):
    plans(world, coordinator="claire@gueret.invalid", inclusion="julie@gueret.invalid")
    with world.db.reading() as s:
        ids = dict(s.execute(text("select addresses.value, contacts.id from contacts join addresses on addresses.id=address_id")).all())
    errs = []
    def a():
        db = Database(world.app_url)
        for n in range(25):
            try: plans_with(db, n)
            except Exception as e: errs.append(("team", type(e).__name__, str(e)[:80]))
        db.close()
    def plans_with(db, n):
        from app.collect.team import set_team
        from app.collect.team_plan import TeamPlan, PlanLine
        set_team(db, world.respondent(GUERET), TeamPlan(["claire@gueret.invalid", ""][n % 2], "", {"inclusion": PlanLine("julie@gueret.invalid")}), world.letterhead, now=world.now)
    def b():
        db = Database(world.app_url)
        for n in range(25):
            try:
                tok = world.link("renew", GUERET)[1]
                take_over(db, world.signer, tok, now=world.now)
            except Exception as e: errs.append(("take", type(e).__name__, str(e)[:80]))
        db.close()
    ts = [threading.Thread(target=f) for f in (a, b)]
    [t.start() for t in ts]; [t.join() for t in ts]
    from collections import Counter
    print(Counter(errs))
    assert 0
