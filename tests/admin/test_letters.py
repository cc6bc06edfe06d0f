"""Bruno writes letters: the list, the pile, what is taken out of it, and the post."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from app.campaigns.apply import plan_due
from app.campaigns.scheduling import set_steps
from app.campaigns.steps import Step
from app.collect.decline import decline
from app.models.letters import PostalAddress, PrintRun
from app.vocabulary.scope import Author
from app.vocabulary.wave_steps import Anchor, StepKind
from tests.admin.cast import Cast
from tests.admin.scene import GUERET, Scene
from tests.admin.test_paper import CODE
from tests.world import World

PAGE = "/console/courriers/"


def prepares(world: World, cast: Cast, who: str = "bruno") -> int:
    """Somebody prepares the pile of all theirs; the run's number."""
    person = getattr(cast, who)
    sent = person.posts(f"{PAGE}preparer", vague=world.wave_id, raison="both", semaines="4")
    assert sent.status_code == 302
    found = re.search(r"id=(\d+)", sent.location)
    assert found is not None
    return int(found[1])


def words_of(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def posted(world: World, run_id: int) -> bool:
    with world.db.reading() as session:
        return session.get_one(PrintRun, run_id).posted_at is not None


def test_bruno_prints_posts_and_everybody_knows(world: World, cast: Cast, scene: Scene) -> None:
    page = cast.bruno.reads(PAGE)
    assert "4\u00a0lettres à imprimer" in page
    run_id = prepares(world, cast)

    printed = cast.bruno.posts(f"{PAGE}pdf", run_id=run_id, part=1)

    assert printed.mimetype == "application/pdf"
    sheets = words_of(printed.get_data())
    assert len(sheets) == 4
    of_gueret = next(words for words in sheets if "Mairie de Guéret" in words)
    code = CODE.search(of_gueret)
    assert code is not None
    opened = cast.bruno.posts("/console/saisie/code", code=code[0])
    assert f"territory_id={scene.territory_id}" in opened.location
    assert words_of(cast.bruno.posts(f"{PAGE}pdf", run_id=run_id, part=1).get_data()) == sheets

    on = world.now.date().isoformat()
    assert cast.bruno.posts(f"{PAGE}poster", run_id=run_id, on=on).status_code == 302

    told = cast.bruno.reads("/console/collectivites/details/", id=scene.territory_id)
    assert "Courrier posté le 15\u00a0sept." in told
    assert "Courrier posté le 15\u00a0septembre 2026. Appel déjà promis" in told
    assert "Courrier posté" in cast.bruno.reads("/console/suivi/")
    assert "oui</td>" in cast.bruno.reads(f"{PAGE}tirage", id=run_id)
    assert "Personne à qui écrire avec ces filtres." in cast.bruno.reads(PAGE)


def test_a_letter_is_the_last_contact_of_whoever_has_no_mailbox(
    world: World, cast: Cast, scene: Scene
) -> None:
    run_id = prepares(world, cast)
    before = cast.bruno.reads("/console/dossiers/", etat="", q="Aubusson")
    cast.bruno.posts(f"{PAGE}poster", run_id=run_id, on=world.now.date().isoformat())
    after = cast.bruno.reads("/console/dossiers/", etat="", q="Aubusson")

    day = "<td>15\u00a0sept.</td>"
    assert (before.count(day), after.count(day)) == (0, 3)


def test_whoever_refused_meanwhile_is_shown_by_number_before_posting(
    world: World, cast: Cast, scene: Scene
) -> None:
    run_id, on = prepares(world, cast), world.now.date().isoformat()
    assert "Rien à retirer" in cast.bruno.reads(f"{PAGE}tirage", id=run_id)
    decline(world.db, world.respondent(GUERET), ("inclusion",), "decided", now=world.now)

    blind = cast.bruno.posts(f"{PAGE}poster", run_id=run_id, on=on)
    assert blind.status_code == 409
    assert "à retirer de la pile" in blind.get_data(as_text=True)
    page = cast.bruno.reads(f"{PAGE}tirage", id=run_id)
    assert "1\u00a0lettre à retirer de la pile" in page
    shown = re.findall(r'name="shown" value="(\d+)"', page)
    assert shown == [str(scene.territory_id)]

    cast.bruno.posts(f"{PAGE}poster", run_id=run_id, on=on, shown=shown)

    assert posted(world, run_id)
    told = cast.bruno.reads("/console/collectivites/details/", id=scene.territory_id)
    assert "a refusé de répondre" in told
    assert "Courrier posté" not in told


def test_a_letter_is_taken_out_by_hand(world: World, cast: Cast, scene: Scene) -> None:
    run_id = prepares(world, cast)

    cast.bruno.posts(f"{PAGE}retirer", run_id=run_id, territory_id=[scene.territory_id])

    page = cast.bruno.reads(f"{PAGE}tirage", id=run_id)
    assert page.count("checked") == 1
    assert "Marquer comme postés (3\u00a0lettres)" in page


def test_the_calendar_s_pile_waits_for_bruno_on_the_first_page(
    world: World, cast: Cast, scene: Scene
) -> None:
    step = [Step(StepKind.LETTER, Anchor.INVITATION, 1)]
    set_steps(
        world.db, None, Author.system(), world.wave_id, step, office_hours=False, now=world.now
    )
    assert "à imprimer et à poster" not in cast.bruno.reads("/console/")
    # A real day would pass: the console's clock stays where it is.
    plan_due(world.db, world.letterhead, now=world.now + timedelta(days=1))

    home, page = cast.bruno.reads("/console/"), cast.bruno.reads(PAGE)

    assert "tirage de courriers à imprimer et à poster." in home
    assert "par le calendrier" in page
    assert "<b>à imprimer et à poster</b>" in page
    found = re.search(rf"{PAGE}tirage\?id=(\d+)", page)
    assert found is not None
    pile = cast.bruno.reads(f"{PAGE}tirage", id=found[1])
    assert "préparé par le calendrier le" in pile
    assert "Marquer comme postés" in pile
    dry_run = cast.bruno.reads("/console/calendrier/essai-a-blanc", vague=world.wave_id)
    assert "par la poste" not in dry_run, "all are in the pile"


def test_a_letter_to_come_is_in_each_one_s_dry_run(world: World, cast: Cast, scene: Scene) -> None:
    step = [Step(StepKind.LETTER, Anchor.INVITATION, 5)]
    set_steps(
        world.db, None, Author.system(), world.wave_id, step, office_hours=False, now=world.now
    )

    for person, sees in ((cast.aicha, True), (cast.bruno, True), (cast.chloe, False)):
        said = person.reads("/console/calendrier/essai-a-blanc", vague=world.wave_id)
        assert ("par la poste" in said) is sees


@pytest.mark.parametrize(("who", "status"), [("denis", 404), ("chloe", 404), ("reader", 403)])
def test_a_pile_is_nobody_else_s(
    world: World, cast: Cast, scene: Scene, who: str, status: int
) -> None:
    run_id = prepares(world, cast)
    person = getattr(cast, who)
    person.reads("/console/")
    before = world.counts()

    assert person.gets(f"{PAGE}tirage", id=run_id).status_code == status
    for act, form in (
        ("pdf", {"part": 1}),
        ("retirer", {"territory_id": scene.territory_id}),
        ("poster", {"on": world.now.date().isoformat()}),
        ("adresse", {"territory_id": scene.territory_id, "postal_code": "23000", "town": "X"}),
    ):
        sent = person.posts(f"{PAGE}{act}", **{"run_id": run_id, **form})
        assert sent.status_code == status, act
    after = world.counts()
    assert {name for name in after if after[name] != before[name]} <= {"access_log"}


def test_a_neighbour_prints_only_theirs_and_the_national_team_all(
    world: World, cast: Cast, scene: Scene
) -> None:
    assert "Guéret" not in cast.denis.reads(PAGE)
    assert "La Souterraine" in cast.denis.reads(PAGE)
    run_id = prepares(world, cast, "aicha")

    assert "Guéret" in cast.aicha.reads(f"{PAGE}tirage", id=run_id)
    assert cast.bruno.gets(f"{PAGE}tirage", id=run_id).status_code == 404
    assert f"id={run_id}" not in cast.bruno.reads(PAGE)
    assert cast.nadia.gets(f"{PAGE}tirage", id=run_id).status_code == 200


def test_the_address_is_typed_on_the_authority_s_page(
    world: World, cast: Cast, scene: Scene
) -> None:
    form = {"territory_id": scene.territory_id, "postal_code": "23 000", "town": "Guéret"}

    bad = cast.bruno.posts(f"{PAGE}adresse", **{**form, "postal_code": "230"})
    assert bad.status_code == 400
    assert "cinq chiffres" in bad.get_data(as_text=True)
    good = cast.bruno.posts(f"{PAGE}adresse", street="1 esplanade François-Mitterrand", **form)

    assert good.status_code == 302
    page = cast.bruno.reads("/console/collectivites/details/", id=scene.territory_id)
    assert "1 ESPLANADE FRANCOIS MITTERRAND, 23000 GUERET" in page
    assert "Corriger l’adresse postale" not in cast.reader.reads(
        "/console/collectivites/details/", id=scene.territory_id
    )
    with world.db.reading() as session:
        assert session.scalars(
            select(PostalAddress.origin).where(PostalAddress.territory_id == scene.territory_id)
        ).all() == ["staff"]


@pytest.mark.parametrize("odd", ["", "0", "-1", "1e3", "9" * 40, "é", "²", "\0"])
def test_an_odd_number_leads_nowhere(cast: Cast, scene: Scene, odd: str) -> None:
    assert cast.bruno.gets(f"{PAGE}tirage", id=odd).status_code == 404
    for act in ("pdf", "retirer", "poster", "preparer"):
        form = {"run_id": odd, "part": "1", "on": "2026-09-15", "vague": odd}
        assert cast.bruno.posts(f"{PAGE}{act}", **form).status_code == 404
    assert cast.bruno.gets(PAGE, semaines=odd, raison=odd, departement=odd).status_code == 200


def test_an_odd_day_posts_nothing(world: World, cast: Cast, scene: Scene) -> None:
    run_id = prepares(world, cast)
    for odd in ("", "15/09/2026", "2026-02-30", "2026-01-01", "2099-01-01"):
        assert cast.bruno.posts(f"{PAGE}poster", run_id=run_id, on=odd).status_code == 400
    assert not posted(world, run_id)
