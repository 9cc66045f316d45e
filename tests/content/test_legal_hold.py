"""The rules of legal hold: one a kind, each with source and end, refused by the file's name."""

import shutil
from pathlib import Path

import pytest

from content.catalogue import FOLDER, load
from content.files import ContentError
from domain.erasure.rules import Kind


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "content"))


def test_what_ships_has_a_rule_for_every_kind_and_says_what_is_no_duty() -> None:
    rules = load(district="440104").legal_hold
    assert {rule.kind for rule in rules.all} == set(Kind)
    assert rules.of(Kind.LOOK).years == 5
    assert [rule.code for rule in rules.all if not rule.sample] == ["network-logs"]


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ('kind = "look"', 'kind = "consent"'),
        ('kind = "look"', 'kind = "everything"'),
        ('code = "consent-proof"', 'code = "credit-looks"'),
        ('code = "consent-proof"', 'code = "同意"'),
        ("years = 5\n", ""),
        ("years = 5\n", "years = 500\n"),
        ("sample = true\n\n[[rules]]", "\n[[rules]]"),
        ('title = "网络日志"', 'title = ""'),
        ('title = "网络日志"', 'title = "网络日志"\nforever = true'),
    ],
)
def test_rules_that_cannot_be_right_are_refused_by_their_file(
    folder: Path, was: str, now: str
) -> None:
    file = folder / "legal_hold.toml"
    text = file.read_text("utf-8")
    assert was in text
    file.write_text(text.replace(was, now, 1), "utf-8")
    with pytest.raises(ContentError, match=r"legal_hold\.toml"):
        load(folder, district="440104")


def test_without_rules_there_is_no_start(folder: Path) -> None:
    (folder / "legal_hold.toml").unlink()
    with pytest.raises(ContentError, match=r"legal_hold\.toml"):
        load(folder, district="440104")
