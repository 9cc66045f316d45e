"""What a report shows of what the platform holds, and what it may not show any more."""

import asyncio
from typing import Any

import jwt

from handlers.credit_report_content import Snapshot
from tests.cast import Cast, Person


def penalty(number: str, **more: str) -> dict[str, str]:
    """A penalty whose publicity lasts."""
    return {
        "CF_WSH": f"穗越罚〔2026〕{number}号",
        "CF_GSJZQ": "@date+200",
        "severity": "general",
        **more,
    }


SECTIONS: dict[str, Any] = {
    "licences": [{"XK_WSH": "穗越许〔2026〕1号"}, {"XK_WSH": "穗越许〔2026〕2号"}],
    "penalties": [
        penalty("1"),
        penalty("2", CF_GSJZQ="@date-1"),
        penalty("3", repaired_on="@date-10"),
        penalty("4", severity="serious", CF_NR_FK="5.2"),
        penalty("5", repaired_on="@date+10"),
    ],
    "honours": [{"name": "纳税信用A级", "year": "2025"}],
    "abnormal_lists": [
        {"reason": "未按期公示年度报告", "listed_on": "2026-01-01"},
        {"reason": "住所无法联系", "listed_on": "2025-01-01", "removed_on": "@date-3"},
    ],
}


async def content_of(cast: Cast, sections: dict[str, Any]) -> dict[str, Any]:
    person = await cast.owner(sections=sections)
    return await person.content((await person.report())["id"])


def values(content: dict[str, Any], code: str, label: str) -> list[str]:
    """Every value of one field in one section."""
    section = next(one for one in content["sections"] if one["code"] == code)
    return [
        field["value"]
        for group in section["groups"]
        for record in group["records"]
        for field in record["fields"]
        if field["label"] == label
    ]


async def test_a_penalty_ended_or_repaired_is_neither_shown_nor_counted(cast: Cast) -> None:
    content = await content_of(cast, SECTIONS)
    assert values(content, "administration", "行政处罚决定书文号") == [
        "穗越罚〔2026〕1号",
        "穗越罚〔2026〕4号",
        "穗越罚〔2026〕5号",
    ]
    assert "穗越罚〔2026〕2号" not in str(content)
    assert "穗越罚〔2026〕3号" not in str(content)
    assert content["summary"].endswith("，查询到经营异常名录 1 条、行政处罚 3 条。")


async def test_the_eight_counts_count_what_is_shown(cast: Cast) -> None:
    content = await content_of(cast, SECTIONS)
    assert {one["code"]: one["count"] for one in content["counts"]} == {
        "administration": 5,
        "honesty": 1,
        "serious": 0,
        "abnormal": 1,
        "promises": 0,
        "evaluations": 0,
        "judgments": 0,
        "others": 0,
    }


async def test_an_entry_removed_from_a_list_is_no_longer_one(cast: Cast) -> None:
    content = await content_of(cast, SECTIONS)
    assert values(content, "abnormal", "列入原因类型名称") == ["未按期公示年度报告"]


async def test_an_empty_value_is_printed_as_the_form_prints_it(cast: Cast) -> None:
    content = await content_of(cast, SECTIONS)
    assert values(content, "administration", "罚款金额（万元）") == ["— —", "5.2", "— —"]


async def test_content_has_the_shape_that_is_published(cast: Cast) -> None:
    Snapshot.model_validate(await content_of(cast, SECTIONS))


async def test_content_names_report_subject_and_purpose(cast: Cast) -> None:
    person = await cast.owner()
    report = await person.report("bank-loan")
    content = await person.content(report["id"])
    enterprise = person.persona["enterprise"]
    assert content["number"] == report["number"]
    assert content["purpose"] == {"code": "bank-loan", "label": "银行贷款"}
    assert content["subject"] == {
        "kind": "organisation",
        "uscc": enterprise["uscc"],
        "name": enterprise["name"],
    }
    assert content["sample"] is True


async def test_content_never_changes(cast: Cast) -> None:
    """Not a byte: it is what was signed."""
    person = await cast.owner(sections=SECTIONS)
    path = f"/v1/credit-reports/{(await person.report())['id']}/content"
    assert (await person.get(path)).content == (await person.get(path)).content


async def test_an_id_of_another_kind_is_not_found_and_disturbs_nobody(
    alice: Person, cast: Cast
) -> None:
    report = await alice.report()
    bob = await cast.owner()
    claims = jwt.decode(bob.tokens["access_token"], options={"verify_signature": False})
    wrong = f"/v1/credit-reports/{claims['sid']}/content"
    right = f"/v1/credit-reports/{report['id']}/content"
    answers = await asyncio.gather(
        *(bob.get(wrong) for _ in range(10)), *(alice.get(right) for _ in range(10))
    )
    assert [answer.status_code for answer in answers] == [404] * 10 + [200] * 10


async def test_who_signed_out_is_asked_to_sign_in_whatever_the_id(alice: Person) -> None:
    report = await alice.report()
    assert (await alice.send("DELETE", "/v1/sessions")).status_code == 204
    for report_id in (report["id"], "01900000-0000-7000-8000-000000000000"):
        answer = await alice.get(f"/v1/credit-reports/{report_id}/content")
        assert answer.status_code == 401
