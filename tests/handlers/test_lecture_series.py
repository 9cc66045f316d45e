"""Series of lectures: added and proposed by editors, confirmed by somebody else, then read."""

from html import unescape
from typing import Any

import pytest

from domain.lectures.series import MOST_SERIES, Series
from domain.transactions import Conflict
from tests.cast import Cast
from tests.lecturing import EDITOR, house_of, published, series, submitted
from tests.staffing import PAGE, Colleague, act

LECTURES = "/console/lectures"
SERIES = "/console/lecture-series"


async def now_of(cast: Cast, series_id: str) -> Series:
    found = await house_of(cast).lectures.desk.series()
    return next(one for one in found if one.id == series_id)


async def propose(cast: Cast, editor: Colleague, series_id: str, title: str) -> Any:
    """The form of a series, as it stands now."""
    form = {"move": "change", "series": series_id, "title": title, "summary": "新的简介"}
    form["tag"] = (await now_of(cast, series_id)).tag
    return await editor.post(SERIES, form, headers=PAGE)


async def decide(
    cast: Cast, reviewer: Colleague, series_id: str, what: str, reason: str = ""
) -> Any:
    form = {"move": what, "tag": (await now_of(cast, series_id)).tag, "reason": reason}
    return await reviewer.post(f"{SERIES}/{series_id}/review", form, headers=PAGE)


async def test_series_are_added_and_proposed_each_name_once(
    cast: Cast, editor: Colleague, reviewer: Colleague
) -> None:
    one, other = await series(house_of(cast)), await series(house_of(cast))
    answer = await editor.post(SERIES, {"move": "series", "title": one.title}, headers=PAGE)
    assert answer.status_code == 409
    assert "已有同名的系列" in answer.text
    form = {"move": "change", "series": one.id, "tag": one.tag, "title": f"{one.title}甲"}
    assert (await editor.post(SERIES, form)).status_code == 303
    assert (await editor.post(SERIES, form, headers=PAGE)).status_code == 412
    assert (await propose(cast, editor, other.id, one.title)).status_code == 409
    # Two that propose the same name: the second is refused when it is to be confirmed.
    await propose(cast, editor, other.id, f"{one.title}甲")
    assert (await decide(cast, reviewer, one.id, "confirm")).status_code == 303
    assert (await decide(cast, reviewer, other.id, "confirm")).status_code == 409


async def test_what_residents_read_of_a_series_changes_once_somebody_else_confirms(
    cast: Cast, editor: Colleague, reviewer: Colleague
) -> None:
    one = await series(house_of(cast))
    version = await published(cast, series=one.id)

    async def read() -> set[str]:
        items = (await cast.client.get("/v1/lecture-series")).json()["items"]
        lecture = (await cast.client.get(f"/v1/lectures/{version.lecture_id}")).json()
        return {lecture["series"], *(it["title"] for it in items if it["id"] == one.id)}

    wanted = f"{one.title}乙"
    assert (await propose(cast, editor, one.id, wanted)).status_code == 303
    assert await read() == {one.title}
    page = unescape(await reviewer.page(LECTURES))
    assert "确认讲座系列的修改" in unescape(await reviewer.page("/console"))
    for words in (one.title, wanted, "新的简介", "确认修改"):
        assert words in page
    assert "确认修改" not in await editor.page(LECTURES)
    refused = await decide(cast, editor, one.id, "confirm")
    assert refused.status_code == 403
    assert (await decide(cast, reviewer, one.id, "turn_down", "太短")).status_code == 303
    assert (await decide(cast, reviewer, one.id, "confirm")).status_code == 409
    assert await read() == {one.title}
    await propose(cast, editor, one.id, wanted)
    assert (await decide(cast, reviewer, one.id, "confirm")).status_code == 303
    assert await read() == {wanted}
    assert cast.database
    events = cast.database["audit_events"].find({"object_id": one.id}).sort("_id")
    assert [row["action"].partition(".")[2] async for row in events] == [
        *("added", "proposed", "turned_down", "proposed", "confirmed")
    ]


async def test_nobody_confirms_what_they_proposed_themselves(cast: Cast) -> None:
    house = house_of(cast)
    desk, one = house.lectures.desk, await series(house)
    given = {"series_id": one.id, "tag": one.tag, "title": "改", "summary": ""}
    proposed = await desk.propose_series(act(house, EDITOR), **given)
    decided = {"series_id": one.id, "tag": proposed.tag}
    with pytest.raises(Conflict, match="不能是同一人"):
        await desk.confirm_series(act(house, EDITOR), **decided)
    with pytest.raises(Conflict, match="不能是同一人"):
        await desk.turn_down_series(act(house, EDITOR), **decided, reason="不好")


async def test_who_proposed_it_is_told_why_it_was_turned_down(
    cast: Cast, editor: Colleague, reviewer: Colleague
) -> None:
    one = await series(house_of(cast))
    wanted, reason = f"{one.title}丙", "与已有的系列重复"
    await propose(cast, editor, one.id, wanted)
    for faulty in ("", "长" * 501):
        refused = await decide(cast, reviewer, one.id, "turn_down", faulty)
        assert refused.status_code == 422
        assert "请填写理由，最多 500 个字。" in refused.text
        # What was typed stays, beside the series that it is of.
        assert f'name="reason" required maxlength="500" value="{faulty}"' in refused.text
        assert refused.text.count("<details open>") == 1
    assert (await now_of(cast, one.id)).proposed
    assert (await decide(cast, reviewer, one.id, "turn_down", reason)).status_code == 303
    assert (await now_of(cast, one.id)).proposed is None
    told = f"系列“{one.title}”改为“{wanted}”的修改未获同意：{reason}"
    assert told in unescape(await editor.listed("/console/alerts"))
    assert reason not in await reviewer.listed("/console/alerts")
    # Of a summary alone the title says nothing new; and the next time is told anew.
    await propose(cast, editor, one.id, one.title)
    await decide(cast, reviewer, one.id, "turn_down", "写得太短")
    told = f"系列“{one.title}”简介的修改未获同意：写得太短"
    assert told in unescape(await editor.listed("/console/alerts"))


async def test_a_reviewer_of_a_lecture_reads_what_its_series_says(
    cast: Cast, reviewer: Colleague
) -> None:
    house = house_of(cast)
    title = f"系列 {house.draw.id()[-12:]}"
    one = await house.lectures.desk.add_series(
        act(house, EDITOR), title=title, summary="还没有人审过的简介"
    )
    version = await submitted(cast, series=one.id)
    assert "还没有人审过的简介" in await reviewer.page(f"/console/lecture-versions/{version.id}")


async def test_there_are_so_many_series_and_no_more(
    cast: Cast, editor: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MOST_SERIES == 500
    await series(house_of(cast))
    there = len(await house_of(cast).lectures.desk.series())
    monkeypatch.setattr("domain.lectures.desk.MOST_SERIES", there)
    answer = await editor.post(SERIES, {"move": "series", "title": "再一个"}, headers=PAGE)
    assert answer.status_code == 409
    assert f"系列已有 {there} 个" in answer.text
    assert len(await house_of(cast).lectures.desk.series()) == there
