"""`barometre mail check` as an operator types it, before the first mail."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli.mail_check import Outside
from app.cli.main import barometre
from app.messages.check.server import Shown
from app.messages.check.website import Seen
from app.messages.dkim_key import DkimKey
from tests.keys import pem, rsa_key
from tests.messages.check.zones import Zones
from tests.sink import running_sink

IP = "192.0.2.10"
ANSWERS = Shown(name="envoi.barometre.example")  # a server on this machine, that answers
ORDER = (
    f"{IP}. IN PTR envoi.barometre.example",
    f"envoi.barometre.example. IN A {IP}",
    f'barometre.example. IN TXT "v=spf1 ip4:{IP} -all"',
    '_dmarc.barometre.example. IN TXT "v=DMARC1; p=none; rua=mailto:a@barometre.example"',
    "barometre.example. IN MX 10 envoi.barometre.example",
    "www.barometre.example. IN A 192.0.2.80",
)


@pytest.fixture
def key_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "dkim.pem"
    path.write_bytes(pem(rsa_key()))
    for name, value in (
        ("SENDER_ADDRESS", "barometre@barometre.example"),
        ("HELP_ADDRESS", "aide@barometre.example"),
        ("DKIM_KEY_FILE", str(path)),
    ):
        monkeypatch.setenv(name, value)
    return path


def typed(zones: Zones, *words: str, shown: Shown = ANSWERS) -> Result:
    outside = Outside(zones, lambda _: shown, lambda _host: Seen(200, private=True))
    return CliRunner().invoke(barometre, ["mail", "check", *words], obj=outside)


def test_a_domain_in_order_exits_well(key_file: Path) -> None:
    key = DkimKey.read(key_file, "barometre", "barometre.example")
    zones = Zones(*ORDER, f'{key.place}. IN TXT "{key.record}"')

    said = typed(zones, "--ip", IP)

    assert said.exit_code == 0, said.output
    assert "Envoi au nom de barometre.example, depuis 192.0.2.10\n" in said.output
    assert "✓ Gmail accepterait.\n" in said.output
    assert "refuserait" not in said.output


def test_what_is_wrong_is_told_with_the_line_to_publish(key_file: Path) -> None:
    key = DkimKey.read(key_file, "barometre", "barometre.example")

    said = typed(Zones(*ORDER), "--ip", IP)

    assert said.exit_code == 1
    assert f"✗ DKIM   Aucune clé n’est publiée à {key.place}.\n" in said.output
    first = f'{key.place}. IN TXT "v=DKIM1; k=rsa; p=MII'
    assert first in said.output
    assert "✗ Gmail refuserait\u00a0: DKIM.\n" in said.output
    assert "✓ La Poste accepterait.\n" in said.output


def test_an_unknown_departure_is_asked_for(key_file: Path) -> None:
    key = DkimKey.read(key_file, "barometre", "barometre.example")
    zones = Zones(*ORDER, f'{key.place}. IN TXT "{key.record}"')

    said = typed(zones)

    assert said.exit_code == 0
    assert "Relancez avec --ip" in said.output
    assert "✓ Orange (Wanadoo) accepterait, pour ce qu’on en sait.\n" in said.output


def test_a_word_is_no_address(key_file: Path) -> None:
    assert typed(Zones(), "--ip", "envoi.example").exit_code == 2


def test_a_key_that_cannot_be_read_is_refused(key_file: Path) -> None:
    key_file.write_text("rien")

    said = typed(Zones())

    assert said.exit_code == 1
    assert said.stderr.startswith("La clé DKIM_KEY_FILE ne convient pas\u00a0: ")


def test_without_an_address_for_what_comes_back_it_says_what_to_do(key_file: Path) -> None:
    key = DkimKey.read(key_file, "barometre", "barometre.example")
    zones = Zones(*ORDER, f'{key.place}. IN TXT "{key.record}"')

    said = typed(zones, "--ip", IP)

    assert (
        "✗ Retour BOUNCE_ADDRESS est vide\u00a0: aucun courriel revenu ne sera cru.\n"
        in said.output
    )
    assert "réglez BOUNCE_ADDRESS" in said.output
    assert said.exit_code == 0  # no provider refuses for it


def test_a_sending_server_that_is_away_fails_the_check(key_file: Path) -> None:
    key = DkimKey.read(key_file, "barometre", "barometre.example")
    zones = Zones(*ORDER, f'{key.place}. IN TXT "{key.record}"')
    away = Shown(away="il ne répond pas à temps")

    said = typed(zones, "--ip", IP, shown=away)

    assert said.exit_code == 1
    assert "✗ SMTP   Le serveur d’envoi 127.0.0.1:8025 ne répond pas" in said.output
    assert "✓ Gmail accepterait.\n" in said.output
    assert typed(zones, "--ip", IP, "--no-server", shown=away).exit_code == 0


def test_the_real_server_of_the_settings_is_asked(
    key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = DkimKey.read(key_file, "barometre", "barometre.example")
    zones = Zones(*ORDER, f'{key.place}. IN TXT "{key.record}"')

    with running_sink() as sink:
        monkeypatch.setenv("SMTP_PORT", str(sink.port))
        outside = Outside(resolver=zones, visit=lambda _host: Seen(200, private=True))
        words = ["mail", "check", "--ip", IP, "--helo", "envoi.barometre.example"]
        said = CliRunner().invoke(barometre, words, obj=outside)

    assert said.exit_code == 0, said.output
    assert f"✓ SMTP   127.0.0.1:{sink.port} répond.\n" in said.output
    assert sink.received == []


def test_a_server_with_a_name_of_home_is_refused_by_orange_alone(key_file: Path) -> None:
    key = DkimKey.read(key_file, "barometre", "barometre.example")
    zones = Zones(*ORDER, f'{key.place}. IN TXT "{key.record}"')

    said = typed(zones, "--ip", IP, shown=Shown(name="ubuntu"))

    assert said.exit_code == 1
    assert "✗ HELO   Votre serveur d’envoi se présente sous le nom ubuntu," in said.output
    assert "✗ Orange (Wanadoo) refuserait\u00a0: nom du serveur d’envoi (HELO).\n" in said.output
    assert "✓ Gmail accepterait.\n" in said.output
    named = typed(zones, "--ip", IP, "--helo", "Envoi.barometre.example.", shown=Shown(name="x"))
    assert named.exit_code == 0, named.output


def test_what_the_dns_cannot_tell_is_said_beside_the_verdict(key_file: Path) -> None:
    said = typed(Zones(*ORDER), "--ip", IP).output

    assert "il demande d’être inscrit à Signal Spam.\n" in said
    assert "550 5.7.515" in said


def test_a_website_is_visited_unless_nothing_is_to_be_asked(key_file: Path) -> None:
    visited: list[str] = []

    def visit(host: str) -> Seen:
        visited.append(host)
        return Seen(404, private=True)

    outside = Outside(Zones(*ORDER), lambda _: ANSWERS, visit)
    words = ["mail", "check", "--ip", IP]
    said = CliRunner().invoke(barometre, words, obj=outside)
    assert "· Site   www.barometre.example répond par une erreur (404).\n" in said.output
    assert visited == ["www.barometre.example"]

    CliRunner().invoke(barometre, [*words, "--no-server"], obj=outside)
    assert visited == ["www.barometre.example"]


def test_a_domain_with_accents_is_looked_at_as_the_dns_has_it(key_file: Path) -> None:
    said = typed(Zones(), "--domain", "Mairie-Évaux.example.", "--ip", IP)

    assert "Envoi au nom de xn--mairie-vaux-hbb.example," in said.output
    assert '_dmarc.xn--mairie-vaux-hbb.example. IN TXT "v=DMARC1;' in said.output


@pytest.mark.parametrize("word", ["", "a b", "https://x.example", "a@b.example", "é" * 64, "a..b"])
def test_a_word_is_no_domain(key_file: Path, word: str) -> None:
    assert typed(Zones(), "--domain", word).exit_code == 2
