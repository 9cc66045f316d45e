"""What ships is declared in words that can be shown, and cites no law that was not read."""

import re
import shutil
from pathlib import Path

import pytest

from content.catalogue import FOLDER
from content.files import ContentError
from content.personal_data import FILE, load_personal_data

# Articles that were read in a public source: 13 (3), 14, 15, 19, 23, 25, 28 to 30 and 44 to 50.
READ = {"十三", "十四", "十五", "二十三", "二十五", "二十八", "三十"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(FOLDER / FILE, tmp_path / FILE)
    return tmp_path


def test_what_ships_is_labelled_sample() -> None:
    declared = load_personal_data(FOLDER)
    assert declared.sample
    assert all("样例" in one.name for one in declared.recipients)


def test_every_sentence_ends_as_one() -> None:
    for item in load_personal_data(FOLDER).items:
        assert item.purpose.endswith("。"), item.code
        assert item.retention.endswith("。"), item.code


def test_exact_days_are_the_days_that_the_words_say() -> None:
    for item in load_personal_data(FOLDER).items:
        if item.days is not None:
            assert f"{item.days} 天" in item.retention, item.code


def test_only_articles_that_were_read_are_cited() -> None:
    text = (FOLDER / FILE).read_text("utf-8")
    assert set(re.findall(r"第([一二三四五六七八九十]+)条", text)) <= READ


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ('code = "openid"', 'code = "open id"'),
        ('sensitive = false\npurpose = "识别', 'purpose = "识别'),
        ('purpose = "识别是您在使用本小程序，保持登录。"', 'purpose = ""'),
        ("days = 7", "days = 0"),
        ("[handler]", "[holder]"),
    ],
)
def test_an_item_without_its_parts_is_refused_by_the_file(folder: Path, was: str, now: str) -> None:
    file = folder / FILE
    text = file.read_text("utf-8")
    assert was in text
    file.write_text(text.replace(was, now, 1), "utf-8")
    with pytest.raises(ContentError, match=r"personal_data\.toml"):
        load_personal_data(folder)
