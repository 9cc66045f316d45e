"""Applications for electricity among one's data: exported, grounds for staff, erased."""

from typing import Any

from domain.electricity.supply import MoveKind
from domain.staff.roles import Role
from server.wiring import Installation
from tests.applying import HOME, WANTED, begun, promised, read, step, submitted, supply
from tests.cast import Cast, Person
from tests.erasing import erase
from tests.handlers.test_exports import data_in
from tests.staffing import at_work


async def rows(installation: Installation, **chosen: Any) -> list[dict[str, Any]]:
    """Applications as they are kept."""
    found = installation.database["electricity_applications"].find(chosen)
    return [row async for row in found]


async def test_an_export_tells_of_them_in_words(alice: Person) -> None:
    one, _ = await promised(alice)
    data = data_in(await alice.archive())
    (row,) = data["sections"]["electricity"]["rows"]
    assert (row["number"], row["address"], row["state"]) == (
        one["number"],
        WANTED["address"],
        "promise_signed",
    )
    assert row["steps"][-1].startswith("承诺书已签署")
    assert len(row["files"]) == 2


async def test_staff_look_from_an_open_application_and_from_no_other(
    alice: Person, cast: Cast
) -> None:
    one, _ = await promised(alice)
    office = await at_work(cast, Role.OFFICE)
    path = f"/console/cases/electricity/{one['number']}/credit-report"
    assert (await office.get(path)).status_code == 200
    await supply(cast, one, MoveKind.REJECT)
    assert (await office.get(path)).status_code == 403
    await office.close()


async def test_a_residents_goes_with_the_account_and_the_supplier_hears_it_is_taken_back(
    cast: Cast, installation: Installation
) -> None:
    resident = await cast.resident()
    await resident.for_oneself()
    one, _ = await promised(resident, **HOME, papers=())
    number = await erase(resident)
    events = installation.database["audit_events"]
    chosen = {"action": "electricity.withdrawn", "object_id": one["id"]}
    assert await events.count_documents(chosen) == 1
    await cast.work()
    assert await rows(installation, _id=one["id"]) == []
    files = installation.database["electricity_files"]
    assert await files.count_documents({"application_id": one["id"]}) == 0
    assert (await cast.client.get(f"/v1/erasures/{number}")).status_code == 200


async def test_an_enterprises_goes_on_and_names_nobody(
    alice: Person, cast: Cast, installation: Installation
) -> None:
    mine = {"contact": alice.persona["name"], "phone": alice.persona["phone"]}
    one = await submitted(alice, **mine)
    one = (await step(alice, one, "withdrawal", {"reason": f"{mine['contact']}搬走"})).json()
    draft = await begun(alice, **mine)
    successor = await cast.succeed(alice)
    await erase(alice)
    await cast.work()
    assert await rows(installation, _id=draft["id"]) == []
    (row,) = await rows(installation, _id=one["id"])
    assert mine["contact"] not in row["content"]
    assert mine["phone"] not in row["content"]
    assert alice.persona["enterprise"]["name"] in row["content"]
    await successor.bind()
    assert (await read(successor, one))["number"] == one["number"]
