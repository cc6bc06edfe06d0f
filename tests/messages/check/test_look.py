"""What the check finds in a domain's zone, and whether doing what it says is enough."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.messages.check.facts import Facts, at_home, facts_of
from app.messages.check.findings import PROVIDERS, Finding, Level, in_doubt, refusals
from app.messages.check.look import check_mail
from app.messages.dkim_key import DkimKey
from app.settings import Settings
from tests.keys import pem, rsa_key
from tests.messages.check.zones import Zones

DOMAIN, IP = "barometre.example", "192.0.2.10"
EVERYBODY = {"Gmail", "Yahoo", "Microsoft (Outlook, Hotmail)", "Orange (Wanadoo)", "La Poste"}
STRICT = EVERYBODY - {"La Poste"}


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> DkimKey:
    path = tmp_path_factory.mktemp("check") / "rsa.pem"
    path.write_bytes(pem(rsa_key()))
    return DkimKey.read(path, "nom", DOMAIN)


@pytest.fixture
def facts(key: DkimKey) -> Facts:
    return Facts(
        *(DOMAIN, DOMAIN, DOMAIN, (IP,), key),
        relay_signs=False,
        in_clear=False,
        helo=f"envoi.{DOMAIN}",
    )


@pytest.fixture
def zones(key: DkimKey) -> Zones:
    """All is as it should be."""
    record = key.record
    return Zones(
        f"{IP}. IN PTR envoi.{DOMAIN}",
        f"envoi.{DOMAIN}. IN A {IP}",
        f'{DOMAIN}. IN TXT "v=spf1 ip4:{IP} -all"',
        f'{key.place}. IN TXT "{record[:255]}" "{record[255:]}"',
        f'_dmarc.{DOMAIN}. IN TXT "v=DMARC1; p=quarantine; rua=mailto:dmarc@{DOMAIN}"',
        f"{DOMAIN}. IN MX 10 envoi.{DOMAIN}",
        f"www.{DOMAIN}. IN A 192.0.2.80",
    )


def refusing(findings: list[Finding]) -> set[str]:
    return {provider for provider, reasons in refusals(findings).items() if reasons}


def about(findings: list[Finding], topic: str) -> list[Finding]:
    return [one for one in findings if one.topic == topic]


def test_a_zone_in_order_is_accepted_by_all(zones: Zones, facts: Facts) -> None:
    findings = check_mail(zones, facts)

    assert {one.level for one in findings} == {Level.GOOD}
    assert refusing(findings) == set()


MISSING = {
    "spf": (DOMAIN, "TXT", STRICT),
    "dkim": (f"nom._domainkey.{DOMAIN}", "TXT", STRICT),
    "dmarc": (f"_dmarc.{DOMAIN}", "TXT", STRICT),
    "ptr": (IP, "PTR", EVERYBODY),
    "forward": (f"envoi.{DOMAIN}", "A", EVERYBODY),
    "mx": (DOMAIN, "MX", EVERYBODY),
    "site": (f"www.{DOMAIN}", "A", {"Orange (Wanadoo)"}),
}


@pytest.mark.parametrize(("name", "kind", "who"), MISSING.values(), ids=MISSING)
def test_what_is_missing_is_refused(
    zones: Zones, facts: Facts, name: str, kind: str, who: set[str]
) -> None:
    zones.withdraw(name, kind)

    assert refusing(check_mail(zones, facts)) == who


def test_doing_what_it_says_is_enough(facts: Facts) -> None:
    zones = Zones(f"{IP}. IN PTR envoi.{DOMAIN}", f"envoi.{DOMAIN}. IN A {IP}")
    first = check_mail(zones, facts)
    assert refusing(first) == EVERYBODY

    for finding in first:
        if finding.publish:
            line = finding.publish.replace("SERVEUR", f"envoi.{DOMAIN}")
            zones.publish(line.replace("ADRESSE", "192.0.2.80"))
    second = check_mail(zones, facts)

    assert refusing(second) == set()
    assert {one.level for one in second} == {Level.GOOD, Level.ADVICE}


def test_an_address_is_added_to_a_record_that_stands(zones: Zones, facts: Facts) -> None:
    findings = check_mail(zones, replace(facts, ips=(IP, "2001:db8::10")))

    (wrong,) = [one for one in about(findings, "SPF") if one.level is Level.WRONG]
    assert wrong.said == f"{DOMAIN} n’autorise pas 2001:db8::10 (fail)."
    assert wrong.publish == f'{DOMAIN}. IN TXT "v=spf1 ip6:2001:db8::10 ip4:{IP} -all"'


DKIM_RECORDS = {
    "withdrawn": ("v=DKIM1; p=", Level.WRONG, "a été retirée"),
    "another": ("v=DKIM1; k=rsa; p=AAAA", Level.WRONG, "n’est pas celle de DKIM_KEY_FILE"),
    "on trial": ("t=y; {record}", Level.ADVICE, "à l’essai"),
    "spaced": ("v=DKIM1;k=rsa;p= {public} ", Level.GOOD, "est la nôtre"),
    "something else": ("bonjour", Level.WRONG, "Aucune clé n’est publiée"),
}


@pytest.mark.parametrize(("record", "level", "said"), DKIM_RECORDS.values(), ids=DKIM_RECORDS)
def test_a_published_key_is_compared_to_ours(
    zones: Zones, facts: Facts, key: DkimKey, record: str, level: Level, said: str
) -> None:
    zones.withdraw(key.place, "TXT")
    written = record.format(record=key.record, public=key.public)
    zones.publish(f'{key.place}. IN TXT "{written}"')

    (finding,) = about(check_mail(zones, facts), "DKIM")

    assert finding.level is level
    assert said in finding.said


def test_two_published_keys_are_one_too_many(zones: Zones, facts: Facts, key: DkimKey) -> None:
    zones.publish(f'{key.place}. IN TXT "v=DKIM1; p=AAAA"')

    (finding,) = about(check_mail(zones, facts), "DKIM")

    assert "2 clés sont publiées" in finding.said


def test_without_a_key_mails_are_unsigned(zones: Zones, facts: Facts) -> None:
    findings = check_mail(zones, replace(facts, key=None))

    assert refusals(findings)["Gmail"] == ["DKIM"]


def test_a_server_that_signs_by_itself_is_believed(zones: Zones, facts: Facts) -> None:
    findings = check_mail(zones, replace(facts, key=None, relay_signs=True))

    assert refusing(findings) == set()
    assert about(findings, "DKIM")[0].level is Level.UNKNOWN


DMARC_RECORDS = {
    "reject": ('v=DMARC1; p=reject; rua=mailto:a@b.example"', Level.GOOD),
    "none": ('v=DMARC1; p=none; rua=mailto:a@b.example"', Level.ADVICE),
    "unread": ('v=DMARC1; p=reject"', Level.ADVICE),
    "misspelt": ('v=DMARC1; p=rejet"', Level.WRONG),
    "empty": ('v=DMARC1"', Level.WRONG),
    "not one": ('v=DMARC2; p=none"', Level.WRONG),
}


@pytest.mark.parametrize(("record", "level"), DMARC_RECORDS.values(), ids=DMARC_RECORDS)
def test_a_policy_is_read(zones: Zones, facts: Facts, record: str, level: Level) -> None:
    zones.withdraw(f"_dmarc.{DOMAIN}", "TXT")
    zones.publish(f'_dmarc.{DOMAIN}. IN TXT "{record}')

    assert about(check_mail(zones, facts), "DMARC")[0].level is level


def test_the_policy_of_the_domain_above_holds(zones: Zones, key: DkimKey, facts: Facts) -> None:
    below = f"enquete.{DOMAIN}"
    zones.publish(f'{below}. IN TXT "v=spf1 ip4:{IP} -all"')
    zones.publish(f"{below}. IN MX 10 envoi.{DOMAIN}")

    asked = replace(facts, domain=below, bounce_domain=DOMAIN, key=None, relay_signs=True)
    findings = about(check_mail(zones, asked), "DMARC")

    assert [one.level for one in findings] == [Level.GOOD, Level.GOOD]
    assert findings[0].said == f"{DOMAIN} a une politique DMARC\u00a0: quarantine."
    assert findings[1].said == "Nos courriels satisfont cette politique par SPF."


ALIGNMENTS = {
    "same": (DOMAIN, "", True),
    "below": (f"retour.{DOMAIN}", "", True),
    "below but strict": (f"retour.{DOMAIN}", "; aspf=s", False),
    "elsewhere": ("relais.example", "", False),
    "alike": (f"faux{DOMAIN}", "", False),
}


@pytest.mark.parametrize(("bounce", "tag", "good"), ALIGNMENTS.values(), ids=ALIGNMENTS)
def test_an_spf_of_elsewhere_proves_nothing(
    zones: Zones, facts: Facts, bounce: str, tag: str, good: bool
) -> None:
    zones.withdraw(f"_dmarc.{DOMAIN}", "TXT")
    zones.publish(f'_dmarc.{DOMAIN}. IN TXT "v=DMARC1; p=reject; rua=mailto:a@b.example{tag}"')
    if bounce != DOMAIN:
        zones.publish(f'{bounce}. IN TXT "v=spf1 ip4:{IP} -all"')

    asked = replace(facts, bounce_domain=bounce, key=None)
    findings = check_mail(zones, asked)

    assert ("DMARC" in refusals(findings)["Orange (Wanadoo)"]) is not good


def test_a_signature_of_ours_is_enough_for_the_policy(zones: Zones, facts: Facts) -> None:
    zones.publish(f'relais.example. IN TXT "v=spf1 ip4:{IP} -all"')

    findings = about(check_mail(zones, replace(facts, bounce_domain="relais.example")), "DMARC")

    assert findings[1].said == "Nos courriels satisfont cette politique par DKIM."


def test_a_name_that_leads_elsewhere_is_no_name(zones: Zones, facts: Facts) -> None:
    zones.withdraw(f"envoi.{DOMAIN}", "A")
    zones.publish(f"envoi.{DOMAIN}. IN A 192.0.2.99")

    (finding,) = about(check_mail(zones, facts), "PTR")

    assert finding.said == f"{IP} se nomme envoi.{DOMAIN}, mais ce nom ne renvoie pas à elle."


@pytest.mark.parametrize(
    ("lines", "level"),
    [
        (["retour.example. IN MX 0 ."], Level.WRONG),
        (["retour.example. IN A 192.0.2.1"], Level.ADVICE),
        (["retour.example. IN MX 10 nowhere.example"], Level.WRONG),
        ([], Level.WRONG),
    ],
    ids=["takes none", "web address", "lost server", "nothing"],
)
def test_where_refusals_return_must_take_mail(
    zones: Zones, facts: Facts, lines: list[str], level: Level
) -> None:
    for line in lines:
        zones.publish(line)

    found = about(check_mail(zones, replace(facts, bounce_domain="retour.example")), "MX")

    assert [one.level for one in found] == [Level.GOOD, level]
    assert found[1].lacks is None


def test_a_server_that_the_internet_does_not_see_takes_no_mail(zones: Zones, facts: Facts) -> None:
    zones.publish("retour.example. IN MX 10 chez.example")
    zones.publish("chez.example. IN A 10.1.2.3")

    found = about(check_mail(zones, replace(facts, bounce_domain="retour.example")), "MX")

    assert [one.level for one in found] == [Level.GOOD, Level.WRONG]


def test_the_server_that_is_named_is_one_that_is_there(zones: Zones, facts: Facts) -> None:
    zones.publish("retour.example. IN MX 10 perdu.example")
    zones.publish(f"retour.example. IN MX 20 envoi.{DOMAIN}")

    found = about(check_mail(zones, replace(facts, bounce_domain="retour.example")), "MX")

    assert found[1].said.endswith(f"reçoit du courrier par envoi.{DOMAIN}.")


RETURNS = {
    "believed and read": ("r@retour.example", "/var/mail/r", Level.GOOD, "lus et crus"),
    "believed, by a pipe perhaps": ("r@retour.example", "", Level.ADVICE, "mail returned --pipe"),
    "not believed": ("", "/var/mail/r", Level.WRONG, "réglez BOUNCE_ADDRESS"),
}


@pytest.mark.parametrize(("address", "box", "level", "said"), RETURNS.values(), ids=RETURNS)
def test_it_is_told_whether_returned_mail_is_believed(
    zones: Zones, address: str, box: str, level: Level, said: str
) -> None:
    settings = Settings.read({"BOUNCE_ADDRESS": address, "BOUNCE_MAILDIR": box})
    facts = facts_of(settings, zones, domain=DOMAIN, ips=[IP])

    (finding,) = about(check_mail(zones, facts), "Retour")

    assert finding.level is level
    assert said in f"{finding.said} {finding.mend}"
    assert finding.lacks is None


def test_mails_in_clear_are_told(zones: Zones, facts: Facts) -> None:
    (finding,) = about(check_mail(zones, replace(facts, in_clear=True)), "TLS")

    assert finding.level is Level.WRONG


@pytest.mark.parametrize("away", [DOMAIN, IP, f"_dmarc.{DOMAIN}", f"nom._domainkey.{DOMAIN}"])
def test_a_dns_that_does_not_answer_accuses_nobody(zones: Zones, facts: Facts, away: str) -> None:
    zones.away = (away,)

    findings = check_mail(zones, facts)

    assert Level.WRONG not in {one.level for one in findings}
    assert f"Le DNS n’a pas répondu pour {away}." in {one.said for one in findings}


@pytest.fixture
def host() -> Zones:
    return Zones("smtp.example. IN A 192.0.2.7", "chez.example. IN A 10.1.2.3")


@pytest.mark.parametrize(
    ("smtp_host", "ips"),
    [
        ("smtp.example", ("192.0.2.7",)),
        ("192.0.2.8", ("192.0.2.8",)),
        ("chez.example", ()),
        ("127.0.0.1", ()),
        ("localhost", ()),
        ("nowhere.example", ()),
    ],
)
def test_mails_are_taken_to_leave_from_the_sending_server(
    host: Zones, smtp_host: str, ips: tuple[str, ...]
) -> None:
    facts = facts_of(Settings.read({"SMTP_HOST": smtp_host}), host)

    assert facts.ips == ips
    assert facts.in_clear is not (smtp_host in ("127.0.0.1", "localhost"))


def test_another_domain_is_looked_at_with_our_key(host: Zones, tmp_path: Path) -> None:
    path = tmp_path / "rsa.pem"
    path.write_bytes(pem(rsa_key()))
    settings = Settings.read({"DKIM_KEY_FILE": str(path), "BOUNCE_ADDRESS": "r@retour.example"})

    facts = facts_of(settings, host, domain="OPSN.example.", ips=["192.0.2.1"])

    assert facts.key is not None
    assert facts.key.place == "barometre._domainkey.opsn.example"
    assert (facts.domain, facts.bounce_domain) == ("opsn.example", "retour.example")


# --- Records as domains have them ------------------------------------------------------------


def test_two_records_of_senders_are_joined_into_one(zones: Zones, facts: Facts) -> None:
    zones.publish(f'{DOMAIN}. IN TXT "v=spf1 include:relais.example ~all"')
    zones.publish('relais.example. IN TXT "v=spf1 ip4:198.51.100.9 -all"')

    (finding,) = about(check_mail(zones, facts), "SPF")
    zones.withdraw(DOMAIN, "TXT")
    zones.publish(finding.publish)

    assert finding.level is Level.WRONG
    assert finding.publish == f'{DOMAIN}. IN TXT "v=spf1 ip4:{IP} include:relais.example -all"'
    assert about(check_mail(zones, facts), "SPF")[0].level is Level.GOOD


ENDS = {
    "nobody else": ("-all", []),
    "nobody else, softly": ("~all", []),
    "no word": ("", ["n’interdit à personne"]),
    "no opinion": ("?all", ["n’interdit à personne"]),
    "everybody": ("+all", ["autorise tout le monde"]),
    "who writes": ("exists:%{l}.x.example ?all", []),
}


@pytest.mark.parametrize(("end", "advised"), ENDS.values(), ids=ENDS)
def test_a_record_that_keeps_nobody_out_is_advised_against(
    zones: Zones, facts: Facts, end: str, advised: list[str]
) -> None:
    zones.withdraw(DOMAIN, "TXT")
    zones.publish(f'{DOMAIN}. IN TXT "v=spf1 ip4:{IP} {end}"')

    first, *others = about(check_mail(zones, facts), "SPF")

    assert first.level is Level.GOOD
    assert [word in one.said for word, one in zip(advised, others, strict=True)] == [True] * len(
        advised
    )


def test_a_record_that_depends_on_who_writes_accuses_nobody(zones: Zones, facts: Facts) -> None:
    zones.withdraw(DOMAIN, "TXT")
    zones.publish(f'{DOMAIN}. IN TXT "v=spf1 include:%{{l}}.relais.example -all"')

    findings = check_mail(zones, facts)

    assert about(findings, "SPF")[0].level is Level.UNKNOWN
    assert refusing(findings) == set()


def test_too_many_questions_are_told_with_what_to_remove(zones: Zones, facts: Facts) -> None:
    zones.withdraw(DOMAIN, "TXT")
    asks = " ".join(f"a:{n}.exemple.example" for n in range(11))
    zones.publish(f'{DOMAIN}. IN TXT "v=spf1 {asks} ip4:{IP} -all"')
    for n in range(11):
        zones.publish(f"{n}.exemple.example. IN A 198.51.100.{n}")

    (finding,) = about(check_mail(zones, facts), "SPF")

    assert "plus de 10 questions" in finding.said
    assert "Retirez-en les include" in finding.mend


def test_a_fault_of_somebody_else_s_record_is_not_ours_to_correct(
    zones: Zones, facts: Facts
) -> None:
    zones.withdraw(DOMAIN, "TXT")
    zones.publish(f'{DOMAIN}. IN TXT "v=spf1 include:relais.example -all"')
    zones.publish('relais.example. IN TXT "v=spf1 ipv4:192.0.2.10 -all"')

    (finding,) = about(check_mail(zones, facts), "SPF")

    assert "La faute est dans l’enregistrement de relais.example" in finding.mend


def test_two_policies_are_none(zones: Zones, facts: Facts) -> None:
    zones.publish(f'_dmarc.{DOMAIN}. IN TXT "v=DMARC1; p=none"')

    (finding,) = about(check_mail(zones, facts), "DMARC")

    assert finding.said == f"{DOMAIN} a plusieurs politiques DMARC."
    assert finding.lacks is not None


def test_a_misspelt_policy_with_somewhere_to_report_to_stands_for_none(
    zones: Zones, facts: Facts
) -> None:
    zones.withdraw(f"_dmarc.{DOMAIN}", "TXT")
    zones.publish(f'_dmarc.{DOMAIN}. IN TXT "v=DMARC1; p=rejet; rua=mailto:a@b.example"')

    first, _ = about(check_mail(zones, facts), "DMARC")

    assert (first.level, first.lacks) == (Level.ADVICE, None)
    assert first.said.endswith("est illisible (p=rejet)\u00a0: elle vaut p=none.")


def test_the_policy_above_may_say_another_thing_of_what_is_below(
    zones: Zones, facts: Facts
) -> None:
    below = f"enquete.{DOMAIN}"
    zones.withdraw(f"_dmarc.{DOMAIN}", "TXT")
    zones.publish(f'_dmarc.{DOMAIN}. IN TXT "v=DMARC1; p=none; sp=reject; rua=mailto:a@b.example"')

    first, second = about(check_mail(zones, replace(facts, domain=below)), "DMARC")

    assert first.said == f"{DOMAIN} a une politique DMARC\u00a0: reject."
    assert second.said == "Nos courriels satisfont cette politique par SPF et par DKIM."


# --- Keys of a server that signs by itself ---------------------------------------------------


def record_of(n_bits: int) -> str:
    """A record of a key as long; no private half goes with it."""
    key = RSAPublicNumbers(65_537, (1 << (n_bits - 1)) + 1).public_key()
    raw = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; k=rsa; p={b64encode(raw).decode()}"


RELAY_KEYS = {
    "long enough": (record_of(2048), Level.GOOD, "2048 bits"),
    "short": (record_of(1024), Level.ADVICE, "c’est court"),
    "too short": (record_of(768), Level.WRONG, "trop courte"),
    "withdrawn": ("v=DKIM1; p=", Level.WRONG, "a été retirée"),
    "not base64": ("v=DKIM1; p=!!!", Level.WRONG, "illisible"),
    "no key": ("v=DKIM1; p=AAAA", Level.WRONG, "illisible"),
    "another kind": (f"v=DKIM1; k=ed25519; p={'A' * 43}=", Level.ADVICE, "Ed25519"),
    "another kind, cut": ("v=DKIM1; k=ed25519; p=AAAA", Level.WRONG, "illisible"),
    "none": ("bonjour", Level.WRONG, "Aucune clé n’est publiée"),
}


@pytest.mark.parametrize(("record", "level", "said"), RELAY_KEYS.values(), ids=RELAY_KEYS)
def test_the_key_of_a_relay_is_judged_by_what_it_is(
    zones: Zones, facts: Facts, record: str, level: Level, said: str
) -> None:
    place = f"relais._domainkey.{DOMAIN}"
    strings = " ".join(f'"{record[at : at + 255]}"' for at in range(0, len(record), 255))
    zones.publish(f"{place}. IN TXT {strings}")

    asked = replace(facts, key=None, relay_signs=True, relay_selector="relais")
    findings = check_mail(zones, asked)

    (finding,) = about(findings, "DKIM")
    assert finding.level is level
    assert said in finding.said
    assert ("DKIM" in refusals(findings)["Gmail"]) is (level is Level.WRONG)


# --- The DNS itself ----------------------------------------------------------------------------


def test_a_name_server_that_invents_addresses_is_told(zones: Zones, facts: Facts) -> None:
    zones.publish("nulle-part.invalid. IN A 203.0.113.1")

    findings = check_mail(zones, facts)

    (finding,) = about(findings, "DNS")
    assert finding.level is Level.UNKNOWN
    assert in_doubt(findings) == set(PROVIDERS)


def test_one_silence_hides_nothing_of_the_rest(zones: Zones, facts: Facts) -> None:
    zones.away = (IP,)

    findings = check_mail(zones, replace(facts, ips=(IP, "192.0.2.11"), helo=""))

    assert [one.level for one in about(findings, "PTR")] == [Level.UNKNOWN, Level.WRONG]


def test_only_who_asks_for_it_is_in_doubt(zones: Zones, facts: Facts) -> None:
    zones.away = (f"www.{DOMAIN}",)

    assert in_doubt(check_mail(zones, facts)) == {"Orange (Wanadoo)"}


BUTTONS = {
    "signed": (True, True, Level.GOOD),
    "unsigned": (False, True, Level.ADVICE),
    "in clear": (True, False, Level.ADVICE),
}


@pytest.mark.parametrize(("signed", "private", "level"), BUTTONS.values(), ids=BUTTONS)
def test_the_button_to_unsubscribe_needs_a_signature_and_https(
    zones: Zones, facts: Facts, signed: bool, private: bool, level: Level
) -> None:
    asked = replace(facts, key=facts.key if signed else None, site_is_private=private)

    (finding,) = about(check_mail(zones, asked), "Bouton")

    assert (finding.level, finding.lacks) == (level, None)


@pytest.mark.parametrize("ip", ["100.64.3.4", "169.254.1.1", "10.0.0.1", "fe80::1", "fd00::1"])
def test_an_address_that_the_internet_does_not_see_is_of_home(ip: str) -> None:
    assert at_home(ip)
    assert not at_home("192.0.2.1")
