"""What a lecture is at a moment and how one gets in."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain.lectures.lectures import Phase
from domain.lectures.live import live_of
from domain.lectures.programme import LiveKind
from tests.domain.lectures.samples import NOW, WHOLE

BEFORE, MINUTE, HOUR = NOW - timedelta(days=1), timedelta(minutes=1), timedelta(hours=1)
OTHER = replace(WHOLE, live_kind=LiveKind.OTHER, live_address="https://live.example/1")


@pytest.mark.parametrize(
    ("now", "phase", "finder", "near"),
    [
        (BEFORE, Phase.UPCOMING, "sphSample01", False),
        (NOW - 30 * MINUTE, Phase.UPCOMING, "sphSample01", True),
        (NOW, Phase.LIVE, "sphSample01", True),
        (NOW + HOUR - MINUTE, Phase.LIVE, "sphSample01", True),
        (NOW + HOUR, Phase.REPLAY, "", False),
    ],
)
def test_channels_are_named_until_the_end(
    now: datetime, phase: Phase, finder: str, near: bool
) -> None:
    live = live_of(WHOLE, now)
    assert (live.phase, live.finder, live.near) == (phase, finder, near)
    assert live.address == ""


@pytest.mark.parametrize(
    ("now", "shown"),
    [
        (NOW - 31 * MINUTE, False),
        (NOW - 30 * MINUTE, True),
        (NOW + HOUR - MINUTE, True),
        (NOW + HOUR, False),
    ],
)
def test_another_address_is_told_from_half_an_hour_before_until_the_end(
    now: datetime, shown: bool
) -> None:
    live = live_of(OTHER, now)
    assert live.address == ("https://live.example/1" if shown else "")
    assert live.finder == ""


def test_what_is_not_held_live_has_no_way_in() -> None:
    live = live_of(replace(WHOLE, live_kind=LiveKind.NONE, live_address=""), NOW)
    assert (live.phase, live.finder, live.address, live.near) == (Phase.REPLAY, "", "", False)
    assert live.opens_at is None
