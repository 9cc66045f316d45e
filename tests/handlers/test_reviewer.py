"""WeChat's reviewer passes every page with samples, touches nothing real, and is gone in time."""

import asyncio
from datetime import timedelta

import pytest

from domain.errors import NotFound
from server.wiring import Installation
from tests import sharing
from tests.cast import Cast, Person, new_id_number
from tests.conftest import Clock
from tests.handlers.conftest import Stored
from tests.handlers.test_moves import renew
from tests.handlers.test_people import begin, finish, me
from tests.outage import Outage
from tests.problems import check_problem
from tests.reviewer import SAMPLES, let_in, operator, ready_reviewer, reviewers

FIRST, SECOND = SAMPLES[0], SAMPLES[1]


async def new_reviewer(cast: Cast, installation: Installation) -> Person:
    reviewer = Person(cast, await cast.persona())
    await let_in(reviewer, installation)
    return reviewer


async def end(person: Person, installation: Installation) -> None:
    await reviewers(installation).end(
        operator(installation),
        appid=installation.house.appid,
        openid=person.persona["openid"],
    )


async def test_a_reviewer_gets_a_paper_marked_as_a_sample_without_the_outside_world(
    cast: Cast, installation: Installation, outage: Outage
) -> None:
    """From sign-in on, only WeChat's login is asked."""
    for system in ("platform", "identity"):
        await outage.begin(system, kind="error")
    reviewer = await ready_reviewer(cast, installation)
    shown = await me(reviewer)
    assert (shown["reviewer"], shown["verified"]) == (True, True)
    assert shown["verification"]["method"] == "sample"
    own = shown["id"]
    await reviewer.consent("credit-report", own)
    year = {"from": "2025-01-01", "until": "2025-12-31"}
    certificate = {"edition": "no-violation", "period": year, "fields": ["market"]}
    for asked in ({}, {"subject_id": own}, certificate):
        report = await reviewer.report(**asked)
        assert (await reviewer.content(report["id"]))["sample"] is True
        assert (await reviewer.pdf(report["id"])).startswith(b"%PDF-1.7")


async def test_a_reviewers_phone_is_the_samples_whatever_the_code(
    cast: Cast, installation: Installation, outage: Outage
) -> None:
    reviewer = await new_reviewer(cast, installation)
    await outage.begin("wechat", kind="error")
    answer = await reviewer.post("/v1/me/phone", {"code": "anything"})
    assert (answer.status_code, answer.json()["phone"]) == (200, "138****0000")


async def test_a_reviewer_has_samples_only(
    cast: Cast, installation: Installation, alice: Person
) -> None:
    reviewer = await new_reviewer(cast, installation)
    await reviewer.consent("identity")
    for number in (new_id_number(), alice.persona["id_number"]):
        problem = check_problem(await begin(reviewer, id_number=number), 422, "invalid")
        assert [fault.code for fault in problem.errors] == ["id_number_sample"]
    await reviewer.verify()
    for uscc in (alice.persona["enterprise"]["uscc"], SECOND.enterprise.uscc):
        answer = await reviewer.post("/v1/subjects", {"uscc": uscc})
        check_problem(answer, 403, "not_representative")


async def test_nobody_else_has_samples(newcomer: Person, charlie: Person, stored: Stored) -> None:
    await newcomer.consent("identity")
    before = await stored()
    answer = await begin(newcomer, name=FIRST.name, id_number=FIRST.id_number)
    problem = check_problem(answer, 422, "invalid")
    assert [fault.pointer for fault in problem.errors] == ["/id_number"]
    answer = await charlie.post("/v1/subjects", {"uscc": FIRST.enterprise.uscc})
    check_problem(answer, 403, "not_representative")
    assert await stored() == before


async def test_a_samples_ticket_is_nobodys_receipt(
    newcomer: Person, cast: Cast, installation: Installation
) -> None:
    """Who knows what a reviewer's receipt looks like proves nothing with it."""
    reviewer = await new_reviewer(cast, installation)
    await reviewer.consent("identity")
    ticket = (await reviewer.begin_check())["ticket"]
    await newcomer.consent("identity")
    check = await newcomer.begin_check()
    for forged in (ticket, f"sample.{check['id']}", "sample." + "0" * 64):
        check_problem(await finish(newcomer, check, forged), 422, "receipt_unknown")


async def test_a_sample_under_another_name_fails(cast: Cast, installation: Installation) -> None:
    reviewer = await new_reviewer(cast, installation)
    await reviewer.consent("identity")
    check = (await begin(reviewer, name="样例王五")).json()
    check_problem(await finish(reviewer, check, check["ticket"]), 409, "identity_check_failed")


async def test_two_reviewers_may_hold_one_sample(cast: Cast, installation: Installation) -> None:
    first, second = [await ready_reviewer(cast, installation) for _ in range(2)]
    shown = [await me(reviewer) for reviewer in (first, second)]
    assert [one["verified"] for one in shown] == [True, True]
    assert shown[0]["id"] != shown[1]["id"]


