"""Lectures in the console: drafted, reviewed by somebody else, shown, withdrawn, restored."""

import re
from dataclasses import replace
from datetime import timedelta
from html import escape, unescape
from typing import Any

import pytest

from domain.errors import NotFound
from domain.lectures.lectures import Withdrawn
from domain.media.assets import Asset, AssetState, Found, Kind
from domain.time import SHANGHAI, in_words
from tests.cast import Cast
from tests.conftest import Clock
from tests.lecturing import (
    EDITOR,
    REVIEWER,
    anew,
    file,
    filled,
    house_of,
    published,
    series,
    submitted,
)
from tests.staffing import PAGE, Colleague, act

OVER = re.compile(r'name="over" value="([^"]+)"')
CUES = re.compile(r'<textarea id="cues"[^>]*>\n([^<]*)</textarea>')
PROPOSAL = re.compile(r'<textarea id="proposal"[^>]*>\n([^<]*)</textarea>')
LECTURES, VERSIONS = "/console/lectures", "/console/lecture-versions"


async def tag_of(cast: Cast, version_id: str) -> str:
    return (await house_of(cast).lectures.desk.version(version_id)).tag


async def asset_of(cast: Cast, asset_id: str) -> Asset:
    asset: Asset | None = await house_of(cast).media.assets.get(asset_id)
    assert asset
    return asset


async def move(cast: Cast, who: Colleague, version_id: str, to: str, **form: str) -> Any:
    """A form of the version's page, as it stands now."""
    tag = await tag_of(cast, version_id)
    return await who.post(f"{VERSIONS}/{version_id}/{to}", {"tag": tag, **form}, headers=PAGE)


def local(at: Any) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%dT%H:%M}"


async def form_of(cast: Cast, **given: Any) -> dict[str, Any]:
    """All that the form of a version sends."""
    begins = house_of(cast).clock() + timedelta(days=1)
    return {
        "move": "write",
        "title": "信用修复怎么办",
        "series": (await series(house_of(cast))).id,
        "topic": "信用修复",
        "speaker": "王敏",
        "speaker_post": "样例单位",
        "audience": "企业",
        "begins_at": local(begins),
        "ends_at": local(begins + timedelta(hours=1)),
        "live_kind": "channels",
        "live_address": "sphSample01",
        "access": "public",
        "places": "",
        "certificate_percent": "",
        "outline": "<p>提要<script>alert(1)</script></p>",
        **given,
    }


async def test_from_a_new_lecture_by_one_to_one_that_is_shown_by_another(
    cast: Cast, editor: Colleague, reviewer: Colleague
) -> None:
    answer = await editor.post(LECTURES, {"move": "add", "title": "起草"})
    assert answer.status_code == 303
    (version_id,) = re.findall(rf"{VERSIONS}/([^/]+)/edit", answer.headers["Location"])
    desk, lectures = house_of(cast).lectures.desk, house_of(cast).lectures.lectures
    lecture_id = (await desk.version(version_id)).lecture_id
    with pytest.raises(NotFound):
        await lectures.get(lecture_id)
    assert (await move(cast, editor, version_id, "edit", **await form_of(cast))).status_code == 303
    assert (await move(cast, editor, version_id, "move", move="submit")).status_code == 303
    assert "须由其他人审核" not in await reviewer.page(f"{VERSIONS}/{version_id}")
    answer = await move(cast, reviewer, version_id, "review", move="publish", publish_at="")
    assert answer.status_code == 303, answer.text
    shown = await lectures.get(lecture_id)
    assert shown.lecture.programme.title == "信用修复怎么办"
    assert shown.lecture.programme.outline == "<p>提要</p>"
    assert 'data-standing="shown"' in await editor.page(f"{LECTURES}/{lecture_id}")
    assert "信用修复怎么办" in await editor.listed(LECTURES)


async def test_a_first_version_stands_there_as_it_is(cast: Cast, editor: Colleague) -> None:
    version = await filled(cast, places=20, certificate_percent=5)
    page = await editor.page(f"{VERSIONS}/{version.id}")
    assert "<p>20 人</p>" in page
    assert "<p>5%</p>" in page
    assert "<ins>" not in page
    assert "不报名" not in page


