"""The texts of messages in the console: seen, compared, tried on real names, kept as versions."""

from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy import select

from app.messages.wordings import Wording, packaged
from app.models.messages import MessageTemplate
from app.models.organisations import AuditEntry
from tests.admin.cast import Cast, Person
from tests.admin.scene import Scene
from tests.world import World

PAGE = "/console/modeles/"
EDIT = f"{PAGE}modifier/"
INVITATION = next(one for one in packaged() if one.name == "invitation")
HEADLINE = "Quelques minutes pour {{ territory.name }}, jusqu’au {{ ends_on }}"


def text_of(page: str) -> str:
    said = re.sub(r"<[^>]+>", " ", page.partition('<main id="contenu">')[2])
    return re.sub(r"[ \n\t]+", " ", unescape(said))


def form_of(wording: Wording, **changed: str) -> dict[str, str]:
    return {
        "modele": wording.name,
        "seen": wording.digest,
        "subject": wording.subject,
        "body_text": wording.body_text,
        "body_html": wording.body_html,
        **changed,
    }


def keeps(person: Person, wording: Wording = INVITATION, **changed: str) -> int:
    """Somebody saves a text; the status of the answer."""
    return person.posts(EDIT, go="save", **form_of(wording, **changed)).status_code


def versions(world: World, name: str = "invitation") -> list[MessageTemplate]:
    with world.db.reading() as session:
        return list(
            session.scalars(
                select(MessageTemplate)
                .where(MessageTemplate.name == name)
                .order_by(MessageTemplate.version)
            )
        )


def test_every_text_is_listed_with_its_version_and_how_often_it_left(
    cast: Cast, scene: Scene
) -> None:
    told = text_of(cast.nadia.reads(PAGE))

    assert "Invitation 1 livrée avec le logiciel" in told
    assert re.search(
        r"Invitation 1 livrée avec le logiciel \S+ \S+ \d{4}, \d+ h \d\d 1 ",
        told.replace("\u00a0", " "),
    )
    assert "Relance, par messagerie" in told


def test_before_anything_was_sent_the_texts_are_those_of_the_software(cast: Cast) -> None:
    told = text_of(cast.nadia.reads(PAGE))
    assert "pas encore utilisée" in told
    assert HEADLINE not in told


@pytest.mark.parametrize("who", ["bruno", "chloe", "reader"])
def test_only_the_national_team_sees_and_changes_them(
    world: World, cast: Cast, scene: Scene, who: str
) -> None:
    person: Person = getattr(cast, who)
    for path in (PAGE, f"{PAGE}versions/", f"{PAGE}difference/", EDIT):
        assert person.gets(path, modele="invitation", de=1, a=1).status_code == 403
    assert keeps(person, subject=HEADLINE) == 403
    assert person.posts(f"{PAGE}revenir/", modele="invitation", version=1).status_code == 403
    assert PAGE not in person.reads("/console/")
    assert len(versions(world)) == 1


def test_nadia_writes_the_next_version_and_the_next_mail_says_it(
    world: World, cast: Cast, scene: Scene
) -> None:
    assert keeps(cast.nadia, subject=HEADLINE) == 302

    told = text_of(cast.nadia.reads(f"{PAGE}versions/", modele="invitation"))
    assert "La version 2 part en ce moment\u00a0: écrite par Nadia." in told
    kept = versions(world)[-1]
    assert (kept.subject, kept.body_text) == (HEADLINE, INVITATION.body_text)
    with world.db.reading() as session:
        trace = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "template_written")
        ).one()
    assert cast.nadia.scope is not None
    assert (trace.actor_id, trace.subject) == (
        str(cast.nadia.scope.user_id),
        f"message_templates:{kept.id}",
    )
    assert trace.details == {"name": "invitation", "version": 2}


def test_a_browser_s_line_ends_make_no_other_text(world: World, cast: Cast, scene: Scene) -> None:
    windows = {
        part: getattr(INVITATION, part).replace("\n", "\r\n")
        for part in ("subject", "body_text", "body_html")
    }
    answer = cast.nadia.posts(EDIT, go="save", **form_of(INVITATION, **windows))
    assert answer.status_code == 409
    assert "Ce texte est déjà celui de la version 1" in unescape(answer.get_data(as_text=True))
    assert len(versions(world)) == 1


def test_what_our_files_say_to_developers_is_shown_to_nobody(
    world: World, cast: Cast, scene: Scene
) -> None:
    assert "Context (an undefined variable fails)" in INVITATION.body_text
    page = cast.nadia.reads(EDIT, modele="invitation")
    shown = unescape(re.findall(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.DOTALL)[1])
    assert "Context" not in shown
    assert shown in INVITATION.body_text
    assert keeps(cast.nadia, body_text=shown) == 409