async def test_the_ordinary_account_is_untouched_and_back_when_the_time_is_over(
    charlie: Person, installation: Installation, clock: Clock
) -> None:
    ordinary, before = Person(charlie.cast, charlie.persona), await me(charlie)
    ordinary.tokens = charlie.tokens
    await let_in(charlie, installation, days=2)
    assert (await me(charlie))["id"] != before["id"]
    assert (await me(ordinary)) == before
    clock.ahead = timedelta(days=2, seconds=1)
    told = check_problem(await charlie.get("/v1/me"), 401, "sign_in_again")
    assert told.detail
    check_problem(await renew(charlie), 401, "sign_in_again")
    await charlie.sign_in()
    assert await me(charlie) == before


async def test_no_renewal_outlives_the_end(
    cast: Cast, installation: Installation, clock: Clock
) -> None:
    reviewer = await new_reviewer(cast, installation)
    assert reviewer.tokens["refresh_expires_in"] <= 7 * 24 * 3600
    for day in (2, 4, 6):
        clock.ahead = timedelta(days=day)
        (await renew(reviewer)).raise_for_status()
        assert reviewer.tokens["refresh_expires_in"] <= (7 - day) * 24 * 3600
    clock.ahead = timedelta(days=7, seconds=1)
    check_problem(await renew(reviewer), 401, "sign_in_again")


async def test_an_operator_ends_it_at_once(charlie: Person, installation: Installation) -> None:
    before = await me(charlie)
    await let_in(charlie, installation)
    await end(charlie, installation)
    told = check_problem(await charlie.get("/v1/me"), 401, "sign_in_again")
    assert "审核" in told.detail
    await charlie.sign_in()
    assert await me(charlie) == before
    with pytest.raises(NotFound):
        await end(charlie, installation)


async def test_a_sign_in_at_the_moment_of_the_end_does_not_outlive_it(
    charlie: Person, installation: Installation
) -> None:
    await let_in(charlie, installation)
    devices = [Person(charlie.cast, charlie.persona) for _ in range(4)]
    await asyncio.gather(end(charlie, installation), *(one.sign_in() for one in devices))
    for device in devices:
        answer = await device.get("/v1/me")
        assert answer.status_code == 401 or answer.json()["reviewer"] is False


async def test_samples_and_people_invite_each_other_in_vain(
    cast: Cast, installation: Installation, alice: Person
) -> None:
    reviewer = await ready_reviewer(cast, installation)
    await reviewer.bind_phone()
    invitation = (await alice.invite(reviewer)).raise_for_status().json()["invitation"]
    for step in ("preview", "acceptance"):
        answer = await reviewer.post(f"/v1/invitations/{step}", {"invitation": invitation})
        check_problem(answer, 404, "not_found")
    resident = await cast.resident()
    await resident.bind_phone()
    invitation = (await reviewer.invite(resident)).raise_for_status().json()["invitation"]
    answer = await resident.post("/v1/invitations/acceptance", {"invitation": invitation})
    check_problem(answer, 404, "not_found")


async def test_a_second_reviewer_leaves_the_first_at_work(
    cast: Cast, installation: Installation
) -> None:
    first = await ready_reviewer(cast, installation)
    report = await first.report()
    second = await ready_reviewer(cast, installation)
    assert (await first.content(report["id"]))["sample"] is True
    answer = await second.get(f"/v1/credit-reports/{report['id']}/content")
    check_problem(answer, 404, "not_found")


async def test_what_a_reviewer_shared_ends_with_the_reviewer(
    cast: Cast, installation: Installation, clock: Clock
) -> None:
    ended, over = [await ready_reviewer(cast, installation) for _ in range(2)]
    shared = [
        await sharing.share(
            reviewer, (await reviewer.report())["id"], once=False, until=sharing.day(5)
        )
        for reviewer in (ended, over)
    ]
    openings = [await sharing.opened(cast, one["path"]) for one in shared]
    await end(ended, installation)
    check_problem(await cast.client.get(shared[0]["path"]), 410, "share_over")
    check_problem(await cast.client.get(openings[0]), 410, "share_over")
    assert (await cast.client.get(openings[1])).status_code == 200
    clock.ahead = timedelta(days=1, seconds=1)
    check_problem(await cast.client.get(shared[1]["path"]), 410, "share_over")


async def test_what_a_reviewer_objects_to_stays_with_us(
    cast: Cast, installation: Installation
) -> None:
    reviewer = await ready_reviewer(cast, installation)
    report = await reviewer.report()
    sections = (await reviewer.content(report["id"]))["sections"]
    record = next(
        record["id"] for one in sections for group in one["groups"] for record in group["records"]
    )
    raised = await reviewer.post(
        f"/v1/credit-reports/{report['id']}/objections",
        {"record_id": record, "reason": "审核时试提的异议。"},
    )
    objection = raised.raise_for_status().json()
    await cast.work()
    path = f"/v1/objections/{objection['id']}"
    assert (await reviewer.get(path)).json()["state"] == "checking"
    handed_in = (await cast.sandbox.get("/sandbox/objections")).json()["items"]
    assert objection["id"] not in str(handed_in)
