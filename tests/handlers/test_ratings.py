"""A rating of each resolution, by the ticket's citizen, changed within 72 hours."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from tornado.ioloop import IOLoop

from adapters.mongo.staff_contacts import MongoStaffContacts
from domain.alerts.contacts import Bound
from domain.staff.roles import Role
from server.wiring import Installation
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.judging import (
    Resolved,
    butler_at_work,
    complained,
    house_of,
    id_of,
    rate,
    resolved_by,
    ticket,
)
from tests.outage import Outage
from tests.problems import check_problem
from tests.staffing import Colleague, at_work


@pytest.fixture
def butler(io_loop: IOLoop, cast: Cast) -> Iterator[Colleague]:
    colleague = io_loop.run_sync(lambda: butler_at_work(cast))
    yield colleague
    io_loop.run_sync(colleague.close)


async def test_a_rating_is_given_changed_and_kept_in_every_version(
    charlie: Person, butler: Colleague, cast: Cast, clock: Clock
) -> None:
    """Zammad #303 and #834: there is a rating at all, and it is read with what it was before."""
    number = await resolved_by(cast, charlie, butler)
    path = f"/v1/tickets/{number}/rating"
    unrated = await charlie.get(path)
    assert unrated.headers["ETag"] == '"1.0"'
    assert (unrated.json()["rating"], unrated.json()["may_rate"]) == (None, True)
    await rate(charlie, number, 5)
    clock.ahead = timedelta(hours=71)
    await charlie.sign_in()
    rated = await rate(charlie, number, 3, "后来又等了两天")
    assert [one["stars"] for one in rated["rating"]["versions"]] == [5, 3]
    clock.ahead = timedelta(hours=73)
    await charlie.sign_in()
    shown = await charlie.get(path)
    assert shown.json()["may_rate"] is False
    late = await charlie.send(
        "PUT", path, json={"stars": 5}, headers={"If-Match": shown.headers["ETag"]}
    )
    check_problem(late, 409, "conflict")
    assert "72 小时" in late.json()["detail"]


async def test_who_did_not_read_it_does_not_write_over_it(
    charlie: Person, butler: Colleague, cast: Cast
) -> None:
    number = await resolved_by(cast, charlie, butler)
    path = f"/v1/tickets/{number}/rating"
    body = {"stars": 4}
    check_problem(await charlie.send("PUT", path, json=body), 428, "if_match_missing")
    first = {"If-Match": '"1.0"'}
    assert (await charlie.send("PUT", path, json=body, headers=first)).status_code == 200
    check_problem(await charlie.send("PUT", path, json=body, headers=first), 412, "stale")


async def test_two_phones_at_once_give_one_rating(
    charlie: Person, butler: Colleague, cast: Cast, installation: Installation
) -> None:
    number = await resolved_by(cast, charlie, butler)
    path = f"/v1/tickets/{number}/rating"
    answers = await asyncio.gather(
        *(
            charlie.send("PUT", path, json={"stars": stars}, headers={"If-Match": '"1.0"'})
            for stars in (1, 2, 5)
        )
    )
    assert sorted(one.status_code for one in answers) == [200, 412, 412]
    assert await installation.database["ratings"].count_documents({"number": number}) == 1


async def test_a_reopened_ticket_is_rated_again_for_who_resolved_it_then(
    charlie: Person, butler: Colleague, cast: Cast, installation: Installation
) -> None:
    """Chatwoot #4526, #10628 and #14872: each resolution has its rating, and its own resolver."""
    number = await resolved_by(cast, charlie, butler)
    await rate(charlie, number, 4)
    tickets = installation.database["tickets"]
    row = await tickets.find_one({"number": number})
    again = {**row["resolutions"][0], "cycle": 2, "resolver": "another-butler"}
    # Reopened, resolved by another, and given to a third since.
    change = {"$push": {"resolutions": again}, "$set": {"butler_id": "a-third"}}
    await tickets.update_one({"number": number}, change)
    stale = await charlie.send(
        "PUT", f"/v1/tickets/{number}/rating", json={"stars": 1}, headers={"If-Match": '"1.1"'}
    )
    check_problem(stale, 412, "stale")
    rated = await rate(charlie, number, 5)
    assert (rated["cycle"], rated["rating"]["stars"]) == (2, 5)
    assert [(one["cycle"], one["stars"]) for one in rated["earlier"]] == [(1, 4)]
    kept = installation.database["ratings"].find({"number": number}).sort("cycle", 1)
    assert [row["resolver"] async for row in kept] == [butler.account.id, "another-butler"]


async def test_a_ticket_that_is_not_resolved_or_not_ones_own_has_no_rating(
    charlie: Person, alice: Person, butler: Colleague, cast: Cast
) -> None:
    open_one = await ticket(cast, of=await id_of(charlie), butler=butler.account.id)
    check_problem(await charlie.get(f"/v1/tickets/{open_one}/rating"), 404, "not_found")
    number = await resolved_by(cast, charlie, butler)
    check_problem(await alice.get(f"/v1/tickets/{number}/rating"), 404, "not_found")
    answer = await alice.send(
        "PUT", f"/v1/tickets/{number}/rating", json={"stars": 1}, headers={"If-Match": '"1.0"'}
    )
    check_problem(answer, 404, "not_found")
    check_problem(await charlie.get("/v1/tickets/GJ260101AAAAAA/rating"), 404, "not_found")