async def test_what_is_missing_is_named_at_once_and_nothing_typed_is_lost(
    cast: Cast, editor: Colleague
) -> None:
    version = await filled(cast)
    form = await form_of(cast, speaker="很长的名字" * 9, places="0", live_address="abc")
    answer = await move(cast, editor, version.id, "edit", **form)
    assert answer.status_code == 422
    page = unescape(answer.text)
    for told in ("“主讲人”最多 40 个字。", "“报名名额”应为 1 至", "视频号 ID"):
        assert told in page
    assert 'value="' + "很长的名字" * 9 + '"' in page
    assert (await house_of(cast).lectures.desk.version(version.id)).programme == version.programme


async def test_no_time_is_so_far_away_that_its_page_is_an_error(
    cast: Cast, editor: Colleague
) -> None:
    version = await filled(cast)
    for begins, ends in [
        ("9999-12-31T09:00", "9999-12-31T10:00"),
        ("0001-01-01T08:15", "0001-01-01T09:00"),
    ]:
        form = await form_of(cast, begins_at=begins, ends_at=ends)
        answer = await move(cast, editor, version.id, "edit", **form)
        assert answer.status_code == 422
        assert "“开始时间”应在 2000 年至 2099 年之间。" in answer.text
    await editor.page(f"{VERSIONS}/{version.id}/preview")


async def test_an_outline_is_measured_before_it_is_cleaned(cast: Cast, editor: Colleague) -> None:
    version = await filled(cast)
    long = "<span></span>" * 2000 + "<p>提要</p>"
    form = await form_of(cast, outline=long)
    answer = await move(cast, editor, version.id, "edit", **form)
    assert answer.status_code == 422
    assert "“内容提要”最多 20000 个字。" in answer.text


async def test_a_file_that_failed_is_not_offered_and_where_it_is_chosen_it_says_so(
    cast: Cast, editor: Colleague
) -> None:
    version = await filled(cast, files=[Kind.COVER])
    of, states = version.lecture_id, AssetState
    going = await file(cast, of, Kind.RECORDING, state=states.PROCESSING, name="正在处理.mp4")
    failed = await file(cast, of, Kind.COVER, state=states.FAILED, name="其实是 PDF.jpg")
    paper = await file(cast, of, Kind.DOCUMENT, state=states.FAILED, name="坏的附件.pdf")
    at = f"{VERSIONS}/{version.id}/edit"
    page = unescape(await editor.page(at))
    assert f'<option value="{going.id}">正在处理.mp4（处理中）</option>' in page
    assert failed.id not in page
    assert paper.id not in page
    # As when it was chosen while it was worked on, and failed after that.
    form = await form_of(cast, cover=failed.id, attachments=[paper.id])
    assert (await move(cast, editor, version.id, "edit", **form)).status_code == 303
    page = unescape(await editor.page(at))
    assert f'<option value="{failed.id}" selected>其实是 PDF.jpg（处理失败）</option>' in page
    assert "选用的封面处理失败，不能送审。请换用其他文件" in page
    assert f'href="/console/media/{failed.id}"' in page
    assert "坏的附件.pdf（处理失败，请取消选择）" in page
    refused = await move(cast, editor, version.id, "move", move="submit")
    assert "封面“其实是 PDF.jpg”处理失败，请换用其他文件后送审。" in unescape(refused.text)


async def test_a_file_in_use_says_by_what_and_what_to_do(cast: Cast, editor: Colleague) -> None:
    version = await filled(cast, files=[Kind.SLIDES])
    desk, title = house_of(cast).lectures.desk, version.programme.title
    removal = f"/console/media/{version.programme.slides}/removal"

    async def refused() -> str:
        answer = await editor.post(removal, headers=PAGE)
        assert answer.status_code == 409
        assert f'href="/console/media/{version.programme.slides}">返回这个文件<' in answer.text
        return unescape(answer.text)

    told = await refused()
    assert f"“slides.bin”不能删除，《{title}》第 1 版（起草中）用着它。" in told
    assert "请先在这个版本的“修改内容”里换用其他文件" in told
    await move(cast, editor, version.id, "move", move="submit")
    told = await refused()
    assert "第 1 版（审核中）用着它。请先由审核人退回" in told
    now = await desk.version(version.id)
    by = act(house_of(cast), REVIEWER)
    await desk.publish(by, version_id=now.id, tag=now.tag, publish_at=None)
    for _ in range(3):
        await anew(cast, version.id)
    told = await refused()
    assert f"《{title}》第 4 版（已发布）、《{title}》第 3 版（已发布）" in told
    assert "等 4 个版本用着它。发布过的版本随时可能恢复展示" in told
    # What no version uses goes.
    spare = await file(cast, version.lecture_id, Kind.SLIDES)
    assert (await editor.post(f"/console/media/{spare.id}/removal")).status_code == 303


