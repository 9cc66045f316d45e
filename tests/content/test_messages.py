"""The templates of messages are refused at the start where WeChat would refuse the message."""

import shutil
from pathlib import Path

import pytest

from content.catalogue import FOLDER, load
from content.files import ContentError
from content.messages import load_messages
from domain.transactions import NoticeKind


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "content"))


def test_what_ships_is_labelled_sample_and_carries_every_kind_but_other() -> None:
    content = load_messages(FOLDER)
    assert content.sample
    assert content.templates.kinds == set(NoticeKind) - {NoticeKind.OTHER}
    assert all(len(kinds) <= 3 for kinds in content.templates.offers.values())


@pytest.mark.parametrize(
    ("was", "now", "blamed"),
    [
        ('phrase3 = "请查看"', 'phrase3 = "请立即查看它"', "phrase3"),
        ('phrase3 = "请查看"', 'phrase3 = ""', "phrase3"),
        ('thing1 = "{title}"', 'thing1 = "{text}"', "unknown word {text}"),
        ('thing1 = "{title}"', 'thing1 = "{title"', "unknown word"),
        ('time2 = "{time}"', 'time2 = "{title}"', "time2"),
        ('thing1 = "{title}"', 'enum1 = "{title}"', "enum1"),
        ("?to={link}", "?to={title}", "unknown word {title}"),
        ('page = "pages', 'page = "/pages', "page"),
        ("SAMPLE-report-", "SAMPLE", "id"),
        ('["report_ready", "report_failed"]', '["report_ready", "objection"]', "objection twice"),
        ('["report_ready", "report_failed"]', '["lottery"]', "kinds"),
        ('kinds = ["share"]', "kinds = []", "no template carries share"),
        ("[templates.digest]", "[templates.daily]", "digest is missing"),
        ('begins = "22:00"', 'begins = "08:00"', "the same"),
        ('digest_at = "09:00"', 'digest_at = "9:00"', "digest_at"),
        ('page = "pages/staff_binding"', 'page = "/pages"', "staff.page"),
        ("SAMPLE-staff-000", "SAMPLE-digest", "id"),
        ("SAMPLE-staff-000000000000000000000000000000", "SAMPLE", "staff.id"),
        ("sample = true", "sampel = true", "sampel"),
    ],
)
def test_what_would_not_be_sent_stops_the_start(
    folder: Path, was: str, now: str, blamed: str
) -> None:
    file = folder / "messages.toml"
    text = file.read_text("utf-8")
    assert was in text
    file.write_text(text.replace(was, now, 1), "utf-8")
    with pytest.raises(ContentError) as caught:
        load(folder, district="440104")
    assert "messages.toml" in str(caught.value)
    assert blamed in str(caught.value)


def test_a_district_may_have_no_quiet_hours(folder: Path) -> None:
    file = folder / "messages.toml"
    text = file.read_text("utf-8")
    quiet = '[quiet]\nbegins = "22:00"\nends = "08:00"\n'
    assert quiet in text
    file.write_text(text.replace(quiet, ""), "utf-8")
    assert load_messages(folder).defaults.quiet is None
