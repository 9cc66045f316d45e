"""What an alert may be: a link of the console, a key, a short title."""

from datetime import UTC, datetime

import pytest

from domain.alerts.alerts import Alert, Urgency, id_of

AT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


def alert(**changes: object) -> Alert:
    said = {
        "id": id_of(staff_id="s", key="k"),
        "staff_id": "s",
        "key": "k",
        "at": AT,
        "title": "有一件工单即将到期",
        "text": "请查看。",
        "link": "/console/tickets/0194",
        "urgency": Urgency.NOW,
    }
    return Alert(**{**said, **changes})  # type: ignore[arg-type]  # its own fields


def test_the_first_reading_counts() -> None:
    once = alert().read(AT)
    assert once.read_at == AT
    assert once.read(AT.replace(year=2027)) == once


@pytest.mark.parametrize(
    "link",
    [
        "",
        "/",
        "/v1/tickets",
        "https://example.com/console",
        "//console",
        "/console/a b",
        "/consoles",
    ],
)
def test_a_link_leads_into_the_console_and_nowhere_else(link: str) -> None:
    with pytest.raises(ValueError, match="link"):
        alert(link=link)


@pytest.mark.parametrize("link", ["/console", "/console/tickets/a-1", "/console/alerts?unread=1"])
def test_a_link_may_be_any_page_of_the_console(link: str) -> None:
    assert alert(link=link).link == link


@pytest.mark.parametrize("changes", [{"key": ""}, {"key": "k" * 201}])
def test_a_key_has_to_be_there_and_short(changes: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="key"):
        alert(**changes)


@pytest.mark.parametrize("title", ["", "长" * 41])
def test_a_title_has_to_be_there_and_short(title: str) -> None:
    with pytest.raises(ValueError, match="title"):
        alert(title=title)


def test_each_key_of_each_person_has_an_id_of_its_own() -> None:
    pairs = [("a", "b"), ("a", "c"), ("b", "b")]
    assert len({id_of(staff_id=staff_id, key=key) for staff_id, key in pairs}) == len(pairs)
    assert id_of(staff_id="a", key="b") == id_of(staff_id="a", key="b")
