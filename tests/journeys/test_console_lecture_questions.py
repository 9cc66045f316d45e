"""Pages of questions to the speakers are for everyone, and go by keyboard."""

from domain.staff.roles import Role
from tests.cast import Cast, Person
from tests.journeys.test_console_pages import at_screen, for_everyone
from tests.lecturing import published
from tests.staffing import at_work

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
