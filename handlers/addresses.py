"""Where a request came from, as far as limits are concerned."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from tornado.httputil import HTTPServerRequest

Network = IPv4Network | IPv6Network


def client_network(request: HTTPServerRequest, trusted: Sequence[Network]) -> str:
    """The caller's address; of IPv6 the /64, since a customer has all of it to choose from.

    A forwarded address counts only as far as the hops that named it are trusted proxies; at
    what is no address the way ends, and the proxy that named it stands for the caller.
    """
    address = _address(str(request.remote_ip))
    hops = request.headers.get("X-Forwarded-For", "").split(",")
    while hops and address is not None and any(address in network for network in trusted):
        before = _address(hops.pop().strip())
        if before is None:
            break
        address = before
    if address is None:
        return str(request.remote_ip)
    if isinstance(address, IPv6Address):
        return str(ip_network((address, 64), strict=False))
    return str(address)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """A plain address; IPv4 in the clothes of IPv6 is IPv4, and a zone is no part of it."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:
            return None
        return address.ipv4_mapped or address
    return address
