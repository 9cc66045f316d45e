"""What credit butlers do and where, for anybody who opens the phone page."""

from domain.butlers.places import PlaceFacts
from tests.cast import Cast
from tests.problems import check_problem
from tests.rostering import building, house_of
from tests.staffing import act


async def test_the_catalogue_says_what_to_give_what_to_expect_and_by_when(cast: Cast) -> None:
    answer = await cast.client.get("/v1/service-items")
    items = {one["code"]: one for one in answer.raise_for_status().json()["items"]}
    kinds = [one["kind"] for one in items.values()]
    assert (kinds.count("public"), kinds.count("market")) == (8, 5)
    consulting = items["credit-consulting"]
    assert (consulting["price"], consulting["sample"]) == (None, False)
    assert consulting["clocks"][0] == {
        "priority": "normal",
        "priority_label": "一般",
        "promise_hours": 24,
        "first_response_minutes": 120,
        "next_response_minutes": 240,
        "resolution_hours": 21,
    }
    assert items["credit-assessment"]["price"] == "收费标准由服务机构公示"


async def test_who_has_the_catalogue_is_answered_304(cast: Cast) -> None:
    first = await cast.client.get("/v1/service-items")
    again = await cast.client.get(
        "/v1/service-items", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


async def test_places_are_found_by_a_part_of_the_name_page_by_page(cast: Cast) -> None:
    made = [(await building(cast, f"翻页楼{number}")).id for number in range(3)]
    found: list[str] = []
    path = "/v1/places?q=翻页楼&limit=2"
    while path:
        page = (await cast.client.get(path)).raise_for_status().json()
        found += [one["id"] for one in page["items"]]
        path = f"/v1/places?q=翻页楼&limit=2&cursor={page['next']}" if page["next"] else ""
    assert found == made
    streets = (await cast.client.get("/v1/places?q=翻页楼&kind=street")).json()
    assert streets["items"] == []


async def test_a_place_is_shown_with_its_hours_and_without_anybody(cast: Cast) -> None:
    [shown] = (await cast.client.get("/v1/places?q=NL-HUILONG")).json()["items"]
    assert shown["name"] == "汇隆大厦"
    assert shown["hours"] == "周一至周五 9:00–12:00、14:00–18:00"
    assert shown.keys() == {
        *("id", "code", "name", "kind", "kind_label", "address", "parent", "agency"),
        *("hours", "open_now"),
    }


async def test_a_place_that_is_closed_is_no_more_offered(cast: Cast) -> None:
    house = house_of(cast)
    place = await building(cast, "停业楼")
    facts = {name: getattr(place, name) for name in ("code", "name", "kind", "address", "parent")}
    await house.butlers.places.change(
        act(house), place_id=place.id, tag=place.tag, facts=PlaceFacts(**facts, open=False)
    )
    assert (await cast.client.get("/v1/places?q=停业楼")).json()["items"] == []


async def test_what_cannot_be_looked_for_is_refused(cast: Cast) -> None:
    for query in ("kind=castle", f"q={'长' * 41}", "limit=101", "cursor=made-up"):
        answer = await cast.client.get(f"/v1/places?{query}")
        check_problem(answer, 422, "invalid")
