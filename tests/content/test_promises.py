"""The texts of promises: all types, all lengths of the national template, refused by name."""

import shutil
from pathlib import Path

import pytest

from content.catalogue import FOLDER
from content.files import ContentError
from content.promises import load_promises
from domain.promises.eligibility import JUDGES
from domain.promises.templates import PromiseKind, Publicity


def test_what_ships_has_every_national_type() -> None:
    found = load_promises(FOLDER)
    assert {one.kind for one in found.templates.values()} == set(PromiseKind)
    assert {rule.code for one in found.templates.values() for rule in one.rules} <= set(JUDGES)
    assert found.sample
    for one in found.templates.values():
        assert one.title in one.text
        assert len(one.matter) <= 512
        assert (Publicity.CIRCLE in one.publicities) == bool(one.circle)
    assert len({one.text_hash for one in found.templates.values()}) == len(found.templates)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(FOLDER, tmp_path / "content")
    return tmp_path / "content"


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ('kind = "proof"', 'kind = "loan"', "electricity.toml: kind"),
        ('code = "in-business"', 'code = "rich"', "no rule rich"),
        ("years = 3\n", "", "looks back some years"),
        ('uscc = "91440104000000019T"', 'uscc = "91440104000000019X"', "department.uscc"),
        ('publicities = ["public"]', 'publicities = ["circle"]', "circle names who"),
        ('form = "text"', 'form = "song"', "blanks"),
        ("归集到公共信用信息平台", "记入本区档案", "collected = false"),
    ],
    ids=["kind", "rule", "years", "uscc", "circle", "form", "collected"],
)
def test_a_wrong_text_is_refused_by_its_name(folder: Path, was: str, now: str, said: str) -> None:
    file = folder / "promises" / "electricity.toml"
    file.write_text(file.read_text("utf-8").replace(was, now), "utf-8")
    with pytest.raises(ContentError, match=said):
        load_promises(folder)


def test_a_text_may_be_kept_from_the_platform(folder: Path) -> None:
    file = folder / "promises" / "voluntary.toml"
    text = file.read_text("utf-8").replace("归集到公共信用信息平台", "记入本区档案")
    file.write_text(text.replace("shown_days", "collected = false\nshown_days"), "utf-8")
    found = load_promises(folder)
    assert found.collected == set(found.templates) - {"voluntary"}


def test_a_rule_without_a_sentence_and_a_sample_without_its_mark_are_refused(folder: Path) -> None:
    file = folder / "promises.toml"
    whole = file.read_text("utf-8")
    file.write_text(whole.replace("[rules.in-business]", "[rules.in-trade]"), "utf-8")
    with pytest.raises(ContentError, match=r"lacks rules\.in-business"):
        load_promises(folder)
    file.write_text(whole.replace("sample = true", "sample = false"), "utf-8")
    with pytest.raises(ContentError, match="sample = true"):
        load_promises(folder)
    (folder / "promises" / "repair.toml").unlink()
    with pytest.raises(ContentError, match=r"repair\.toml"):
        load_promises(folder)