async def test_a_draft_that_is_not_whole_is_not_handed_in(cast: Cast, editor: Colleague) -> None:
    house = house_of(cast)
    version = await house.lectures.desk.create(act(house, EDITOR), title="只有标题")
    answer = await move(cast, editor, version.id, "move", move="submit")
    assert answer.status_code == 422
    for told in ("请填写“主讲人”。", "请填写“开始时间”。", "没有直播的讲座须有录像。"):
        assert told in unescape(answer.text)


async def test_two_editors_never_overwrite_each_other(cast: Cast, editor: Colleague) -> None:
    version = await filled(cast)
    first = await move(cast, editor, version.id, "edit", **await form_of(cast, title="先保存的"))
    assert first.status_code == 303
    late = await form_of(cast, title="后保存的", tag=version.tag)
    answer = await editor.post(f"{VERSIONS}/{version.id}/edit", late, headers=PAGE)
    assert answer.status_code == 412
    assert f"{editor.account.name}已于" in answer.text
    assert 'value="后保存的"' in answer.text
    desk = house_of(cast).lectures.desk
    assert (await desk.version(version.id)).programme.title == "先保存的"
    # Saved again as it is, it is refused again; what differs is shown.
    assert f'name="tag" value="{escape(version.tag)}"' in answer.text
    assert "有差异的是：标题" in answer.text
    assert '<del><span class="unseen">删去：</span>先' in answer.text
    again = await editor.post(f"{VERSIONS}/{version.id}/edit", late, headers=PAGE)
    assert again.status_code == 412
    # Another fault in between does not make it pass.
    faulty = await editor.post(
        f"{VERSIONS}/{version.id}/edit", {**late, "begins_at": "明天"}, headers=PAGE
    )
    assert faulty.status_code == 422
    assert f'name="tag" value="{escape(version.tag)}"' in faulty.text
    # Over what stands it goes by a button of its own, and only over what was shown.
    over = unescape(OVER.findall(again.text)[0])
    other = await move(cast, editor, version.id, "edit", **await form_of(cast, title="又保存的"))
    assert other.status_code == 303
    at = f"{VERSIONS}/{version.id}/edit"
    answer = await editor.post(at, {**late, "over": over}, headers=PAGE)
    assert answer.status_code == 412
    over = unescape(OVER.findall(answer.text)[0])
    assert (await editor.post(at, {**late, "over": over}, headers=PAGE)).status_code == 303
    assert (await desk.version(version.id)).programme.title == "后保存的"


async def test_a_late_form_of_what_is_under_review_goes_over_nothing(
    cast: Cast, editor: Colleague
) -> None:
    version = await filled(cast)
    late = await form_of(cast, title="后保存的", tag=version.tag)
    assert (await move(cast, editor, version.id, "move", move="submit")).status_code == 303
    answer = await editor.post(f"{VERSIONS}/{version.id}/edit", late, headers=PAGE)
    assert answer.status_code == 412
    assert "这个版本已不能修改" in answer.text
    assert not OVER.search(answer.text)


