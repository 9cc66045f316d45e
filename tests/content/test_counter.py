"""How the counter works: terms in days and minutes, refused by name."""

import shutil
from pathlib import Path

import pytest

from content.catalogue import FOLDER, load
from content.files import ContentError


def test_what_ships_is_labelled_a_sample() -> None:
    found = load(FOLDER, district="440104")
    assert "counter.toml" in found.samples
    assert found.counter.release_days == 3
    assert "resident-card" in found.counter.documents


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("release_days = 3", "release_days = 0", "release_days"),
        ("signing_minutes = 30", "signing_minutes = 1", "signing_minutes"),
        ("resident-card", "Resident", "documents"),
    ],
)
def test_what_is_wrong_is_refused_by_name(tmp_path: Path, was: str, now: str, said: str) -> None:
    folder = tmp_path / "content"
    shutil.copytree(FOLDER, folder)
    path = folder / "counter.toml"
    path.write_text(path.read_text("utf-8").replace(was, now), "utf-8")
    with pytest.raises(ContentError, match=rf"counter\.toml.*{said}"):
        load(folder, district="440104")
