"""Places and butlers as the office registers them, for tests of whatever builds on them."""

import uuid
from datetime import timedelta

from domain.butlers.butlers import Butler
from domain.butlers.keeping import ButlerFacts, LeaveAsked
from domain.butlers.places import Place, PlaceFacts, PlaceKind
from domain.staff.roles import Role
from handlers.house import House
from tests.cast import Cast
from tests.staffing import act, hired

AGENCY = "样例信用服务机构"


def house_of(cast: Cast) -> House:
    assert cast.house
    return cast.house


async def building(cast: Cast, name: str = "样例大厦") -> Place:
    """A new building in a street of its own."""
    house = house_of(cast)
    code = uuid.uuid4().hex[:12].upper()
    street = await house.butlers.places.add(
        act(house, "office"),
        facts=PlaceFacts(code=f"S{code}", name="样例街", kind=PlaceKind.STREET, address=""),
    )
    facts = PlaceFacts(
        code=code, name=name, kind=PlaceKind.BUILDING, address="样例路一号", parent=street.id
    )
    return await house.butlers.places.add(act(house, "office"), facts=facts)


async def enrolled(
    cast: Cast, *places: str, staff_id: str = "", skills: tuple[str, ...] = ()
) -> Butler:
    """A butler of these places; of an account that is in use, or else of a new one."""
    house = house_of(cast)
    return await house.butlers.butlers.enrol(
        act(house, "office"),
        staff_id=staff_id or await account(cast),
        facts=ButlerFacts(agency=AGENCY, places=places, skills=skills),
    )


async def account(cast: Cast) -> str:
    """A new account in use with the role of a butler."""
    colleague = await hired(cast, Role.BUTLER)
    await colleague.close()
    return colleague.account.id


async def on_leave(cast: Cast, butler: Butler, *, days_ahead: int = 10) -> Butler:
    """One day's leave that waits for the office."""
    house = house_of(cast)
    begins = house.clock() + timedelta(days=days_ahead)
    asked = LeaveAsked(begins=begins, ends=begins + timedelta(days=1), reason="家中有事")
    return await house.butlers.butlers.ask_leave(
        act(house, butler.staff_id), staff_id=butler.staff_id, asked=asked
    )
