"""The time-stamp authority: what is asked, what is believed, what is not."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import tsp
from cryptography.x509.oid import ExtendedKeyUsageOID
from structlog.testing import LogCapture
from structlog.typing import EventDict
from tornado.httputil import HTTPServerRequest

import adapters.agencies.timestamps
from adapters.agencies.timestamps import REPLY, Timestamps
from adapters.outside import Outside
from adapters.stamp_tokens import StampRoots, check_token
from domain.errors import Unavailable
from server import development
from tests.authority import DAY, Authority, granted, imprint, rejection
from tests.stand_ins import Partner, StandIns, capturing

DIGEST = bytes(range(32))
MINUTE = timedelta(minutes=1)


@pytest.fixture
def authority() -> Authority:
    return Authority()


@pytest.fixture
def stamps(
    authority: Authority, outside: Callable[..., Outside], partner: Partner
) -> Callable[..., Timestamps]:
    partner.headers = {"Content-Type": REPLY}

    def make(roots: bytes = b"", clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Any:
        trusted = StampRoots(roots or authority.root_pem)
        return Timestamps(outside(attempts=1), roots=trusted, clock=clock)

    return make


async def refused(stamps: Timestamps) -> None:
    with pytest.raises(Unavailable) as failure:
        await stamps.stamp(DIGEST)
    assert not failure.value.permanent


async def test_a_token_over_the_digest_is_given_back(
    authority: Authority, stamps: Callable[..., Timestamps], partner: Partner
) -> None:
    partner.reply = lambda request: authority.reply(request.body)
    token = await stamps().stamp(DIGEST)
    [asked] = partner.requests
    query = tsp.TimeStampReq.load(asked.body, strict=True)
    assert asked.headers["Content-Type"] == "application/timestamp-query"
    assert query["cert_req"].native
    assert query["message_imprint"]["hashed_message"].native == DIGEST
    assert query["nonce"].native.bit_length() > 32
    said = await asyncio.to_thread(
        check_token, token, digest=DIGEST, roots=StampRoots(authority.root_pem)
    )
    assert said.authority == "时间戳测试机构"


LIES: dict[str, dict[str, Any]] = {
    "another nonce": {"nonce": 1},
    "no nonce": {"nonce": None},
    "another imprint": {"imprint": imprint(bytes(32))},
    "another algorithm": {"imprint": imprint(DIGEST, "sha512")},
    "an hour ago": {"at": datetime.now(UTC) - 60 * MINUTE},
    "in an hour": {"at": datetime.now(UTC) + 60 * MINUTE},
    "a signature over something else": {"spoil": True},
    "a certificate that the signature does not name": {"named_certificate": b"another"},
}


@pytest.mark.parametrize("lie", LIES)
async def test_a_lying_token_is_refused(
    authority: Authority, stamps: Callable[..., Timestamps], partner: Partner, lie: str
) -> None:
    partner.reply = lambda request: authority.reply(request.body, **LIES[lie])
    await refused(stamps())


OTHERS: dict[str, Callable[[], Authority]] = {
    "foreign": Authority,
    "expired": lambda: Authority(begins=-2 * DAY, ends=-MINUTE),
    "not yet in force": lambda: Authority(begins=MINUTE),
    "of no purpose": lambda: Authority(purposes=()),
    "of another purpose": lambda: Authority(purposes=(ExtendedKeyUsageOID.CODE_SIGNING,)),
    "of two purposes": lambda: Authority(
        purposes=(ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.CODE_SIGNING)
    ),
    "of a purpose not critical": lambda: Authority(critical=False),
}


@pytest.mark.parametrize("other", OTHERS)
async def test_a_token_by_such_a_certificate_is_refused(
    stamps: Callable[..., Timestamps], partner: Partner, other: str
) -> None:
    theirs = OTHERS[other]()
    partner.reply = lambda request: theirs.reply(request.body)
    # Trusted, all but the foreign one: it is the certificate that is refused.
    await refused(stamps() if other == "foreign" else stamps(theirs.root_pem))


ANSWERS: dict[str, Callable[[Authority, HTTPServerRequest], object]] = {
    "nothing": lambda _, __: b"",
    "no DER": lambda _, __: b"<html></html>",
    "half": lambda a, r: a.reply(r.body)[:400],
    "and more": lambda a, r: a.reply(r.body) + b"\x00",
    "a rejection": lambda _, __: rejection(),
    "granted with modifications": lambda a, r: granted(
        a.token_of(imprint=imprint(DIGEST), nonce=tsp.TimeStampReq.load(r.body)["nonce"].native),
        "granted_with_mods",
    ),
    "a refusal": lambda _, __: (403, b""),
    "a fault": lambda _, __: (500, b""),
}


@pytest.mark.parametrize("answer", ANSWERS)
async def test_what_is_no_granted_answer_is_refused(
    authority: Authority, stamps: Callable[..., Timestamps], partner: Partner, answer: str
) -> None:
    partner.reply = lambda request: ANSWERS[answer](authority, request)
    await refused(stamps())


async def test_an_answer_of_another_media_type_is_refused(
    authority: Authority, stamps: Callable[..., Timestamps], partner: Partner
) -> None:
    partner.headers = {"Content-Type": "text/html"}
    partner.reply = lambda request: authority.reply(request.body)
    await refused(stamps())


async def test_no_digest_and_no_token_reach_a_log(
    authority: Authority,
    stamps: Callable[..., Timestamps],
    partner: Partner,
    logged: list[EventDict],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    capture = LogCapture()
    monkeypatch.setattr(adapters.agencies.timestamps, "log", capturing(capture))
    partner.reply = lambda request: authority.reply(request.body, nonce=1)
    await refused(stamps())
    assert [(line["event"], line["why"]) for line in capture.entries] == [
        ("time_stamp_refused", "nonce")
    ]
    assert DIGEST.hex() not in str(capture.entries + logged)


async def test_the_stand_in_stamps_and_its_faults_are_refused(
    sandbox: str, outside: Callable[..., Outside], tmp_path: Path
) -> None:
    given = development.timestamps(sandbox, tmp_path)
    roots = StampRoots((tmp_path / "timestamp-roots.pem").read_bytes())
    stand_in = outside(base_url=str(given["timestamp_url"]), attempts=1, total_seconds=0.5)
    stamps = Timestamps(stand_in, roots=roots, clock=lambda: datetime.now(UTC))
    assert await stamps.stamp(DIGEST)
    hands = StandIns(sandbox)
    for kind in ("error", "malformed", "timeout"):
        hands.fail("timestamps", kind=kind)
        await refused(stamps)
    hands.close()
    assert await stamps.stamp(DIGEST)
