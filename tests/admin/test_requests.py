"""Somebody asked: who sees it, who deals with it, and what comes of a mistake."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from app.collect.lost_link import ask_new_link
from app.collect.requests import ask_paper, say_not_ours, settle
from app.errors import Hidden
from app.models.contacts import Address, Contact, Link
from app.models.messages import Message
from app.models.organisations import AuditEntry
from app.models.requests import Request
from app.vocabulary.requests import RequestState
from app.vocabulary.scope import Author, Respondent
from tests.admin.cast import Cast
from tests.admin.scene import ASKED, GUERET, MAILBOX, Scene
from tests.world import World

NEWCOMER = "nouvelle.dgs@gueret.invalid"


def kept(world: World, request_id: int) -> Request:
    with world.db.reading() as session:
        return session.get_one(Request, request_id)


def turned_away(world: World) -> int:
    """Guéret's mailbox says that it is not Guéret's; the request's number."""
    say_not_ours(world.db, world.respondent(GUERET), now=world.now)
    with world.db.reading() as session:
        return session.scalars(select(Request.id).where(Request.kind == "not_ours")).one()


def test_bruno_sees_who_asks_what_and_from_which_mailbox(cast: Cast, scene: Scene) -> None:
    assert "Demande d’aide" in cast.bruno.reads("/console/demandes/")

    page = cast.bruno.reads("/console/demandes/details/", id=scene.request_id)

    assert all(said in page for said in ("Guéret", ASKED, MAILBOX, "1. Inclusion numérique"))


def test_the_first_page_counts_what_waits(cast: Cast, scene: Scene) -> None:
    assert "demande à traiter." in cast.bruno.reads("/console/")
    assert "demande à traiter." not in cast.denis.reads("/console/")


def test_a_request_is_dealt_with_once_and_leaves_its_trace(
    world: World, cast: Cast, scene: Scene
) -> None:
    form = {"request_id": scene.request_id, "state": "done"}

    assert cast.bruno.posts("/console/demandes/regler", **form).status_code == 302

    done = kept(world, scene.request_id)
    assert cast.bruno.scope is not None
    assert (done.state, done.decided_by) == ("done", cast.bruno.scope.user_id)
    page = cast.bruno.reads("/console/demandes/details/", id=scene.request_id)
    assert "par Bruno" in page
    assert "Marquer comme traitée" not in page
    assert "demande à traiter" not in cast.bruno.reads("/console/")
    assert cast.aicha.posts("/console/demandes/regler", **form).status_code == 409
    with world.db.reading() as session:
        actions = session.scalars(select(AuditEntry.action)).all()
    assert actions.count("request_done") == 1


def test_a_reader_reads_it_and_may_not_settle_it(world: World, cast: Cast, scene: Scene) -> None:
    page = cast.reader.reads("/console/demandes/details/", id=scene.request_id)
    sent = cast.reader.posts("/console/demandes/regler", request_id=scene.request_id)

    assert ASKED in page
    assert "Marquer comme traitée" not in page
    assert sent.status_code == 403
    assert kept(world, scene.request_id).state == "open"


def test_the_neighbour_cannot_settle_it_even_without_the_console(
    world: World, cast: Cast, scene: Scene
) -> None:
    assert cast.denis.scope is not None
    with pytest.raises(Hidden):
        settle(
            world.db,
            cast.denis.scope,
            Author.user(cast.denis.scope.user_id),
            scene.request_id,
            RequestState.DONE,
            now=world.now,
        )
    assert kept(world, scene.request_id).state == "open"


def test_open_requests_come_first_and_filters_narrow(
    world: World, cast: Cast, scene: Scene
) -> None:
    world.days_pass(1)
    ask_paper(world.db, world.respondent(GUERET), ("inclusion",), "", now=world.now)
    cast.bruno.posts("/console/demandes/regler", request_id=scene.request_id, state="refused")

    page = cast.bruno.reads("/console/demandes/")

    assert page.index("sur papier</b>") < page.index("Demande d’aide</b>")
    assert "Demande d’aide</b>" not in cast.bruno.reads("/console/demandes/", genre="paper")
    assert "sur papier</b>" not in cast.bruno.reads("/console/demandes/", etat="refused")


