"""electricity.toml: what ships is whole, what contradicts itself is refused by name."""

import shutil
from pathlib import Path

import pytest

from content.catalogue import FOLDER
from content.electricity import FILE, load_electricity
from content.files import ContentError
from domain.electricity.terms import TITLE_PROOF

PROMISES = ("electricity",)


def test_every_business_of_the_grid_is_there_with_its_title_proof() -> None:
    terms = load_electricity(FOLDER, promises=PROMISES).terms
    assert {one.grid_code for one in terms.businesses.values()} == {
        "F-CSG-MK0513-03-01",
        "F-CSG-MK0513-02-01",
        "F-CSG-MK0513-03-02",
        "F-CSG-MK0513-02-02",
    }
    for business in terms.businesses.values():
        assert [one.required for one in business.papers if one.code == TITLE_PROOF] == [True]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('code = "title_proof"', 'code = "deed"', "title_proof"),
        ("survey = 1\n", "", "days for exactly"),
        ("survey = 1\n", "survey = 1\nclosed = 1\n", "days for exactly"),
        ("survey = 1\n", "survey = 0\n", "survey"),
        (r"'^\d{10,16}$'", "'('", "account"),
        ('promise = "electricity"', 'promise = "none"', "no promise none"),
        ('code = "resident-more"', 'code = "resident-new"', "a code of its own"),
        ("deferrable = false", "deferrable = true", "never handed in later"),
        ("most_pages = 50", "most_pages = 50\nmore = 1", "more"),
    ],
)
def test_what_contradicts_itself_is_refused_with_the_files_name(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    shutil.copy(FOLDER / FILE, tmp_path / FILE)
    text = (tmp_path / FILE).read_text("utf-8")
    assert old in text
    (tmp_path / FILE).write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(ContentError, match=FILE) as refusal:
        load_electricity(tmp_path, promises=PROMISES)
    assert said in str(refusal.value)
