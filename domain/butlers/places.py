"""Places where butlers serve (服务点): buildings, parks, streets; and who is a tenant there."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum

from domain.butlers.weeks import Week
from domain.errors import Fault
from domain.identifiers import BadIdentifier, parse_uscc
from domain.transactions import Conflict

CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,19}")
NAME_LEAST, NAME_MOST = 2, 60
LINE_MOST = 100
ROOM_MOST = 40
TENANT_MOST = 200


class PlaceKind(Enum):
    """What kind of place it is."""

    BUILDING = "building"
    STREET = "street"
    PARK = "park"

    @property
    def label(self) -> str:
        """As people read it."""
        return KINDS[self]


KINDS: Mapping[PlaceKind, str] = {
    PlaceKind.BUILDING: "楼宇",
    PlaceKind.STREET: "街道",
    PlaceKind.PARK: "园区",
}


@dataclass(frozen=True, kw_only=True)
class Place:
    """A place. ``parent`` is the id of the street that a building or park lies in.

    ``hours`` are its own, or None where those of the district hold. A place that is not ``open``
    is no more offered; its tickets go on.
    """

    id: str
    code: str
    name: str
    kind: PlaceKind
    address: str
    added_at: datetime
    parent: str = ""
    hours: Week | None = None
    agency: str = ""
    open: bool = True
    revision: int = 0

    @property
    def tag(self) -> str:
        """Names what is seen of it now."""
        return f'"{self.revision}"'


@dataclass(frozen=True, kw_only=True)
class PlaceFacts:
    """What the office says of a place; ``parent`` is the id of a street, or empty."""

    code: str
    name: str
    kind: PlaceKind
    address: str
    parent: str = ""
    hours: Week | None = None
    agency: str = ""
    open: bool = True


def normal(facts: PlaceFacts) -> PlaceFacts:
    """As it is kept."""
    return replace(
        facts,
        code="".join(facts.code.split()).upper(),
        name=" ".join(facts.name.split()),
        address=facts.address.strip(),
        agency=facts.agency.strip(),
    )


def faults_of(facts: PlaceFacts, *, street: Place | None) -> list[Fault]:
    """Everything that is wrong; ``street`` is the place named as the parent, if there is one."""
    found = dict(_facts_faults(facts, street))
    return [
        Fault(pointer=f"/{field}", code=field, detail=detail) for field, detail in found.items()
    ]


def _facts_faults(facts: PlaceFacts, street: Place | None) -> Iterator[tuple[str, str]]:
    if not CODE.fullmatch(facts.code):
        yield "code", "“编号”应为 2 至 20 个字母、数字或横线，以字母或数字开头。"
    if not NAME_LEAST <= len(facts.name) <= NAME_MOST:
        yield "name", f"“名称”应为 {NAME_LEAST} 至 {NAME_MOST} 个字。"
    if len(facts.address) > LINE_MOST:
        yield "address", f"“地址”最多 {LINE_MOST} 个字。"
    if len(facts.agency) > NAME_MOST:
        yield "agency", f"“服务机构”最多 {NAME_MOST} 个字。"
    if facts.hours is not None and not any(facts.hours.values()):
        yield "hours", "“服务时间”至少有一天有时段；全区统一时间请留空。"
    if facts.kind is PlaceKind.STREET:
        if facts.parent:
            yield "parent", "街道不填写所属街道。"
    elif street is None or street.kind is not PlaceKind.STREET:
        yield "parent", f"请选择{facts.kind.label}所在的街道。"


def placed(facts: PlaceFacts, *, place_id: str, now: datetime) -> Place:
    """A new place."""
    return Place(id=place_id, added_at=now, **vars(facts))


def changed(place: Place, facts: PlaceFacts) -> Place:
    """The same place, as the office says now."""
    return replace(place, revision=place.revision + 1, **vars(facts))


@dataclass(frozen=True, kw_only=True)
class Tenancy:
    """An enterprise in a place (入驻): from a day, until a last day or open."""

    id: str
    place_id: str
    uscc: str
    name: str
    room: str
    since: date
    added_at: datetime
    until: date | None = None
    revision: int = 0

    @property
    def tag(self) -> str:
        """Names what is seen of it now."""
        return f'"{self.revision}"'

    def holds(self, today: date) -> bool:
        """Whether it is there on this day."""
        return self.since <= today and (self.until is None or today <= self.until)

    def ended(self, *, on: date) -> "Tenancy":
        """Its last day is this; raises Conflict when it has one, or begins later."""
        if self.until is not None:
            raise Conflict("这条入驻已经结束。")
        if on < self.since:
            raise Conflict("结束日期不能早于入驻日期。")
        return replace(self, until=on, revision=self.revision + 1)


def tenancy_faults(*, uscc: str, name: str, room: str, since: date, today: date) -> list[Fault]:
    """Everything that is wrong with what the office says of a tenant."""
    found: dict[str, str] = {}
    try:
        parse_uscc(uscc)
    except BadIdentifier as bad:
        found["uscc"] = bad.detail
    if not NAME_LEAST <= len(name.strip()) <= TENANT_MOST:
        found["name"] = f"“企业名称”应为 {NAME_LEAST} 至 {TENANT_MOST} 个字。"
    if len(room.strip()) > ROOM_MOST:
        found["room"] = f"“房号”最多 {ROOM_MOST} 个字。"
    if since > today:
        found["since"] = "“入驻日期”不能晚于今天。"
    return [
        Fault(pointer=f"/{field}", code=field, detail=detail) for field, detail in found.items()
    ]