def test_not_ours_by_mistake_is_undone(world: World, cast: Cast, scene: Scene) -> None:
    colleague: Respondent = world.respondent(GUERET)
    request_id = turned_away(world)
    assert "rétablir ce contact" in cast.bruno.reads("/console/demandes/details/", id=request_id)

    sent = cast.bruno.posts("/console/demandes/retablir", request_id=request_id)

    assert sent.status_code == 302
    assert kept(world, request_id).state == "refused"
    with world.db.reading() as session:
        contact = session.scalars(select(Contact)).one()
        assert (contact.stopped_at, contact.stopped_because) == (None, None)
        assert session.get_one(Link, colleague.link_id).revoked_at is None


def test_only_not_ours_is_restored(world: World, cast: Cast, scene: Scene) -> None:
    sent = cast.bruno.posts("/console/demandes/retablir", request_id=scene.request_id)

    assert sent.status_code == 404
    assert kept(world, scene.request_id).state == "open"


@pytest.mark.parametrize("odd", ["", "0", "-1", "1e3", "9" * 40, "é", "\0"])
def test_an_odd_number_settles_nothing(cast: Cast, scene: Scene, odd: str) -> None:
    for act in ("regler", "retablir"):
        assert cast.bruno.posts(f"/console/demandes/{act}", request_id=odd).status_code == 404


def new_link_wanted(world: World) -> int:
    """A mailbox that nobody knows asks for Guéret's link; the request's number."""
    ask_new_link(
        world.db,
        siren_or_code=str(world.territory(GUERET).siren),
        email=NEWCOMER,
        letterhead=world.letterhead,
        from_hash="somewhere",
        now=world.now,
    )
    with world.db.reading() as session:
        return session.scalars(select(Request.id).where(Request.kind == "new_link")).one()


def test_a_new_link_is_accepted_in_place_of_who_left(
    world: World, cast: Cast, scene: Scene
) -> None:
    request_id = new_link_wanted(world)
    page = cast.bruno.reads("/console/demandes/details/", id=request_id)
    assert NEWCOMER in page
    offered = re.search(r'<option value="(\d+)">' + re.escape(MAILBOX), page)
    assert offered is not None

    sent = cast.bruno.posts(
        "/console/demandes/accepter", request_id=request_id, replaces=offered[1]
    )

    assert sent.status_code == 302
    assert kept(world, request_id).state == "done"
    with world.db.reading() as session:
        steps = session.scalars(
            select(Message.step).join(Message.address).where(Address.value == NEWCOMER)
        ).all()
    assert steps == ["renewal"]


def test_a_new_link_is_refused_and_its_mailbox_forgotten(
    world: World, cast: Cast, scene: Scene
) -> None:
    request_id = new_link_wanted(world)

    # The general act would keep the mailbox: it is not for this kind.
    general = cast.bruno.posts("/console/demandes/regler", request_id=request_id, state="refused")
    assert general.status_code == 404
    assert cast.bruno.posts("/console/demandes/refuser", request_id=request_id).status_code == 302

    assert kept(world, request_id).state == "refused"
    assert NEWCOMER not in cast.aicha.reads("/console/demandes/details/", id=request_id)


def test_a_new_link_is_not_for_the_neighbour_nor_the_reader(
    world: World, cast: Cast, scene: Scene
) -> None:
    request_id = new_link_wanted(world)

    for act in ("accepter", "refuser"):
        for person, status in ((cast.denis, 404), (cast.reader, 403)):
            sent = person.posts(f"/console/demandes/{act}", request_id=request_id)
            assert sent.status_code == status
    assert NEWCOMER not in cast.reader.reads("/console/demandes/details/", id=request_id)
    assert kept(world, request_id).state == "open"
