"""The sending page: what goes on, the stop button, and who may press it."""

from __future__ import annotations

from datetime import timedelta

from tests.admin.cast import Cast
from tests.admin.scene import sends
from tests.messages.holds.boxes import boxes, held
from tests.messages.post import change, invited, rows
from tests.world import World

PAGE = "/console/suivi-des-envois/"


def waiting(world: World, n: int = 3) -> None:
    """So many invitations wait."""
    boxes(world, "a.invalid", n)
    invited(world)


def refuses(world: World, domain: str) -> None:
    change(
        world,
        "INSERT INTO sending_holds (reason, domain, since, actor_kind) "
        "VALUES ('domain', :domain, :now, 'system')",
        domain=domain,
        now=world.now,
    )


def test_nadia_stops_everything_and_everybody_sees_it(world: World, cast: Cast) -> None:
    waiting(world)

    answer = cast.nadia.posts(f"{PAGE}arreter")
    sends(world)

    assert answer.status_code == 302
    assert world.smtp.messages == []
    page = cast.nadia.reads(PAGE)
    assert "Envois arrêtés par l’équipe" in page
    assert "par Nadia" in page
    assert "3\u00a0messages attendent" in page
    for person in (cast.aicha, cast.bruno, cast.reader):
        assert "Envois arrêtés par l’équipe" in person.reads("/console/")
    (entry,) = rows(world, "SELECT action, subject, actor_id FROM audit_entries WHERE "
                           "action LIKE 'sending%'")  # fmt: skip
    assert cast.nadia.scope is not None
    assert (entry.action, entry.actor_id) == ("sending stopped", str(cast.nadia.scope.user_id))


def test_aicha_lets_it_go_again(world: World, cast: Cast) -> None:
    waiting(world)
    cast.nadia.posts(f"{PAGE}arreter")

    cast.aicha.posts(f"{PAGE}reprendre")
    sends(world)

    assert held(world) == []
    assert len(world.smtp.messages) == 3
    assert "Envois arrêtés" not in cast.bruno.reads("/console/")


def test_bruno_and_a_reader_have_neither_the_page_nor_the_button(world: World, cast: Cast) -> None:
    for person in (cast.bruno, cast.reader):
        assert person.gets(PAGE).status_code == 403
        assert PAGE not in person.reads("/console/")
        for button in ("arreter", "reprendre", "domaine"):
            assert person.posts(PAGE + button, domain="a.invalid").status_code == 403

    assert held(world) == []


def test_a_domain_that_refuses_us_is_told_to_those_who_follow_one_of_its_mailboxes(
    world: World, cast: Cast
) -> None:
    """Many a town hall has a domain of its own: its name is its mailbox's, and its staff's."""
    world.contact("87085", "mairie@ville-de-limoges.invalid")
    refuses(world, "ville-de-limoges.invalid")

    for person, told in ((cast.nadia, True), (cast.chloe, True), (cast.bruno, False)):
        assert ("ville-de-limoges.invalid" in person.reads("/console/")) is told


def test_without_its_token_the_button_does_nothing(world: World, cast: Cast) -> None:
    cast.nadia.reads(PAGE)

    answer = cast.nadia.browser.post(f"{PAGE}arreter", data={"csrf_token": "invented"})

    assert answer.status_code == 400
    assert held(world) == []


def test_a_domain_that_refuses_is_shown_and_let_go(world: World, cast: Cast) -> None:
    waiting(world)
    refuses(world, "a.invalid")
    assert "Un domaine refuse nos messages (a.invalid)" in cast.bruno.reads("/console/")
    assert "Laisser repartir" in cast.nadia.reads(PAGE)

    cast.nadia.posts(f"{PAGE}domaine", domain="a.invalid")

    assert held(world) == []
    assert cast.nadia.posts(f"{PAGE}domaine", domain="a.invalid").status_code == 409
    assert cast.nadia.posts(f"{PAGE}domaine", domain="").status_code == 404


def test_a_copy_is_not_released_from_the_console(world: World, cast: Cast) -> None:
    change(
        world,
        "INSERT INTO sending_holds (reason, since, actor_kind) VALUES ('copy', :now, 'system')",
        now=world.now,
    )

    page = cast.aicha.reads(PAGE)

    assert "Cette base est une copie" in page
    assert "barometre sending release" in page
    assert f'action="{PAGE}reprendre"' not in page
    assert cast.aicha.posts(f"{PAGE}reprendre").status_code == 409
    assert held(world) == ["copy"]


def test_the_page_counts_what_left_and_tells_when_it_will_be_over(world: World, cast: Cast) -> None:
    waiting(world, 6)
    assert "<b>6\u00a0messages</b> à envoyer maintenant." in cast.nadia.reads(PAGE)
    assert "rien n’est parti ces cinq dernières minutes" in cast.nadia.reads(PAGE)
    sends(world)
    world.now += timedelta(seconds=1)
    invited_again = "UPDATE messages SET state = 'queued', next_try_at = :now WHERE id IN (" \
        "SELECT id FROM messages ORDER BY id LIMIT 4)"  # fmt: skip
    change(world, invited_again, now=world.now - timedelta(minutes=2))

    page = cast.nadia.reads(PAGE)

    assert "<b>4\u00a0messages</b> à envoyer maintenant." in page
    assert "Fin estimée\u00a0: 15\u00a0sept. 2026, 10\u00a0h\u00a0" in page


def test_lanes_are_called_by_the_names_of_their_providers(world: World, cast: Cast) -> None:
    waiting(world)
    change(
        world,
        "UPDATE messages SET lane = 'orange' WHERE id = ("
        "SELECT id FROM messages ORDER BY id LIMIT 1)",
    )

    page = cast.nadia.reads(PAGE)

    assert '<th scope="row">Orange</th>' in page
    assert '<th scope="row">Autres boîtes</th>' in page
    assert "wide" not in page.split("<tbody>")[1]


def test_it_is_followed_only_when_asked(cast: Cast) -> None:
    still = cast.nadia.gets(PAGE)
    followed = cast.nadia.gets(PAGE, suivre="1")

    assert "Refresh" not in still.headers
    assert followed.headers["Refresh"] == "10"
    assert "Ne plus suivre" in followed.get_data(as_text=True)
    assert "http-equiv" not in followed.get_data(as_text=True)