async def test_nor_do_they_overwrite_each_others_timeline(cast: Cast, editor: Colleague) -> None:
    version = await filled(cast, files=[Kind.RECORDING, Kind.SLIDES])
    first = {"move": "time", "chapters": "0:00 先保存的", "cues": ""}
    assert (await move(cast, editor, version.id, "timeline", **first)).status_code == 303
    late = {**first, "chapters": "0:00 后保存的", "tag": version.tag}
    at = f"{VERSIONS}/{version.id}/timeline"
    # A proposal in between is against what was seen first, too.
    asked = await editor.post(at, {**late, "wish": "propose"}, headers=PAGE)
    assert f'name="tag" value="{escape(version.tag)}"' in asked.text
    for _ in range(2):
        answer = await editor.post(at, late, headers=PAGE)
        assert answer.status_code == 412
    assert "0:00 后保存的</textarea>" in answer.text
    assert "有差异的是：章节" in answer.text
    over = unescape(OVER.findall(answer.text)[0])
    assert (await editor.post(at, {**late, "over": over}, headers=PAGE)).status_code == 303
    programme = (await house_of(cast).lectures.desk.version(version.id)).programme
    assert [one.title for one in programme.chapters] == ["后保存的"]


async def test_who_wrote_it_does_not_review_it(cast: Cast, reviewer: Colleague) -> None:
    house, version = house_of(cast), await submitted(cast)
    with pytest.raises(Exception, match="不能是同一人"):
        await house.lectures.desk.publish(
            act(house, EDITOR), version_id=version.id, tag=version.tag, publish_at=None
        )
    answer = await move(cast, reviewer, version.id, "review", move="return", reason="")
    assert answer.status_code == 422
    answer = await move(cast, reviewer, version.id, "review", move="return", reason="缺少日期")
    assert answer.status_code == 303
    assert "缺少日期" in await reviewer.page(f"{VERSIONS}/{version.id}")


async def test_a_set_minute_is_refused_when_past_and_kept_when_not(
    cast: Cast, clock: Clock, reviewer: Colleague
) -> None:
    version = await submitted(cast)
    past = local(clock() - timedelta(minutes=2))
    answer = await move(cast, reviewer, version.id, "review", move="publish", publish_at=past)
    assert answer.status_code == 422
    assert "晚于现在" in answer.text
    at = clock() + timedelta(hours=2)
    answer = await move(cast, reviewer, version.id, "review", move="publish", publish_at=local(at))
    assert answer.status_code == 303
    lectures = house_of(cast).lectures.lectures
    with pytest.raises(NotFound):
        await lectures.get(version.lecture_id)
    assert in_words(at) in await reviewer.page(f"{VERSIONS}/{version.id}")
    while await cast.workers.work_once():
        pass
    with pytest.raises(NotFound):
        await lectures.get(version.lecture_id)


async def test_a_withdrawn_one_is_gone_at_once_and_comes_back_through_review(
    cast: Cast, editor: Colleague, reviewer: Colleague
) -> None:
    version = await published(cast)
    desk, lectures = house_of(cast).lectures.desk, house_of(cast).lectures.lectures
    at = f"{LECTURES}/{version.lecture_id}"
    tag = (await desk.lecture(version.lecture_id)).lecture.tag
    form = {"move": "withdraw", "tag": tag, "reason": "内容有误"}
    assert (await editor.post(at, form)).status_code == 403
    assert "下线理由（居民会看到）" in await reviewer.page(at)
    assert (await reviewer.post(at, {**form, "reason": ""}, headers=PAGE)).status_code == 422
    assert (await reviewer.post(at, form)).status_code == 303
    with pytest.raises(Withdrawn, match="内容有误"):
        await lectures.get(version.lecture_id)
    assert "内容有误" in await editor.page(at)
    assert (await reviewer.post(at, form, headers=PAGE)).status_code == 412
    await anew(cast, version.id, title="改正后的")
    assert (await lectures.get(version.lecture_id)).lecture.programme.title == "改正后的"


async def test_an_old_version_is_restored_and_what_differs_is_shown(
    cast: Cast, editor: Colleague
) -> None:
    first = await published(cast)
    second = await anew(cast, first.id, title="信用修复新办法", topic="新办法")
    page = unescape(await editor.page(f"{VERSIONS}/{first.id}"))
    assert "有差异的是：标题、主题" in page
    assert re.search(r"<ins>.*怎么.*</ins>", page)
    assert (await move(cast, editor, second.id, "move", move="copy")).status_code == 303
    answer = await move(cast, editor, first.id, "move", move="copy")
    assert answer.status_code == 409
    assert "已有一个在办的新版本" in answer.text
    row = await house_of(cast).lectures.desk.lecture(first.lecture_id)
    assert row.in_work
    assert (await move(cast, editor, row.in_work.id, "move", move="give_up")).status_code == 303
    assert (await move(cast, editor, first.id, "move", move="copy")).status_code == 303
    row = await house_of(cast).lectures.desk.lecture(first.lecture_id)
    assert row.in_work
    # Numbers are not used again.
    assert (row.in_work.number, row.in_work.made_from) == (4, first.id)
    assert row.in_work.programme == first.programme


