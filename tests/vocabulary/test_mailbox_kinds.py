"""What a mailbox's spelling says of it."""

from __future__ import annotations

import pytest

from app.vocabulary.mailbox_kinds import LABELS, MailboxKind, mailbox_kind

K = MailboxKind


@pytest.mark.parametrize(
    ("mailbox", "kind"),
    [
        ("mairie@gueret.invalid", K.OWN_SERVICE),
        ("Mairie.Gueret@ville-gueret.fr", K.OWN_SERVICE),
        ("la-mairie@bonnat.fr", K.OWN_SERVICE),
        ("contact@agglo-gueret.fr", K.OWN_SERVICE),
        ("secretariat2@evaux.fr", K.OWN_SERVICE),
        ("odile.marchand@gueret.fr", K.OWN_PERSON),
        ("contactez.odile@gueret.fr", K.OWN_PERSON),
        ("mairie.ajain@wanadoo.fr", K.FREE_MAIL),
        ("mairie-ajain@orange.fr", K.FREE_MAIL),
        ("ajain23@yahoo.co.uk", K.FREE_MAIL),
        ("mairie@gmail.com", K.FREE_MAIL),
        ("mairie@orange-vaucluse.fr", K.OWN_SERVICE),
    ],
    ids=str,
)
def test_a_mailbox_is_told_by_its_spelling(mailbox: str, kind: K) -> None:
    assert mailbox_kind(mailbox) is kind


def test_every_kind_has_its_words() -> None:
    assert set(LABELS) == set(K)
