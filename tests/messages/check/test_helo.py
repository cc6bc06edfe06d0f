"""The name that the sending server greets the providers by, and whose it is to mend."""

from __future__ import annotations

import pytest

from app.messages.check.facts import Facts
from app.messages.check.findings import Level, Need, refusals
from app.messages.check.helo import helo_findings
from tests.messages.check.zones import Zones

DOMAIN, IP, V6 = "barometre.example", "192.0.2.10", "2001:db8::10"
NAME = f"envoi.{DOMAIN}"
GOOD, ADVICE, WRONG, UNKNOWN = Level.GOOD, Level.ADVICE, Level.WRONG, Level.UNKNOWN


def facts(name: str, *, sure: bool = True, ips: tuple[str, ...] = (IP,)) -> Facts:
    return Facts(
        *(DOMAIN, DOMAIN, DOMAIN, ips, None),
        relay_signs=False,
        in_clear=False,
        helo=name,
        helo_is_sure=sure,
    )


@pytest.fixture
def zones() -> Zones:
    return Zones(
        f"{IP}. IN PTR {NAME}",
        f"{V6}. IN PTR {NAME}",
        f"{NAME}. IN A {IP}",
        f"{NAME}. IN AAAA {V6}",
        f"second.{DOMAIN}. IN A {IP}",
        "ailleurs.example. IN A 192.0.2.99",
        "chez.example. IN A 10.0.0.1",
    )


NAMES = {
    "its own": (NAME, GOOD),
    "another of its own": (f"second.{DOMAIN}", ADVICE),
    "another machine's": ("ailleurs.example", ADVICE),
    "seen from inside only": ("chez.example", WRONG),
    "nobody's": ("perdu.example", WRONG),
    "short": ("ubuntu", WRONG),
    "of this machine": ("localhost.localdomain", WRONG),
    "of a local network": ("serveur.mairie.lan", WRONG),
    "an address": ("[192.0.2.10]", WRONG),
    "a bare address": (IP, WRONG),
    "not told": ("", UNKNOWN),
}


@pytest.mark.parametrize(("name", "level"), NAMES.values(), ids=NAMES)
def test_a_name_is_judged_by_where_it_leads(zones: Zones, name: str, level: Level) -> None:
    findings = helo_findings(zones, facts(name))

    assert [one.level for one in findings] == [level]
    refusing = [name for name, reasons in refusals(findings).items() if reasons]
    assert refusing == (["Orange (Wanadoo)"] if level is WRONG else [])


def test_a_name_that_does_not_exist_is_given_its_line(zones: Zones) -> None:
    (finding,) = helo_findings(zones, facts("perdu.example"))
    assert finding.publish == f"perdu.example. IN A {IP}"

    zones.publish(finding.publish)
    assert helo_findings(zones, facts("perdu.example"))[0].level is ADVICE


def test_a_short_name_is_told_the_one_to_take(zones: Zones) -> None:
    (finding,) = helo_findings(zones, facts("ubuntu"))

    assert f"par exemple {NAME} (sous Postfix, myhostname)" in finding.mend


def test_both_addresses_of_a_server_must_be_led_to(zones: Zones) -> None:
    assert helo_findings(zones, facts(NAME, ips=(IP, V6)))[0].level is GOOD

    (finding,) = helo_findings(zones, facts(f"second.{DOMAIN}", ips=(IP, V6)))

    assert (finding.level, finding.publish) == (ADVICE, f"second.{DOMAIN}. IN AAAA {V6}")


def test_a_server_reached_by_ipv6_only_needs_no_other_address(zones: Zones) -> None:
    zones.withdraw(NAME, "A")

    assert helo_findings(zones, facts(NAME, ips=(V6,)))[0].level is GOOD


@pytest.mark.parametrize("name", ["perdu.example", "ubuntu", "ailleurs.example"])
def test_of_a_relay_it_is_only_asked(zones: Zones, name: str) -> None:
    """What it calls itself to us may not be what it calls itself to the providers."""
    (finding,) = helo_findings(zones, facts(name, sure=False))

    assert (finding.level, finding.lacks) == (UNKNOWN, None)
    assert "relancez avec --helo" in finding.mend


def test_a_relay_whose_name_leads_to_where_mails_leave_is_believed(zones: Zones) -> None:
    assert helo_findings(zones, facts(NAME, sure=False))[0].level is GOOD


def test_a_name_alone_is_good_where_nobody_knows_the_address(zones: Zones) -> None:
    (finding,) = helo_findings(zones, facts(NAME, ips=()))

    assert finding.level is GOOD
    assert Need.HELO not in {finding.lacks}