async def test_a_file_in_the_place_of_one_of_the_same_name_is_a_difference(
    cast: Cast, editor: Colleague
) -> None:
    """And of its time only what is another is marked, as a whole."""
    first = await published(cast, files=[Kind.SLIDES])
    was = in_words((await asset_of(cast, first.programme.slides)).added_at)
    before = house_of(cast).clock() - timedelta(hours=1, minutes=1)
    mended = await file(cast, first.lecture_id, Kind.SLIDES, added_at=before)
    await anew(cast, first.id, slides=mended.id)
    page = unescape(await editor.page(f"{VERSIONS}/{first.id}"))
    assert "有差异的是：课件" in page
    assert f"新增：</span>{was.partition(' ')[2]}<" in page


async def test_no_two_versions_are_called_the_same_that_are_not(
    cast: Cast, editor: Colleague
) -> None:
    """Where a link leads, and which file it is, is what a reviewer reviews."""
    link = '<p><a href="https://www.gz.gov.cn/">官网</a></p>'
    at = house_of(cast).clock()
    first = await published(cast, outline=link)
    one, other = [
        await file(cast, first.lecture_id, Kind.DOCUMENT, name="资料.pdf", added_at=at)
        for _ in "12"
    ]
    standing = await anew(cast, first.id, attachments=(one.id,))
    lure = link.replace("www.gz.gov.cn/", "phish.example/gz")
    await anew(cast, first.id, outline=lure, attachments=(other.id,))
    page = unescape(await editor.page(f"{VERSIONS}/{standing.id}"))
    assert "有差异的是：内容提要、附件" in page
    assert "官网（" in page
    assert re.search(r"<del>.*https://phish.example/gz</del>", page)
    await anew(cast, first.id, outline=link.replace("p>", "h3>"), attachments=(one.id,))
    page = await editor.page(f"{VERSIONS}/{standing.id}")
    assert "两者没有差异" not in page
    assert "两者只有格式不同，文字、链接和文件没有差异" in page
    await anew(cast, standing.id)
    assert "两者没有差异。" in await editor.page(f"{VERSIONS}/{standing.id}")


# -- the timeline --------------------------------------------------------------------------


async def test_chapters_and_pages_are_set_in_lines_and_every_faulty_one_is_named(
    cast: Cast, editor: Colleague
) -> None:
    version = await filled(cast, files=[Kind.RECORDING, Kind.SLIDES])
    form = {"move": "time", "chapters": "0:00 开场\n二 问答", "cues": "0:00 1\n0:30 二"}
    answer = await move(cast, editor, version.id, "timeline", **form)
    assert answer.status_code == 422
    assert "“章节”第 2 行无法识别" in answer.text
    assert "“课件翻页”第 2 行无法识别" in answer.text
    assert "二 问答" in answer.text
    form = {"move": "time", "chapters": "0:00 开场\n2:00 问答", "cues": "1:00 2\n0:30 3"}
    answer = await move(cast, editor, version.id, "timeline", **form)
    assert answer.status_code == 422
    assert "第 2 个翻页点应晚于前一个" in answer.text
    form["cues"] = "0:00 1\n1:00 2"
    assert (await move(cast, editor, version.id, "timeline", **form)).status_code == 303
    programme = (await house_of(cast).lectures.desk.version(version.id)).programme
    assert [(one.at_ms, one.title) for one in programme.chapters] == [
        *((0, "开场"), (120_000, "问答"))
    ]
    assert [(one.at_ms, one.page) for one in programme.cues] == [(0, 1), (60_000, 2)]
    # Written anew, the rest of it leaves the timeline as it is.
    again = await form_of(cast, recording=programme.recording, slides=programme.slides)
    assert (await move(cast, editor, version.id, "edit", **again)).status_code == 303
    after = (await house_of(cast).lectures.desk.version(version.id)).programme
    assert (after.chapters, after.cues) == (programme.chapters, programme.cues)


