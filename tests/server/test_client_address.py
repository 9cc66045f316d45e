"""Whose limits a request counts against: only a named proxy is believed about others."""

from collections.abc import Iterator

import httpx
import pytest

from tests.served import Served, served

PROXY, STRANGER = "127.0.0.1", "127.0.0.2"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One verification for each caller, ever; the peer 127.0.0.1 is a proxy, 127.0.0.2 is not."""
    with served(
        tmp_path_factory.mktemp("place"),
        trusted_proxies=[PROXY, "10.0.0.0/8", "fd00::/8"],
        rates={"verify": "1/999999999"},
    ) as place:
        yield place


def first(place: Served, *forwarded: str, peer: str = PROXY) -> bool:
    """Whether this caller came for the first time; each value is a header of its own."""
    headers = [("X-Forwarded-For", value) for value in forwarded]
    transport = httpx.HTTPTransport(local_address=peer, verify=False)  # nothing here speaks TLS
    with httpx.Client(transport=transport, base_url=place.api) as client:
        answer = client.get("/v1/verification/AAAAAAAAAAAAAAAAAAAAAA", headers=headers)
    assert answer.status_code in {200, 429}, answer.text
    return answer.status_code == 200


@pytest.mark.parametrize(
    ("one", "same"),
    [
        ("203.0.113.1", "198.51.100.9, 203.0.113.1"),
        ("203.0.113.2", "203.0.113.2, 10.1.2.3"),
        ("203.0.113.3", "203.0.113.3,10.1.2.3 ,\t127.0.0.1"),
        ("203.0.113.4", "nonsense, , 203.0.113.4, fd00::7"),
        ("203.0.113.5", "::ffff:203.0.113.5"),
        ("203.0.113.6", "203.0.113.6, ::ffff:10.0.0.1"),
        ("203.0.113.7, 192.0.2.7", "203.0.113.8, 192.0.2.7"),
        ("2001:db8:1:1::1", "2001:db8:1:1:ffff::2"),
        ("2001:db8:1:2::1", "2001:DB8:1:2:0:0:0:1, 10.0.0.1"),
        ("10.0.0.9", ",".join(["10.0.0.9"] * 500)),
    ],
)
def test_the_nearest_hop_that_is_no_named_proxy_counts(place: Served, one: str, same: str) -> None:
    assert first(place, one)
    assert not first(place, same)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("203.0.113.21", "203.0.113.22"),
        ("203.0.113.23, 192.0.2.23", "203.0.113.23, 192.0.2.24"),
        ("2001:db8:2:1::1", "2001:db8:2:2::1"),
    ],
)
def test_callers_behind_one_proxy_are_told_apart(place: Served, one: str, other: str) -> None:
    assert first(place, one)
    assert first(place, other)


def test_headers_given_twice_are_one_way(place: Served) -> None:
    assert first(place, "203.0.113.31", "203.0.113.32")
    assert not first(place, "203.0.113.32")
    assert first(place, "203.0.113.31")


def test_what_is_no_address_counts_as_the_proxy_that_sent_it(place: Served) -> None:
    assert first(place)
    for nonsense in (
        *("nonsense", "unknown", "", ",", ", ,", "999.1.1.1", "203.0.113", "0x7f000001"),
        *("203.0.113.41:443", "[2001:db8::1]", "[2001:db8::1]:443", "fe80::1%eth0"),
        *("203.0.113.42 203.0.113.43", '"203.0.113.44"', "203.0.113.45;", "203.0.113.0/24"),
        *("203.0.113.46, nonsense", "203.0.113.47,", "for=203.0.113.48", "9" * 4000),
    ):
        assert not first(place, nonsense), nonsense


def test_who_is_no_named_proxy_is_not_believed_whatever_it_says(place: Served) -> None:
    assert first(place, "203.0.113.51", peer=STRANGER)
    for spoofed in ("203.0.113.52", "127.0.0.1", "10.0.0.1", "nonsense", "203.0.113.53, 127.0.0.1"):
        assert not first(place, spoofed, peer=STRANGER)
    assert first(place, "203.0.113.51")
