"""Made-up zones of the DNS, as a zone file has them. Not a test."""

from __future__ import annotations

import re
from collections import defaultdict

from app.messages.check.dns import DnsAway

_LINE = re.compile(r"(\S+)\. IN (\w+) (.*)")


class Zones:
    """A resolver that knows these lines and nothing else; `away`: names nobody answers for."""

    def __init__(self, *lines: str, away: tuple[str, ...] = ()) -> None:
        self._found: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.away = away
        for line in lines:
            self.publish(line)

    def publish(self, line: str) -> None:
        found = _LINE.fullmatch(line)
        assert found is not None, line
        name, kind, value = found.groups()
        said = "".join(re.findall(r'"([^"]*)"', value)) if kind == "TXT" else value
        self._found[name, kind].append(said.split()[-1] if kind == "MX" else said)

    def withdraw(self, name: str, kind: str) -> None:
        del self._found[name, kind]

    def txt(self, name: str) -> list[str]:
        return self._of(name, "TXT")

    def mx(self, name: str) -> list[str]:
        return self._of(name, "MX")

    def addresses(self, name: str) -> list[str]:
        return self._of(name, "A") + self._of(name, "AAAA")

    def names_of(self, ip: str) -> list[str]:
        return self._of(ip, "PTR")

    def _of(self, name: str, kind: str) -> list[str]:
        if name in self.away:
            raise DnsAway(name)
        return list(self._found.get((name, kind), []))
