"""Which reports there are, and asking for each: period and fields are part of what is asked."""

from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from handlers.credit_report_content import Snapshot
from tests.cast import Cast, Person
from tests.problems import check_problem

TODAY = date.today()  # noqa: DTZ011 - any day near today will do
FIVE_DAYS = timedelta(days=5)
SECTIONS: dict[str, Any] = {
    "penalties": [
        {
            "CF_WSH": "穗越罚〔2026〕1号",
            "CF_JDRQ": "@date-100",
            "CF_GSJZQ": "@date+200",
            "severity": "general",
            "field": "market",
        }
    ],
    "compulsory_measures": [{"document_number": "强1号", "decided_on": "@date-90", "field": ""}],
}


def period(first: date = TODAY - timedelta(days=365), last: date = TODAY - FIVE_DAYS) -> Any:
    return {"from": first.isoformat(), "until": last.isoformat()}


def certificate(**given: Any) -> dict[str, Any]:
    return {"edition": "no-violation", "period": period(), "fields": ["market", "tax"], **given}


async def ask(person: Person, **given: Any) -> httpx.Response:
    body = {"subject_id": person.subject_id, "purpose": "bidding", **given}
    return await person.post("/v1/credit-reports", body)


# -- the list -------------------------------------------------------------------------------


async def test_the_editions_are_told_before_sign_in(cast: Cast) -> None:
    items = (await cast.client.get("/v1/editions")).json()["items"]
    told = {item["code"]: item for item in items}
    assert {code: item["subjects"] for code, item in told.items()} == {
        "organisation-full": ["enterprise"],
        "no-violation": ["enterprise"],
        "person-full": ["self"],
    }
    assert len(told["no-violation"]["fields"]) == 38
    assert told["no-violation"]["longest_years"] == 5
    assert told["person-full"]["fields"] == []
    assert told["person-full"]["longest_years"] is None


# -- a natural person -----------------------------------------------------------------------


async def test_a_person_gets_their_own_report(cast: Cast) -> None:
    person = await cast.resident(own={"honours": [{"name": "五星级志愿者"}]})
    await person.for_oneself()
    report = await person.report()
    assert (report["edition"], report["edition_label"]) == ("person-full", "完整版（自然人）")
    assert (report["period"], report["fields"]) == (None, [])
    content = await person.content(report["id"])
    Snapshot.model_validate(content)
    assert content["subject"]["kind"] == "person"
    assert content["subject"]["name"] == person.persona["name"]
    assert person.persona["id_number"] not in str(content)
    assert {one["code"]: one["count"] for one in content["counts"]} == {
        "honesty": 1,
        **dict.fromkeys(("licences", "penalties", "serious"), 0),
        **dict.fromkeys(("promises", "judgments", "others"), 0),
    }


async def test_an_enterprises_records_are_not_its_representatives(cast: Cast) -> None:
    owner = await cast.owner(sections=SECTIONS)
    await owner.for_oneself()
    content = await owner.content((await owner.report())["id"])
    assert not any(count["count"] for count in content["counts"])


async def test_who_withdrew_the_authorisation_gets_no_report_of_themself(charlie: Person) -> None:
    charlie.subject_id = (await charlie.get("/v1/subjects")).json()["items"][0]["id"]
    check_problem(await ask(charlie), 403, "consent_required")


# -- the certificate ------------------------------------------------------------------------


async def test_a_certificate_tells_period_fields_and_what_was_found(cast: Cast) -> None:
    owner = await cast.owner(sections=SECTIONS)
    report = await owner.report("bidding", **certificate())
    assert report["edition_label"] == "无违法违规证明版"
    assert report["period"] == period()
    assert report["fields"] == [
        {"code": "market", "label": "市场监督管理"},
        {"code": "tax", "label": "税务"},
    ]
    content = await owner.content(report["id"])
    Snapshot.model_validate(content)
    assert [count["count"] for count in content["counts"]] == [1, 1, 0, 0]
    assert content["results"][-1] == {
        "code": "unstated",
        "label": "领域未标明",
        "counts": [0, 1, 0, 0],
    }
    clean = await owner.report("bidding", **certificate(fields=["tax"]))
    found = (await owner.content(clean["id"]))["counts"]
    assert [count["count"] for count in found] == [0, 1, 0, 0]


async def test_the_same_certificate_is_given_again_whatever_the_order(alice: Person) -> None:
    first = await ask(alice, **certificate(fields=["tax", "market"]))
    again = await ask(alice, **certificate(fields=["market", "tax"]))
    assert (first.status_code, again.status_code) == (202, 200)
    assert first.json()["id"] == again.json()["id"]


async def test_another_edition_period_or_field_is_another_report(alice: Person) -> None:
    asked = [
        {},
        certificate(),
        certificate(fields=["tax"]),
        certificate(period=period(last=TODAY)),
    ]
    reports = [(await ask(alice, **one)).json()["id"] for one in asked]
    assert len(set(reports)) == 4
    ready_ones = [await alice.report("bidding", **one) for one in asked]
    assert [one["id"] for one in ready_ones] == reports
    states = {(await alice.get(f"/v1/credit-reports/{one}")).json()["state"] for one in reports}
    assert states == {"ready"}


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        (certificate(period=period(first=TODAY - timedelta(days=40 * 365))), "/period/from"),
        (certificate(period=period(first=TODAY)), "/period/from"),
        (certificate(period=period(last=TODAY + timedelta(days=2))), "/period/until"),
        (certificate(period={"from": "2026-02-30", "until": "2026-03-01"}), "/period/from"),
        (certificate(period={"from": "2026-01-01"}), "/period/until"),
        (certificate(period=None), "/period"),
        (certificate(fields=[]), "/fields"),
        (certificate(fields=["market", "gold"]), "/fields/1"),
        (certificate(fields=["market", "market"]), "/fields/1"),
        (certificate(fields=[7]), "/fields/0"),
        (certificate(fields=["market"] * 101), "/fields"),
        ({"period": period()}, "/period"),
        ({"edition": "person-full"}, "/edition"),
        ({"edition": "gold"}, "/edition"),
        ({"edition": ""}, "/edition"),
    ],
)
async def test_what_cannot_be_asked_for_is_named_and_nothing_is_stored(
    alice: Person, given: dict[str, Any], pointer: str
) -> None:
    problem = check_problem(await ask(alice, **given), 422, "invalid")
    assert [fault.pointer for fault in problem.errors] == [pointer]
    assert (await alice.get("/v1/credit-reports")).json()["items"] == []


async def test_a_person_has_no_certificate(charlie: Person) -> None:
    await charlie.for_oneself()
    problem = check_problem(await ask(charlie, **certificate()), 422, "invalid")
    assert "企业和组织" in problem.detail


async def test_nobody_unverified_asks_for_a_report_of_their_own(newcomer: Person) -> None:
    own = (await newcomer.get("/v1/me")).json()["id"]
    body = {"subject_id": own, "purpose": "self-check"}
    check_problem(await newcomer.post("/v1/credit-reports", body), 403, "not_verified")
