"""What a district prints on reports of every edition, and may let be chosen."""

import shutil
from pathlib import Path

import pytest

from content.catalogue import FOLDER, load
from content.files import ContentError
from domain.credit_reports.forms.editions import EDITIONS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "content"))


def changed(folder: Path, was: str, now: str) -> None:
    file = folder / "no_violation.toml"
    text = file.read_text("utf-8")
    assert was in text
    file.write_text(text.replace(was, now, 1), "utf-8")


def test_what_ships_is_whole_and_labelled_sample() -> None:
    content = load(district="440104")
    assert len(content.wording.fields) == 38
    assert content.wording.longest_years == 5
    assert content.wording.texts.keys() == EDITIONS.keys()
    assert content.samples == (
        "district.toml",
        "no_violation.toml",
        "objections.toml",
        "personal_data.toml",
        "legal_hold.toml",
        "messages.toml",
        "promises.toml",
        "electricity.toml",
        "usage_records.toml",
        "counter.toml",
        "service_items.toml",
        "canned_replies.toml",
        "butlers.toml",
        "places.toml",
        "alerts.toml",
        "sms.toml",
        "judging.toml",
        "lectures/credit-finance.toml",
        "lectures/credit-promise.toml",
        "lectures/credit-repair.toml",
        "lectures/tax-basics.toml",
    )
    assert content.wording.sample


def test_the_eleven_fields_nobody_has_seen_are_labelled(folder: Path) -> None:
    text = (folder / "no_violation.toml").read_text("utf-8")
    rows = text.split("[[fields]]")[1:]
    assert sum("sample = true" in row for row in rows) == 11


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ('code = "copyright"', 'code = "press"'),
        ('code = "copyright"', 'code = "unstated"'),
        ('code = "copyright"', 'code = "版权"'),
        ("sample = true\n# The longest", "# The longest"),
        ("longest_years = 5", "longest_years = 40"),
        ("longest_years = 5", ""),
    ],
)
def test_a_list_that_cannot_be_right_is_refused_by_its_file(
    folder: Path, was: str, now: str
) -> None:
    changed(folder, was, now)
    with pytest.raises(ContentError, match=r"no_violation\.toml"):
        load(folder, district="440104")


@pytest.mark.parametrize("name", ["no_violation.typ", "parts.typ", "credit_report.typ"])
def test_a_missing_template_is_named(folder: Path, name: str) -> None:
    (folder / "templates" / name).unlink()
    with pytest.raises(ContentError, match=name):
        load(folder, district="440104")
