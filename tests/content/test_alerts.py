"""How staff are told: what a district writes wrongly stops the start, by the file's name."""

import shutil
from datetime import time, timedelta
from pathlib import Path

import pytest

from content.alerts import load_alerts
from content.catalogue import FOLDER, load
from content.files import ContentError
from domain.alerts.alerts import Channel, Urgency
from domain.alerts.texts import ALERT, CODE, SEVERAL
from domain.hours import Interval


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "content"))


def test_what_ships_is_labelled_sample_and_disturbs_nobody_at_night() -> None:
    content = load_alerts(FOLDER)
    assert all(file.sample for file in content.files.values())
    terms = content.terms
    assert (terms.most, terms.doubt, terms.digest_at) == (6, timedelta(minutes=5), time(9))
    assert terms.always == frozenset()
    assert terms.ways[Urgency.NOW] == (Channel.WECHAT, Channel.SMS)
    morning = Interval(begins=time(9), ends=time(12))
    assert terms.week[0] == (morning, Interval(begins=time(14), ends=time(18)))
    assert terms.week.get(6, ()) == ()


def test_an_sms_gets_no_more_words_than_its_text_has_places_for() -> None:
    texts = load_alerts(FOLDER).sms
    said = texts.words(ALERT, title="标题", count="1", code="123456")
    assert said == {"title": "标题"}
    assert texts.words(SEVERAL, title="标题", count="7") == {"count": "7"}
    assert set(texts.words(CODE, code="123456", minutes="10", title="")) == {"code", "minutes"}


@pytest.mark.parametrize(
    ("file", "was", "now", "blamed"),
    [
        ("alerts.toml", "most_an_hour = 6", "most_an_hour = 0", "most_an_hour"),
        ("alerts.toml", "doubt_minutes = 5", "doubt_minutes = 0", "doubt_minutes"),
        ("alerts.toml", 'now = ["wechat", "sms"]', "now = []", "usual.now"),
        ("alerts.toml", 'now = ["wechat", "sms"]', 'now = ["fax"]', "usual.now"),
        ("alerts.toml", 'digest_at = "09:00"', 'digest_at = "9"', "digest_at"),
        ("alerts.toml", '["09:00", "12:00"]', '["12:00", "09:00"]', "hours.intervals"),
        ("alerts.toml", '["14:00", "18:00"]', '["11:00", "18:00"]', "hours.intervals"),
        ("alerts.toml", "always = []", 'always = ["Fire!"]', "always"),
        ("alerts.toml", "sample = true", "sampel = true", "sampel"),
        ("sms.toml", "[templates.code]", "[templates.cod]", "templates.code is missing"),
        ("sms.toml", "[templates.code]", "[templates.cod]", "templates.cod is none of ours"),
        ("sms.toml", "{title}", "{text}", "unknown word {text}"),
        ("sms.toml", "{title}", "{title", "braces"),
        ("sms.toml", 'id = "SMS-SAMPLE-CODE"', 'id = "短信"', "templates.code.id"),
    ],
)
def test_what_cannot_be_followed_stops_the_start(
    folder: Path, file: str, was: str, now: str, blamed: str
) -> None:
    text = (folder / file).read_text("utf-8")
    assert was in text
    written = text if was != "{title}" else text.partition("[templates.alert]")[2]
    head = text[: len(text) - len(written)]
    (folder / file).write_text(head + written.replace(was, now, 1), "utf-8")
    with pytest.raises(ContentError) as caught:
        load(folder, district="440104")
    assert file in str(caught.value)
    assert blamed in str(caught.value)
