"""The credit platform's client: against the stand-in, and against a platform that misbehaves."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from structlog.typing import EventDict

from adapters.agencies.credit_platform import PAGE_SIZE, CreditPlatform
from adapters.agencies.signature import Signature
from adapters.outside import Outside
from domain.errors import Unavailable
from tests.stand_ins import Partner, StandIns

UNKNOWN = "91110000600037341L"
USCC = "91350100M000100Y43"

SECTIONS = (
    *("registration", "licences", "penalties", "honours", "serious_lists"),
    *("abnormal_lists", "promises", "evaluations", "judgments", "others"),
    *("compulsory_measures", "criminal_judgments"),
)
PERSON_SECTIONS = (
    *("identity", "licences", "honours", "penalties"),
    *("serious_lists", "promises", "judgments", "others"),
)
REGISTRATION: dict[str, object] = {
    "id": "r1",
    "name": "福建样例有限公司",
    "uscc": USCC,
    "kind": "enterprise",
    "legal_representative": "林晓芸",
    "kind_text": "有限责任公司",
    "established_on": "2015-10-01",
    "domicile": "",
    "status": "存续",
    "valid_until": "2099-12-31",
    "labels": ["存续"],
}
PENALTY: dict[str, object] = {
    "CF_WSH": "穗罚〔2026〕1号",
    "CF_CFLB": "罚款",
    "CF_JDRQ": "2026-01-02",
    "CF_NR": "罚款",
    "CF_NR_FK": "0.500000",
    "CF_NR_WFFF": "",
    "CF_NR_ZKDX": "",
    "CF_WFXW": "违法行为",
    "CF_SY": "事实",
    "CF_YJ": "依据",
    "CF_CFJG": "机关",
    "CF_CFJGDM": "11440104MBYX01056Y",
    "CF_SJLY": "来源",
    "CF_SJLYDM": "12440100MBYX990147",
    "CF_GSJZQ": "2027-01-02",
    "severity": "general",
    "repaired_on": "",
    "field": "market",
}
IDENTITY: dict[str, object] = {
    "id": "i1",
    "name": "林晓芸",
    "id_kind": "居民身份证",
    "id_number": "11010519491231002X",
    "labels": ["守信激励对象"],
}

PERSON = {"name": "林晓芸", "id_number": "11010519491231002X", "request_id": "q1"}

Make = Callable[..., Outside]
Record = dict[str, Any]


def pages(**records: list[Record]) -> Callable[[Any], Record]:
    """A platform that holds these records, and one registration unless told otherwise."""
    held = {"registration": [REGISTRATION], "identity": [IDENTITY]} | records

    def reply(request: Any) -> Record:
        asked = json.loads(request.body)
        of_section = held.get(asked["section"], [])
        start = (asked["page"] - 1) * asked["page_size"]
        return {
            **{key: asked[key] for key in ("section", "page", "page_size")},
            "total": len(of_section),
            "as_of": "2026-11-23T07:30:02Z",
            "records": of_section[start : start + asked["page_size"]],
        }

    return reply


def penalties(count: int) -> list[Record]:
    return [PENALTY | {"id": f"p{number}"} for number in range(count)]


async def outage(platform: CreditPlatform) -> Unavailable:
    with pytest.raises(Unavailable) as raised:
        await platform.fetch_sections(USCC, request_id="q1")
    assert raised.value.detail.startswith("对方系统")
    return raised.value


async def test_the_legal_representative_matches(
    platform: CreditPlatform, stand_ins: StandIns
) -> None:
    clean = stand_ins.persona("clean")
    match = await platform.match_representative(
        uscc=clean["uscc"], name=clean["name"], id_number=clean["id_number"]
    )
    assert match.matched
    assert match.enterprise
    assert (match.enterprise.name, match.enterprise.status) == (clean["enterprise"], "存续")


async def test_somebody_else_does_not_match(platform: CreditPlatform, stand_ins: StandIns) -> None:
    clean = stand_ins.persona("clean")
    match = await platform.match_representative(
        uscc=clean["uscc"], name="王二", id_number="11010519491231002X"
    )
    assert not match.matched


async def test_an_enterprise_nobody_registered_matches_nobody(platform: CreditPlatform) -> None:
    match = await platform.match_representative(
        uscc=UNKNOWN, name="王二", id_number="11010519491231002X"
    )
    assert (match.matched, match.enterprise) == (False, None)


async def test_two_thousand_penalties_arrive_whole(
    platform: CreditPlatform, stand_ins: StandIns
) -> None:
    shop = stand_ins.persona("many-penalties")
    report = await platform.fetch_sections(shop["uscc"], request_id="q1")
    count = Counter(record.section for record in report.records)
    assert (count["registration"], count["licences"], count["penalties"]) == (1, 260, 2000)
    assert len({(record.section, record.id) for record in report.records}) == len(report.records)
    assert report.labels == ("存续",)
    assert report.as_of.tzinfo is UTC


async def test_every_persona_of_the_sandbox_can_be_read(
    platform: CreditPlatform, stand_ins: StandIns
) -> None:
    seen = set()
    kinds = set()
    for item in stand_ins.personas():
        if item["uscc"]:
            report = await platform.fetch_sections(item["uscc"], request_id=item["id"])
            seen |= {record.section for record in report.records}
            kinds.add(report.kind)
    assert seen == set(SECTIONS)
    assert len(kinds) == 5


async def test_every_persona_can_be_read_as_a_person(
    platform: CreditPlatform, stand_ins: StandIns
) -> None:
    seen = set()
    for item in stand_ins.personas():
        report = await platform.fetch_person(
            name=item["name"], id_number=item["id_number"], request_id=item["id"]
        )
        seen |= {record.section for record in report.records}
        assert report.kind == "person"
        assert item["id_number"] not in repr(report)
    assert seen == set(PERSON_SECTIONS)


async def test_a_person_comes_in_our_words_with_the_number_masked(
    outside: Make, partner: Partner
) -> None:
    partner.reply = pages()
    report = await CreditPlatform(outside()).fetch_person(**PERSON)
    (identity,) = report.records
    assert identity.values == {
        "name": "林晓芸",
        "id_kind": "居民身份证",
        "id_number": "110*************2X",
    }
    assert report.labels == ("守信激励对象",)
    named = [request.headers["X-Request-Id"] for request in partner.requests]
    assert sorted(named) == sorted(f"q1-{section}-1" for section in PERSON_SECTIONS)


@pytest.mark.parametrize(
    "identity",
    [[], [IDENTITY | {"name": "林二"}], [IDENTITY | {"id_number": "440524188001010014"}]],
)
async def test_a_persons_report_needs_exactly_their_own_identity(
    outside: Make, partner: Partner, identity: list[Record]
) -> None:
    partner.reply = pages(identity=identity)
    with pytest.raises(Unavailable) as raised:
        await CreditPlatform(outside()).fetch_person(**PERSON)
    assert not raised.value.permanent


async def test_who_the_platform_does_not_know_is_named_in_no_error_and_no_log(
    platform: CreditPlatform, logged: list[EventDict]
) -> None:
    with pytest.raises(Unavailable, match="没有该主体的信息") as raised:
        await platform.fetch_person(**PERSON)
    assert raised.value.permanent
    told = repr(raised.value) + repr(raised.value.__cause__) + repr(logged)
    assert "林晓芸" not in told
    assert PERSON["id_number"] not in told


async def test_an_enterprise_the_platform_does_not_know_is_a_lasting_outage(
    platform: CreditPlatform,
) -> None:
    with pytest.raises(Unavailable, match="没有该主体的信息") as raised:
        await platform.fetch_sections(UNKNOWN, request_id="q1")
    assert raised.value.permanent


async def test_a_wrong_secret_is_an_outage_that_an_operator_can_mend(
    stand_ins: StandIns, outside: Make
) -> None:
    auth = Signature(app_id="credit-yuexiu", secret="wrong")
    platform = CreditPlatform(outside(auth=auth, base_url=f"{stand_ins.url}/platform"))
    assert not (await outage(platform)).permanent


@pytest.mark.parametrize("kind", ["error", "malformed"])
async def test_a_fault_that_passes_is_not_noticed(
    platform: CreditPlatform, stand_ins: StandIns, kind: str
) -> None:
    clean = stand_ins.persona("clean")
    stand_ins.fail("platform", kind=kind, times=2)
    report = await platform.fetch_sections(clean["uscc"], request_id="q1")
    assert report.records


async def test_a_platform_that_rested_is_read_as_soon_as_it_answers_again(
    outside: Make, partner: Partner
) -> None:
    now = 100.0
    platform = CreditPlatform(outside(clock=lambda: now, failures_to_rest=3, rest_seconds=15))
    partner.replies((500, b""))
    await outage(platform)
    partner.reply = pages()
    assert "暂停" in (await outage(platform)).detail
    now += 15
    assert (await platform.fetch_sections(USCC, request_id="q1")).records


async def test_who_gives_up_on_a_platform_that_rested_makes_way_for_the_next(
    outside: Make, partner: Partner
) -> None:
    now = 100.0
    platform = CreditPlatform(outside(clock=lambda: now, failures_to_rest=3, rest_seconds=15))
    partner.replies((500, b""))
    await outage(platform)
    now += 15
    arrived, released = asyncio.Event(), asyncio.Event()

    async def slow(_: object) -> object:
        arrived.set()
        await released.wait()
        return {}

    partner.reply = slow
    first = asyncio.ensure_future(platform.fetch_sections(USCC, request_id="q1"))
    await asyncio.wait_for(arrived.wait(), 10)
    first.cancel()
    await asyncio.wait([first])
    released.set()
    partner.reply = pages()
    assert (await platform.fetch_sections(USCC, request_id="q2")).records


async def test_records_come_in_our_words(outside: Make, partner: Partner) -> None:
    partner.reply = pages(penalties=[PENALTY | {"id": "p1", "later": "addition"}])
    report = await CreditPlatform(outside()).fetch_sections(USCC, request_id="q1")
    registration, penalty = report.records
    assert report.as_of == datetime(2026, 11, 23, 7, 30, 2, tzinfo=UTC)
    assert "labels" not in registration.values
    assert registration.values["legal_representative"] == "林晓芸"
    assert penalty.values == {
        "document_number": "穗罚〔2026〕1号",
        "category": "罚款",
        "decided_on": "2026-01-02",
        "content": "罚款",
        "fine": "0.500000",
        "confiscated": "",
        "suspended_licence": "",
        "violation_type": "违法行为",
        "violation_facts": "事实",
        "legal_basis": "依据",
        "authority": "机关",
        "authority_uscc": "11440104MBYX01056Y",
        "source": "来源",
        "source_uscc": "12440100MBYX990147",
    }
    assert (report.kind, penalty.field) == ("enterprise", "market")
    assert (penalty.severity, penalty.publicity_ends_on, penalty.repaired_on) == (
        *("general", date(2027, 1, 2)),
        None,
    )


async def test_every_page_is_asked_for_once_and_named_to_the_partner(
    outside: Make, partner: Partner
) -> None:
    partner.reply = pages(penalties=penalties(PAGE_SIZE * 2))
    report = await CreditPlatform(outside()).fetch_sections(USCC, request_id="q1")
    assert len(report.records) == 1 + PAGE_SIZE * 2
    named = Counter(request.headers["X-Request-Id"] for request in partner.requests)
    assert named == Counter([*(f"q1-{section}-1" for section in SECTIONS), "q1-penalties-2"])


def lying(change: Callable[[Record], object]) -> Callable[[Any], Record]:
    """A platform with 450 penalties whose second page of three is not right."""
    honest = pages(penalties=penalties(450))

    def reply(request: Any) -> Record:
        page = honest(request)
        if (page["section"], page["page"]) == ("penalties", 2):
            change(page)
        return page

    return reply


@pytest.mark.parametrize(
    "change",
    [
        lambda page: page.update(total=451),
        lambda page: page.update(total=449),
        lambda page: page.update(page=1),
        lambda page: page.update(section="licences"),
        lambda page: page.update(page_size=100),
        lambda page: page.update(records=[]),
        lambda page: page["records"].pop(),
        lambda page: page["records"].append(PENALTY | {"id": "p999"}),
        lambda page: page["records"].append(PENALTY | {"id": "p0"}),
        lambda page: page.update(records=penalties(200)),
        lambda page: page.pop("as_of"),
        lambda page: page.update(as_of="2026-11-23T07:30:02"),
        lambda page: page.update(total="450"),
        lambda page: page.update(records=None),
        lambda page: page["records"][0].pop("CF_WSH"),
        lambda page: page["records"][0].update(CF_NR_FK=0.5),
        lambda page: page["records"][0].update(severity="awful"),
        lambda page: page["records"][0].update(CF_GSJZQ="2026-02-30"),
        lambda page: page["records"][0].update(id=""),
        lambda page: page["records"][0].pop("field"),
    ],
)
async def test_a_page_that_breaks_the_agreement_is_a_passing_outage(
    outside: Make, partner: Partner, change: Callable[[Record], object]
) -> None:
    partner.reply = lying(change)
    assert not (await outage(CreditPlatform(outside()))).permanent


@pytest.mark.parametrize("body", [[], None, 5, "text", {}, {"records": []}])
async def test_an_answer_of_another_shape_is_a_passing_outage(
    outside: Make, partner: Partner, body: object
) -> None:
    partner.replies(body)
    platform = CreditPlatform(outside())
    assert not (await outage(platform)).permanent
    with pytest.raises(Unavailable):
        await platform.match_representative(uscc=USCC, name="林", id_number="1")


@pytest.mark.parametrize(
    "registration",
    [
        [],
        [REGISTRATION, REGISTRATION | {"id": "r2"}],
        [REGISTRATION | {"uscc": UNKNOWN}],
        [REGISTRATION | {"kind": "person"}],
    ],
)
async def test_a_report_needs_exactly_its_own_registration(
    outside: Make, partner: Partner, registration: list[Record]
) -> None:
    partner.reply = pages(registration=registration)
    assert not (await outage(CreditPlatform(outside()))).permanent


async def test_more_records_than_anyone_has_are_refused_for_good(
    outside: Make, partner: Partner
) -> None:
    honest = pages(penalties=penalties(200))
    partner.reply = lambda request: honest(request) | {"total": 20_001}
    assert (await outage(CreditPlatform(outside()))).permanent


@pytest.mark.parametrize("reply", [(404, b"<html>"), (404, {"code": "no_route"}), (403, {})])
async def test_a_refusal_that_is_not_the_platforms_own_word_says_nothing_of_the_subject(
    outside: Make, partner: Partner, reply: object
) -> None:
    partner.replies(reply)
    platform = CreditPlatform(outside())
    assert "没有该主体" not in (await outage(platform)).detail
    with pytest.raises(Unavailable):
        await platform.match_representative(uscc=USCC, name="林", id_number="1")


@pytest.mark.parametrize(
    "body",
    [
        {"matched": True},
        {"matched": True, "enterprise": None},
        {"matched": "yes", "enterprise": None},
        {
            "matched": True,
            "enterprise": {"uscc": UNKNOWN, "name": "甲", "kind": "enterprise", "status": "存续"},
        },
        {
            "matched": True,
            "enterprise": {"uscc": USCC, "name": "甲", "kind": "school", "status": "存续"},
        },
    ],
)
async def test_a_match_that_breaks_the_agreement_is_no_match(
    outside: Make, partner: Partner, body: object
) -> None:
    partner.replies(body)
    with pytest.raises(Unavailable):
        await CreditPlatform(outside()).match_representative(uscc=USCC, name="林", id_number="1")


async def test_nothing_of_a_malformed_answer_is_logged(
    outside: Make, partner: Partner, logged: list[EventDict]
) -> None:
    partner.reply = pages(registration=[REGISTRATION | {"name": ["林晓芸"]}])
    await outage(CreditPlatform(outside()))
    assert "records.0.name" in logged[0]["places"]
    assert "林晓芸" not in repr(logged)
