"""SPF (RFC 7208): whether a domain lets an address of the internet send for it."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from enum import StrEnum

from app.messages.check.dns import Resolver

MOST_LOOKUPS = 10  # 4.6.4: one more, and every receiver refuses the whole record
MOST_VOID = 2
_MODIFIER = re.compile(r"([a-z][a-z0-9_.-]*)=(.*)", re.IGNORECASE)
_PLACE = re.compile(r"(?::([^/]+))?(?:/(\d{1,3}))?(?://(\d{1,3}))?")

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class SpfResult(StrEnum):
    """What a receiver concludes (2.6)."""

    PASS = "pass"
    FAIL = "fail"
    SOFTFAIL = "softfail"
    NEUTRAL = "neutral"
    NONE = "none"
    BROKEN = "permerror"


_OF_SIGN = {
    "+": SpfResult.PASS,
    "-": SpfResult.FAIL,
    "~": SpfResult.SOFTFAIL,
    "?": SpfResult.NEUTRAL,
}


@dataclass(frozen=True, slots=True)
class Spf:
    """The conclusion, the record it was drawn from, and why that cannot be read, in French."""

    result: SpfResult
    record: str
    n_lookups: int
    why: str = ""


class _Broken(Exception):
    """The record makes every receiver give up; why, in French."""


def spf_record(resolver: Resolver, domain: str) -> list[str]:
    """The SPF records of a domain: there must be one."""
    return [text for text in resolver.txt(domain) if text.lower().split(" ")[0] == "v=spf1"]


def evaluate(resolver: Resolver, domain: str, ip: str | None) -> Spf:
    """What is concluded of a mail from that address; of none: how far the record is read at most.

    Macros are not expanded: what hangs on one is counted as a question, and does not match.
    """
    walk = _Walk(resolver, ipaddress.ip_address(ip) if ip else None)
    record = next(iter(spf_record(resolver, domain)), "")
    try:
        return Spf(walk.check(domain), record, walk.n_lookups)
    except _Broken as broken:
        return Spf(SpfResult.BROKEN, record, walk.n_lookups, str(broken))


class _Walk:
    """One reading of a record and of all that it includes."""

    def __init__(self, resolver: Resolver, ip: IpAddress | None) -> None:
        self._resolver = resolver
        self._ip = ip
        self.n_lookups = 0
        self._n_void = 0

    def check(self, domain: str) -> SpfResult:
        records = spf_record(self._resolver, domain)
        if not records:
            return SpfResult.NONE
        if len(records) > 1:
            raise _Broken(f"{domain} a {len(records)} enregistrements SPF, il n’en faut qu’un")
        elsewhere = ""
        for term in records[0].split()[1:]:
            modifier = _MODIFIER.fullmatch(term)
            if modifier is not None:
                elsewhere = modifier[2] if modifier[1].lower() == "redirect" else elsewhere
                continue
            sign, mechanism = (term[0], term[1:]) if term[0] in _OF_SIGN else ("+", term)
            if self._matches(mechanism, domain):
                return _OF_SIGN[sign]
        return self._below(elsewhere) if elsewhere else SpfResult.NEUTRAL

    def _matches(self, mechanism: str, domain: str) -> bool:
        name = re.split(r"[:/]", mechanism, maxsplit=1)[0].lower()
        rest = mechanism[len(name) :]
        if name == "all":
            return True
        if name in ("ip4", "ip6"):
            return self._in(rest[1:], mechanism)
        if name == "include":
            return self._below(rest[1:]) is SpfResult.PASS
        if name in ("a", "mx", "exists", "ptr"):
            return self._found(name, rest, domain)
        raise _Broken(f"«\u00a0{mechanism}\u00a0» n’est pas de l’SPF")

    def _below(self, domain: str) -> SpfResult:
        self._count()
        if "%" in domain:
            return SpfResult.NEUTRAL
        found = self.check(domain)
        if found is SpfResult.NONE:
            raise _Broken(f"il renvoie à {domain}, qui n’a pas d’SPF")
        return found

    def _found(self, name: str, rest: str, domain: str) -> bool:
        self._count()
        place = _PLACE.fullmatch(rest)
        if place is None:
            raise _Broken(f"«\u00a0{name}{rest}\u00a0» n’est pas de l’SPF")
        target = place[1] or domain
        if name == "ptr" or "%" in target:
            return False
        hosts = self._resolver.mx(target) if name == "mx" else [target]
        addresses = [one for host in hosts for one in self._resolver.addresses(host)]
        if not addresses:
            self._void(target)
        if name == "exists":
            return bool(addresses) and self._ip is not None
        return any(self._in(_with_length(one, place[2], place[3]), one) for one in addresses)

    def _in(self, network: str, said: str) -> bool:
        try:
            found = ipaddress.ip_network(network, strict=False)
        except ValueError:
            raise _Broken(f"«\u00a0{said}\u00a0» n’est pas une adresse") from None
        return self._ip is not None and self._ip in found

    def _count(self) -> None:
        self.n_lookups += 1
        if self.n_lookups > MOST_LOOKUPS:
            raise _Broken(f"il demande plus de {MOST_LOOKUPS} questions au DNS")

    def _void(self, target: str) -> None:
        self._n_void += 1
        if self._n_void > MOST_VOID:
            raise _Broken(f"trop de ses noms n’existent pas, dont {target}")


def _with_length(address: str, v4: str | None, v6: str | None) -> str:
    length = v6 if ":" in address else v4
    return f"{address}/{length}" if length else address
