"""The board of addresses to mend, as each of the staff sees it."""

from __future__ import annotations

import re

import pytest

from tests.admin.cast import Cast
from tests.admin.scene import GUERET, MAILBOX, Scene
from tests.admin.test_pages import text_of
from tests.messages.bounces.returned import about, comes_back, dsn, reads_bounces, state_of
from tests.messages.post import change, rows
from tests.world import World

BOARD = "/console/adresses/"
NEW = "accueil@gueret.invalid"


@pytest.fixture
def returned(world: World, scene: Scene) -> int:
    """Guéret's only mailbox is dead; its id."""
    reads_bounces(world)
    comes_back(world, dsn(world, scene.message_id, mailbox=MAILBOX))
    return int(rows(world, "SELECT id FROM addresses WHERE value = :v", v=MAILBOX)[0].id)


def test_each_sees_the_addresses_of_their_own(cast: Cast, returned: int) -> None:
    for person in (cast.aicha, cast.bruno, cast.reader):
        told = text_of(person.reads(BOARD))
        assert MAILBOX in told
        assert "Boîte inexistante" in told
    assert "Aucune adresse à corriger." in text_of(cast.denis.reads(BOARD))


def test_only_national_staff_see_whole_domains(cast: Cast, returned: int) -> None:
    assert "Ce que chaque domaine fait de nos messages" in cast.aicha.reads(BOARD)
    assert "Ce que chaque domaine" not in cast.bruno.reads(BOARD)


def test_how_many_share_a_mailbox_is_told_to_who_sees_them_all(
    world: World, cast: Cast, returned: int
) -> None:
    """Limoges has the same secretary, which is none of Bruno's business."""
    world.contact("87085", MAILBOX)

    assert "2 collectivités" in text_of(cast.aicha.reads(BOARD))
    for person in (cast.bruno, cast.reader):
        assert "2 collectivités" not in text_of(person.reads(BOARD))


def test_whoever_only_reads_is_shown_no_form(cast: Cast, returned: int) -> None:
    assert 'name="email"' in cast.bruno.reads(BOARD)
    assert 'name="email"' not in cast.reader.reads(BOARD)
    assert cast.reader.posts(f"{BOARD}remplacer", address_id=returned, email=NEW).status_code == 403


def test_bruno_gives_another_address(world: World, cast: Cast, returned: int) -> None:
    answer = cast.bruno.posts(f"{BOARD}remplacer", address_id=returned, email=NEW)

    assert answer.status_code == 302
    told = text_of(cast.bruno.reads(BOARD))
    assert (
        "L’adresse est remplacée. 1\u00a0collectivité concernée\u00a0; l’invitation part." in told
    )
    assert MAILBOX not in told
    page = cast.bruno.reads("/console/collectivites/details/", id=world.territory(GUERET).id)
    assert "trouvée par l’équipe" in page


def test_bruno_says_that_it_works_again(world: World, cast: Cast, returned: int) -> None:
    assert cast.bruno.posts(f"{BOARD}retablir", address_id=returned).status_code == 302
    assert state_of(world, MAILBOX) == "good"


@pytest.mark.parametrize("act", ["remplacer", "retablir"])
def test_denis_mends_nothing_of_brunos(world: World, cast: Cast, returned: int, act: str) -> None:
    for address_id in (returned, "x", ""):
        answer = cast.denis.posts(f"{BOARD}{act}", address_id=address_id, email=NEW)
        assert answer.status_code == 404
    assert state_of(world, MAILBOX) == "bouncing"


def test_a_wrong_address_is_told(cast: Cast, returned: int) -> None:
    answer = cast.bruno.posts(f"{BOARD}remplacer", address_id=returned, email="mairie")
    assert "n’est pas une adresse électronique" in answer.get_data(as_text=True)


def test_the_request_leads_to_the_board(world: World, cast: Cast, returned: int) -> None:
    asked = rows(world, "SELECT id FROM requests WHERE kind = 'new_address'")[0].id

    page = cast.bruno.reads("/console/demandes/details/", id=asked)

    assert "Nos messages reviennent de cette boîte." in page
    assert 'href="/console/adresses/"' in page


