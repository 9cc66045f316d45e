"""What the phone counts as played: only what a player moved through as fast as it plays."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.served import Served

# A player whose clock and place the test sets: each step is [event, wall seconds, place, speed].
FAKE = """async (steps) => {
  const { played } = await import("/watching/played.js");
  let wall = 0;
  performance.now = () => wall * 1000;
  const media = Object.assign(new EventTarget(),
    { currentTime: 0, paused: true, seeking: false, ended: false, playbackRate: 1 });
  const told = [];
  const stretches = played(media, (one) => told.push([one.from_ms, one.to_ms, one.speed]));
  for (const [event, seconds, place, speed = media.playbackRate] of steps) {
    wall += seconds;
    media.currentTime = place;
    media.playbackRate = speed;
    if (event === "playing") media.paused = false;
    if (event === "pause") media.paused = true;
    if (event === "seeking") media.seeking = true;
    if (event === "seeked") media.seeking = false;
    media.dispatchEvent(new Event(event));
  }
  stretches.stop();
  return told;
}"""

CASES = [
    ("played and paused", [["playing", 0, 0], ["timeupdate", 2, 2], ["pause", 1, 3]], [[0, 3, 1]]),
    (
        "dragged to the end",
        [["playing", 0, 0], ["timeupdate", 1, 1], ["seeking", 0, 290], ["seeked", 0, 290]],
        [[0, 1, 1]],
    ),
    (
        "there without a word, as after a phone slept",
        [["playing", 0, 0], ["timeupdate", 1, 1], ["timeupdate", 1, 60], ["timeupdate", 1, 61]],
        [[0, 1, 1], [60, 61, 1]],
    ),
    (
        "back without a word",
        [["playing", 0, 9], ["timeupdate", 1, 10], ["timeupdate", 1, 4]],
        [[9, 10, 1]],
    ),
    (
        "faster from the middle on",
        [["playing", 0, 0], ["timeupdate", 2, 2], ["ratechange", 0, 2, 2], ["timeupdate", 1, 4]],
        [[0, 2, 1], [2, 4, 2]],
    ),
    (
        "stalled, and on where it stood",
        [["playing", 0, 0], ["waiting", 1, 1], ["playing", 30, 1.1], ["pause", 1, 2.1]],
        [[0, 1, 1], [1, 2.1, 1]],
    ),
    (
        "dragged while it rests",
        [
            ["playing", 0, 0],
            ["pause", 1, 1],
            ["seeking", 0, 1.4],
            ["seeked", 0, 1.4],
            ["playing", 0, 1.4],
            ["pause", 1, 2.4],
        ],
        [[0, 1, 1], [1.4, 2.4, 1]],
    ),
    ("never begun", [["timeupdate", 5, 5], ["pause", 1, 6]], []),
]


@pytest.mark.parametrize(
    ("steps", "told"), [one[1:] for one in CASES], ids=[one[0] for one in CASES]
)
def test_only_what_was_played_is_counted(
    phone: Page, place: Served, steps: list[list[Any]], told: list[list[float]]
) -> None:
    phone.goto(place.sandbox)
    expected = [[round(a * 1000), round(b * 1000), speed] for a, b, speed in told]
    assert phone.evaluate(FAKE, steps) == expected
