"""The lists of what is collected and who receives it follow the one declaration."""

from dataclasses import replace
from html import unescape

import httpx
import pytest

from server.wiring import Installation


async def test_both_lists_follow_the_declaration(api: str, installation: Installation) -> None:
    declared = installation.house.personal_data
    async with httpx.AsyncClient(base_url=api, trust_env=False) as client:
        before = (await client.get("/v1/personal-data")).json()
        assert [one["code"] for one in before["collected"]] == [one.code for one in declared.items]
        phone = next(item for item in declared.items if item.code == "phone")
        changed = replace(phone, purpose="只用来回电。", recipients=("identity",))
        items = tuple(changed if item is phone else item for item in declared.items)
        house = installation.house
        object.__setattr__(house, "personal_data", replace(declared, items=items))
        try:
            after = (await client.get("/v1/personal-data")).json()
        finally:
            object.__setattr__(house, "personal_data", declared)
    row = next(one for one in after["collected"] if one["code"] == "phone")
    assert (row["purpose"], row["recipients"]) == ("只用来回电。", ["身份核验机构（样例）"])
    [agency] = [one for one in after["shared"] if one["name"] == "身份核验机构（样例）"]
    assert "手机号" in agency["kinds"]
    assert not any("手机号" in one["kinds"] for one in before["shared"])


async def test_an_item_tells_purpose_ground_retention_and_recipients(api: str) -> None:
    async with httpx.AsyncClient(base_url=api, trust_env=False) as client:
        lists = (await client.get("/v1/personal-data")).json()
    number = next(one for one in lists["collected"] if one["code"] == "id-number")
    assert number["sensitive"]
    assert "单独同意" in number["ground"]
    assert number["recipients"] == ["市公共信用信息平台（样例）", "身份核验机构（样例）"]
    sessions = next(one for one in lists["collected"] if one["code"] == "sessions")
    assert (sessions["retention_days"], sessions["recipients"]) == (7, [])


@pytest.mark.parametrize(("page", "key"), [("collected", "title"), ("shared", "name")])
async def test_the_pages_show_what_the_api_tells(api: str, page: str, key: str) -> None:
    async with httpx.AsyncClient(base_url=api, trust_env=False) as client:
        lists = (await client.get("/v1/personal-data")).json()
        shown = await client.get(f"/privacy/{page}")
    assert shown.headers["Content-Type"].startswith("text/html")
    text = unescape(shown.text)
    assert [one[key] for one in lists[page] if one[key] not in text] == []
    assert "样例内容" in text
