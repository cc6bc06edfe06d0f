"""An OPSN brings a file of answers: what is written, what is refused, and in which words."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import pytest
from openpyxl import Workbook
from sqlalchemy import insert, select

from app.collect.answers_table import UnreadableAnswers
from app.collect.imported import (
    BadColumns,
    FileAfterTheEnd,
    NotAsked,
    import_answers,
)
from app.collect.imported_report import AnswersReport, Outcome
from app.collect.imported_row import Wish
from app.collect.submit import submit
from app.errors import NotAllowed
from app.models.cases import AnswerEvent
from app.models.messages import Message
from app.models.organisations import AuditEntry, Organisation, OrganisationTerritory
from app.questionnaires.formats.answers_file import answer_columns, write_cell
from app.questionnaires.formats.answers_template import empty_csv, empty_workbook
from app.questionnaires.load import load_all
from app.vocabulary.dispositions import USUAL
from app.vocabulary.scope import Author, Role, Scope
from tests.collect.answers import answers_all, opens, says, whole
from tests.world import World

GUERET, AJAIN, BONNAT = "23096", "23002", "23029"
HEADER = ("territory_kind", "territory_code", "questionnaire_version")
CYBER = "cybersecurite"
Rows = list[Mapping[str, str]]


@pytest.fixture(autouse=True)
def _open(world: World) -> None:
    world.contact(GUERET, "mairie@gueret.invalid", "Anne Martin")
    world.open_wave()


def row(code: str, *, version: str = "1", kind: str = "commune", **cells: str) -> dict[str, str]:
    return dict(zip(HEADER, (kind, code, version), strict=True)) | cells


def table(rows: Rows) -> tuple[list[str], list[list[str]]]:
    columns = list(dict.fromkeys([*HEADER, *(name for one in rows for name in one)]))
    return columns, [[one.get(name, "") for name in columns] for one in rows]


def csv_of(*rows: Mapping[str, str], delimiter: str = ";", bom: bool = False) -> bytes:
    columns, lines = table(list(rows))
    text = "\n".join(delimiter.join(line) for line in [columns, *lines])
    return text.encode("utf-8-sig" if bom else "utf-8")


def xlsx_of(*rows: Mapping[str, str], sheet: str = "reponses") -> bytes:
    columns, lines = table(list(rows))
    book = Workbook()
    made = book.worksheets[0]
    made.title = sheet
    for line in [columns, *lines]:
        made.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def brings(
    world: World,
    content: bytes,
    *,
    theme: str = "inclusion",
    scope: Scope | None = None,
    by: Author | None = None,
    wave_id: int = 0,
    **wanted: bool,
) -> AnswersReport:
    wish = Wish(theme, wave_id or world.wave_id, **wanted)
    return import_answers(
        world.db, scope, content, wish, world.letterhead, USUAL,
        by=by or Author.system(), now=world.now,
    )  # fmt: skip


def told(report: AnswersReport) -> str:
    return "\n".join(report.sentences())


def value(world: World, question: str, code: str = GUERET, theme: str = "inclusion") -> object:
    kept = world.response(code, theme).answers.get(question)
    return kept and kept["value"]


def written(world: World) -> dict[str, tuple[int, int]]:
    return {name: n for name, n in world.counts().items() if name != "audit_entries"}


def whole_row(world: World, code: str = GUERET, theme: str = "inclusion") -> dict[str, str]:
    seen = opens(world, world.respondent(code), theme)
    known = seen.questionnaire
    given = whole(known, seen)
    cells = {one: write_cell(known.question(one), value) for one, value in given.items()}
    return row(code) | cells


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("bom", [True, False])
def test_a_csv_is_read_whatever_the_spreadsheet_made(
    world: World, delimiter: str, bom: bool
) -> None:
    content = csv_of(row(GUERET, mediation_place="yes"), delimiter=delimiter, bom=bom)

    report = brings(world, content)

    assert report.clean
    assert report.sentence == "1 ligne enregistrée\u00a0; 1 réponse écrite, 0 thème envoyé."
    assert value(world, "mediation_place") == "yes"
    with world.db.reading() as session:
        (event,) = session.scalars(select(AnswerEvent)).all()
    assert (event.channel, event.source.startswith("file:")) == ("file", True)
    assert world.disposition(GUERET) == "started"


def test_a_workbook_says_the_same_as_a_csv(world: World) -> None:
    assert brings(world, xlsx_of(whole_row(world))).clean
    by_workbook = {
        c: kept["value"] for c, kept in world.response(GUERET, "inclusion").answers.items()
    }

    report = brings(world, csv_of(whole_row(world)))

    assert [one.outcome for one in report.rows] == [Outcome.UNCHANGED]
    assert len(by_workbook) > 8


def test_a_row_is_handed_in_and_its_receipt_goes_to_the_mairie(world: World) -> None:
    report = brings(world, csv_of(whole_row(world)), submit=True)

    assert (report.n_submitted, world.disposition(GUERET)) == (1, "complete")
    with world.db.reading() as session:
        assert session.scalars(select(Message.step)).all() == ["receipt"]
        (entry,) = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "answers_imported")
        )
    assert entry.details["written"] == 1


def test_a_trial_writes_nothing_and_tells_exactly_what_would_be(world: World) -> None:
    content = csv_of(whole_row(world), row("99999"), row(AJAIN, mediation_place="perhaps"))
    before = world.counts()

    tried = brings(world, content, submit=True, dry_run=True)

    assert world.counts() == before
    done = brings(world, content, submit=True)
    assert tried.rows == done.rows
    assert tried.sentence == f"Essai, rien n’est écrit. {done.sentence}"


def test_the_same_file_again_changes_nothing(world: World) -> None:
    content = csv_of(whole_row(world), row(AJAIN, mediation_place="no"))
    brings(world, content, submit=True)
    before = written(world)

    again = brings(world, content, submit=True)

    assert [one.outcome for one in again.rows] == [Outcome.UNCHANGED, Outcome.UNCHANGED]
    assert written(world) == before


def test_an_answer_that_somebody_gave_stays_and_the_file_s_is_kept_beside(world: World) -> None:
    says(world, world.respondent(GUERET), {"mediation_place": "yes"}, source="form:one")
    content = csv_of(row(GUERET, mediation_place="no"))

    for _ in range(2):
        report = brings(world, content, submit=True)
        assert report.rows[0].outcome is Outcome.PARTLY
        assert report.rows[0].conflicts == ("mediation_place",)
        assert "(«\u00a0Oui\u00a0») et reste celle qui compte." in told(report)
        assert value(world, "mediation_place") == "yes"

    with world.db.reading() as session:
        kept = session.scalars(select(AnswerEvent).order_by(AnswerEvent.id)).all()
    assert [(one.value, one.counted) for one in kept] == [("yes", True), ("no", False)]
    assert world.disposition(GUERET) == "started"

    assert brings(world, content, replace=True).clean
    assert value(world, "mediation_place") == "no"
    assert brings(world, content, replace=True).rows[0].outcome is Outcome.UNCHANGED


def test_whoever_brought_a_file_may_correct_it_with_another(world: World) -> None:
    brings(world, csv_of(row(GUERET, mediation_place="no")))

    assert brings(world, csv_of(row(GUERET, mediation_place="yes"))).clean
    assert value(world, "mediation_place") == "yes"
    somebody = brings(world, csv_of(row(GUERET, mediation_place="planned")), by=Author.user(1))
    assert somebody.rows[0].outcome is Outcome.PARTLY


def test_an_empty_cell_clears_nothing(world: World) -> None:
    says(world, world.respondent(GUERET), {"mediation_place": "yes"}, source="form:one")
    report = brings(world, csv_of(row(GUERET, mediation_place="")))
    assert report.rows[0].outcome is Outcome.UNCHANGED
    assert value(world, "mediation_place") == "yes"


def test_a_bad_row_loses_no_other(world: World) -> None:
    report = brings(
        world,
        csv_of(
            row("99999", mediation_place="yes"),
            row(GUERET, mediation_place="yes"),
            row(AJAIN, kind="canton", mediation_place="yes"),
            row(BONNAT, version="2", mediation_place="yes"),
            row("", mediation_place="yes"),
        ),
    )

    outcomes = [one.outcome for one in report.rows]
    assert outcomes == [Outcome.REFUSED, Outcome.WRITTEN, *[Outcome.REFUSED] * 3]
    assert told(report).splitlines() == [
        "Ligne 2, colonne territory_code\u00a0: aucune collectivité de ce genre n’a le code "
        "«\u00a099999\u00a0».",
        "Ligne 4, colonne territory_kind\u00a0: mettez un de ces genres\u00a0: commune, epci, "
        "departement, region.",
        "Ligne 5, colonne questionnaire_version\u00a0: la ligne répond à la version "
        "«\u00a02\u00a0», la vague pose la version 1.",
        "Ligne 6, colonne territory_code\u00a0: indiquez un code.",
    ]


def test_unknown_codes_are_told_with_those_that_exist_and_the_rest_of_the_row_is_kept(
    world: World,
) -> None:
    content = csv_of(row(GUERET, mediation_place="yes", mediation_place_kinds="moon library"))

    report = brings(world, content, submit=True)

    assert "Ligne 2, colonne mediation_place_kinds\u00a0: mettez un ou plusieurs" in told(report)
    assert "moon" in told(report)
    assert value(world, "mediation_place") == "yes"
    assert world.response(GUERET, "inclusion").submitted_at is None


def test_two_rows_of_one_authority_are_both_refused(world: World) -> None:
    report = brings(
        world, csv_of(row(GUERET, mediation_place="yes"), row(GUERET, mediation_place="no"))
    )
    assert report.n(Outcome.REFUSED) == 2
    assert "aussi à la ligne 3, gardez une seule ligne." in told(report)
    assert value(world, "mediation_place") is None


def test_a_question_not_asked_of_them_is_kept_and_said(world: World) -> None:
    report = brings(
        world, csv_of(row(GUERET, mediation_place="no", mediation_place_kinds="library"))
    )
    assert report.clean
    assert "n’est pas posée à cette collectivité" in told(report)


def test_a_theme_handed_in_refuses_another_answer_and_knows_the_same(world: World) -> None:
    who = world.respondent(GUERET)
    says(world, who, {"mediation_place": "no"}, source="form:one")
    submit(world.db, who, "inclusion", world.letterhead, now=world.now)

    same = brings(world, csv_of(row(GUERET, mediation_place="no")), submit=True)
    other = brings(world, csv_of(row(GUERET, mediation_place="yes")), replace=True)

    assert same.rows[0].outcome is Outcome.UNCHANGED
    assert "déjà envoyé, rouvrez-le avant de changer une réponse." in told(other)


def test_submitted_cybersecurity_is_refused_alike_whatever_the_file_says(world: World) -> None:
    who = world.respondent(GUERET)
    right = whole_row(world, theme=CYBER)
    answers_all(world, who, CYBER)
    submit(world.db, who, CYBER, world.letterhead, now=world.now)
    some = next(code for code in right if code not in HEADER)

    reports = [
        brings(world, csv_of(row(GUERET, **{some: cell})), theme=CYBER, replace=replace)
        for cell in (right[some], "dont_know", "")
        for replace in (False, True)
    ]

    sentences = {told(report) for report in reports}
    assert len(sentences) == 1
    assert "ses réponses ne se relisent pas" in sentences.pop()
    assert all(not report.rows[0].kept for report in reports)


def test_a_file_that_comes_after_the_end_is_refused_whole(world: World) -> None:
    content = csv_of(row(GUERET, mediation_place="yes"))
    world.days_pass(120)
    with pytest.raises(FileAfterTheEnd, match="s’est terminée le"):
        brings(world, content)
    assert value(world, "mediation_place") is None


def test_a_theme_that_the_wave_does_not_ask_is_refused(world: World) -> None:
    with pytest.raises(NotAsked, match="ne pose pas ce thème"):
        brings(world, csv_of(row(GUERET)), theme="strategie")


def test_an_opsn_writes_for_its_members_only_and_a_reader_for_nobody(world: World) -> None:
    with world.db.transaction() as session:
        organisation = Organisation(name="Creuse numérique", national=False)
        session.add(organisation)
        session.flush()
        ids = [(world.territory(GUERET).id, True), (world.territory(BONNAT).id, False)]
        session.execute(
            insert(OrganisationTerritory),
            [
                {"organisation_id": organisation.id, "territory_id": one, "may_chase": chases}
                for one, chases in ids
            ],
        )
    opsn = Scope(1, Role.OPSN, organisation.id)
    content = csv_of(*(row(code, mediation_place="yes") for code in (GUERET, AJAIN, BONNAT)))

    report = brings(world, content, scope=opsn)

    assert [one.outcome for one in report.rows] == [
        *(Outcome.WRITTEN, Outcome.REFUSED, Outcome.REFUSED)
    ]
    assert told(report).count("n’est pas une des collectivités que vous suivez") == 2
    with pytest.raises(NotAllowed):
        brings(world, content, scope=Scope(2, Role.READER, organisation.id))


def test_unknown_columns_are_named(world: World) -> None:
    with pytest.raises(BadColumns, match="la colonne «\u00a0humeur\u00a0» n’est pas de ce"):
        brings(world, csv_of(row(GUERET, humeur="bonne")))
    with pytest.raises(BadColumns, match="il manque la colonne territory_kind"):
        brings(world, b"territory_code;questionnaire_version\n23096;1\n")


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 50_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "est vide"),
        ("territory_kind;é\n".encode("cp1252"), "CSV UTF-8"),
        (b"\x89PNG\0\0", "n’est pas en UTF-8"),
        (b"a\0;b\n", "ni un CSV ni un classeur"),
        (b'a;b\n"x;y\n', "guillemets sont mal fermés"),
        (b"a;a\n1;2\n", "écrite deux fois"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 512, "mot de passe"),
        (b"PK\x03\x04 torn", "n’est pas un classeur"),
        (bomb(), "démesuré"),
        (xlsx_of(sheet="Budget"), "n’a pas de feuille «\u00a0reponses\u00a0»"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_a_sentence(
    world: World, content: bytes, said: str
) -> None:
    with pytest.raises(UnreadableAnswers, match=said):
        brings(world, content)


@pytest.mark.parametrize("make", [csv_of, xlsx_of])
def test_a_formula_is_refused_with_its_cell_and_its_row_is_not_handed_in(
    world: World, make: object
) -> None:
    assert callable(make)
    content = make(row(GUERET, mediation_place="yes", mediation_place_kinds="=A1&B1"))

    report = brings(world, content, submit=True)

    assert "cellule E2, elle contient une formule, remplacez-la par sa valeur." in told(report)
    assert value(world, "mediation_place") == "yes"
    assert world.response(GUERET, "inclusion").submitted_at is None


def test_a_workbook_that_lost_the_first_nought_of_a_code_is_understood(world: World) -> None:
    book = Workbook()
    book.worksheets[0].title = "reponses"
    book.worksheets[0].append([*HEADER, "mediation_place"])
    book.worksheets[0].append(["commune", 1001, 1, "yes"])
    out = io.BytesIO()
    book.save(out)
    assert brings(world, out.getvalue()).clean
    assert value(world, "mediation_place", code="01001") == "yes"


def test_the_template_is_read_back_with_no_row(world: World) -> None:
    (inclusion,) = (one for one in load_all() if one.theme == "inclusion")
    for content in (empty_csv(inclusion), empty_workbook(inclusion)):
        report = brings(world, content)
        assert report.sentence == "Le fichier n’a aucune ligne."
    assert len(answer_columns(inclusion)) > 10
