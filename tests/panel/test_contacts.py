"""Contacts come as a file from an operator: bad rows are told, the others kept."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.models.contacts import Address, Contact
from app.panel.contacts import ContactsReport, add_contact, import_contacts
from app.panel.contacts_file import UnreadableContacts
from app.panel.mailboxes import BadMailbox, is_mailbox
from tests.world import World


def given(world: World, tmp_path: Path, content: str, encoding: str = "utf-8") -> ContactsReport:
    file = tmp_path / "contacts.csv"
    file.write_bytes(content.encode(encoding))
    return import_contacts(world.db, file, origin="csv", now=world.now)


def test_bad_rows_are_told_by_row_column_and_reason_and_the_others_kept(
    world: World, tmp_path: Path
) -> None:
    report = given(
        world,
        tmp_path,
        "code;type;courriel;nom;fonction\n"
        "23096;commune;mairie@gueret.invalid;Mme Petit;secrétaire\n"
        "99999;commune;x@y.invalid;;\n"
        "01;;conseil@ain.invalid;;\n"
        "01;département;conseil@ain.invalid;;\n"
        "23029;commune;mairie bourg.invalid;;\n"
        "23033;village;m@brionne.invalid;;\n"
        "23067;commune\n"
        ";;sans@code.invalid;;\n"
        "75;departement;conseil@paris.invalid;;\n"
        "23123;commune;;;\n"
        "\n"
        "23125;commune;artige@mairie.invalid;;\n",
    )

    assert [(fault.row, fault.column) for fault in report.faults] == [
        (3, "code"),
        (4, "type"),
        (6, "courriel"),
        (7, "type"),
        (8, "3"),
        (9, "code"),
        (10, "code"),
        (11, "courriel"),
    ]
    assert (report.n_rows, report.n_added, report.n_known) == (11, 3, 0)
    assert "Ligne 3, colonne code\u00a0: aucune collectivité" in report.sentences()[1]
    assert "departement ou region" in report.faults[1].reason
    assert "comme commune" in report.faults[6].reason


def test_a_quote_left_open_does_not_lose_the_rows_before_it(world: World, tmp_path: Path) -> None:
    report = given(world, tmp_path, 'code,courriel\n23096,a@gueret.invalid\n23029,"b@hem.invalid\n')

    assert report.n_added == 1
    assert [fault.reason for fault in report.faults] == ["des guillemets sont mal fermés"]


def test_one_mailbox_of_two_communes_is_two_contacts_and_one_address(
    world: World, tmp_path: Path
) -> None:
    given(
        world,
        tmp_path,
        "code;courriel\n23123;Partage@mairie.invalid\n23125;partage@MAIRIE.invalid\n",
    )

    with world.db.reading() as session:
        assert session.scalar(select(func.count()).select_from(Contact)) == 2
        assert session.scalars(select(Address.value)).all() == ["Partage@mairie.invalid"]


def test_the_same_file_twice_adds_nothing(world: World, tmp_path: Path) -> None:
    content = "code;courriel\n23096;a@gueret.invalid\n"
    given(world, tmp_path, content)

    report = given(world, tmp_path, content)

    assert (report.n_added, report.n_known) == (0, 1)


@pytest.mark.parametrize(
    ("content", "encoding", "reason"),
    [
        ("", "utf-8", "il est vide"),
        ("code;nom\n23096;x\n", "utf-8", "il manque la colonne courriel"),
        ("code;courriel;nom\n23096;a@b.invalid;Évaux\n", "latin-1", "il n’est pas en UTF-8"),
    ],
)
def test_a_file_that_is_no_table_is_refused(
    world: World, tmp_path: Path, content: str, encoding: str, reason: str
) -> None:
    with pytest.raises(UnreadableContacts, match=reason):
        given(world, tmp_path, content, encoding)


def test_a_missing_file_is_refused(world: World, tmp_path: Path) -> None:
    with pytest.raises(UnreadableContacts, match="absent"):
        import_contacts(world.db, tmp_path / "non.csv", origin="csv", now=world.now)


def test_a_contact_added_by_hand_must_be_an_address(world: World) -> None:
    with world.db.transaction() as session, pytest.raises(BadMailbox, match="«\u00a0mairie\u00a0»"):
        add_contact(
            session,
            world.territory("23096").id,
            "mairie",
            name=None,
            role="mairie",
            origin="csv",
            as_of=date(2026, 9, 1),
            now=world.now,
        )


@pytest.mark.parametrize("colleague_first", [True, False])
def test_an_official_mailbox_is_official_even_if_first_met_as_a_colleague_s(
    world: World, tmp_path: Path, colleague_first: bool
) -> None:
    official = "code;courriel\n23096;mairie@gueret.invalid\n23096;Mairie@gueret.invalid\n"
    if not colleague_first:
        given(world, tmp_path, official)
    with world.db.transaction() as session:
        add_contact(
            session,
            world.territory("23096").id,
            "mairie@gueret.invalid",
            name=None,
            role="colleague",
            origin="respondent",
            as_of=date(2026, 8, 1),
            now=world.now,
        )
    if colleague_first:
        assert given(world, tmp_path, official).n_added == 0

    with world.db.reading() as session:
        contact = session.scalars(select(Contact)).one()
    assert (contact.role, contact.origin, contact.as_of) == ("mairie", "csv", date(2026, 9, 15))


def test_a_name_learnt_later_completes_the_mailbox(world: World) -> None:
    world.contact("23096", "mairie@gueret.invalid")
    world.contact("23096", "MAIRIE@gueret.invalid", name="Mme Petit")

    with world.db.reading() as session:
        assert session.scalars(select(Address.holder_name)).all() == ["Mme Petit"]


@pytest.mark.parametrize(
    ("email", "good"),
    [
        ("mairie@gueret.fr", True),
        ("mairie.gueret+dgs@wanadoo.fr", True),
        ("a@b@c.fr", False),
        ("mairie@gueret", False),
        (".mairie@gueret.fr", False),
        ("mai rie@gueret.fr", False),
        ("mairie@gueret.fr\nBcc: x@y.fr", False),
        ("mairie@-gueret.fr", False),
        ("é@gueret.fr", False),
        ("mairie@guéret.fr", False),
        ("x" * 250 + "@gueret.fr", False),
    ],
)
def test_what_passes_for_an_address(email: str, good: bool) -> None:
    assert is_mailbox(email) is good
