"""SPF records as domains write them, and what a receiver concludes of a mail."""

from __future__ import annotations

import pytest

from app.messages.check.spf import MOST_LOOKUPS, Spf, SpfResult, evaluate
from tests.messages.check.zones import Zones

OURS, V6, OTHER = "192.0.2.10", "2001:db8::10", "198.51.100.9"
NEAR = (
    "host.example. IN A 192.0.2.10",
    "host.example. IN AAAA 2001:db8::10",
    "wide.example. IN A 192.0.2.77",
    "mailed.example. IN MX 10 host.example",
    'allows.example. IN TXT "v=spf1 ip4:192.0.2.10 -all"',
    'forbids.example. IN TXT "v=spf1 -all"',
    'wary.example. IN TXT "v=spf1 ~all"',
    f"{OURS}. IN PTR envoi.named.example",
    f"{OURS}. IN PTR envoi.liar.example",
    f"envoi.named.example. IN A {OURS}",
    *(f"crowd.example. IN MX {n} host.example" for n in range(11)),
    "192.0.2.10.in-addr.lists.example. IN A 127.0.0.2",
    'd.example.allowing.example. IN TXT "v=spf1 ip4:192.0.2.10 -all"',
)


def concluded(record: str, ip: str | None = OURS) -> Spf:
    zones = Zones(*NEAR, f'd.example. IN TXT "{record}"', "d.example. IN A 192.0.2.10")
    return evaluate(zones, "d.example", ip)


@pytest.mark.parametrize(
    ("record", "ip", "result"),
    [
        ("v=spf1 -all", OURS, "fail"),
        ("v=spf1 ~all", OURS, "softfail"),
        ("v=spf1 ?all", OURS, "neutral"),
        ("v=spf1", OURS, "neutral"),
        ("v=spf1 +all", OURS, "pass"),
        ("V=SPF1 IP4:192.0.2.10 -ALL", OURS, "pass"),
        ("v=spf1 ip4:192.0.2.10 -all", OTHER, "fail"),
        ("v=spf1 ip4:192.0.2.0/24 -all", OURS, "pass"),
        ("v=spf1 ip4:192.0.2.1/24 -all", OURS, "pass"),
        ("v=spf1 -ip4:192.0.2.10 +all", OURS, "fail"),
        ("v=spf1 ip6:2001:db8::/32 -all", V6, "pass"),
        ("v=spf1 ip6:2001:db8::/32 -all", OURS, "fail"),
        ("v=spf1 a -all", OURS, "pass"),
        ("v=spf1 a:host.example -all", V6, "pass"),
        ("v=spf1 a:wide.example -all", OURS, "fail"),
        ("v=spf1 a:wide.example/24 -all", OURS, "pass"),
        ("v=spf1 a:host.example/32//128 -all", V6, "pass"),
        ("v=spf1 mx:mailed.example -all", OURS, "pass"),
        ("v=spf1 mx -all", OURS, "fail"),
        ("v=spf1 include:allows.example -all", OURS, "pass"),
        ("v=spf1 include:allows.example -all", OTHER, "fail"),
        ("v=spf1 include:forbids.example ~all", OURS, "softfail"),
        ("v=spf1 include:wary.example ip4:192.0.2.10 -all", OURS, "pass"),
        ("v=spf1 redirect=allows.example", OURS, "pass"),
        ("v=spf1 redirect=allows.example", OTHER, "fail"),
        ("v=spf1 redirect=forbids.example ip4:192.0.2.10", OURS, "pass"),
        ("v=spf1 exists:host.example -all", OURS, "pass"),
        ("v=spf1 exists:%{i}.list.example -all", OURS, "fail"),
        ("v=spf1 ptr -all", OURS, "fail"),
        ("v=spf1 exp=why.example ip4:192.0.2.10 -all", OURS, "pass"),
        ("v=spf1 ipv4:192.0.2.10 -all", OURS, "permerror"),
        ("v=spf1 ip4:192.0.2 -all", OURS, "permerror"),
        ("v=spf1 include:nowhere.example -all", OURS, "permerror"),
        ("v=spf1 redirect=nowhere.example", OURS, "permerror"),
        ("v=spf1 a:one.example a:two.example a:three.example -all", OURS, "permerror"),
        ("v=spf1 a:host.example/x -all", OURS, "permerror"),
        ("v=spf1 a:host.example/33 -all", OURS, "permerror"),
        ("v=spf1 ip4:192.0.2.10 ipv4:192.0.2.11 -all", OURS, "permerror"),
        ("v=spf1 ip4:2001:db8::10 -all", V6, "permerror"),
        ("v=spf1 include: ip4:192.0.2.10 -all", OURS, "permerror"),
        ("v=spf1 redirect=allows.example redirect=wary.example", OURS, "permerror"),
        ("v=spf1 -all redirect=allows.example", OURS, "fail"),
        ("v=spf1 ptr:named.example -all", OURS, "pass"),
        ("v=spf1 ptr:liar.example -all", OURS, "fail"),
        ("v=spf1 mx:crowd.example -all", OURS, "permerror"),
        ("v=spf1 exists:%{i}.%{v}.lists.example -all", OURS, "pass"),
        ("v=spf1 exists:%{ir}.%{v}.lists.example -all", OURS, "fail"),
        ("v=spf1 include:%{d2}.allowing.example -all", OURS, "pass"),
        ("v=spf1 a:%{o}.allowing.example -all", OURS, "fail"),
    ],
)
def test_a_record_is_read_as_rfc_7208_says(record: str, ip: str, result: str) -> None:
    assert concluded(record, ip).result == result


