"""Which record an objection is to, who sees it, and that the database does not."""

from collections.abc import Iterator
from typing import Any

import pytest
from tornado.ioloop import IOLoop

from server.wiring import Installation
from tests.cast import Cast, Person
from tests.handlers.test_objections import (
    REASON,
    SECTIONS,
    Office,
    ask,
    passed,
    raised,
    shown,
    told,
)
from tests.problems import check_problem

PENALTY = {"CF_WSH": "穗越罚〔2026〕1号", "CF_GSJZQ": "@date+200", "severity": "minor"}
WHOLE = ("行政处罚", "穗越罚〔2026〕1号", REASON)
BARE = ("", "", "")
OPINION = "经核查，当事人确为张某。"


@pytest.fixture
def office(io_loop: IOLoop, cast: Cast, installation: Installation) -> Iterator[Office]:
    """What other tests left is done before and after."""
    io_loop.run_sync(cast.work)
    yield Office(cast, installation)
    io_loop.run_sync(cast.work)


@pytest.fixture
def owner(io_loop: IOLoop, cast: Cast) -> Person:
    """Represents an enterprise with two penalties."""

    async def make() -> Person:
        return await cast.owner(sections=SECTIONS)

    return io_loop.run_sync(make)


@pytest.fixture
def resident(io_loop: IOLoop, cast: Cast) -> Person:
    """Has a penalty, and acts for nobody else."""

    async def make() -> Person:
        person = await cast.resident(own={"penalties": [PENALTY]})
        await person.for_oneself()
        return person

    return io_loop.run_sync(make)


def printed(content: dict[str, Any]) -> list[dict[str, Any]]:
    """All records of a report, each with the title it stands under."""
    return [
        {**record, "under": group["title"] or section["title"]}
        for section in content["sections"]
        for group in section["groups"]
        for record in group["records"]
    ]


def said(objection: dict[str, Any]) -> tuple[str, str, str]:
    """What of it is credit information, before a decision."""
    return (objection["section_title"], objection["record_title"], objection["reason"])


async def of_own_penalty(resident: Person) -> dict[str, Any]:
    """An objection of a natural person."""
    report = await resident.report()
    records = printed(await resident.content(report["id"]))
    (record_id,) = [one["id"] for one in records if one["under"] == "行政处罚"]
    answer = await ask(resident, report["id"], record_id=record_id, reason=REASON)
    objection: dict[str, Any] = answer.raise_for_status().json()
    return objection


async def seen(person: Person, objection: dict[str, Any]) -> list[dict[str, Any]]:
    """The objection by itself, and in the list."""
    listed = await person.get(f"/v1/objections?subject_id={person.subject_id}")
    (item,) = listed.raise_for_status().json()["items"]
    return [await shown(person, objection), item]


async def withdraw(owner: Person) -> None:
    consent_id = await owner.consent("credit-report", owner.subject_id)
    (await owner.send("DELETE", f"/v1/consents/{consent_id}")).raise_for_status()


# -- who sees it ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scope", "expected", "opinion"), [(["follow"], BARE, ""), (["read"], WHOLE, OPINION)]
)
async def test_a_helper_who_may_not_read_sees_how_it_stands_but_not_what_it_is_about(
    resident: Person,
    cast: Cast,
    office: Office,
    scope: list[str],
    expected: tuple[str, str, str],
    opinion: str,
) -> None:
    helper = await cast.helper(resident, scope=scope)
    objection = await of_own_penalty(resident)
    await office.due(objection)
    await office.rule(objection, "rejected", OPINION)
    whole = await shown(resident, objection)
    assert (said(whole), whole["opinion"]) == (WHOLE, OPINION)
    for one in await seen(helper, objection):
        assert (said(one), one["opinion"]) == (expected, opinion)
        for open_to_all in ("state", "state_text", "raised_at", "deadline", "steps"):
            assert one[open_to_all] == whole[open_to_all]
        assert "穗越罚" not in repr(one["steps"])