def test_an_address_proposed_by_mail_is_offered_and_not_adopted(
    world: World, cast: Cast, scene: Scene, returned: int
) -> None:
    comes_back(world, about(world, "away-new-address-fr", scene.message_id, MAILBOX))

    page = cast.bruno.reads(BOARD)

    assert 'value="mairie@crozant.invalid"' in page
    assert "à vérifier" in page


def test_the_board_counts_what_a_person_must_read(
    world: World, cast: Cast, scene: Scene, returned: int
) -> None:
    comes_back(world, about(world, "human-reply", scene.message_id, MAILBOX))

    assert "1\u00a0courriel revenu est à lire" in text_of(cast.aicha.reads(BOARD))


@pytest.mark.parametrize("page", ["0", "7", "x", "-1", "999999999999"])
def test_any_page_is_answered(cast: Cast, returned: int, page: str) -> None:
    assert cast.aicha.gets(BOARD, page=page).status_code == 200


# --- The request says what came of our mail --------------------------------------------------


def asked_page(world: World, cast: Cast, n: int = 0) -> str:
    asked = rows(world, "SELECT id FROM requests WHERE kind = 'new_address' ORDER BY id")[n].id
    return text_of(cast.bruno.reads("/console/demandes/details/", id=asked))


def test_an_automatic_reply_alone_is_not_called_a_return(
    world: World, cast: Cast, scene: Scene
) -> None:
    reads_bounces(world)
    comes_back(world, about(world, "away-new-address-fr", scene.message_id, MAILBOX))

    page = asked_page(world, cast)

    assert "Nos messages arrivent à cette boîte." in page
    assert "reviennent" not in page
    assert "Un courriel qui en vient donne une autre adresse" in page
    assert "mairie@crozant.invalid" in page


def test_an_address_that_anybody_could_announce_is_told_so_and_not_filled_in(
    world: World, cast: Cast, scene: Scene
) -> None:
    reads_bounces(world)
    raw = about(world, "away-new-address-fr", scene.message_id, MAILBOX)
    comes_back(world, re.sub(rb"rebonds\+[0-9a-f-]+@", b"rebonds@", raw))
    asked = rows(world, "SELECT id FROM requests WHERE kind = 'new_address'")[0].id

    page = cast.bruno.reads("/console/demandes/details/", id=asked)

    assert "N’importe qui a pu l’écrire" in page
    assert "<b>mairie@crozant.invalid</b>" in page
    assert 'value="mairie@crozant.invalid"' not in page


def test_what_came_back_is_told_as_such_with_and_without_another_address(
    world: World, cast: Cast, scene: Scene, returned: int
) -> None:
    alone = asked_page(world, cast)
    comes_back(world, about(world, "away-new-address-fr", scene.message_id, MAILBOX))

    for page in (alone, asked_page(world, cast)):
        assert "Nos messages reviennent de cette boîte." in page
    assert "Cherchez une autre adresse" in alone
    assert "donne une autre adresse, à vérifier" in asked_page(world, cast)


def test_a_mailbox_that_works_again_for_others_is_told_so(
    world: World, cast: Cast, returned: int
) -> None:
    change(world, "UPDATE addresses SET state = 'good' WHERE id = :id", id=returned)

    assert "une équipe dit qu’elle fonctionne de nouveau" in asked_page(world, cast)


def test_a_mailbox_that_asked_to_be_left_alone_is_not_replaced_from_there(
    world: World, cast: Cast, returned: int
) -> None:
    change(world, "UPDATE addresses SET state = 'stopped' WHERE id = :id", id=returned)

    page = asked_page(world, cast)

    assert "Nous n’écrivons plus à cette boîte" in page
    assert "Remplacer l’adresse" not in page


def test_bruno_adopts_an_announced_address_from_its_request(
    world: World, cast: Cast, scene: Scene
) -> None:
    """The board holds dead mailboxes only, and this one still takes our mail."""
    reads_bounces(world)
    comes_back(world, about(world, "away-new-address-fr", scene.message_id, MAILBOX))
    address_id = rows(world, "SELECT id FROM addresses WHERE value = :v", v=MAILBOX)[0].id

    answer = cast.bruno.posts(f"{BOARD}remplacer", address_id=address_id, email=NEW)

    assert answer.status_code == 302
    assert "L’adresse est remplacée." in text_of(cast.bruno.reads(BOARD))
    (asked,) = rows(world, "SELECT state FROM requests WHERE kind = 'new_address'")
    assert asked.state == "done"
