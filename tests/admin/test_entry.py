"""Bruno enters what Guéret said by telephone, or wrote on paper that came back."""

from __future__ import annotations

import hashlib
import io
import re
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from app.collect.open import Opened, opened
from app.interview.path import Path
from app.links.codes import code_of
from app.models.cases import AnswerEvent
from app.models.messages import Message
from app.models.organisations import AccessLog, OrganisationTerritory
from app.now import set_offset
from app.respond.item_view import raw_of
from tests.admin.cast import Cast, Person
from tests.admin.scene import GUERET, Scene
from tests.admin.test_pages import text_of
from tests.collect.answers import plausible, says
from tests.respond.browser import Form
from tests.world import World

CYBER = "cybersecurite"


class Clerk:
    """Somebody of the staff at the entry's screens, without any script."""

    def __init__(self, person: Person, world: World, code: str = GUERET, theme: str = "inclusion"):
        self.person = person
        self.code = code
        self.world = world
        self.place: dict[str, Any] = {
            "territory_id": world.territory(code).id,
            "theme": theme,
            "channel": "phone",
        }
        self.at = ""
        self.page = ""
        self.status = 0

    def begins(self, channel: str = "phone") -> Clerk:
        self.place["channel"] = channel
        return self._goes("commencer", **self.place)

    def fills(self, answers: dict[str, list[str]]) -> Clerk:
        """Fill in the screen and press Enter on its last question."""
        form = _entry_form(self.page)
        fields = {**form.fields, **answers, "go": ["next"]}
        fields.pop("csrf_token")
        return self._goes(form.action.rpartition("/")[2], **fields)

    def answers_everything(self) -> Clerk:
        for _ in range(30):
            if "entry_section" not in self.kind:
                return self
            codes = re.findall(r'<fieldset class="asked[^"]*" id="question-([\w]+)"', self.page)
            known = self.path().questionnaire
            self.fills({c: raw_of(plausible(known.question(c))) for c in codes})
        raise AssertionError("the entry never ends")

    def path(self) -> Path:
        return self.seen().path

    def seen(self) -> Opened:
        who = self.world.respondent(self.code)
        with self.world.db.reading() as session:
            return opened(session, who, self.place["theme"], now=self.world.now)

    @property
    def kind(self) -> str:
        return "entry_section" if "data-entry" in self.page else "other"

    def sends(self) -> Clerk:
        return self._goes("envoyer", **self.place)

    def reopens(self) -> Clerk:
        return self._goes("rouvrir", **self.place)

    def _goes(self, view: str, **form: Any) -> Clerk:
        answer = self.person.posts(f"/console/saisie/{view}", **form)
        self.status, self.at = answer.status_code, answer.location or ""
        self.page = answer.get_data(as_text=True)
        if answer.status_code in (302, 303):
            self.page = self.person.reads(self.at.split("#")[0])
        return self


def _entry_form(page: str) -> Form:
    """The form of the screen, not the one that signs out."""
    return Form.of(page[page.index('class="bench"') :])


@pytest.fixture
def bruno(cast: Cast, world: World, scene: Scene) -> Clerk:
    return Clerk(cast.bruno, world)


def events(world: World) -> list[AnswerEvent]:
    with world.db.reading() as session:
        return list(session.scalars(select(AnswerEvent).order_by(AnswerEvent.id)))


def test_bruno_enters_a_whole_theme_by_telephone_and_the_receipt_goes_to_the_mairie(
    world: World, bruno: Clerk
) -> None:
    bruno.begins("phone").answers_everything()
    assert "Relire et envoyer" in bruno.page
    bruno.sends()

    assert "Accusé de réception 23-" in text_of(bruno.page)
    assert world.disposition(GUERET) == "complete"
    kept = events(world)
    assert {(one.channel, one.actor_kind) for one in kept} == {("phone", "user")}
    assert len(kept) == len(bruno.path().counted) > 8
    with world.db.reading() as session:
        steps = session.scalars(select(Message.step).order_by(Message.created_at)).all()
    assert steps[-1] == "receipt"


def test_each_screen_holds_every_question_of_its_section_with_numbers_to_choose(
    bruno: Clerk,
) -> None:
    bruno.begins()
    first = bruno.path().sections[0]
    for question in first.questions:
        assert f'id="question-{question.code}"' in bruno.page
        for option in question.options if question.choices else ():
            assert f'<kbd aria-hidden="true">{option.number}</kbd>' in bruno.page
    assert "entry.js" in bruno.page


def test_without_a_channel_nothing_begins(bruno: Clerk) -> None:
    bruno.begins("carrier pigeon")
    assert bruno.status == 400
    assert "téléphone ou papier" in bruno.page


