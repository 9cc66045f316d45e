"""When butlers work and where, as the district writes it; refused by name."""

import shutil
from datetime import time, timedelta
from pathlib import Path

import pytest

from content.catalogue import FOLDER, load
from content.files import ContentError
from domain.butlers.places import PlaceKind
from domain.hours import Interval

DAY = (Interval(begins=time(9), ends=time(12)), Interval(begins=time(14), ends=time(18)))


def test_the_usual_hours_have_a_lunch_and_no_weekend() -> None:
    coverage = load(FOLDER, district="440104").butlers.coverage
    assert coverage.week == dict.fromkeys(range(5), DAY)
    assert coverage.longest == timedelta(hours=24)
    assert coverage.warn == timedelta(days=7)


def test_the_places_of_the_pilot_are_there_to_begin_with() -> None:
    found = load(FOLDER, district="440104")
    places = {one.name: one for one in found.butlers.places}
    assert {"农林街", "三寓宾馆", "汇隆大厦", "中粤大厦", "粤运大厦"} <= places.keys()
    assert places["汇隆大厦"].parent == places["农林街"].code
    assert places["粤运大厦"].hours is not None
    assert {one.kind for one in places.values()} == set(PlaceKind)
    assert {"butlers.toml", "places.toml"} <= set(found.samples)


@pytest.mark.parametrize(
    ("name", "was", "now", "said"),
    [
        ("butlers.toml", "9:00-12:00 14:00", "9:00-15:00 14:00", "hours.monday"),
        ("butlers.toml", "uncovered_hours = 24", "uncovered_hours = 0", "uncovered_hours"),
        ("butlers.toml", "skill_first = true", "luck_first = true", "fairness"),
        ("places.toml", 'code = "NL-SANYU"', 'code = "NL-PARK"', "code"),
        ("places.toml", 'street = "NL"', 'street = "XX"', "XX"),
        ("places.toml", 'kind = "street"', 'kind = "building"', "NL"),
    ],
)
def test_what_is_wrong_is_refused_by_name(
    tmp_path: Path, name: str, was: str, now: str, said: str
) -> None:
    folder = tmp_path / "content"
    shutil.copytree(FOLDER, folder)
    path = folder / name
    text = path.read_text("utf-8")
    assert was in text
    path.write_text(text.replace(was, now, 1), "utf-8")
    with pytest.raises(ContentError, match=rf"{name}.*{said}"):
        load(folder, district="440104")