async def test_what_was_resolved_long_ago_is_rated_no_more(
    charlie: Person, butler: Colleague, cast: Cast
) -> None:
    long_ago = house_of(cast).clock() - timedelta(days=31)
    number = await ticket(
        cast,
        of=await id_of(charlie),
        cycles=[Resolved(resolver=butler.account.id, opened_at=long_ago)],
    )
    path = f"/v1/tickets/{number}/rating"
    assert (await charlie.get(path)).json()["may_rate"] is False
    answer = await charlie.send("PUT", path, json={"stars": 5}, headers={"If-Match": '"1.0"'})
    check_problem(answer, 409, "conflict")


@pytest.mark.parametrize(
    "body",
    [{"stars": 0}, {"stars": 6}, {"stars": "5"}, {"stars": 5, "text": "啊" * 501}, {}],
    ids=["none", "six", "a text", "too long", "nothing"],
)
async def test_what_is_no_rating_is_refused(
    charlie: Person, butler: Colleague, cast: Cast, body: dict[str, object]
) -> None:
    number = await resolved_by(cast, charlie, butler)
    path = f"/v1/tickets/{number}/rating"
    answer = await charlie.send("PUT", path, json=body, headers={"If-Match": '"1.0"'})
    check_problem(answer, 422, "invalid")


async def test_a_text_that_wechat_finds_risky_is_refused_and_nothing_is_kept_of_it(
    charlie: Person, butler: Colleague, cast: Cast, installation: Installation
) -> None:
    number = await resolved_by(cast, charlie, butler)
    body = {"stars": 1, "text": "【违规】"}
    answer = await charlie.send(
        "PUT", f"/v1/tickets/{number}/rating", json=body, headers={"If-Match": '"1.0"'}
    )
    check_problem(answer, 422, "invalid")
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/text"]
    assert await installation.database["ratings"].count_documents({"number": number}) == 0


async def test_an_outage_of_wechat_means_pending_and_who_it_is_about_reads_it_later(
    charlie: Person, butler: Colleague, cast: Cast, outage: Outage
) -> None:
    number = await resolved_by(cast, charlie, butler)
    await outage.begin("wechat", kind="error")
    await rate(charlie, number, 4, "总的来说不错")
    page = await butler.page("/console/performance")
    assert "文字内容待核验" in page
    assert "总的来说不错" not in page
    await outage.end()
    await rate(charlie, number, 5, "确实不错")
    assert "确实不错" in await butler.page("/console/performance")


async def test_low_stars_open_a_complaint_once_and_raising_them_ends_it(
    charlie: Person, butler: Colleague, cast: Cast
) -> None:
    number = await resolved_by(cast, charlie, butler)
    for stars, states in ((2, ["opened"]), (1, ["opened"]), (4, ["withdrawn"]), (1, ["withdrawn"])):
        await rate(charlie, number, stars)
        items = (await charlie.get(f"/v1/tickets/{number}/complaints")).json()["items"]
        assert [one["state"] for one in items] == states
    assert items[0]["steps"][0]["text"].startswith("评价为 2 星，系统自动转为投诉")


async def test_what_was_written_with_low_stars_stands_in_the_complaint(
    charlie: Person, butler: Colleague, cast: Cast
) -> None:
    number = await resolved_by(cast, charlie, butler)
    await rate(charlie, number, 2, "来回问了几次才答到点子上。")
    [one] = (await charlie.get(f"/v1/tickets/{number}/complaints")).json()["items"]
    office = await at_work(cast, Role.OFFICE)
    for colleague in (office, butler):
        page = await colleague.page(f"/console/complaints/{one['number']}")
        assert "2 星：来回问了几次才答到点子上。" in page
    await office.close()


async def test_raising_the_stars_ends_no_complaint_that_words_made(
    charlie: Person, butler: Colleague, cast: Cast
) -> None:
    number = await resolved_by(cast, charlie, butler)
    await complained(charlie, number)
    await rate(charlie, number, 1)
    await rate(charlie, number, 5)
    [one] = (await charlie.get(f"/v1/tickets/{number}/complaints")).json()["items"]
    assert (one["state"], one["cause"]) == ("opened", "words")
    assert "并入这件投诉" in one["steps"][-1]["text"]


async def test_a_butler_does_not_rate_themself_as_the_person_whose_wechat_they_bound(
    charlie: Person, butler: Colleague, cast: Cast
) -> None:
    assert cast.database
    number = await resolved_by(cast, charlie, butler)
    house, store = house_of(cast), MongoStaffContacts(cast.database)
    bound = Bound(
        id=house.draw.id(),
        openid=charlie.persona["openid"],
        person_id=await id_of(charlie),
        at=house.clock(),
    )
    contacts = await store.get(butler.account.id)
    after = replace(contacts, bound=bound, revision=contacts.revision + 1)
    await house.transactions.plain()(lambda unit: store.replace(unit, after))
    path = f"/v1/tickets/{number}/rating"
    tag = (await charlie.get(path)).headers["ETag"]
    answer = await charlie.send("PUT", path, json={"stars": 5}, headers={"If-Match": tag})
    check_problem(answer, 409, "conflict")
    assert (await charlie.get(path)).json()["rating"] is None
