"""Whether a website stands behind the sender's domain, as the DNS and a visit tell."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from app.messages.check.facts import Facts
from app.messages.check.findings import Finding, Level, Need
from app.messages.check.website import Seen, Visit, knock, site_findings
from tests.messages.check.zones import Zones

DOMAIN = "enquete.exemple.example"
FACTS = Facts(DOMAIN, DOMAIN, DOMAIN, (), None, relay_signs=False, in_clear=False)
HERE = (f"{DOMAIN}. IN A 192.0.2.80",)


def seen(*lines: str, visit: Visit | None = None, facts: Facts = FACTS) -> Finding:
    (finding,) = site_findings(Zones(*lines), facts, visit)
    return finding


@pytest.mark.parametrize(
    "line",
    [
        f"{DOMAIN}. IN A 192.0.2.80",
        f"{DOMAIN}. IN AAAA 2001:db8::80",
        f"www.{DOMAIN}. IN A 192.0.2.80",
    ],
    ids=["itself", "IPv6 only", "www"],
)
def test_a_domain_that_leads_somewhere_may_have_a_site(line: str) -> None:
    assert seen(line).level is Level.GOOD


@pytest.mark.parametrize("lines", [(), (f"{DOMAIN}. IN A 10.0.0.5",)], ids=["nothing", "inside"])
def test_a_domain_that_leads_nowhere_has_none(lines: tuple[str, ...]) -> None:
    finding = seen(*lines)

    assert (finding.level, finding.lacks) == (Level.WRONG, Need.SITE)
    assert finding.publish == f"{DOMAIN}. IN A ADRESSE"


def test_the_site_of_the_domain_above_is_not_refused() -> None:
    finding = seen("www.exemple.example. IN A 192.0.2.80")

    assert (finding.level, finding.lacks) == (Level.ADVICE, None)
    assert "celui de exemple.example en tient lieu" in finding.said


def test_our_own_pages_are_proposed() -> None:
    elsewhere = replace(FACTS, site="barometre.exemple.example")

    assert seen(facts=elsewhere).publish == f"www.{DOMAIN}. IN CNAME barometre.exemple.example."
    for site in ("127.0.0.1", "localhost", DOMAIN, ""):
        assert seen(facts=replace(FACTS, site=site)).publish == f"{DOMAIN}. IN A ADRESSE"


VISITS = {
    "answers": (Seen(200, private=True), Level.GOOD),
    "leads elsewhere": (Seen(301, private=True), Level.GOOD),
    "shuts robots out": (Seen(403, private=True), Level.GOOD),
    "in clear": (Seen(200), Level.ADVICE),
    "empty": (Seen(404, private=True), Level.ADVICE),
    "broken": (Seen(502, private=True), Level.ADVICE),
    "silent": (Seen(), Level.UNKNOWN),
}


@pytest.mark.parametrize(("found", "level"), VISITS.values(), ids=VISITS)
def test_a_visit_tells_more(found: Seen, level: Level) -> None:
    finding = seen(*HERE, visit=lambda _host: found)

    assert (finding.level, finding.lacks) == (level, None)


def test_the_host_that_answers_is_the_one_that_counts() -> None:
    lines = (*HERE, f"www.{DOMAIN}. IN A 192.0.2.80")
    www = {f"www.{DOMAIN}": Seen(200, private=True)}

    assert (
        f"Un site répond à www.{DOMAIN}." == seen(*lines, visit=lambda h: www.get(h, Seen())).said
    )


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(302)
        self.send_header("Location", "http://192.0.2.1/")
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Nothing: the test's own output is enough."""


@contextmanager
def serving() -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), _Page) as server:
        served = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        served.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            served.join()


def test_a_site_is_asked_once_and_not_followed() -> None:
    with serving() as port:
        assert knock(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) == Seen(302)


def test_a_site_that_does_not_speak_http_or_is_away_is_silent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]

        def babble() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(b"220 hello\r\n")

        talking = threading.Thread(target=babble)
        talking.start()
        assert knock(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) == Seen()
        talking.join()
    assert knock(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) == Seen()
