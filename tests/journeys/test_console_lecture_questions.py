"""Pages of questions to the speakers are for everyone, and go by keyboard."""

from domain.staff.roles import Role
from tests.cast import Cast, Person
from tests.journeys.test_console_pages import at_screen, for_everyone
from tests.lecturing import EDITOR, house_of, published, series
from tests.staffing import act, at_work

TEXT, ANSWER = "行政处罚公示满多久可以申请信用修复？", "一般满三个月，具体看处罚种类。"


async def test_a_question_is_answered_with_the_keyboard_alone(charlie: Person, cast: Cast) -> None:
    version = await published(cast)
    path = f"/v1/lectures/{version.lecture_id}/questions"
    asked = (await charlie.post(path, {"text": TEXT})).raise_for_status().json()["id"]
    editor = await at_work(cast, Role.EDITOR)
    async with at_screen(editor) as page:
        desk = f"/console/lecture-questions?lecture={version.lecture_id}"
        await for_everyone(page, desk, "lecture-questions")
        await page.get_by_role("link", name=TEXT).focus()
        await page.keyboard.press("Enter")
        await page.locator("[data-state=open]").wait_for()
        await for_everyone(page, f"/console/lecture-questions/{asked}", "lecture-question")
        await page.locator("#answer").focus()
        await page.keyboard.type(ANSWER)
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await page.locator("[data-state=answered]").wait_for()
        assert ANSWER in await page.locator("[data-test=answer]").inner_text()
    await editor.close()
    assert (await charlie.get(path)).json()["items"][0]["answer"] == ANSWER


async def test_a_reviewer_sends_back_and_turns_down_with_a_reason(
    charlie: Person, cast: Cast
) -> None:
    house, version = house_of(cast), await published(cast)
    path = f"/v1/lectures/{version.lecture_id}/questions"
    asked = (await charlie.post(path, {"text": TEXT})).raise_for_status().json()["id"]
    questions, one = house.around.questions, await series(house)
    tag = (await questions.get(asked)).question.tag
    # What WeChat leaves to a human.
    doubtful = f"{ANSWER}【复核】"
    await questions.answer(act(house, EDITOR), question_id=asked, tag=tag, answer=doubtful)
    wanted = {"title": f"{one.title}改", "summary": "新的简介"}
    await house.lectures.desk.propose_series(
        act(house, EDITOR), series_id=one.id, tag=one.tag, **wanted
    )
    reviewer = await at_work(cast, Role.REVIEWER)
    async with at_screen(reviewer) as page:
        await for_everyone(page, f"/console/lecture-questions/{asked}/review", "answer-review")
        await page.get_by_label("退回理由").fill("没有写明依据")
        await page.locator("[data-test=return-it]").click()
        await page.locator("[data-state=returned]").wait_for()
        await for_everyone(page, "/console/lectures", "series-review")
        proposed = page.locator(f"[data-series='{one.title}']")
        await proposed.get_by_text("不同意", exact=True).click()
        await proposed.get_by_label("理由").fill("与已有的系列重复")
        await proposed.get_by_role("button", name="不同意修改").click()
        await proposed.get_by_text("不同意", exact=True).wait_for(state="detached")
    await reviewer.close()
    found = await house.lectures.desk.series()
    assert [it.proposed for it in found if it.id == one.id] == [None]
