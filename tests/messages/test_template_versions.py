"""Which version leaves when the software and the staff both write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from app.auth.users import create_user
from app.errors import NotAllowed
from app.messages import wordings
from app.messages.template_edit import ChangedMeanwhile, go_back, save
from app.messages.template_history import text_named
from app.messages.template_preview import longest, place_named, preview
from app.messages.wordings import (
    Stored,
    Wording,
    current_of,
    current_templates,
    packaged,
    wording_of,
)
from app.vocabulary.scope import Author, Role, Scope
from tests.messages.post import GUERET, invited, open_with_contacts, rows, send
from tests.world import World

INVITATION = next(one for one in packaged() if one.name == "invitation")
OURS = wording_of(
    "invitation",
    "Quelques minutes pour {{ territory.name }}",
    INVITATION.body_text,
    INVITATION.body_html,
)
NEXT = wording_of(
    "invitation",
    "{{ territory.name }}, et le numérique",
    INVITATION.body_text,
    INVITATION.body_html,
)
LATER = wording_of(
    "invitation", "Le numérique, {{ territory.name }}", INVITATION.body_text, INVITATION.body_html
)


@pytest.fixture
def nadia(world: World) -> Scope:
    """Of the national team."""
    user = create_user(
        world.db,
        "nadia@console.invalid",
        "Nadia",
        Role.NATIONAL,
        None,
        "quatre mots sans lien",
        by=Author.system(),
        now=world.now,
    )
    return Scope(user, Role.NATIONAL, None)


def release(monkeypatch: pytest.MonkeyPatch, invitation: Wording) -> None:
    """The software is updated: it comes with this invitation."""
    others = tuple(one for one in packaged_today() if one.name != "invitation")
    monkeypatch.setattr(wordings, "packaged", lambda: (invitation, *others))


packaged_today = wordings.packaged


def saves(world: World, scope: Scope, wording: Wording, seen: Wording) -> int:
    return save(
        world.db,
        scope,
        wording,
        seen=seen.digest,
        letterhead=world.letterhead,
        by=Author.user(scope.user_id),
        now=world.now,
    )


def subjects(world: World) -> list[str]:
    found = rows(
        world, "SELECT subject FROM message_templates WHERE name = 'invitation' ORDER BY version"
    )
    return [row.subject for row in found]


def leaves(world: World) -> str:
    """The subject of the invitation that a planning would take now."""
    with world.db.transaction() as session:
        chosen = current_templates(session, now=world.now)["invitation"]
    return str(
        rows(world, "SELECT subject FROM message_templates WHERE id = :id", id=chosen)[0].subject
    )


def test_a_release_s_new_text_replaces_the_former_release_s(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert leaves(world) == INVITATION.subject
    release(monkeypatch, NEXT)
    assert leaves(world) == NEXT.subject
    assert leaves(world) == NEXT.subject
    assert subjects(world) == [INVITATION.subject, NEXT.subject]


def test_a_release_s_new_text_never_replaces_what_staff_wrote(
    world: World, nadia: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert saves(world, nadia, OURS, INVITATION) == 2
    release(monkeypatch, NEXT)

    assert leaves(world) == OURS.subject
    with world.db.reading() as session:
        assert text_named(session, "invitation").waiting == 3
    assert subjects(world) == [INVITATION.subject, OURS.subject, NEXT.subject]


def test_it_is_what_mails_say(world: World, nadia: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    saves(world, nadia, OURS, INVITATION)
    release(monkeypatch, NEXT)
    invited(world)
    send(world)
    assert str(world.smtp.messages[0]["Subject"]) == "Quelques minutes pour Guéret"


def test_staff_who_take_the_new_text_follow_the_next_ones(
    world: World, nadia: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    saves(world, nadia, OURS, INVITATION)
    release(monkeypatch, NEXT)
    taken = go_back(
        world.db,
        nadia,
        "invitation",
        3,
        seen=OURS.digest,
        letterhead=world.letterhead,
        by=Author.user(nadia.user_id),
        now=world.now,
    )
    assert taken == 4
    assert leaves(world) == NEXT.subject
    release(monkeypatch, LATER)
    assert leaves(world) == LATER.subject


def test_staff_who_took_an_old_text_on_purpose_keep_it(
    world: World, nadia: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaves(world)
    release(monkeypatch, NEXT)
    leaves(world)
    assert saves(world, nadia, INVITATION, NEXT) == 3
    release(monkeypatch, LATER)
    assert leaves(world) == INVITATION.subject


def test_two_writers_at_once_keep_one_version_and_one_is_told(world: World, nadia: Scope) -> None:
    saves(world, nadia, OURS, INVITATION)
    with pytest.raises(ChangedMeanwhile):
        saves(world, nadia, NEXT, INVITATION)
    assert subjects(world) == [INVITATION.subject, OURS.subject]


@pytest.mark.parametrize("role", [Role.OPSN, Role.READER])
def test_who_has_no_national_right_writes_nothing(world: World, nadia: Scope, role: Role) -> None:
    with pytest.raises(NotAllowed):
        saves(world, Scope(nadia.user_id, role, 1), OURS, INVITATION)
    assert subjects(world) == []


def test_a_version_that_was_sent_stays_what_it_was(world: World, nadia: Scope) -> None:
    open_with_contacts(world, (GUERET, "mairie@gueret.invalid"))
    invited(world)
    saves(world, nadia, OURS, INVITATION)
    send(world)
    first = str(world.smtp.messages[0]["Subject"])
    assert "trois questionnaires sur le numérique" in first
    assert subjects(world)[0] == INVITATION.subject


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=8))
def test_what_leaves_is_staff_s_own_words_whenever_they_have_some(
    made: list[tuple[str, bool]],
) -> None:
    versions = [
        Stored(rank, "invitation", rank, digest, by_staff)
        for rank, (digest, by_staff) in enumerate(made, start=1)
    ]
    current = current_of(versions)
    by_staff = [one for one in versions if one.by_staff]
    files = {one.digest for one in versions if not one.by_staff}
    assert (current is None) == (not versions)
    if by_staff and by_staff[-1].digest not in files:
        assert current == by_staff[-1]
    if versions and not by_staff:
        assert current == versions[-1]


def test_an_authority_is_found_by_name_code_or_siren_whatever_the_accents(world: World) -> None:
    gueret = world.territory(GUERET)
    assert gueret.siren is not None
    spaced = f" {gueret.siren[:3]} {gueret.siren[3:]}"
    with world.db.reading() as session:
        for typed in (
            "gueret",
            "GUÉRET",
            "guér",
            GUERET,
            spaced,
        ):
            found = place_named(session, typed)
            assert found is not None
            assert found.id == gueret.id, typed
        assert place_named(session, "Nulle-Part") is None
        assert place_named(session, "%") is None
        assert place_named(session, "") is None


def test_the_longest_names_are_those_of_the_panel(world: World) -> None:
    with world.db.reading() as session:
        names = [one.name for one in longest(session, "commune", 3)]
        seen = preview(session, INVITATION, world.letterhead, named="", occasion="", now=world.now)
        most = session.scalar(
            text("SELECT max(length(name)) FROM territories WHERE asked AND kind = 'commune'")
        )
    assert len(names[0]) == most
    assert sorted(names, key=len, reverse=True) == names
    assert all(name in seen.shown[-1].parcel.text for name in names)
