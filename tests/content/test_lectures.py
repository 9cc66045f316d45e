"""The starter lectures that ship, and files that are refused by name."""

import shutil
from pathlib import Path

import pytest

from content.catalogue import FOLDER, load
from content.files import ContentError
from domain.lectures.programme import LiveKind


def test_what_ships_is_labelled_a_sample() -> None:
    found = load(FOLDER, district="440104")
    codes = {one.code for one in found.lectures}
    assert {"credit-repair", "credit-promise", "credit-finance", "tax-basics"} <= codes
    assert {f"lectures/{code}.toml" for code in codes} <= set(found.samples)
    repair = next(one for one in found.lectures if one.code == "credit-repair")
    assert repair.programme.live_kind is LiveKind.CHANNELS
    assert repair.programme.begins_at is not None
    assert repair.programme.begins_at.isoformat() == "2026-12-16T15:00:00+08:00"


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("title =", "titel =", "title"),
        ('live_address = "sph', 'live_address = "abc', "/live_address"),
        ("ends_at = 2026-12-16T16:30:00", "ends_at = 2026-12-16T15:00:00", "/ends_at"),
        ("places = 300", "places = 0", "/places"),
    ],
)
def test_what_is_wrong_is_refused_by_name(tmp_path: Path, was: str, now: str, said: str) -> None:
    folder = tmp_path / "content"
    shutil.copytree(FOLDER, folder)
    path = folder / "lectures" / "credit-repair.toml"
    path.write_text(path.read_text("utf-8").replace(was, now, 1), "utf-8")
    with pytest.raises(ContentError, match=rf"credit-repair\.toml.*{said}"):
        load(folder, district="440104")


def test_a_file_is_named_by_a_code(tmp_path: Path) -> None:
    folder = tmp_path / "content"
    shutil.copytree(FOLDER, folder)
    (folder / "lectures" / "credit-repair.toml").rename(folder / "lectures" / "Credit Repair.toml")
    with pytest.raises(ContentError, match="small letters"):
        load(folder, district="440104")
