"""SPF (RFC 7208): whether a domain lets an address of the internet send for it."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from enum import StrEnum

from app.messages.check.dns import Resolver
from app.messages.check.spf_terms import IpAddress, NotSpf, Term, expanded, terms_of

MOST_LOOKUPS = 10  # 4.6.4: one more, and every receiver refuses the whole record
MOST_VOID = 2
MOST_HOSTS = 10  # of one `mx` or `ptr`


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
    mend: str = ""  # what to do about it, where something better can be said than: correct it
    where: str = ""  # the domain whose record cannot be read: this one, or one that it leads to
    unsure: bool = False  # a macro about who writes was met: it might have let the address send


class _Broken(Exception):
    """The record makes every receiver give up: why, where, what to do."""

    def __init__(self, why: str, where: str, mend: str = "") -> None:
        super().__init__(why)
        self.where = where
        self.mend = mend


def spf_record(resolver: Resolver, domain: str) -> list[str]:
    """The SPF records of a domain: there must be one."""
    return [text for text in resolver.txt(domain) if text.lower().split(" ")[0] == "v=spf1"]


def evaluate(resolver: Resolver, domain: str, ip: str | None) -> Spf:
    """What is concluded of a mail from that address; of none: how far the record is read at most.

    Macros about the person who writes are not expanded: what hangs on one is counted as a question,
    and does not match.
    """
    walk = _Walk(resolver, ipaddress.ip_address(ip) if ip else None, domain)
    record = next(iter(spf_record(resolver, domain)), "")
    try:
        result = walk.check(domain)
    except _Broken as broken:
        why, mend, where = str(broken), broken.mend, broken.where
        return Spf(SpfResult.BROKEN, record, walk.n_lookups, why, mend, where)
    return Spf(result, record, walk.n_lookups, unsure=walk.unsure)


class _Walk:
    """One reading of a record and of all that it includes."""

    def __init__(self, resolver: Resolver, ip: IpAddress | None, sender_domain: str) -> None:
        self._resolver = resolver
        self._ip = ip
        self._sender_domain = sender_domain
        self._inside: list[str] = []  # the domains whose records led here
        self.n_lookups = 0
        self._n_void = 0
        self.unsure = False

    def check(self, domain: str) -> SpfResult:
        records = spf_record(self._resolver, domain)
        if not records:
            return SpfResult.NONE
        if len(records) > 1:
            why = f"{domain} a {len(records)} enregistrements SPF, il n’en faut qu’un"
            raise _Broken(why, domain)
        if domain in self._inside:
            raise _Broken(f"{domain} renvoie à lui-même", domain)
        self._inside.append(domain)
        try:
            return self._concluded(records[0], domain)
        except NotSpf as fault:
            raise _Broken(str(fault), domain) from None
        finally:
            self._inside.pop()

    def _concluded(self, record: str, domain: str) -> SpfResult:
        terms, elsewhere = terms_of(record)
        for term in terms:
            if self._matches(term, domain):
                return _OF_SIGN[term.sign]
        if elsewhere and not any(term.name == "all" for term in terms):
            return self._below(elsewhere, domain)
        return SpfResult.NEUTRAL

    def _matches(self, term: Term, domain: str) -> bool:
        if term.name == "all":
            return True
        if term.network is not None:
            return self._ip is not None and self._ip in term.network
        if term.name == "include":
            return self._below(term.target, domain) is SpfResult.PASS
        self._count()
        target = self._named(term.target or domain, domain)
        if target is None:
            return False
        if term.name == "exists":
            return bool(self._addresses([target], domain, target)) and self._ip is not None
        if term.name == "ptr":
            return self._bears(target)
        hosts = self._hosts(target, domain) if term.name == "mx" else [target]
        found = self._addresses(hosts, domain, target)
        return any(self._ip in term.around(one) for one in found if self._ip is not None)

    def _below(self, written: str, domain: str) -> SpfResult:
        self._count()
        target = self._named(written, domain)
        if target is None:
            return SpfResult.NEUTRAL
        found = self.check(target)
        if found is SpfResult.NONE:
            raise _Broken(f"il renvoie à {target}, qui n’a pas d’SPF", domain)
        return found

    def _named(self, target: str, domain: str) -> str | None:
        """The domain that a term speaks of; None where that depends on who writes."""
        found = expanded(target, domain=domain, ip=self._ip, sender_domain=self._sender_domain)
        if found is None:
            self.unsure = True
            return None
        return found.rstrip(".").lower()

    def _hosts(self, target: str, domain: str) -> list[str]:
        hosts = self._resolver.mx(target)
        if len(hosts) > MOST_HOSTS:
            raise _Broken(f"{target} a plus de {MOST_HOSTS} serveurs de courrier", domain)
        return hosts

    def _bears(self, target: str) -> bool:
        """Whether the address has a name below that domain, which leads back to it (5.5)."""
        if self._ip is None:
            return False
        ip = str(self._ip)
        names = self._resolver.names_of(ip)[:MOST_HOSTS]
        below = [name for name in names if name == target or name.endswith(f".{target}")]
        return any(ip in self._resolver.addresses(name) for name in below)

    def _addresses(self, hosts: list[str], domain: str, target: str) -> list[str]:
        found = [one for host in hosts for one in self._resolver.addresses(host)]
        if not found:
            self._n_void += 1
            if self._n_void > MOST_VOID:
                why = f"trop de ses noms n’existent pas, dont {target}"
                raise _Broken(why, domain, "Retirez-en les noms qui n’existent plus.")
        return found

    def _count(self) -> None:
        self.n_lookups += 1
        if self.n_lookups > MOST_LOOKUPS:
            mend = (
                "Retirez-en les include, a et mx qui ne servent plus, ou mettez à leur place les "
                "adresses (ip4:…, ip6:…), qui ne comptent pas."
            )
            # Whatever record asks the question too many, it is the first that leads to them all.
            why = f"il demande plus de {MOST_LOOKUPS} questions au DNS"
            raise _Broken(why, self._inside[0], mend)
