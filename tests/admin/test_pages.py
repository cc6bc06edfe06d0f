"""The pages of one thing, the first page, the rates: what they say, and what they keep."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.cases.record import record
from app.models.cases import Case, FollowUp
from app.models.contacts import Contact
from app.models.organisations import AccessLog, AuditEntry
from app.models.results import Publication
from app.panel.contacts import add_contact
from app.vocabulary.dispositions import D
from app.vocabulary.scope import Author
from app.vocabulary.stops import STOP_LABELS, UNKNOWN_STOP, StopReason
from tests.admin.cast import Cast, gather
from tests.admin.scene import MAILBOX, NOTE, Scene
from tests.world import World


def text_of(page: str) -> str:
    """What the page says to its reader, the spaces that do not break included."""
    said = re.sub(r"<[^>]+>", " ", page.partition('<main id="contenu">')[2])
    return re.sub(r"[ \n\t]+", " ", said)


def answers(world: World, code: str, theme: str) -> None:
    with world.db.transaction() as session:
        case = session.get_one(Case, world.case(code, theme).id)
        record(session, case, D.STARTED, why="answered", by=Author.system(), at=world.now)
        record(session, case, D.COMPLETE, why="submitted", by=Author.system(), at=world.now)


def test_a_message_is_shown_as_sent_with_its_link_masked(
    world: World, cast: Cast, scene: Scene
) -> None:
    page = cast.bruno.reads("/console/messages/details/", id=scene.message_id)
    assert "[lien personnel]" in page
    assert world.answer_link("23096") not in page
    assert not re.search(r"/(r|stop)/[\w-]{43}", page)
    assert "Accepté par le serveur" in page
    assert "Inclusion numérique" in page


@pytest.mark.parametrize("kind", ["r", "stop", "fiche", "communes", "nouveau", "continuer"])
def test_a_link_kept_in_a_message_by_mistake_is_not_shown_either(
    world: World, cast: Cast, scene: Scene, kind: str
) -> None:
    """The words were changed by hand, or our public address was: the first net had a hole."""
    token = world.answer_link("23096")
    with world.db.transaction() as session:
        session.execute(
            text("UPDATE messages SET subject = :body, body = :body"),
            {"body": f"Suivez http://hier.invalid/{kind}/{token}?x=1, ou t.me/b?start={token}."},
        )

    page = cast.bruno.reads("/console/messages/details/", id=scene.message_id)

    assert "Suivez" in page
    assert token not in page


def test_who_looked_at_peoples_data_is_kept(world: World, cast: Cast, scene: Scene) -> None:
    cast.bruno.reads("/console/collectivites/details/", id=scene.territory_id)
    cast.bruno.reads("/console/messages/details/", id=scene.message_id)
    cast.denis.gets("/console/collectivites/details/", id=scene.territory_id)
    assert cast.bruno.scope is not None
    with world.db.reading() as session:
        looks = session.scalars(select(AccessLog).order_by(AccessLog.id)).all()
    assert [(look.user_id, look.subject) for look in looks] == [
        (cast.bruno.scope.user_id, f"territories:{scene.territory_id}"),
        (cast.bruno.scope.user_id, f"messages:{scene.message_id}"),
    ]


def test_a_mailbox_says_in_french_whose_it_is(world: World, cast: Cast, scene: Scene) -> None:
    with world.db.transaction() as session:
        add_contact(
            session,
            scene.territory_id,
            "marc@gueret.invalid",
            name=None,
            role="colleague",
            origin="respondent",
            as_of=world.now.date(),
            now=world.now,
        )
    told = text_of(cast.bruno.reads("/console/collectivites/details/", id=scene.territory_id))
    assert "collègue d’un répondant" in told
    assert "colleague" not in told


def test_a_mailbox_that_is_written_to_no_more_says_why_and_since_when(
    world: World, cast: Cast, scene: Scene
) -> None:
    def told(because: StopReason | None) -> str:
        with world.db.transaction() as session:
            contact = session.scalars(
                select(Contact).where(Contact.territory_id == scene.territory_id)
            ).one()
            contact.stopped_at, contact.stopped_because = world.now, because
        page = cast.bruno.reads("/console/collectivites/details/", id=scene.territory_id)
        return text_of(page)

    for reason, words in STOP_LABELS.items():
        assert f"{words} depuis le 15\u00a0sept." in told(reason)
    assert f"{UNKNOWN_STOP} depuis le 15\u00a0sept." in told(None)


def test_a_case_tells_what_happened_in_french(cast: Cast, scene: Scene) -> None:
    told = text_of(cast.bruno.reads("/console/dossiers/details/", id=scene.case_id))
    assert "Invitée, sans réponse" in told
    assert "Ouverture de la vague" in told
    assert "Invitation envoyée" in told
    assert "code AAPOR 3.19, groupe UH" in told


def test_a_note_is_written_read_by_colleagues_and_due_on_its_day(
    world: World, cast: Cast, scene: Scene
) -> None:
    assert NOTE in cast.bruno.reads("/console/suivi/")
    assert NOTE not in cast.denis.reads("/console/suivi/")
    answer = cast.bruno.posts(
        "/console/suivi/noter",
        territory_id=scene.territory_id,
        wave_id=world.wave_id,
        note="C’est <b>fait</b>.",
        call_again_on="",
    )
    assert answer.location.endswith("#suivi")
    page = cast.reader.reads("/console/collectivites/details/", id=scene.territory_id)
    assert "C’est &lt;b&gt;fait&lt;/b&gt;." in page
    assert "Bruno" in page
    assert NOTE not in cast.bruno.reads("/console/suivi/")


def test_a_note_that_cannot_be_kept_is_refused_in_a_sentence(
    world: World, cast: Cast, scene: Scene
) -> None:
    ours = {"territory_id": scene.territory_id, "wave_id": world.wave_id}
    for form, sentence in (
        ({"note": " "}, "Écrivez ce qui s’est dit"),
        ({"note": "Oui.", "call_again_on": "demain"}, "2026-11-24"),
        ({"note": "Oui.", "call_again_on": "2020-01-01"}, "un jour à venir"),
    ):
        answer = cast.bruno.posts("/console/suivi/noter", **ours, **form)
        assert answer.status_code == 400
        assert sentence in answer.get_data(as_text=True)
    answer = cast.bruno.posts("/console/suivi/noter", territory_id="x", wave_id="y", note="Oui.")
    assert answer.status_code == 404
    with world.db.reading() as session:
        assert len(session.scalars(select(FollowUp)).all()) == 1


def test_the_first_page_says_the_rate_and_what_waits(
    world: World, cast: Cast, scene: Scene
) -> None:
    answers(world, "23096", "inclusion")
    told = text_of(cast.bruno.reads("/console/"))
    assert "Communes 4 8,3\u00a0%" in told  # 1 of 4 communes × 3 themes
    assert "1. Inclusion numérique 25,0\u00a0%" in told
    assert "1 appel promis pour aujourd’hui ou avant." in told
    assert "1 collectivité invitée a un thème encore sans réponse." in told
    assert "3 collectivités n’ont pas d’adresse connue." in told
    assert "Envoyé 1" in told


def test_before_any_wave_the_first_page_says_what_to_do(world: World, app: Flask) -> None:
    cast = gather(world, app)
    assert "Aucune vague n’est encore ouverte." in cast.aicha.reads("/console/")
    for page in ("dossiers", "collectivites", "messages", "taux", "suivi", "publications"):
        assert cast.aicha.gets(f"/console/{page}/").status_code == 200


def test_the_rates_are_told_one_kind_at_a_time_with_their_counts(
    world: World, cast: Cast, scene: Scene
) -> None:
    answers(world, "23096", "inclusion")
    told = text_of(cast.bruno.reads("/console/taux/", theme="inclusion"))
    assert "4 à interroger · un thème au moins : 1 · tous les thèmes : 0" in told
    assert "1. Inclusion numérique 4 25,0\u00a0% 25,0\u00a0% 1 0 0 0 0 3 0" in told
    assert "Creuse (23) 4 25,0\u00a0% 25,0\u00a0% 1 0 0 0 0 3 0" in told
    assert "Haute-Vienne" not in told
    assert "Haute-Vienne (87)" in cast.aicha.reads("/console/taux/")
    regions = text_of(cast.aicha.reads("/console/taux/", type="region"))
    assert "Par département" not in regions


def test_two_people_approve_a_publication(world: World, cast: Cast) -> None:
    with world.db.transaction() as session:
        session.add(
            Publication(
                wave_id=world.wave_id, title="Vague 1", simulated=True, computed_at=world.now
            )
        )
    with world.db.reading() as session:
        publication_id = session.scalars(select(Publication.id)).one()
    path = "/console/publications/approuver"
    assert "1 publication attend une approbation." in text_of(cast.aicha.reads("/console/"))
    assert cast.bruno.posts(path, publication_id=publication_id).status_code == 403
    assert cast.aicha.posts(path, publication_id=publication_id).status_code == 302
    assert "attendre une seconde personne" in cast.aicha.reads("/console/publications/")
    assert cast.aicha.posts(path, publication_id=publication_id).status_code == 409
    assert cast.nadia.posts(path, publication_id=publication_id).status_code == 302
    told = text_of(cast.bruno.reads("/console/publications/"))
    assert "Publiée le" in told
    assert "Aicha" in told
    assert "Nadia" in told
    assert cast.nadia.posts(path, publication_id="x").status_code == 404


def test_reminding_tells_first_and_sends_to_the_silent_only(
    world: World, cast: Cast, scene: Scene
) -> None:
    world.days_pass(1)
    answers(world, "23096", "inclusion")
    chosen = [world.case("23096", theme).id for theme in ("inclusion", "cybersecurite")]
    live = cast.bruno.gets("/console/relances/portee", rowid=chosen)
    assert live.get_json() == {"sentence": "1\u00a0message à 1\u00a0boîte, pour 1\u00a0commune."}

    before = text_of(
        cast.bruno.posts("/console/relances/confirmer", rowid=chosen).get_data(as_text=True)
    )
    assert "2\u00a0dossiers choisis 1\u00a0message à 1\u00a0boîte, pour 1\u00a0commune." in before
    assert "1\u00a0dossier reste de côté" in before
    assert len(world.sink.messages) == 1

    answer = cast.bruno.posts("/console/relances/envoyer", rowid=chosen)
    assert answer.status_code == 302
    assert "1\u00a0relance en route." in cast.bruno.reads("/console/dossiers/")
    page = cast.bruno.reads("/console/messages/", etape="reminder")
    assert MAILBOX in page
    with world.db.reading() as session:
        trace = session.scalars(select(AuditEntry).where(AuditEntry.action == "remind")).one()
    assert cast.bruno.scope is not None
    assert trace.actor_id == str(cast.bruno.scope.user_id)


def test_denis_reminds_none_of_brunos(world: World, cast: Cast, scene: Scene) -> None:
    told = cast.denis.posts("/console/relances/confirmer", rowid=[scene.case_id])
    assert "Aucun message" in told.get_data(as_text=True)
    cast.denis.posts("/console/relances/envoyer", rowid=[scene.case_id])
    assert MAILBOX not in cast.bruno.reads("/console/messages/", etape="reminder")


def test_reminding_nobody_or_too_many_is_refused(cast: Cast, scene: Scene) -> None:
    for chosen, sentence in (
        ([], "Cochez au moins une ligne"),
        (["x", "-3", "9" * 30], "Cochez au moins une ligne"),
        (range(1, 600), "500 dossiers au plus"),
    ):
        answer = cast.bruno.posts("/console/relances/confirmer", rowid=list(chosen))
        assert answer.status_code == 400
        assert sentence in answer.get_data(as_text=True)
    assert (
        cast.reader.posts("/console/relances/confirmer", rowid=[scene.case_id]).status_code == 403
    )
