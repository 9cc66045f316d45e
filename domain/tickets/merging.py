"""Two tickets about the same matter: one refers to the other, and nothing is copied.

Only tickets of one and the same asker are merged, so that no citizen ever reads what another wrote.
"""

from collections.abc import Sequence

from domain.errors import Fault, Invalid, Stale
from domain.staff.accounts import StaffAccount
from domain.tickets import moves
from domain.tickets.handing_out import ASSIGN, kept_by
from domain.tickets.keeping import Keeping
from domain.tickets.owning import Owning
from domain.tickets.ports import Serves, TicketStore
from domain.tickets.tickets import Asker, Over, State, Ticket
from domain.transactions import Act, Unit


class Merging:
    """Merging and taking apart, both tickets in one transaction."""

    def __init__(
        self, *, store: TicketStore, owning: Owning, keeping: Keeping, serves: Serves
    ) -> None:
        self._store = store
        self._owning = owning
        self._keeping = keeping
        self._serves = serves

    async def merge(
        self, act: Act, *, me: StaffAccount, number: str, tag: str, into: str
    ) -> Ticket:
        """This ticket goes on in another.

        Both are written, so that of two that would make a circle only one commits.

        Raises:
            NotFound: one of them is not theirs to work on.
            Stale: it changed since it was read.
            Invalid: into itself, into one that is merged, or of somebody else; or others are
                merged into this one.
            Over: it has ended, or the other has.
        """

        async def work(unit: Unit) -> Ticket:
            was, other = await self._both(me, number, tag, into)
            after = moves.merged(act, was, into=other)
            after = await self._keeping.clocks.timed(after, now=act.at)
            await self._keeping.put(unit, act, was=was, after=after)
            await self._keeping.put(unit, act, was=other, after=moves.joined(act, other, was))
            await unit.audit(act.event("ticket.merged", was.id, into=other.id))
            await self._keeping.tell(
                unit,
                act,
                after,
                title="工单已合并",
                text=f"工单 {was.number} 与 {other.number} 是同一件事，请在后者中继续。",
            )
            return after

        return await act.commit(work)

    async def unmerge(self, act: Act, *, me: StaffAccount, number: str, tag: str) -> Ticket:
        """Both stand as if they had never been one; raises NotFound, Stale, Conflict.

        It is given out anew where nobody had it yet, or who had it has left meanwhile.
        """

        async def work(unit: Unit) -> Ticket:
            was = await self._owning.of_staff(me=me, number=number)
            _require_seen(was, tag)
            other = await self._store.get(was.merged_into) or was
            after = await kept_by(moves.unmerged(act, was, into=other), self._serves)
            after = await self._keeping.clocks.timed(after, now=act.at)
            await self._keeping.put(unit, act, was=was, after=after)
            await unit.audit(act.event("ticket.unmerged", was.id, came_from=other.id))
            if not after.butler_id:
                await unit.send(act.message(ASSIGN, was.id))
            await self._keeping.tell(
                unit,
                act,
                after,
                title="工单已恢复单独办理",
                text=f"工单 {was.number} 恢复单独办理。",
            )
            return after

        return await act.commit(work)

    async def into(self, ticket: Ticket) -> Sequence[Ticket]:
        """Those that go on in this one."""
        return await self._store.merged_into(ticket.id)

    async def _both(
        self, me: StaffAccount, number: str, tag: str, into: str
    ) -> tuple[Ticket, Ticket]:
        was = await self._owning.of_staff(me=me, number=number)
        other = await self._owning.of_staff(me=me, number=into)
        _require_seen(was, tag)
        fault = _fault(was, other) or await self._chained(was)
        if fault:
            raise Invalid([Fault(pointer="/into", code="into", detail=fault)])
        if not other.active:
            raise Over("目标工单已结束，不能合并到其中。")
        return was, other

    async def _chained(self, was: Ticket) -> str:
        if await self._store.merged_into(was.id):
            return "已有工单合并到这张工单，请先恢复它们，或把对方合并过来。"
        return ""


def _fault(was: Ticket, other: Ticket) -> str:
    if was.id == other.id:
        return "不能合并到自己。"
    if other.state is State.MERGED:
        return "目标工单已合并到另一张工单，请合并到那一张。"
    if _who(was.asker) != _who(other.asker):
        return "两张工单不是同一位市民为同一主体提出的，不能合并。"
    return ""


def _who(asker: Asker) -> tuple[str, ...]:
    return (asker.person_id, asker.about, "" if asker.person_id else asker.phone)


def _require_seen(ticket: Ticket, tag: str) -> None:
    if tag != ticket.tag:
        raise Stale("这张工单刚刚有了变动，请刷新后再操作。")
