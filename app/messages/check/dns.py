"""What is asked of the DNS, and dnspython as the one who asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

import dns.exception
import dns.resolver
import dns.reversename

T = TypeVar("T")
PATIENCE = 5.0  # seconds for one question, all name servers together


class DnsAway(Exception):
    """No name server answered about a name: nothing can be said, neither good nor bad."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Resolver(Protocol):
    """Each gives nothing where there is nothing, and raises `DnsAway` where nobody answers."""

    def txt(self, name: str) -> list[str]: ...

    def mx(self, name: str) -> list[str]:
        """The hosts that take its mail, the preferred first; "." is: none, on purpose."""
        ...

    def addresses(self, name: str) -> list[str]:
        """IPv4, then IPv6."""
        ...

    def names_of(self, ip: str) -> list[str]:
        """The names that the address says it has (PTR)."""
        ...


class Dns:
    """The name servers that this machine is set to use, unless others are given."""

    def __init__(self, resolver: dns.resolver.Resolver | None = None) -> None:
        self._resolver = resolver or dns.resolver.Resolver()

    def txt(self, name: str) -> list[str]:
        return self._asked(
            name, "TXT", lambda found: b"".join(found.strings).decode("utf-8", "replace")
        )

    def mx(self, name: str) -> list[str]:
        found = self._asked(name, "MX", lambda one: (one.preference, _plain(one.exchange)))
        return [host for _, host in sorted(found)]

    def addresses(self, name: str) -> list[str]:
        return [
            address
            for kind in ("A", "AAAA")
            for address in self._asked(name, kind, lambda one: str(one.address))
        ]

    def names_of(self, ip: str) -> list[str]:
        where = dns.reversename.from_address(ip).to_text()
        return self._asked(where, "PTR", lambda one: _plain(one.target))

    def _asked(self, name: str, kind: str, read: Callable[[Any], T]) -> list[T]:
        try:
            answer = self._resolver.resolve(name, kind, lifetime=PATIENCE)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except (dns.resolver.NoNameservers, dns.exception.Timeout):
            raise DnsAway(name) from None
        except dns.exception.DNSException:
            return []  # no name of the DNS: there cannot be anything
        return [read(one) for one in answer]


def _plain(name: Any) -> str:
    return str(name.to_text()).rstrip(".").lower() or "."
