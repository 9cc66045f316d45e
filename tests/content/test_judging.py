"""How butlers are judged is refused by name where it cannot be."""

import shutil
from pathlib import Path

import pytest

from content.catalogue import FOLDER, load
from content.files import ContentError
from domain.judging.terms import Level


def test_what_ships_is_labelled_a_sample() -> None:
    found = load(FOLDER, district="440104")
    assert "judging.toml" in found.samples
    assert (found.judging.days, found.judging.least) == (90, 5)
    assert found.judging.rules[Level.EXIT].in_time_below == 70


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("least = 5", "least = 4", "least"),
        ("sheet_days = 4", "sheet_days = 3", "sheet_days"),
        ("in_time_below = 85", "in_time_below = 96", "suspension is met more easily than warning"),
        ("mean_below = 200", "mean_below = 301", "exit is met more easily than suspension"),
        ("upheld_from = 4", "upheld_from = 1", "suspension is met more easily than warning"),
    ],
)
def test_what_is_wrong_is_refused_by_name(tmp_path: Path, was: str, now: str, said: str) -> None:
    folder = tmp_path / "content"
    shutil.copytree(FOLDER, folder)
    path = folder / "judging.toml"
    path.write_text(path.read_text("utf-8").replace(was, now), "utf-8")
    with pytest.raises(ContentError, match=rf"judging\.toml.*{said}"):
        load(folder, district="440104")
