"""The network that one subscriber holds: by it, tries of codes and passwords are counted. Pure."""

from __future__ import annotations

import ipaddress

SUBSCRIBER_BITS = 48


def subscriber(network_address: str) -> str:
    """The network of this address; what is none is told as it is.

    In version 6 it is a /56 at home and a /48 for an office (RIPE 690): counted by /64, one home
    alone would use up what everybody together may try. An address of version 4 may be spelt as
    one of version 6; those must not all count as one.
    """
    try:
        address = ipaddress.ip_address(network_address)
    except ValueError:
        return network_address
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, SUBSCRIBER_BITS), strict=False))
