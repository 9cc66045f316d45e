"""Places and tenants, as the office says them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.butlers.places import (
    PlaceFacts,
    PlaceKind,
    Tenancy,
    changed,
    faults_of,
    normal,
    placed,
    tenancy_faults,
)
from domain.transactions import Conflict
from tests.domain.butlers.team import BEGAN, BUILDING, STREET

FACTS = PlaceFacts(
    code="NL-1", name="汇隆大厦", kind=PlaceKind.BUILDING, address="样例", parent=STREET.id
)
TODAY = date(2026, 3, 9)
USCC = "91440104000000019T"


def pointers(facts: PlaceFacts, **given: object) -> set[str]:
    street = given.get("street", STREET)
    return {fault.pointer for fault in faults_of(normal(facts), street=street)}  # type: ignore[arg-type]


def test_a_building_lies_in_a_street_and_a_street_in_none() -> None:
    assert pointers(FACTS) == set()
    assert pointers(FACTS, street=None) == {"/parent"}
    assert pointers(FACTS, street=BUILDING) == {"/parent"}
    assert pointers(replace(FACTS, kind=PlaceKind.STREET)) == {"/parent"}
    assert pointers(replace(FACTS, kind=PlaceKind.STREET, parent=""), street=None) == set()


def test_every_fault_is_named_at_once() -> None:
    wrong = replace(FACTS, code="?", name="楼", address="长" * 101, agency="长" * 61, hours={})
    assert pointers(wrong) == {"/code", "/name", "/address", "/agency", "/hours"}


def test_a_code_is_folded_and_a_name_has_no_stray_blanks() -> None:
    kept = normal(replace(FACTS, code=" nl-1 ", name=" 汇隆   大厦 "))
    assert (kept.code, kept.name) == ("NL-1", "汇隆 大厦")


def test_a_change_keeps_what_the_place_is() -> None:
    place = placed(FACTS, place_id="p", now=BEGAN)
    after = changed(place, replace(FACTS, open=False))
    assert (after.id, after.added_at, after.open) == ("p", BEGAN, False)
    assert after.tag != place.tag


def test_a_tenancy_holds_from_its_first_day_to_its_last() -> None:
    tenancy = Tenancy(
        id="t", place_id="p", uscc=USCC, name="样例公司", room="801", since=TODAY, added_at=BEGAN
    )
    assert not tenancy.holds(TODAY - timedelta(days=1))
    over = tenancy.ended(on=TODAY + timedelta(days=1))
    assert [over.holds(TODAY + timedelta(days=days)) for days in range(3)] == [True, True, False]
    with pytest.raises(Conflict, match="已经结束"):
        over.ended(on=TODAY)
    with pytest.raises(Conflict, match="早于"):
        tenancy.ended(on=TODAY - timedelta(days=1))


def test_every_fault_of_a_tenant_is_named() -> None:
    faults = tenancy_faults(
        uscc="9144", name="", room="长" * 41, since=TODAY + timedelta(days=1), today=TODAY
    )
    assert {fault.pointer for fault in faults} == {"/uscc", "/name", "/room", "/since"}
    assert not tenancy_faults(uscc=USCC, name="样例公司", room="", since=TODAY, today=TODAY)