def test_what_must_be_mended_is_told_and_what_was_typed_is_kept(
    world: World, cast: Cast, scene: Scene
) -> None:
    typed = "Bonjour {{ territory.name }}, {{ ville }} !"
    answer = cast.nadia.posts(EDIT, go="save", **form_of(INVITATION, body_text=typed))

    page = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 400
    assert "«\u00a0ville\u00a0» n’existe pas. Choisissez parmi\u00a0: address_origin" in page
    assert typed in page
    assert "Rien n’est enregistré." in page
    assert len(versions(world)) == 1


def test_nothing_is_saved_over_a_colleague_s_version(
    world: World, cast: Cast, scene: Scene
) -> None:
    assert keeps(cast.aicha, subject="{{ territory.name }} et le numérique") == 302
    answer = cast.nadia.posts(EDIT, go="save", **form_of(INVITATION, subject=HEADLINE))

    page = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 409
    assert "La version 2 est arrivée pendant que vous écriviez." in page
    assert HEADLINE in page
    assert [one.version for one in versions(world)] == [1, 2]
    again = re.search(r'name="seen" value="([0-9a-f]{64})"', page)
    assert again is not None
    assert keeps(cast.nadia, seen=again[1], subject=HEADLINE) == 302
    assert versions(world)[-1].subject == HEADLINE


def test_an_earlier_version_comes_back_as_a_new_one(world: World, cast: Cast, scene: Scene) -> None:
    keeps(cast.nadia, subject=HEADLINE)
    current = versions(world)[-1]
    answer = cast.nadia.posts(
        f"{PAGE}revenir/", modele="invitation", version=1, seen=current.digest
    )

    assert answer.status_code == 302
    assert [one.version for one in versions(world)] == [1, 2, 3]
    assert versions(world)[-1].subject == INVITATION.subject
    assert "La version 3 part en ce moment" in text_of(
        cast.nadia.reads(f"{PAGE}versions/", modele="invitation")
    )


def test_the_words_that_changed_are_told_to_eyes_and_ears(
    world: World, cast: Cast, scene: Scene
) -> None:
    keeps(cast.nadia, subject="Bientôt : " + INVITATION.subject)
    page = cast.nadia.reads(f"{PAGE}difference/", modele="invitation", de=2, a=1)

    assert "<ins>" in page
    assert "[ajouté\u00a0: Bientôt" in text_of(page)
    assert "De la version 1 à la version 2" in text_of(page)
    same = cast.nadia.reads(f"{PAGE}difference/", modele="invitation", de=1, a=1)
    assert "exactement la même chose" in same


def test_a_preview_shows_a_real_name_and_the_longest_and_keeps_nothing(
    world: World, cast: Cast, scene: Scene
) -> None:
    cast.nadia.token()
    before = world.counts()
    form = form_of(INVITATION, place="gueret", occasion="")
    answer = cast.nadia.posts(EDIT, go="preview", **form)

    page = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 200
    assert "Guéret\u00a0: trois questionnaires sur le numérique" in page
    assert "Le plus long nom de commune" in page
    assert "3 communes aux noms longs, une seule boîte" in page
    assert "[lien personnel]" in page
    assert "RÉPONDRE PAR MESSAGERIE" not in page.partition("Ce que liraient")[2]  # it has none
    assert not re.search(world.answer_link("23096"), page)
    assert before == world.counts()


def test_a_preview_runs_nothing_and_fetches_nothing(cast: Cast, scene: Scene) -> None:
    answer = cast.nadia.posts(EDIT, go="preview", **form_of(INVITATION))
    policy = answer.headers["Content-Security-Policy"]
    page = answer.get_data(as_text=True)

    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert page.count("<iframe sandbox srcdoc=") == 3
    assert "unsafe" not in cast.nadia.gets(PAGE).headers["Content-Security-Policy"]


def test_a_preview_of_what_cannot_be_read_says_why(cast: Cast, scene: Scene) -> None:
    answer = cast.nadia.posts(EDIT, go="preview", **form_of(INVITATION, body_text="{% if %}"))
    page = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 200
    assert "Le modèle ne se lit pas, ligne 1" in page


@pytest.mark.parametrize("asked", ["", "nimporte", "../invitation"])
def test_a_text_that_does_not_exist_is_not_found(cast: Cast, asked: str) -> None:
    for path in (f"{PAGE}versions/", f"{PAGE}difference/", EDIT):
        assert cast.nadia.gets(path, modele=asked, de=1, a=1).status_code == 404
    assert cast.nadia.posts(EDIT, modele=asked, go="save").status_code == 404
    back = cast.nadia.posts(f"{PAGE}revenir/", modele=asked, version="1")
    assert back.status_code == 404


def test_a_version_that_does_not_exist_is_not_found(cast: Cast) -> None:
    for number in ("7", "-1", "x", "9" * 30):
        asked = {"modele": "invitation", "de": number, "a": 1, "version": number}
        assert cast.nadia.gets(f"{PAGE}difference/", **asked).status_code == 404
        assert cast.nadia.gets(EDIT, **asked).status_code == 404
        assert cast.nadia.posts(f"{PAGE}revenir/", **asked).status_code == 404