def test_the_channel_chosen_is_kept_for_the_next_theme(bruno: Clerk) -> None:
    bruno.begins("paper")
    assert "channel=paper" in bruno.at
    start = bruno.person.reads("/console/saisie/", territory_id=bruno.place["territory_id"])
    assert re.search(r'value="paper" checked', start)


def test_a_paper_that_came_back_is_found_by_its_code(
    world: World, cast: Cast, bruno: Clerk
) -> None:
    link_id, _ = world.link("answer", GUERET)
    with world.db.transaction() as session:
        code = code_of(session, world.signer, link_id, now=world.now)

    answer = cast.bruno.posts("/console/saisie/code", code=code.lower().replace("-", " "))
    assert answer.status_code == 303
    assert f"territory_id={bruno.place['territory_id']}" in answer.location
    for person, typed in ((cast.denis, code), (cast.bruno, "7KQ4-M2XP-D"), (cast.bruno, "")):
        refused = person.posts("/console/saisie/code", code=typed)
        assert refused.status_code == 404
        assert "aucune de vos collectivités" in refused.get_data(as_text=True)


def test_a_wrong_answer_is_told_beside_it_and_the_others_are_kept(
    world: World, bruno: Clerk
) -> None:
    bruno.begins()
    first = bruno.path().sections[0].questions[0]
    assert first.choices
    bruno.fills({first.code: ["perhaps"]})
    assert bruno.status == 422
    assert "Une réponse est à corriger" in bruno.page
    assert world.response(GUERET, "inclusion").answers == {}


def test_bruno_and_the_mairie_disagree_and_he_chooses(world: World, bruno: Clerk) -> None:
    bruno.begins()
    says(world, world.respondent(GUERET), {"mediation_place": "yes"}, source="form:elsewhere")

    bruno.fills({"mediation_place": ["no"]})
    assert bruno.status == 409
    assert "Choisissez celle qui convient" in bruno.page
    assert world.response(GUERET, "inclusion").answers["mediation_place"]["value"] == "yes"

    bruno.fills({"mediation_place.keep": ["mine"]})
    assert world.response(GUERET, "inclusion").answers["mediation_place"]["value"] == "no"


def test_the_same_screen_sent_twice_writes_once(world: World, bruno: Clerk) -> None:
    bruno.begins()
    form = _entry_form(bruno.page)
    fields: dict[str, Any] = {**form.fields, "mediation_place": ["no"], "go": ["next"]}
    fields.pop("csrf_token")
    for _ in range(2):
        assert bruno.person.posts("/console/saisie/section", **fields).status_code == 303
    assert len(events(world)) == 1


def test_submitted_cybersecurity_shows_nothing_and_reopens_blank(
    world: World, cast: Cast, scene: Scene
) -> None:
    clerk = Clerk(cast.bruno, world, theme=CYBER)
    clerk.begins().answers_everything().sends()
    told = text_of(clerk.page)
    assert "ne s’affichent plus" in told
    assert " sur " not in told.partition("Accusé de réception")[2].partition("Les réponses")[0]
    for view in ("section", "relire", "envoye"):
        answer = cast.bruno.gets(f"/console/saisie/{view}", **clerk.place, section="access")
        assert answer.status_code in (200, 303)
        assert "checked" not in answer.get_data(as_text=True)
    page = cast.bruno.reads("/console/dossiers/details/", id=world.case(GUERET, CYBER).id)
    assert "remplie" not in page

    clerk.reopens()
    assert "data-entry" in clerk.page
    assert " checked" not in clerk.page


def test_a_theme_handed_in_is_reopened_with_its_answers(world: World, bruno: Clerk) -> None:
    bruno.begins().answers_everything().sends()
    bruno.begins()
    assert "Thème envoyé" in bruno.page
    bruno.reopens()
    assert world.disposition(GUERET) == "started"
    assert len(world.response(GUERET, "inclusion").answers) > 8


def test_paper_that_comes_after_the_end_is_noted_and_nothing_is_entered(
    world: World, cast: Cast, bruno: Clerk
) -> None:
    early = cast.bruno.posts("/console/saisie/tard", **bruno.place)
    assert early.status_code == 409
    assert "encore ouverte" in early.get_data(as_text=True)

    ended(world)
    cast.bruno.signs_in()
    start = cast.bruno.reads("/console/saisie/", territory_id=bruno.place["territory_id"])
    assert "Noter\u00a0: reçu rempli après la fin" in start
    bruno.begins("paper")
    assert "Noter\u00a0: reçu rempli après la fin" in bruno.page
    cast.bruno.posts("/console/saisie/tard", **bruno.place)

    assert world.disposition(GUERET) == "late"
    case = cast.bruno.reads("/console/dossiers/details/", id=world.case(GUERET, "inclusion").id)
    assert "Reçue remplie après la fin" in case
    assert "2.27" in case
    assert events(world) == []


