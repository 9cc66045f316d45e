"""The counter as clerks work it: a case opened by phone, confirmed by one, released by another."""

import re
from typing import Any

from domain.counter.cases import ENDING, CounterCase
from tests.cast import ID_WEIGHTS, Cast, Person, new_id_number
from tests.problems import check_problem
from tests.staffing import Colleague, act


def new_hong_kong() -> str:
    """A valid number of a document that has no face check; which one is chance."""
    body = "810000" + new_id_number()[6:17]
    total = sum(weight * int(digit) for weight, digit in zip(ID_WEIGHTS, body, strict=True))
    return body + "10X98765432"[total % 11]


async def somebody_from_hong_kong(cast: Cast) -> Person:
    """Signed in, not verified."""
    return await cast.newcomer(name="何嘉欣", id_number=new_hong_kong())


async def led_to_counter(person: Person, **given: str) -> str:
    """The number of the case of somebody whose document has no face check."""
    await person.consent("identity")
    typed = {name: person.persona[name] for name in ("name", "id_number")}
    answer = await person.post("/v1/me/identity-checks", {**typed, **given})
    found = re.search(r"GT[0-9]{10}", check_problem(answer, 403, "counter_required").detail)
    assert found
    return found[0]


async def asked_to_sign(person: Person, promise: dict[str, Any]) -> dict[str, Any]:
    """The case by which who signs a draft is proven."""
    await person.consent("identity")
    answer = await person.post(f"/v1/promises/{promise['id']}/counter-case")
    case: dict[str, Any] = answer.raise_for_status().json()
    return case


async def confirmed(cast: Cast, number: str) -> CounterCase:
    """Compared with its document by somebody."""
    assert cast.house
    clerks = cast.house.clerks
    case = await clerks.get(number)
    return await clerks.confirm(
        act(cast.house, "first-clerk"),
        number=number,
        tag=case.tag,
        named="周敏",
        document="resident-card",
        ending=case.given.id_number[-ENDING:],
        note="",
    )


async def released(cast: Cast, number: str) -> CounterCase:
    """Confirmed by one, released by another."""
    assert cast.house
    case = await confirmed(cast, number)
    return await cast.house.clerks.release(
        act(cast.house, "second-clerk"), number=number, tag=case.tag, named="吴静"
    )


async def move(
    cast: Cast, colleague: Colleague, number: str, to: str, form: dict[str, str], **more: Any
) -> Any:
    """A form of the case's page, against the case as it stands now."""
    assert cast.house
    tag = (await cast.house.clerks.get(number)).tag
    path = f"/console/counter/{number}/{to}"
    return await colleague.post(path, {"tag": tag, **form}, **more)
