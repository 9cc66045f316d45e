"""By telephone: staff write down what a caller asks, in the caller's name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from domain.butlers.items import ServiceItem
from domain.errors import Fault, Invalid, NotFound
from domain.identifiers import BadIdentifier, parse_mobile, parse_uscc
from domain.names import name_fault, normal_name
from domain.staff.accounts import StaffAccount
from domain.staff.roles import Right
from domain.tickets import moves
from domain.tickets.asking import PlaceOf, new_number
from domain.tickets.events import By
from domain.tickets.handing_out import ASSIGN
from domain.tickets.keeping import Keeping
from domain.tickets.messages import Message, Written, faults_of
from domain.tickets.ports import MessageStore, Serves
from domain.tickets.tickets import Asker, Origin, Source, Ticket
from domain.transactions import Act, Unit


@dataclass(frozen=True, kw_only=True)
class Call:
    """What was said on the telephone: who called, for which enterprise if any, about what."""

    name: str
    phone: str
    uscc: str
    item: str
    place_id: str
    text: str


class OnBehalf:
    """A ticket without an account: who called is called back."""

    def __init__(
        self,
        *,
        messages: MessageStore,
        keeping: Keeping,
        is_place: PlaceOf,
        serves: Serves,
        items: Mapping[str, ServiceItem],
    ) -> None:
        self._messages = messages
        self._keeping = keeping
        self._is_place = is_place
        self._serves = serves
        self._items = items

    async def write_down(self, act: Act, *, me: StaffAccount, call: Call) -> Ticket:
        """A new ticket; a butler who serves the place has it at once.

        Raises:
            Invalid: every faulty field is named.
            NotFound: a butler writes down for their own places only.
        """
        asker = await self._read(call)
        serves = await self._serves(staff_id=me.id, place_id=call.place_id)
        if not serves and not me.may(Right.SUPERVISE_TICKETS):
            raise NotFound("您不负责这个服务点。")
        new = _written_down(act, asker, call)
        if serves:
            new = replace(new, butler_id=me.id, why=("由接听电话的信用管家直接办理",))
        ticket = await self._keeping.clocks.timed(new, now=act.at)

        async def work(unit: Unit) -> Ticket:
            await self._messages.add(unit, _said(act, ticket, call))
            await self._keeping.add(unit, act, ticket)
            await unit.audit(act.event("ticket.written_down", ticket.id))
            if not ticket.butler_id:
                await unit.send(act.message(ASSIGN, ticket.id))
            return ticket

        return await act.commit(work)

    async def _read(self, call: Call) -> Asker:
        faults = faults_of(Written(text=call.text))
        name = normal_name(call.name)
        if detail := name_fault(name):
            faults.append(Fault(pointer="/name", code="name", detail=detail))
        phone = _read_as("phone", parse_mobile, call.phone, faults)
        uscc = _read_as("uscc", parse_uscc, call.uscc, faults) if call.uscc.strip() else ""
        if call.item not in self._items:
            faults.append(Fault(pointer="/item", code="unknown", detail="没有这个服务事项。"))
        if not await self._is_place(call.place_id):
            detail = "没有这个服务点，或它暂不受理。"
            faults.append(Fault(pointer="/place_id", code="unknown", detail=detail))
        if faults:
            raise Invalid(faults)
        return Asker(about=uscc, uscc=uscc or None, name=name, phone=phone)


def _read_as(field: str, parse: Callable[[str], object], text: str, faults: list[Fault]) -> str:
    try:
        return str(parse(text))
    except BadIdentifier as bad:
        faults.append(Fault(pointer=f"/{field}", code=bad.code, detail=bad.detail))
        return ""


def _written_down(act: Act, asker: Asker, call: Call) -> Ticket:
    return moves.opened(
        act,
        ticket_id=act.draw.id(),
        number=new_number(act),
        asker=asker,
        origin=Origin(source=Source.PHONE),
        item=call.item,
        place_id=call.place_id,
        by=By.STAFF,
        said=call.text,
    )


def _said(act: Act, ticket: Ticket, call: Call) -> Message:
    """The caller's words; whoever wrote them down is in the log."""
    return Message(
        id=act.draw.id(),
        ticket_id=ticket.id,
        n=1,
        by=By.CITIZEN,
        author="",
        at=act.at,
        text=call.text,
        by_phone=True,
    )
