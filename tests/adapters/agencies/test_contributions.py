"""The client for contributions: against the stand-in, and against a platform that misbehaves."""

import uuid
from collections.abc import Callable
from dataclasses import replace

import pytest

from adapters.agencies.contributions import PlatformContributions
from adapters.agencies.signature import Signature
from adapters.outside import Outside
from domain.contributions import Entry
from domain.errors import Unavailable
from domain.values import VerifiedIdentity
from tests.stand_ins import StandIns

Make = Callable[..., Outside]

VALUES = {"title": "窃电", "content": "查1号", "source": "供电局", "recorded_on": "2026-05-06"}


@pytest.fixture
def platform(stand_ins: StandIns, outside: Make) -> PlatformContributions:
    auth = Signature(app_id="credit-yuexiu", secret="sandbox-platform-secret")
    return PlatformContributions(outside(auth=auth, base_url=f"{stand_ins.url}/platform"))


@pytest.fixture
def entry() -> Entry:
    return Entry(
        record_id=str(uuid.uuid4()),
        version=3,
        list="others",
        uscc="91350100M000100Y43",
        identity=None,
        values=VALUES,
        withdrawn=False,
    )


async def test_a_contribution_may_be_handed_over_again(
    platform: PlatformContributions, entry: Entry, stand_ins: StandIns
) -> None:
    stand_ins.fail("platform", kind="malformed", times=1)
    # The first was taken and its answer lost.
    await platform.contribute(entry)
    await platform.contribute(entry)
    [kept] = stand_ins.contributed(entry.record_id)
    told = (kept["version"], kept["uscc"], kept["section"], kept["values"], kept["withdrawn"])
    assert told == (3, entry.uscc, "others", VALUES, False)
    person = VerifiedIdentity(name="林晓芸", id_number="440104199001010014")
    other = replace(entry, record_id=str(uuid.uuid4()), uscc="", identity=person)
    await platform.contribute(other)
    [kept] = stand_ins.contributed(other.record_id)
    assert (kept["uscc"], kept["name"], kept["id_number"]) == (
        None,
        person.name,
        person.id_number,
    )


async def test_other_content_under_the_same_version_is_refused_for_good(
    platform: PlatformContributions, entry: Entry
) -> None:
    await platform.contribute(entry)
    with pytest.raises(Unavailable, match="拒绝接收") as refused:
        await platform.contribute(replace(entry, withdrawn=True))
    assert refused.value.permanent


async def test_an_outage_passes(
    platform: PlatformContributions, entry: Entry, stand_ins: StandIns
) -> None:
    stand_ins.fail("platform", kind="error", times=10)
    with pytest.raises(Unavailable) as outage:
        await platform.contribute(entry)
    assert not outage.value.permanent