def test_who_looked_is_kept_and_neighbours_and_readers_enter_nothing(
    world: World, cast: Cast, bruno: Clerk
) -> None:
    bruno.begins()
    assert cast.bruno.scope is not None
    with world.db.reading() as session:
        looks = session.scalars(select(AccessLog).where(AccessLog.page == "saisie")).all()
    assert {(one.user_id, one.subject) for one in looks} == {
        (cast.bruno.scope.user_id, f"cases:{world.case(GUERET, 'inclusion').id}")
    }
    form = {**bruno.place, "section": "places", "nonce": "12345678", "mediation_place": "no"}
    form["mediation_place.seen"] = ""
    for person, status in ((cast.denis, 404), (cast.chloe, 404), (cast.reader, 403)):
        for view in ("commencer", "section", "envoyer", "rouvrir", "tard"):
            assert person.posts(f"/console/saisie/{view}", **form).status_code == status, view
        for view in ("", "section", "relire", "envoye"):
            assert person.gets(f"/console/saisie/{view}", **form).status_code == status, view
    assert events(world) == []


def test_i_do_not_know_is_answered_and_told_apart_on_the_case(
    world: World, cast: Cast, bruno: Clerk
) -> None:
    says(world, world.respondent(GUERET), {"mediation_place": "no"}, source="form:one")
    with world.db.reading() as session:
        who = world.respondent(GUERET)
        asked = opened(session, who, "inclusion", now=world.now).path
    unknown = next(q for q in asked.missing if q.dont_know)
    bruno.begins().fills({unknown.code: ["dont_know"]} if unknown.code in bruno.page else {})
    told = text_of(cast.bruno.reads("/console/dossiers/details/", id=bruno_case(world)))
    n_asked = len(bruno.path().asked)
    assert f"2\u00a0questions remplies sur {n_asked}, dont 1 «\u00a0Je ne sais pas\u00a0»" in told


def bruno_case(world: World) -> int:
    return world.case(GUERET, "inclusion").id


def ended(world: World) -> None:
    """The wave ends, for the console's clock as well."""
    world.days_pass(120)
    set_offset(world.now - datetime.now(world.now.tzinfo))


HEADER = "territory_kind;territory_code;questionnaire_version;mediation_place\n"


def uploads(person: Person, world: World, content: str, **more: str) -> tuple[int, str]:
    data: dict[str, Any] = {
        "csrf_token": person.token(),
        "theme": "inclusion",
        "wave_id": world.wave_id,
        "file": (io.BytesIO(content.encode()), "reponses.csv"),
        **more,
    }
    answer = person.browser.post(
        "/console/saisie/fichier", data=data, content_type="multipart/form-data"
    )
    return answer.status_code, answer.get_data(as_text=True)


def test_a_file_is_tried_then_the_same_file_is_written(
    world: World, cast: Cast, scene: Scene
) -> None:
    content = HEADER + f"commune;{GUERET};1;yes\ncommune;23176;1;no\n"
    before = world.counts()["answer_events"]
    status, page = uploads(cast.bruno, world, content)
    assert status == 200
    assert "Essai, rien n’est écrit. 1 ligne enregistrée, 1 ligne refusée" in page
    assert "n’est pas une des collectivités que vous suivez" in page
    assert world.counts()["answer_events"] == before

    digest = hashlib.sha256(content.encode()).hexdigest()
    status, page = uploads(cast.bruno, world, content + "\n", digest=digest)
    assert status == 409
    assert "n’est pas celui qui vient d’être vérifié" in page

    status, page = uploads(cast.bruno, world, content, digest=digest)
    assert "C’est enregistré" in page
    assert world.response(GUERET, "inclusion").answers["mediation_place"]["value"] == "yes"


def test_a_file_is_refused_whole_in_a_sentence(world: World, cast: Cast, scene: Scene) -> None:
    for content, sentence in (
        ("", "Choisissez un fichier"),
        ("x;y\n1;2\n", "il manque la colonne territory_kind"),
        ("x" * 500_000, "dépasse 480"),
    ):
        status, page = uploads(cast.bruno, world, content)
        assert 400 <= status < 500
        assert sentence in page
    assert uploads(cast.reader, world, HEADER)[0] == 403


def test_who_may_read_an_authority_without_chasing_it_is_told_so(
    world: World, cast: Cast, bruno: Clerk
) -> None:
    with world.db.transaction() as session:
        session.execute(
            update(OrganisationTerritory)
            .where(OrganisationTerritory.territory_id == bruno.place["territory_id"])
            .values(may_chase=False)
        )
    for view in ("", "section", "relire", "envoye"):
        answer = cast.bruno.gets(f"/console/saisie/{view}", **bruno.place, section="places")
        assert answer.status_code == 403
    assert cast.bruno.posts("/console/saisie/envoyer", **bruno.place).status_code == 403
