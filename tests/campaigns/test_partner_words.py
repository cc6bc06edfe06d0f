"""A partner signs a prenotice with its own words: they lead nowhere but to its reply address."""

from __future__ import annotations

import pytest

from app.campaigns.senders import BadSender, Signature, add_sender
from app.models.campaigns import Sender
from app.vocabulary.scope import Author
from tests.world import World

STAFF = Author.user(1)
REPLY_TO = "contact@creuse.invalid"


def kept(world: World, words: str, name: str = "Creuse numérique") -> str:
    """What is kept of the words."""
    given = Signature(name, REPLY_TO, words)
    sender_id = add_sender(world.db, None, STAFF, given, now=world.now)
    with world.db.reading() as session:
        return session.get_one(Sender, sender_id).words


@pytest.mark.parametrize(
    "words",
    [
        "Nous vous y aiderons. Merci de votre aide !",
        "Appelez-nous au 05.55.00.00.00, de 9 h à 17 h 30.",
        "La F.N.C.C.R. et l’A.M.F. soutiennent cette enquête, n° 2.1, à 3,5 % près.",
        "M. Dupont, p. 12 ; 12.500 communes… et vous ?",
        f"Écrivez-nous à {REPLY_TO}.",
        "À CONTACT@creuse.invalid, on vous répond",
    ],
)
def test_sentences_are_kept(world: World, words: str) -> None:
    assert kept(world, words) == words


@pytest.mark.parametrize(
    "words",
    [
        "Répondez sur https://faux.example/r",
        "hxxp://faux.example",
        "Voyez www.faux.example",
        "Voyez www.faux",
        "Tout est sur amf.asso.fr, en détail",
        "Tout est sur ÉLUS.FR",
        "Tout est sur amf\u3002fr",
        "Tout est sur amf\uff0efr",
        "Tout est sur am\u200bf.f\u200br",
        "Tout est sur xn--lus-9la.fr",
        "Tout est sur 192.0.2.1/r",
        "[ici](//faux.example)",
        "mailto:autre@faux.example",
        "javascript:alert(1)",
    ],
)
def test_a_link_is_refused(world: World, words: str) -> None:
    with pytest.raises(BadSender, match=r"lien|adresse de réponse"):
        kept(world, words)


@pytest.mark.parametrize(
    "words", ["<b>Bonjour</b>", "<A HREF=x>ici</A>", "<!-- -->", "&lt;", "&#64;", "&#x2e;"]
)
def test_markup_is_refused(world: World, words: str) -> None:
    with pytest.raises(BadSender, match="sans balises"):
        kept(world, words)


@pytest.mark.parametrize(
    "words",
    [
        "Écrivez à autre@faux.example",
        f"Écrivez à faux-{REPLY_TO}",
        f"Écrivez à {REPLY_TO}.example",
        f"{REPLY_TO} ou autre@faux.example",
        'Écrivez à "autre"@faux.example',
        "Suivez @faux",
    ],
)
def test_another_address_is_refused(world: World, words: str) -> None:
    with pytest.raises(BadSender, match="son adresse de réponse"):
        kept(world, words)


@pytest.mark.parametrize("name", ["AMF, amf.example", f"Écrivez à {REPLY_TO}", "<b>AMF</b>"])
def test_a_name_is_no_way_round(world: World, name: str) -> None:
    with pytest.raises(BadSender):
        kept(world, "", name)


def test_a_space_forgotten_after_a_full_stop_is_told_as_it_can_be_mended(world: World) -> None:
    with pytest.raises(BadSender) as refused:
        kept(world, "C’est la fin.Merci à vous")

    assert str(refused.value) == (
        "Ce signataire ne convient pas\u00a0: «\u00a0fin.Merci\u00a0» ressemble à un lien, et ce "
        "courriel ne porte que les nôtres. Retirez-le, ou mettez une espace après le point."
    )


def test_signs_that_nobody_sees_are_not_kept(world: World) -> None:
    assert kept(world, "Nous\u200b vous\ufeff y\u00a0aiderons") == "Nous vous y aiderons"
