"""`barometre answers`, as an operator types it."""

from __future__ import annotations

from pathlib import Path

from tests.cli.test_commands import Typed, type_in
from tests.world import World

__all__ = ["type_in"]
GUERET = "23096"
HEADER = "territory_kind;territory_code;questionnaire_version;mediation_place\n"


def file_of(folder: Path, *rows: str) -> str:
    file = folder / "reponses.csv"
    file.write_text(HEADER + "\n".join(rows), "utf-8")
    return str(file)


def test_a_trial_then_the_import(world: World, type_in: Typed, tmp_path: Path) -> None:
    world.open_wave()
    file = file_of(tmp_path, f"commune;{GUERET};1;yes", "commune;99999;1;no")
    words = ("answers", "import", file, "--theme", "inclusion")

    tried = type_in(*words, "--dry-run")
    assert tried.exit_code == 1
    assert "Essai, rien n’est écrit. 1 ligne enregistrée, 1 ligne refusée" in tried.stdout
    assert world.response(GUERET, "inclusion").answers == {}

    done = type_in(*words, "--submit")
    assert done.exit_code == 1
    assert "1 réponse écrite, 1 thème envoyé" in done.stdout
    assert done.stderr.startswith("Ligne 3, colonne territory_code\u00a0: aucune collectivité")
    assert world.disposition(GUERET) == "partial"


def test_replacing_is_said_in_so_many_words(world: World, type_in: Typed, tmp_path: Path) -> None:
    world.open_wave()
    theme = ("--theme", "inclusion", "--wave", str(world.wave_id))
    assert type_in("answers", "import", file_of(tmp_path, f"commune;{GUERET};1;yes"), *theme)
    again = type_in(
        "answers", "import", file_of(tmp_path, f"commune;{GUERET};1;no"), *theme, "--replace"
    )
    assert again.exit_code == 0
    assert world.response(GUERET, "inclusion").answers["mediation_place"]["value"] == "no"


def test_the_template_is_written_for_both_spreadsheets(
    world: World, type_in: Typed, tmp_path: Path
) -> None:
    world.open_wave()
    for kind, start in (("csv", b"\xef\xbb\xbfterritory_kind;"), ("xlsx", b"PK")):
        file = tmp_path / f"modele.{kind}"
        told = type_in(
            *("answers", "template", "--theme", "inclusion", "--kind", kind, "--output", str(file))
        )
        assert told.exit_code == 0
        assert "version 1 du questionnaire" in told.stdout
        assert file.read_bytes().startswith(start)


def test_without_a_wave_or_a_file_it_is_refused_in_a_sentence(
    world: World, type_in: Typed, tmp_path: Path
) -> None:
    file = file_of(tmp_path, f"commune;{GUERET};1;yes")
    no_wave = type_in("answers", "import", file, "--theme", "inclusion")
    assert no_wave.exit_code == 1
    assert no_wave.stderr.startswith("Aucune vague ouverte ne pose ce thème.")
    no_file = type_in("answers", "import", str(tmp_path / "absent.csv"), "--theme", "inclusion")
    assert no_file.exit_code == 1
    assert "est absent ou protégé" in no_file.stderr
