"""Our questions, put by dnspython to a name server on this machine."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import dns.message
import dns.rcode
import dns.resolver
import dns.rrset
import pytest

from app.messages.check.dns import Dns, DnsAway

ZONE = {
    ("d.example.", "TXT"): ['"v=spf1 " "ip4:192.0.2.1 -all"', '"autre"'],
    ("d.example.", "MX"): ["20 second.example.", "10 First.example."],
    ("none.example.", "MX"): ["0 ."],
    ("first.example.", "A"): ["192.0.2.1"],
    ("first.example.", "AAAA"): ["2001:db8::1"],
    ("1.2.0.192.in-addr.arpa.", "PTR"): ["First.example."],
}
BROKEN = "broken.example."


def answer(question: bytes) -> bytes:
    asked = dns.message.from_wire(question)
    reply = dns.message.make_response(asked)
    about = asked.question[0]
    name = about.name.to_text().lower()
    kind = about.rdtype.name
    if name == BROKEN:
        reply.set_rcode(dns.rcode.SERVFAIL)
    elif (name, kind) in ZONE:
        reply.answer.append(dns.rrset.from_text(about.name, 60, "IN", kind, *ZONE[name, kind]))
    elif not any(name == known for known, _ in ZONE):
        reply.set_rcode(dns.rcode.NXDOMAIN)
    return reply.to_wire()


@pytest.fixture
def ours() -> Iterator[Dns]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))

        def serve() -> None:
            while True:
                question, asker = server.recvfrom(4096)
                if not question:
                    return
                server.sendto(answer(question), asker)

        served = threading.Thread(target=serve, daemon=True)
        served.start()
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers = ["127.0.0.1"]
        resolver.port = server.getsockname()[1]
        yield Dns(resolver)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stopping:
            stopping.sendto(b"", server.getsockname())
        served.join(5)


def test_texts_in_several_pieces_are_one(ours: Dns) -> None:
    assert sorted(ours.txt("d.example")) == ["autre", "v=spf1 ip4:192.0.2.1 -all"]


def test_the_preferred_host_comes_first(ours: Dns) -> None:
    assert ours.mx("d.example") == ["first.example", "second.example"]
    assert ours.mx("none.example") == ["."]


def test_addresses_and_names(ours: Dns) -> None:
    assert ours.addresses("first.example") == ["192.0.2.1", "2001:db8::1"]
    assert ours.names_of("192.0.2.1") == ["first.example"]


@pytest.mark.parametrize("name", ["nowhere.example", "d..example", "x" * 64 + ".example"])
def test_what_does_not_exist_is_nothing(ours: Dns, name: str) -> None:
    assert ours.txt(name) == []


def test_what_exists_without_that_kind_is_nothing(ours: Dns) -> None:
    assert ours.txt("first.example") == []


def test_a_server_that_fails_is_no_answer(ours: Dns) -> None:
    with pytest.raises(DnsAway):
        ours.txt("broken.example")
