"""The catalogue of services and the usual replies: thirteen items with clocks, refused by name."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from content.catalogue import FOLDER, load
from content.files import ContentError
from domain.butlers.items import ItemKind, Priority

# Named by the pilot; whatever else ships is invented.
NAMED = {"信用咨询", "培训讲座", "信用风险提示", "出具信用报告", "信用评估"}


def test_eight_services_are_free_and_five_have_a_price_line_without_a_fee() -> None:
    found = load(FOLDER, district="440104").butlers
    kinds = [one.kind for one in found.items.values()]
    assert (kinds.count(ItemKind.PUBLIC), kinds.count(ItemKind.MARKET)) == (8, 5)
    prices = {one.price for one in found.items.values() if one.kind is ItemKind.MARKET}
    assert prices == {"收费标准由服务机构公示"}
    assert all(one.gives and one.expects for one in found.items.values())


def test_what_nobody_has_named_is_labelled_invented() -> None:
    found = load(FOLDER, district="440104")
    assert {one.name for one in found.butlers.items.values() if not one.sample} == NAMED
    assert "service_items.toml" in found.samples
    assert "canned_replies.toml" in found.samples


def test_an_item_has_its_own_clocks_or_those_of_all() -> None:
    items = load(FOLDER, district="440104").butlers.items
    usual, own = items["credit-consulting"], items["batch-checkup"]
    assert usual.promise == own.promise == timedelta(hours=24)
    assert usual.terms(Priority.NORMAL).first_response == timedelta(minutes=120)
    assert usual.terms(Priority.URGENT).resolution == timedelta(hours=7)
    assert own.terms(Priority.NORMAL).resolution == timedelta(hours=70)
    assert own.terms(Priority.URGENT) == usual.terms(Priority.URGENT)


def test_a_skill_is_called_as_the_item_it_comes_from() -> None:
    items = load(FOLDER, district="440104").butlers.items
    assert items["objection-guidance"].skill_name == "信用修复指导"
    assert items["credit-consulting"].skill == ""


def test_there_are_usual_replies_without_anybodys_data() -> None:
    replies = load(FOLDER, district="440104").butlers.replies
    assert len(replies) >= 12
    assert not any(sign in one.text for one in replies for sign in "{}")


@pytest.mark.parametrize(
    ("name", "was", "now", "said"),
    [
        ("service_items.toml", "promise_hours = 24", "promise_hours = 0", "promise_hours"),
        ("service_items.toml", 'kind = "public"', 'kind = "free"', "kind"),
        ("service_items.toml", 'skill = "risk-hint"', 'skill = "magic"', "magic"),
        ("service_items.toml", 'code = "risk-hint"', 'code = "credit-consulting"', "code"),
        ("service_items.toml", "[clocks.urgent]", "[clocks.never]", "clocks"),
        ("service_items.toml", 'price = "收费标准由服务机构公示"\n', "", "price"),
        ("canned_replies.toml", "您好，", "您好，{citizen}，", "text"),
        ("canned_replies.toml", 'code = "done"', 'code = "received"', "code"),
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
