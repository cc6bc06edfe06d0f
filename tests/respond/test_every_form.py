"""Every form that a respondent or a passer-by can send, with whatever can be typed or forged.

The list below is held against the application's own routes: a form added tomorrow is tried
tomorrow, or the first test here says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from app.links.chats import tie
from app.links.codes import code_of, letter_link
from app.links.handoff import web_url
from app.models.cases import AnswerEvent, Case, SurveyResponse
from app.models.contacts import Address, Link
from app.models.requests import Request
from app.vocabulary.requests import RequestKind, RequestState
from app.vocabulary.scope import Channel
from tests.collect.answers import says
from tests.respond.conftest import GUERET
from tests.respond.messengers import TCHAP, site_with
from tests.respond.test_forged_forms import FORMS as QUESTIONNAIRES
from tests.respond.test_forged_forms import ODD, QUIET, every_answer_is_one_of_ours
from tests.respond.test_renewal_page import SIREN
from tests.world import FIRST_THEMES, World

BRIONNE = "23033"
BOX, JULIE = "mairie@gueret.invalid", "julie@gueret.invalid"
INCLUSION = QUESTIONNAIRES["inclusion"]
PLACES = next(section for section in INCLUSION.sections if section.code == "places")
CODES = tuple(question.code for question in PLACES.questions)


@dataclass(frozen=True, slots=True)
class Form:
    """`purpose`: of the link that opens it. `names`: of its fields. `done`: when all is right.

    403 and 409: what one may not do without a team that validates.
    """

    purpose: str
    names: tuple[str, ...] = ()
    done: int = 303


TEAM = tuple(f"{part}-{theme}" for part in ("colleague", "due") for theme in FIRST_THEMES)
COPY = ("de", "vers", "copie", "nonce", *(f"{code}.event" for code in CODES))
PAGE = (
    *("nonce", "go", "shown", *CODES),
    *(f"{code}{end}" for code in CODES for end in (".seen", ".keep", ".mine")),
)
FORMS: Mapping[str, Form] = {
    "/code": Form("", ("code",)),
    "/communes/<token>/copier/<theme>": Form("several", COPY),
    "/continuer/<token>": Form("web"),
    "/nouveau-lien": Form("", ("email", "reference")),
    "/nouveau/<token>": Form("renew"),
    "/r/<token>/<theme>/demander": Form("answer", done=409),
    "/r/<token>/<theme>/envoyer": Form("answer", ("seen",)),
    "/r/<token>/<theme>/questionnaire.pdf": Form("answer"),
    "/r/<token>/<theme>/renvoyer": Form("answer", ("comment",), done=403),
    "/r/<token>/<theme>/retirer": Form("answer"),
    "/r/<token>/<theme>/rouvrir": Form("answer"),
    "/r/<token>/<theme>/section/<section>": Form("answer", PAGE),
    "/r/<token>/<theme>/section/<section>/inchange": Form("answer", PAGE),
    "/r/<token>/<theme>/section/<section>/reponse": Form("answer", PAGE, done=200),
    "/r/<token>/aide": Form("answer", ("words", "theme")),
    "/r/<token>/confier": Form("answer", ("theme", "email")),
    "/r/<token>/contact": Form("answer", ("email", "name", "how")),
    "/r/<token>/equipe": Form("answer", ("coordinator", "validator", *TEAM)),
    "/r/<token>/messagerie": Form("answer", done=200),
    "/r/<token>/messagerie/dissocier": Form("answer", ("conversation",)),
    "/r/<token>/papier": Form("answer", ("theme", "words")),
    "/r/<token>/pas-nous": Form("answer"),
    "/r/<token>/refuser": Form("answer", ("theme", "reason")),
    "/r/<token>/silence": Form("answer", done=200),
    "/stop/<token>": Form("stop", ("boite", "List-Unsubscribe"), done=200),
}


@dataclass
class Door:
    """The site, and what one can hold of it."""

    world: World
    site: Flask
    right: Mapping[str, str]  # what is rightly sent, by the name of its field

    def token(self, purpose: str) -> str:
        """A live link of this kind, whatever the form before it closed."""
        if purpose != "web":
            return self.world.link(purpose, GUERET)[1] if purpose else ""
        link_id, _ = self.world.link("answer", GUERET)
        with self.world.db.transaction() as session:
            link = session.get_one(Link, link_id)
            url = web_url(session, self.world.letterhead, link, now=self.world.now)
        return url.rpartition("/")[2]

    def opens_anew(self) -> None:
        """What was used up is there again; the mairie has given its first answer."""
        with self.world.db.transaction() as session:
            for statement in (
                "UPDATE contacts SET stopped_at = NULL",
                "DELETE FROM suppressions",
                "DELETE FROM guesses",
                "DELETE FROM requests",
                "UPDATE responses SET answers = '{}', started_at = NULL, submitted_at = NULL, "
                "submitted_by_kind = NULL, submitted_by_id = NULL, receipt_number = NULL",
                "UPDATE cases SET disposition = 'not_invited'",
            ):
                session.execute(text(statement))
        who = self.world.respondent(GUERET)
        says(
            self.world, who, {"mediation_place": "yes"}, source=f"form:{self.world.now.isoformat()}"
        )
        self.world.days_pass(0.0001)

    def sends(
        self,
        form: str,
        fields: Mapping[str, list[str]],
        *,
        theme: str = "inclusion",
        section: str = PLACES.code,
    ) -> TestResponse:
        """Post it, as a browser would: what it cannot send it replaces."""
        address = form.replace("<token>", self.token(FORMS[form].purpose))
        address = address.replace("<theme>", theme).replace("<section>", section)
        data = {
            name: [one.encode(errors="replace").decode() for one in values]
            for name, values in fields.items()
        }
        return self.site.test_client().post(address, data=data)


@pytest.fixture
def door(world: World, clock: None) -> Door:
    """Guéret's mailbox follows La Brionne as well, and one of its conversations is tied."""
    contacts = [world.contact(code, BOX, "Anne Martin") for code in (GUERET, BRIONNE)]
    world.open_wave()
    site = site_with(world, TCHAP)
    link_id, _ = world.link("answer", GUERET)
    world.link("answer", BRIONNE)
    world.link("stop", GUERET)  # as with every mail
    with world.db.transaction() as session:
        letter = letter_link(session, world.signer, world.territory(GUERET).id, now=world.now)
        code = code_of(session, world.signer, letter, now=world.now)
        chat_id = tie(session, Channel.MATRIX, "!salon:agent.example", link_id, now=world.now)
    right = {
        **dict.fromkeys(("email", "coordinator", "validator"), JULIE),
        **dict.fromkeys(("words", "comment"), "Merci de relire."),
        **{f"colleague-{theme}": "marc@gueret.invalid" for theme in FIRST_THEMES},
        **{f"due-{theme}": "2026-10-15" for theme in FIRST_THEMES},
        **{question.code: question.options[0].code for question in PLACES.questions},
        **{f"{code}.{end}": "" for code in CODES for end in ("seen", "keep", "mine", "event")},
        **{"boite": str(contacts[0]), "List-Unsubscribe": "One-Click", "code": code},
        **{"conversation": str(chat_id), "name": "Julie Lamy", "how": "remplace", "seen": ""},
        **{"de": GUERET, "vers": BRIONNE, "copie": "mediation_place", "nonce": "0123456789ab"},
        **{"reason": "no_time", "reference": SIREN, "theme": "inclusion"},
        **{"go": "stay", "shown": CODES[0]},
    }
    return Door(world, site, right)


