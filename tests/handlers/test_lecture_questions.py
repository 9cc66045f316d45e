"""Questions to the speaker: checked, answered by editors, read by everybody, asked by nobody."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from domain.content_checks import CHECK
from domain.lectures.questions import MOST_OPEN
from server.wiring import Installation
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.erasing import LONG_AGO, erase
from tests.handlers.test_lecture_registrations import notices
from tests.lecturing import filled, house_of, published, withdrawn
from tests.outage import Outage
from tests.problems import check_problem
from tests.staffing import PAGE, Colleague

TEXT = "行政处罚公示满多久可以申请修复？"
ANSWER = "一般公示满三个月，具体看处罚种类。"
RISKY, REVIEW = "【违规】", "【复核】"


def at(lecture_id: str) -> str:
    return f"/v1/lectures/{lecture_id}/questions"


async def ask(person: Person, lecture_id: str, text: str = TEXT) -> dict[str, Any]:
    answer = await person.post(at(lecture_id), {"text": text})
    assert answer.status_code == 201, answer.text
    question: dict[str, Any] = answer.json()
    return question


async def handle(cast: Cast, editor: Colleague, question_id: str, move: str, text: str) -> Any:
    """A form of the page, as the question stands now."""
    tag = (await house_of(cast).around.questions.get(question_id)).question.tag
    form = {"move": move, "tag": tag, "text": text}
    path = f"/console/lecture-questions/{question_id}/handling"
    return await editor.post(path, form, headers=PAGE)


async def public(person: Person, lecture_id: str) -> list[dict[str, Any]]:
    """What anybody reads."""
    answer = await person.send("GET", at(lecture_id), headers={"Authorization": ""})
    items: list[dict[str, Any]] = answer.raise_for_status().json()["items"]
    return items


async def test_a_question_is_asked_answered_and_read_by_everybody_without_who_asked(
    charlie: Person, editor: Colleague, cast: Cast
) -> None:
    version = await published(cast)
    asked = await ask(charlie, version.lecture_id)
    assert (asked["state"], asked["answer"]) == ("open", None)
    assert await public(charlie, version.lecture_id) == []
    page = await editor.page(f"/console/lecture-questions?lecture={version.lecture_id}")
    assert TEXT in page
    assert (await handle(cast, editor, asked["id"], "answer", ANSWER)).status_code == 303
    [shown] = await public(charlie, version.lecture_id)
    assert (shown["text"], shown["answer"]) == (TEXT, ANSWER)
    assert shown.keys() == {"id", "text", "answer", "asked_at", "answered_at"}
    [mine] = (await charlie.get(f"{at(version.lecture_id)}/mine")).json()["items"]
    assert (mine["state_label"], mine["answer"]) == ("已答复", ANSWER)
    assert await notices(charlie) == ["您在讲座《信用修复怎么办》的提问已有答复。"]
    page = await editor.page(f"/console/lecture-questions/{asked['id']}")
    me = (await charlie.get("/v1/me")).json()["id"]
    assert me not in page
    assert charlie.persona["name"] not in page


async def test_nobody_has_questions_to_a_lecture_that_was_never_shown(
    charlie: Person, cast: Cast
) -> None:
    draft = await filled(cast)
    for lecture_id in (draft.lecture_id, "none"):
        check_problem(await charlie.get(f"{at(lecture_id)}/mine"), 404, "not_found")


async def test_a_question_may_be_left_with_a_reason_or_hidden(
    charlie: Person, editor: Colleague, cast: Cast
) -> None:
    version = await published(cast)
    left = await ask(charlie, version.lecture_id)
    hidden = await ask(charlie, version.lecture_id, "我叫张三，住在某处")
    await handle(cast, editor, left["id"], "leave", "与本次讲座无关")
    await handle(cast, editor, hidden["id"], "answer", ANSWER)
    await handle(cast, editor, hidden["id"], "hide", "含有个人信息")
    assert await public(charlie, version.lecture_id) == []
    items = (await charlie.get(f"{at(version.lecture_id)}/mine")).json()["items"]
    found = {one["id"]: (one["state"], one["reason"]) for one in items}
    assert found == {
        left["id"]: ("left", "与本次讲座无关"),
        hidden["id"]: ("hidden", "含有个人信息"),
    }
    assert len(await notices(charlie)) == 3
    again = await handle(cast, editor, hidden["id"], "answer", ANSWER)
    assert again.status_code == 409
    assert "已隐藏" in again.text


async def test_a_risky_text_is_refused_and_nothing_is_kept(
    charlie: Person, cast: Cast, installation: Installation
) -> None:
    version = await published(cast)
    answer = await charlie.post(at(version.lecture_id), {"text": TEXT + RISKY})
    problem = check_problem(answer, 422, "invalid")
    assert problem.errors[0].code == "risky_content"
    rows = installation.database["lecture_questions"]
    assert await rows.count_documents({"lecture_id": version.lecture_id}) == 0


async def test_what_is_not_checked_yet_cannot_be_answered_and_what_proved_risky_never(
    charlie: Person, editor: Colleague, cast: Cast, outage: Outage, installation: Installation
) -> None:
    version = await published(cast)
    await outage.begin("wechat", kind="error")
    fine = await ask(charlie, version.lecture_id)
    risky = await ask(charlie, version.lecture_id, TEXT + RISKY)
    for one in (fine, risky):
        answer = await handle(cast, editor, one["id"], "answer", ANSWER)
        assert answer.status_code == 409
        assert "尚未完成" in answer.text
    await outage.end()
    outbox = installation.database["outbox"]
    await outbox.update_many({"topic": CHECK}, {"$set": {"next_at": LONG_AGO}})
    await cast.work()
    assert (await handle(cast, editor, fine["id"], "answer", ANSWER)).status_code == 303
    answer = await handle(cast, editor, risky["id"], "answer", ANSWER)
    assert answer.status_code == 409
    assert "不宜内容" in answer.text
    assert [one["id"] for one in await public(charlie, version.lecture_id)] == [fine["id"]]


async def test_what_wechat_leaves_to_a_human_an_editor_may_answer(
    charlie: Person, editor: Colleague, cast: Cast
) -> None:
    version = await published(cast)
    asked = await ask(charlie, version.lecture_id, TEXT + REVIEW)
    page = await editor.page(f"/console/lecture-questions/{asked['id']}")
    assert "请自行判断是否适合公开" in page
    assert (await handle(cast, editor, asked["id"], "answer", ANSWER)).status_code == 303


async def test_an_answer_is_checked_before_anybody_reads_it(
    charlie: Person, editor: Colleague, cast: Cast, outage: Outage
) -> None:
    version = await published(cast)
    asked = await ask(charlie, version.lecture_id)
    refused = await handle(cast, editor, asked["id"], "answer", ANSWER + RISKY)
    assert refused.status_code == 422
    assert "答复含有微信平台不允许发布的内容" in refused.text
    await outage.begin("wechat", kind="error")
    waits = await handle(cast, editor, asked["id"], "answer", ANSWER)
    assert waits.status_code == 409
    # What was written stays in the form.
    assert "请稍后再提交" in waits.text
    assert ANSWER in waits.text
    assert await public(charlie, version.lecture_id) == []
    await outage.end()
    assert (await handle(cast, editor, asked["id"], "answer", ANSWER)).status_code == 303
    # Also what is written in place of an answer that is shown.
    assert (await handle(cast, editor, asked["id"], "answer", RISKY)).status_code == 422
    assert [one["answer"] for one in await public(charlie, version.lecture_id)] == [ANSWER]


@pytest.mark.parametrize("case", ["not_sure", "not_seen"])
async def test_an_answer_that_wechat_does_not_pass_waits_for_a_reviewer(
    charlie: Person, editor: Colleague, reviewer: Colleague, cast: Cast, case: str
) -> None:
    version = await published(cast)
    asked = await ask(charlie, version.lecture_id)
    answer = ANSWER + REVIEW if case == "not_sure" else ANSWER
    if case == "not_seen":
        # WeChat checks for nobody who is not there any more.
        assert cast.database
        await cast.database["lecture_questions"].update_one(
            {"_id": asked["id"]}, {"$set": {"person_id": None}}
        )
    assert (await handle(cast, editor, asked["id"], "answer", answer)).status_code == 303
    assert await public(charlie, version.lecture_id) == []
    if case == "not_sure":
        [mine] = (await charlie.get(f"{at(version.lecture_id)}/mine")).json()["items"]
        assert (mine["state_label"], mine["answer"]) == ("答复待审核", None)
        assert await notices(charlie) == []
    path = f"/console/lecture-questions/{asked['id']}"
    assert "release-it" not in await editor.page(path)
    assert f"{path}/review" in await reviewer.page("/console")
    assert "release-it" in await reviewer.page(f"{path}/review")
    tag = (await house_of(cast).around.questions.get(asked["id"])).question.tag
    form = {"move": "release", "tag": tag}
    assert (await editor.post(f"{path}/review", form, headers=PAGE)).status_code == 403
    assert (await reviewer.post(f"{path}/review", form, headers=PAGE)).status_code == 303
    assert [one["answer"] for one in await public(charlie, version.lecture_id)] == [answer]


async def review(cast: Cast, who: Colleague, question_id: str, move: str, text: str = "") -> Any:
    """A decision on an answer, as the question stands now."""
    tag = (await house_of(cast).around.questions.get(question_id)).question.tag
    form = {"move": move, "tag": tag, "text": text}
    path = f"/console/lecture-questions/{question_id}/review"
    return await who.post(path, form, headers=PAGE)


async def test_a_reviewer_sends_an_answer_back_for_a_reason_that_the_editor_reads(
    charlie: Person, editor: Colleague, reviewer: Colleague, cast: Cast, installation: Installation
) -> None:
    version = await published(cast)
    asked, reason = await ask(charlie, version.lecture_id), "没有写明依据的文件"
    await handle(cast, editor, asked["id"], "answer", ANSWER + REVIEW)
    path = f"/console/lecture-questions/{asked['id']}"
    assert "return-it" not in await editor.page(path)
    assert "return-it" in await reviewer.page(f"{path}/review")
    for faulty, why in (("", "请填写“理由”"), ("长" * 201, "最多 200 个字")):
        refused = await review(cast, reviewer, asked["id"], "return", faulty)
        assert (refused.status_code, why in refused.text) == (422, True)
        assert f'value="{faulty}"' in refused.text
    assert (await review(cast, editor, asked["id"], "return", reason)).status_code == 403
    assert (await review(cast, reviewer, asked["id"], "return", reason)).status_code == 303
    # The editor is told, finds it on the first page and among the questions, and reads why.
    assert reason in await editor.listed("/console/alerts")
    assert "修改退回的讲座提问答复" in await editor.page("/console")
    assert path in await editor.page("/console/lecture-questions?state=returned")
    page = await editor.page(path)
    assert "退回理由" in page
    assert reason in page
    # Who asked reads neither answer nor reason, and is not told.
    [mine] = (await charlie.get(f"{at(version.lecture_id)}/mine")).json()["items"]
    assert (mine["state_label"], mine["answer"], mine["reason"]) == ("答复待审核", None, None)
    assert await notices(charlie) == []
    assert await public(charlie, version.lecture_id) == []
    # What is written anew is looked at by a reviewer, although WeChat passes it.
    assert (await handle(cast, editor, asked["id"], "answer", ANSWER)).status_code == 303
    assert await public(charlie, version.lecture_id) == []
    assert reason in await reviewer.page(f"{path}/review")
    assert (await review(cast, reviewer, asked["id"], "release")).status_code == 303
    assert [one["answer"] for one in await public(charlie, version.lecture_id)] == [ANSWER]
    assert await notices(charlie) == ["您在讲座《信用修复怎么办》的提问已有答复。"]
    events = installation.database["audit_events"].find({"object_id": asked["id"]}).sort("_id")
    assert [row["action"].partition(".")[2] async for row in events] == [
        *("asked", "answered", "returned", "answered", "released")
    ]


async def test_a_question_whose_answer_was_sent_back_may_be_left_without_one(
    charlie: Person, editor: Colleague, reviewer: Colleague, cast: Cast
) -> None:
    version = await published(cast)
    asked = await ask(charlie, version.lecture_id)
    await handle(cast, editor, asked["id"], "answer", ANSWER + REVIEW)
    await review(cast, reviewer, asked["id"], "return", "不宜公开答复")
    left = await handle(cast, editor, asked["id"], "leave", "请到窗口咨询")
    assert left.status_code == 303
    [mine] = (await charlie.get(f"{at(version.lecture_id)}/mine")).json()["items"]
    assert (mine["state"], mine["answer"], mine["reason"]) == ("left", None, "请到窗口咨询")
    page = await editor.page(f"/console/lecture-questions/{asked['id']}")
    assert "退回理由" not in page
    # What is answered after all is looked at by a reviewer, although WeChat passes it.
    assert "提交审核" in page
    await handle(cast, editor, asked["id"], "answer", ANSWER)
    assert await public(charlie, version.lecture_id) == []
    assert (await review(cast, reviewer, asked["id"], "release")).status_code == 303
    assert [one["answer"] for one in await public(charlie, version.lecture_id)] == [ANSWER]


async def test_five_questions_are_open_at_most_however_they_come(
    charlie: Person, alice: Person, editor: Colleague, cast: Cast, installation: Installation
) -> None:
    version = await published(cast)
    answers = await asyncio.gather(
        *(
            charlie.post(at(version.lecture_id), {"text": f"{TEXT}{number}"})
            for number in range(MOST_OPEN + 4)
        )
    )
    made = [one.json()["id"] for one in answers if one.status_code == 201]
    rows = installation.database["lecture_questions"]
    chosen = {"lecture_id": version.lecture_id, "open_of": {"$exists": True}}
    assert len(made) == MOST_OPEN == await rows.count_documents(chosen)
    answer = await charlie.post(at(version.lecture_id), {"text": TEXT})
    check_problem(answer, 409, "conflict")
    assert "5 个问题待答复" in answer.json()["detail"]
    # Another person's and another lecture's are not counted with them.
    await ask(alice, version.lecture_id)
    await ask(charlie, (await published(cast)).lecture_id)
    await handle(cast, editor, made[0], "answer", ANSWER)
    await ask(charlie, version.lecture_id)


async def test_one_may_ask_until_seven_days_after_the_lecture(
    charlie: Person, cast: Cast, clock: Clock
) -> None:
    version = await published(cast)
    clock.ahead = timedelta(days=8)
    await charlie.sign_in()
    await ask(charlie, version.lecture_id)
    clock.ahead = timedelta(days=8, hours=2)
    await charlie.sign_in()
    answer = await charlie.post(at(version.lecture_id), {"text": TEXT})
    check_problem(answer, 409, "conflict")
    assert "超过 7 天" in answer.json()["detail"]


@pytest.mark.parametrize("text", ["", "   ", "问" * 501])
async def test_nothing_and_too_much_are_refused(charlie: Person, cast: Cast, text: str) -> None:
    version = await published(cast)
    answer = await charlie.post(at(version.lecture_id), {"text": text})
    assert check_problem(answer, 422, "invalid").errors[0].pointer == "/text"


async def test_a_lecture_that_is_not_shown_has_no_questions(charlie: Person, cast: Cast) -> None:
    check_problem(await charlie.get(at("nothing")), 404, "not_found")
    check_problem(await charlie.post(at("nothing"), {"text": TEXT}), 404, "not_found")
    version = await published(cast)
    await withdrawn(cast, version.lecture_id)
    check_problem(await charlie.get(at(version.lecture_id)), 410, "lecture_withdrawn")
    answer = await charlie.post(at(version.lecture_id), {"text": TEXT})
    check_problem(answer, 410, "lecture_withdrawn")


async def test_two_editors_do_not_answer_over_each_other(
    charlie: Person, editor: Colleague, cast: Cast
) -> None:
    version = await published(cast)
    asked = await ask(charlie, version.lecture_id)
    path = f"/console/lecture-questions/{asked['id']}/handling"
    form = {"move": "answer", "tag": '"0"', "text": ANSWER}
    assert (await editor.post(path, form, headers=PAGE)).status_code == 303
    late = await editor.post(path, {**form, "text": "另一个答复"}, headers=PAGE)
    assert late.status_code == 412
    assert "另一个答复" in late.text
    assert (await public(charlie, version.lecture_id))[0]["answer"] == ANSWER


async def test_who_leaves_takes_their_questions_along_and_what_was_answered_is_nobodys(
    charlie: Person, editor: Colleague, cast: Cast, installation: Installation
) -> None:
    version = await published(cast)
    name = charlie.persona["name"]
    answered = await ask(charlie, version.lecture_id, f"我是{name}，{TEXT}")
    await ask(charlie, version.lecture_id)
    await handle(cast, editor, answered["id"], "answer", ANSWER)
    me = (await charlie.get("/v1/me")).json()["id"]
    await erase(charlie)
    await cast.work()
    rows = installation.database["lecture_questions"]
    assert await rows.count_documents({"person_id": me}) == 0
    left = [row async for row in rows.find({"lecture_id": version.lecture_id})]
    assert [(row["_id"], row["person_id"]) for row in left] == [(answered["id"], None)]
    [shown] = await public(charlie, version.lecture_id)
    assert (shown["text"], shown["answer"]) == (f"我是已注销用户，{TEXT}", ANSWER)
    # It may still be hidden; nobody is told.
    assert (await handle(cast, editor, answered["id"], "hide", "重复")).status_code == 303
