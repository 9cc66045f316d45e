"""Generations of token keys: what is new is believed before it signs, what is old is kept."""

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.keys import KeyFileError, Keys, make_keys
from adapters.token_keys import BELIEVED_FIRST, FILE, KEPT, TokenKeys, read_ring, rotate

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


class Time:
    """What the clocks say."""

    def __init__(self) -> None:
        self.at = NOW
        self.seconds = 0.0

    def now(self) -> datetime:
        return self.at

    def watch(self) -> float:
        return self.seconds


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    make_keys(tmp_path)
    return Keys(tmp_path)


def test_without_the_file_the_keys_are_those_of_before_generations(keys: Keys) -> None:
    [only] = read_ring(keys)
    assert only.access == keys.derived("access-token")
    assert only.refresh == keys.derived("refresh-token")
    assert only.cursor == keys.derived("cursor")


def test_a_new_generation_is_believed_within_ten_seconds_and_signs_after_a_minute(
    keys: Keys,
) -> None:
    time = Time()
    running = TokenKeys(keys, clock=time.now, watch=time.watch)
    before = running.signing()
    new = rotate(keys, now=NOW, forget=False)
    assert running.believed() == (before,)
    time.seconds = 10.0
    assert running.believed() == (new, before)
    assert running.signing() == before
    time.at = NOW + BELIEVED_FIRST
    assert running.signing() == new


def test_who_meets_an_unknown_generation_looks_at_once(keys: Keys) -> None:
    time = Time()
    running = TokenKeys(keys, clock=time.now, watch=time.watch)
    new = rotate(keys, now=NOW, forget=False)
    assert running.looked_up()[0] == new


def test_a_file_that_becomes_unreadable_changes_nothing_until_it_is_mended(keys: Keys) -> None:
    time = Time()
    running = TokenKeys(keys, clock=time.now, watch=time.watch)
    rotate(keys, now=NOW, forget=False)
    ring = running.looked_up()
    good = (keys.folder / FILE).read_text()
    (keys.folder / FILE).write_text("half a fi")
    assert running.looked_up() == ring
    (keys.folder / FILE).write_text(good)
    assert running.looked_up() == ring


def test_what_no_token_can_be_signed_by_any_more_is_dropped(keys: Keys) -> None:
    [first] = read_ring(keys)
    second = rotate(keys, now=NOW, forget=False)
    third = rotate(keys, now=NOW + KEPT - timedelta(days=1), forget=False)
    assert read_ring(keys) == (third, second, first)
    fourth = rotate(keys, now=NOW + KEPT + timedelta(days=1), forget=False)
    assert read_ring(keys) == (fourth, third, second)


def test_forgetting_leaves_one_that_signs_at_once(keys: Keys) -> None:
    rotate(keys, now=NOW, forget=False)
    new = rotate(keys, now=NOW, forget=True)
    assert read_ring(keys) == (new,)
    assert new.signs_from == NOW


def test_the_file_is_its_owners_alone(keys: Keys) -> None:
    rotate(keys, now=NOW, forget=False)
    assert stat.S_IMODE((keys.folder / FILE).stat().st_mode) == 0o600
    assert {path.name for path in keys.folder.iterdir()} == {"master.key", "secret.key", FILE}


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "{}", json.dumps({"generations": []}), json.dumps({"generations": [7]})),
        json.dumps({"generations": [{"from": "2026-01-01T00:00:00+00:00", "key": "aHVudGVyMg=="}]}),
        json.dumps({"generations": [{"from": "2026-01-01T00:00:00", "key": "A" * 86 + "=="}]}),
        json.dumps({"generations": [{"from": "today", "key": "A" * 86 + "=="}]}),
    ],
)
def test_a_malformed_file_stops_the_start_and_is_named(keys: Keys, text: str) -> None:
    (keys.folder / FILE).write_text(text)
    with pytest.raises(KeyFileError, match=FILE) as told:
        TokenKeys(keys, clock=Time().now)
    assert "hunter2" not in str(told.value)