def test_every_form_of_the_site_is_tried_here(site: Flask) -> None:
    found = {
        rule.rule
        for rule in site.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and not rule.rule.startswith("/console")
    }
    assert found == set(FORMS)


@pytest.mark.parametrize("form", FORMS)
def test_a_form_rightly_filled_is_taken(door: Door, form: str) -> None:
    """Else the test below would try nothing but refusals."""
    door.opens_anew()
    alone = [n for n in FORMS[form].names if not n.endswith((".keep", ".mine", ".event"))]

    sent = door.sends(form, {name: [door.right[name]] for name in alone if door.right[name]})

    assert sent.status_code == FORMS[form].done, sent.get_data(as_text=True)


@pytest.mark.parametrize("form", [form for form in FORMS if FORMS[form].names])
def test_one_field_is_forged_and_the_others_are_right(door: Door, form: str) -> None:
    names = FORMS[form].names
    for forged in names:
        for value in ("é\0<b>", "9" * 400, "٣" * 5_000):
            door.opens_anew()
            right = {name: [door.right[name]] for name in names if door.right[name]}
            assert door.sends(form, right | {forged: [value]}).status_code < 500, forged
    assert only_ours_is_kept(door.world)


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=20, deadline=None, suppress_health_check=QUIET)
@given(data=st.data())
def test_whatever_is_sent_nothing_breaks_and_only_what_is_ours_is_kept(
    door: Door, form: str, data: st.DataObject
) -> None:
    door.opens_anew()
    known = st.sampled_from(sorted({*door.right.values(), "strategie", "clear:referral"}))
    typed = ODD | st.text(min_size=1, max_size=60) | known
    own = {
        name: st.lists(st.just(door.right[name]) | typed, max_size=2) for name in FORMS[form].names
    }
    others = st.dictionaries(st.sampled_from(sorted(door.right)), st.lists(ODD, max_size=2))
    odd = st.sampled_from(("strategie", "nulle-part", "é", "..%2f", "0"))

    sent = door.sends(
        form,
        data.draw(others) | data.draw(st.fixed_dictionaries(own)),
        theme=data.draw(st.sampled_from(FIRST_THEMES) | odd),
        section=data.draw(st.sampled_from([one.code for one in INCLUSION.sections]) | odd),
    )

    assert sent.status_code < 500
    assert only_ours_is_kept(door.world)


def only_ours_is_kept(world: World) -> bool:
    """Answers to our questions, requests of our kinds, mailboxes that a demonstration may have."""
    assert every_answer_is_one_of_ours(world)
    with world.db.reading() as session:
        answered = session.scalars(
            select(Case.territory_id)
            .join(SurveyResponse, SurveyResponse.case_id == Case.id)
            .join(AnswerEvent, AnswerEvent.response_id == SurveyResponse.id)
            .distinct()
        ).all()
        requests = session.scalars(select(Request)).all()
        mailboxes = session.scalars(select(Address.value).where(Address.channel == "email")).all()
    gueret, brionne = (world.territory(code).id for code in (GUERET, BRIONNE))
    assert set(answered) <= {gueret, brionne}
    for one in requests:
        assert one.kind in set(RequestKind)
        assert one.state == RequestState.OPEN
        assert one.theme in (None, *FIRST_THEMES)
        assert one.territory_id == gueret
    assert all(mailbox.endswith(".invalid") for mailbox in mailboxes)
    return True
