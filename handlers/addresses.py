"""Where a request came from, as far as limits are concerned."""

from collections.abc import Set as AbstractSet
from ipaddress import IPv6Address, ip_address, ip_network

from tornado.httputil import HTTPServerRequest


def client_network(request: HTTPServerRequest, trusted: AbstractSet[str]) -> str:
    """The caller's address; of IPv6 the /64, since a customer has all of it to choose from.

    A forwarded address counts only as far as the hops that named it are trusted proxies.
    """
    forwarded = request.headers.get("X-Forwarded-For", "")
    way = [*(hop.strip() for hop in forwarded.split(",")), str(request.remote_ip)]
    while len(way) > 1 and way[-1] in trusted and way[-2]:
        way.pop()
    try:
        address = ip_address(way[-1])
    except ValueError:
        return way[-1]
    if isinstance(address, IPv6Address):
        return str(ip_network(f"{address}/64", strict=False))
    return str(address)