async def test_pages_are_proposed_from_changes_of_the_picture_and_count_once_they_are_set(
    cast: Cast, editor: Colleague
) -> None:
    version = await filled(cast, files=[Kind.SLIDES])
    found = Found(duration_ms=300_000, changes=(25_000, 50_500))
    recording = await file(cast, version.lecture_id, Kind.RECORDING, found=found)
    house = house_of(cast)
    version = await house.lectures.desk.write(
        act(house, EDITOR),
        version_id=version.id,
        tag=version.tag,
        programme=replace(version.programme, recording=recording.id),
    )
    form = {"move": "time", "wish": "propose", "chapters": "0:00 开场", "cues": ""}
    answer = await move(cast, editor, version.id, "timeline", **form)
    assert answer.status_code == 200
    assert "0:00 1\n0:25 2\n0:50.500 3" in answer.text
    assert "0:00 开场" in answer.text
    assert 'data-test="proposal"' not in answer.text
    # What was typed stays until the proposal is accepted.
    form["cues"] = "0:10 7"
    answer = await move(cast, editor, version.id, "timeline", **form)
    field, proposal = CUES.findall(answer.text)[0], PROPOSAL.findall(answer.text)[0]
    assert (field, proposal) == ("0:10 7", "0:00 1\n0:25 2\n0:50.500 3")
    form["wish"] = "accept"
    answer = await move(cast, editor, version.id, "timeline", **form)
    assert CUES.findall(answer.text) == ["0:00 1\n0:25 2\n0:50.500 3"]
    assert (await house.lectures.desk.version(version.id)).programme.cues == ()


async def test_that_no_change_of_the_picture_was_found_is_said(
    cast: Cast, editor: Colleague
) -> None:
    version = await filled(cast, files=[Kind.RECORDING, Kind.SLIDES])
    form = {"move": "time", "wish": "propose", "chapters": "", "cues": "0:10 7"}
    answer = await move(cast, editor, version.id, "timeline", **form)
    assert answer.status_code == 200
    assert "没有找到画面变化，请手工标记。" in answer.text
    assert CUES.findall(answer.text) == ["0:10 7"]


# -- what waits for whom -------------------------------------------------------------------


async def test_whoever_is_waited_for_is_told_and_finds_it_on_the_first_page(
    cast: Cast, editor: Colleague, reviewer: Colleague
) -> None:
    version = await filled(cast, title=f"等待审核 {house_of(cast).draw.id()[-8:]}")
    title = version.programme.title
    assert title not in await reviewer.page("/console")
    assert (await move(cast, editor, version.id, "move", move="submit")).status_code == 303
    assert title in await reviewer.page("/console")
    assert "讲座等待审核" in await reviewer.listed("/console/alerts")
    assert title not in await editor.page("/console")
    answer = await move(cast, reviewer, version.id, "review", move="return", reason="缺少日期")
    assert answer.status_code == 303
    assert title not in await reviewer.page("/console")
    assert title in await editor.page("/console")
    alerts = await editor.listed("/console/alerts")
    assert "讲座被退回" in alerts
    assert "缺少日期" in alerts
    assert (await move(cast, editor, version.id, "move", move="submit")).status_code == 303
    assert title not in await editor.page("/console")
    answer = await move(cast, reviewer, version.id, "review", move="publish", publish_at="")
    assert answer.status_code == 303
    assert title not in await reviewer.page("/console")
    tag = (await house_of(cast).lectures.desk.lecture(version.lecture_id)).lecture.tag
    form = {"move": "withdraw", "tag": tag, "reason": "内容有误"}
    await reviewer.post(f"{LECTURES}/{version.lecture_id}", form)
    assert "讲座已下线" in await editor.listed("/console/alerts")
    # A draft goes on from what is not shown any more.
    assert "起草新版本以恢复展示" in await editor.page(f"{LECTURES}/{version.lecture_id}")