def test_no_record_is_none() -> None:
    assert evaluate(Zones('d.example. IN TXT "google-site=1"'), "d.example", OURS) == Spf(
        SpfResult.NONE, "", 0
    )


def test_two_records_are_as_bad_as_none() -> None:
    zones = Zones('d.example. IN TXT "v=spf1 +all"', 'd.example. IN TXT "v=spf1 -all"')

    assert evaluate(zones, "d.example", OURS).result is SpfResult.BROKEN


def chain(length: int) -> Zones:
    """Includes of includes, as deep; the last one allows us."""
    lines = [f'd{n}.example. IN TXT "v=spf1 include:d{n + 1}.example -all"' for n in range(length)]
    return Zones(*lines, f'd{length}.example. IN TXT "v=spf1 ip4:{OURS} -all"')


def test_ten_questions_are_allowed_and_eleven_are_not() -> None:
    assert evaluate(chain(MOST_LOOKUPS), "d0.example", OURS).result is SpfResult.PASS
    assert evaluate(chain(MOST_LOOKUPS + 1), "d0.example", OURS).result is SpfResult.BROKEN


def test_records_that_include_each_other_are_named() -> None:
    zones = Zones(
        'd.example. IN TXT "v=spf1 include:e.example -all"',
        'e.example. IN TXT "v=spf1 include:d.example -all"',
    )

    spf = evaluate(zones, "d.example", OURS)

    assert (spf.result, spf.why) == (SpfResult.BROKEN, "d.example renvoie à lui-même")


def test_a_fault_is_told_to_be_in_the_record_that_has_it() -> None:
    zones = Zones(
        'd.example. IN TXT "v=spf1 include:e.example -all"', 'e.example. IN TXT "v=spf1 ipv4:x"'
    )

    assert evaluate(zones, "d.example", OURS).where == "e.example"


@pytest.mark.parametrize(
    ("record", "unsure"),
    [
        ("v=spf1 exists:%{l}.people.example -all", True),
        ("v=spf1 include:%{s}.people.example -all", True),
        ("v=spf1 redirect=%{h}.people.example", True),
        ("v=spf1 exists:%{i}.lists.example -all", False),
        ("v=spf1 -all", False),
    ],
)
def test_a_macro_about_who_writes_leaves_it_open(record: str, unsure: bool) -> None:
    assert concluded(record).unsure is unsure


def test_for_nobody_s_address_it_is_read_to_its_end() -> None:
    spf = concluded("v=spf1 a mx include:allows.example exists:host.example -all", None)

    assert (spf.result, spf.n_lookups) == (SpfResult.FAIL, 4)
