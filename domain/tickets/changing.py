"""A staff member's move on a ticket: against what was seen, saved, and given out where needed."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from domain.alerts.ports import TellStaff
from domain.butlers.items import ServiceItem
from domain.errors import Stale
from domain.staff.accounts import StaffAccount
from domain.tickets import moves
from domain.tickets.drafts import Drafts
from domain.tickets.events import By, Event, Happened
from domain.tickets.handing_out import ASSIGN
from domain.tickets.keeping import Keeping
from domain.tickets.messages import Checks
from domain.tickets.notes import Notes
from domain.tickets.owning import Owning
from domain.tickets.ports import Images, MessageStore, Serves, Staff, TicketStore
from domain.tickets.tickets import Ticket
from domain.time import in_words
from domain.transactions import Act, AuditEvent, Unit

MOST_MESSAGES = 100
QUOTED = 60
KEPT = "您写的内容没有丢失，请看过后再发。"
Move = Callable[[Ticket], Awaitable[Ticket]]
More = Callable[[Unit, Ticket], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What the butler's side stands on."""

    store: TicketStore
    messages: MessageStore
    keeping: Keeping
    owning: Owning
    notes: Notes
    drafts: Drafts
    images: Images
    checks: Checks
    serves: Serves
    staff: Staff
    tell_staff: TellStaff
    items: Mapping[str, ServiceItem]


class Changing:
    """What every move of staff has in common."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    async def __call__(
        self,
        act: Act,
        me: StaffAccount,
        number: str,
        done: Callable[[str], AuditEvent],
        move: Move,
        *,
        tag: str,
        more: More | None = None,
    ) -> Ticket:
        """One move, and what commits with it.

        Raises:
            NotFound: not theirs to work on.
            Stale: something happened since it was read; says who did what.
        """
        ground = self._ground

        async def work(unit: Unit) -> Ticket:
            was = await ground.owning.of_staff(me=me, number=number)
            if tag != was.tag:
                raise Stale(await self._news(was, tag))
            after = await ground.keeping.clocks.timed(await move(was), now=act.at)
            if more:
                await more(unit, after)
            await ground.keeping.put(unit, act, was=was, after=after)
            await unit.audit(done(was.id))
            if after.active and not after.butler_id:
                await unit.send(act.message(ASSIGN, was.id))
            return after

        return await act.commit(work)

    async def _news(self, now: Ticket, tag: str) -> str:
        """What happened since it was read: who answered and what, or what the citizen wrote."""
        seen = int(tag.strip('"')) if tag.strip('"').isdecimal() else 0
        news = now.log[seen:]
        answer = moves.last_answer(now.log, seen)
        if answer:
            who = await self._ground.staff.name(answer.actor)
            text = await self._last_answer(now)
            return f"{who}已于{in_words(answer.at)}答复：“{_quoted(text)}”。{KEPT}"
        asked = [one for one in news if one.what in {Happened.ASKED, Happened.REOPENED}]
        if asked:
            return f"市民已于{in_words(asked[-1].at)}补充：“{_quoted(now.said)}”。{KEPT}"
        return await self._changed_by(news) + "请看过最新内容后再操作。"

    async def _changed_by(self, news: Sequence[Event]) -> str:
        last = news[-1] if news else None
        if last is None:
            return "工单刚刚有了变动。"
        who = await self._ground.staff.name(last.actor) if last.by is By.STAFF else "系统"
        return f"{who}已于{in_words(last.at)}改动了这张工单。"

    async def _last_answer(self, ticket: Ticket) -> str:
        said = [
            one.text
            for one in await self._ground.messages.of(ticket.id, before=None, most=MOST_MESSAGES)
            if one.by is By.STAFF
        ]
        return said[-1] if said else ""


def _quoted(text: str) -> str:
    return text if len(text) <= QUOTED else f"{text[:QUOTED]}…"