async def test_without_the_authorisation_nothing_is_seen_but_ones_own_words(
    owner: Person, cast: Cast, office: Office
) -> None:
    agent = await cast.agent(owner)
    objection = await passed(agent, office)
    assert [said(one) for one in await seen(owner, objection)] == [WHOLE] * 2
    await withdraw(owner)
    assert [said(one) for one in await seen(owner, objection)] == [BARE] * 2
    assert [said(one) for one in await seen(agent, objection)] == [("", "", REASON)] * 2
    await owner.consent("credit-report", owner.subject_id)
    assert [said(one) for one in await seen(owner, objection)] == [WHOLE] * 2


async def test_who_stands_for_the_enterprise_now_is_told_how_an_objection_ended(
    owner: Person, cast: Cast, office: Office
) -> None:
    objection = await passed(owner, office)
    successor = await cast.succeed(owner)
    await successor.bind()
    before = len(await told(owner, objection))
    await office.rule(objection, "rejected", OPINION)
    found = await shown(successor, objection)
    assert found["state"] == "rejected"
    assert await told(successor, objection) == [found["state_text"]]
    assert len(await told(owner, objection)) == before


# -- one id in two sections ----------------------------------------------------------------


async def test_where_two_sections_use_one_id_the_section_tells_which_record_is_meant(
    cast: Cast, office: Office
) -> None:
    licence = {"id": "R-1", "XK_WSH": "穗许〔2026〕1号"}
    owner = await cast.owner(
        sections={"licences": [licence], "penalties": [{**PENALTY, "id": "R-1"}]}
    )
    report = await owner.report()
    wanted = {"record_id": "R-1", "reason": REASON}
    problem = check_problem(await ask(owner, report["id"], **wanted), 422, "invalid")
    assert [fault.pointer for fault in problem.errors] == ["/section"]
    assert "行政许可、行政处罚" in problem.detail
    problem = check_problem(
        await ask(owner, report["id"], **wanted, section="信用承诺"), 422, "invalid"
    )
    assert [fault.pointer for fault in problem.errors] == ["/record_id"]
    answer = await ask(owner, report["id"], **wanted, section="行政处罚")
    objection = answer.raise_for_status().json()
    assert said(objection) == WHOLE
    records = printed(await owner.content((await owner.report())["id"]))
    assert [one["under"] for one in records if one.get("note")] == ["行政处罚"]
    await office.due(objection)
    assert [one["section"] for one in await office.taken(objection)] == ["penalties"]


# -- in the database -----------------------------------------------------------------------


async def test_what_a_record_is_and_what_was_told_of_it_are_stored_encrypted(
    resident: Person, installation: Installation
) -> None:
    objection = await of_own_penalty(resident)
    hidden = ("section", "section_title", "record_id", "record_title", "reason", "steps")
    hidden = (*hidden, "opinion", "standing")
    stored = {"_id": objection["id"], **{name: {"$type": "binData"} for name in hidden}}
    assert await installation.database["objections"].count_documents(stored) == 1


async def test_how_many_records_a_report_has_is_stored_encrypted(
    resident: Person, installation: Installation
) -> None:
    report = await resident.report()
    stored = {"_id": report["id"], "counts": {"$type": "binData"}, "issue.counts": None}
    assert await installation.database["credit_reports"].count_documents(stored) == 1


async def test_what_was_stored_before_it_was_encrypted_is_still_read(
    owner: Person, installation: Installation
) -> None:
    objection = await raised(owner)
    database = installation.database
    row = await database["credit_reports"].find_one({"_id": objection["report_id"]})
    counts = [{"code": "honesty", "label": "诚实守信", "count": 3}]
    before = {"$set": {"issue": {**row["issue"], "counts": counts}}, "$unset": {"counts": ""}}
    await database["credit_reports"].update_one({"_id": row["_id"]}, before)
    kept = await database["objections"].find_one({"_id": objection["id"]})
    step = {"at": kept["raised_at"], "text": "已提出异议。"}
    await database["objections"].update_one(
        {"_id": kept["_id"]},
        {"$set": {"section_title": "行政处罚", "steps": [step]}},
        bypass_document_validation=True,
    )
    assert (await owner.get(f"/v1/credit-reports/{row['_id']}")).status_code == 200
    found = await shown(owner, objection)
    assert [one["text"] for one in found["steps"]] == ["已提出异议。"]
    assert said(found) == WHOLE
