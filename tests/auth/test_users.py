"""Opening accounts, and ending their sessions."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.auth.passwords import WeakPassword
from app.auth.roles import ROLES, UnknownRole
from app.auth.sign_in import WrongPassword, sign_in
from app.auth.users import (
    AccountExists,
    BadEmail,
    NameMissing,
    OrganisationMissing,
    UnknownAccount,
    UnknownOrganisation,
    change_password,
    create_user,
    end_sessions,
    set_active,
    staff_behind,
)
from app.models.organisations import AuditEntry, Organisation, User
from app.vocabulary.scope import Author, Right, Role, Scope
from tests.world import World

PASSWORD = "quatre mots sans lien"


def open_account(
    world: World,
    email: str = "bruno@console.invalid",
    *,
    name: str = "Bruno Faure",
    role: str = "national",
    organisation: str | None = None,
    password: str = PASSWORD,
) -> int:
    return create_user(
        world.db,
        email,
        name,
        role,
        organisation,
        password,
        by=Author.system(),
        now=world.now,
    )


def sign_in_with(world: World, password: str) -> Scope:
    return sign_in(
        *(world.db, "bruno@console.invalid", password, "192.0.2.1"), secret="s" * 32, now=world.now
    )


def test_an_account_is_opened_and_the_audit_names_nobody(world: World) -> None:
    user_id = open_account(world)
    with world.db.reading() as session:
        user = session.get_one(User, user_id)
        trace = session.scalars(select(AuditEntry)).one()
    assert (user.name, user.role, user.active) == ("Bruno Faure", "national", True)
    assert (trace.action, trace.subject) == ("user_created", f"user:{user_id}")
    assert "bruno" not in str(trace.details).lower()


def test_weak_passwords_and_unknown_roles_are_refused(world: World) -> None:
    with pytest.raises(WeakPassword):
        open_account(world, password="azerty")
    with pytest.raises(UnknownRole, match="«\u00a0maire\u00a0»"):
        open_account(world, role="maire")
    with world.db.reading() as session:
        assert session.scalars(select(User)).all() == []


def test_a_mistyped_address_or_no_name_is_refused(world: World) -> None:
    with pytest.raises(BadEmail, match="«\u00a0bruno\u00a0»"):
        open_account(world, "bruno")
    with pytest.raises(NameMissing):
        open_account(world, name="  ")


def test_one_address_opens_one_account_whatever_its_capitals(world: World) -> None:
    open_account(world)
    with pytest.raises(AccountExists):
        open_account(world, "Bruno@Console.invalid")


def test_a_local_role_needs_an_organisation_that_exists(world: World) -> None:
    with pytest.raises(OrganisationMissing, match=r"Opérateur \(OPSN\)"):
        open_account(world, role="opsn")
    with pytest.raises(UnknownOrganisation, match="«\u00a0Creuse numérique\u00a0»"):
        open_account(world, role="opsn", organisation="Creuse numérique")
    with world.db.transaction() as session:
        session.add(Organisation(name="Creuse numérique", national=False))
    assert open_account(world, role="opsn", organisation="Creuse numérique")


def test_a_session_ends_when_its_stamp_is_raised_or_the_account_closed(world: World) -> None:
    user_id = open_account(world)
    with world.db.reading() as session:
        held = staff_behind(session, user_id, 0)
    assert held is not None
    assert held.scope.national

    end_sessions(world.db, user_id, by=Author.user(user_id), now=world.now)
    with world.db.reading() as session:
        assert staff_behind(session, user_id, 0) is None
        assert staff_behind(session, user_id, 1) is not None

    with world.db.transaction() as session:
        session.get_one(User, user_id).active = False
    with world.db.reading() as session:
        assert staff_behind(session, user_id, 1) is None


def test_the_table_of_roles_knows_every_role() -> None:
    assert set(ROLES) == set(Role)
    assert [role for role, row in ROLES.items() if Right.ADMINISTER in row.rights] == [
        Role.ADMINISTRATOR
    ]
    assert {role for role, row in ROLES.items() if row.local} == {Role.OPSN, Role.READER}


def test_a_lost_password_is_replaced_and_ends_the_sessions(world: World) -> None:
    user_id = open_account(world)

    change_password(
        world.db, "Bruno@console.invalid", "cinq autres mots", by=Author.system(), now=world.now
    )

    assert sign_in_with(world, "cinq autres mots").user_id == user_id
    with pytest.raises(WrongPassword):
        sign_in_with(world, PASSWORD)
    with world.db.reading() as session:
        assert staff_behind(session, user_id, 0) is None


def test_a_weak_password_replaces_nothing(world: World) -> None:
    open_account(world)
    with pytest.raises(WeakPassword):
        change_password(
            world.db, "bruno@console.invalid", "azerty", by=Author.system(), now=world.now
        )
    assert sign_in_with(world, PASSWORD)


def test_who_leaves_signs_in_no_more_until_the_account_is_opened_again(world: World) -> None:
    user_id = open_account(world)
    with world.db.reading() as session:
        assert staff_behind(session, user_id, 0) is not None

    set_active(world.db, "bruno@console.invalid", False, by=Author.system(), now=world.now)
    set_active(world.db, "bruno@console.invalid", False, by=Author.system(), now=world.now)

    with world.db.reading() as session:
        assert staff_behind(session, user_id, 0) is None
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["user_created", "user_closed"]
    with pytest.raises(WrongPassword):
        sign_in_with(world, PASSWORD)

    world.days_pass(1)
    set_active(world.db, "bruno@console.invalid", True, by=Author.system(), now=world.now)
    assert sign_in_with(world, PASSWORD).user_id == user_id


def test_nobody_changes_an_account_that_is_not_there(world: World) -> None:
    with pytest.raises(UnknownAccount, match="Aucun compte"):
        set_active(world.db, "personne@console.invalid", False, by=Author.system(), now=world.now)
