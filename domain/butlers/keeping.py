"""What the office, the butlers themselves and the judges do with a butler's record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.alerts.alerts import Urgency
from domain.alerts.ports import OfRole, TellStaff
from domain.butlers import leaves
from domain.butlers.butlers import Butler, Leave
from domain.butlers.items import ServiceItem
from domain.butlers.places import NAME_LEAST, NAME_MOST, Place
from domain.butlers.ports import Accounts, ButlerStore, PlaceStore
from domain.butlers.rostering import standing_in
from domain.butlers.weeks import Week
from domain.errors import Fault, Invalid, NotFound, Stale
from domain.staff.accounts import StaffAccount, StaffState
from domain.staff.roles import Role
from domain.transactions import Act, AuditEvent, Conflict, Unit

# Work for whoever hands their open tickets over; the object is the butler's id.
LEFT = "butler.left"
MOST_PLACES = 50
REASON_LEAST, REASON_MOST = 2, 500


@dataclass(frozen=True, kw_only=True)
class ButlerFacts:
    """What the office says of a butler: ``places`` are ids, ``skills`` codes of service items."""

    agency: str
    places: tuple[str, ...]
    skills: tuple[str, ...]
    hours: Week | None = None


@dataclass(frozen=True, kw_only=True)
class LeaveAsked:
    """A leave that is asked for; ``stand_in`` is a butler's id, or empty."""

    begins: datetime
    ends: datetime
    reason: str
    stand_in: str = ""


class Butlers:
    """Each move against the state that was seen (``tag``)."""

    def __init__(
        self,
        *,
        store: ButlerStore,
        places: PlaceStore,
        accounts: Accounts,
        items: Mapping[str, ServiceItem],
        tell_staff: TellStaff,
        of_role: OfRole,
    ) -> None:
        self._store = store
        self._places = places
        self._accounts = accounts
        self._items = items
        self._tell_staff = tell_staff
        self._of_role = of_role

    # -- reading -----------------------------------------------------------------

    async def all(self) -> Sequence[Butler]:
        """Every butler, those who serve first, by name."""
        found = await self._store.all()
        return sorted(found, key=lambda one: (not one.serves, one.name, one.staff_id))

    async def get(self, staff_id: str) -> Butler:
        """One of them; raises NotFound."""
        butler = await self._store.get(staff_id)
        if butler is None:
            raise NotFound("没有这位信用管家。")
        return butler

    async def serving(self) -> frozenset[str]:
        """The ids of all who serve now."""
        return frozenset(one.staff_id for one in await self._store.all() if one.serves)

    async def serves(self, *, staff_id: str, place_id: str) -> bool:
        """Whether somebody serves, and this is one of their places; any is, where none is named."""
        butler = await self._store.get(staff_id) if staff_id else None
        return butler is not None and butler.serves and (not place_id or place_id in butler.places)

    async def find(self, staff_id: str) -> Butler | None:
        """The record of an account, if it has one."""
        return await self._store.get(staff_id)

    async def unrecorded(self) -> Sequence[StaffAccount]:
        """Accounts in use with the role of a butler, which have no record yet."""
        known = {one.staff_id for one in await self._store.all()}
        return [one for one in await self._accounts.all() if _fit(one) and one.id not in known]

    # -- what the office says ----------------------------------------------------

    async def enrol(self, act: Act, *, staff_id: str, facts: ButlerFacts) -> Butler:
        """Give an account with the role its record as a butler.

        Raises:
            NotFound: there is no such account.
            Conflict: it has no such role, is not in use, or has a record already.
            Invalid: every faulty field is named.
        """
        account = await self._accounts.get(staff_id)
        if account is None:
            raise NotFound("没有这个账号。")
        if not _fit(account):
            raise Conflict("只有在用的、角色为信用管家的账号可以登记为信用管家。")
        await self._check(facts)
        butler = Butler(
            staff_id=staff_id,
            name=account.name,
            agency=facts.agency.strip(),
            places=tuple(dict.fromkeys(facts.places)),
            skills=tuple(dict.fromkeys(facts.skills)),
            hours=facts.hours,
            since=act.at,
        )

        async def work(unit: Unit) -> Butler:
            await self._store.add(unit, butler)
            await unit.audit(act.event("butler.enrolled", staff_id))
            return butler

        return await act.commit(work)

    async def describe(self, act: Act, *, staff_id: str, tag: str, facts: ButlerFacts) -> Butler:
        """Change agency, places, skills or hours; raises NotFound, Invalid, Stale."""
        was = await self._seen(staff_id, tag)
        await self._check(facts)
        after = was.described(
            agency=facts.agency.strip(), places=facts.places, skills=facts.skills, hours=facts.hours
        )
        return await self._save(act, was, after, act.event("butler.described", staff_id))

    # -- leave -------------------------------------------------------------------

    async def ask_leave(self, act: Act, *, staff_id: str, asked: LeaveAsked) -> Butler:
        """Ask for leave; the office decides.

        Raises:
            NotFound: there is no such butler.
            Invalid: every faulty field is named.
        """
        leave = Leave(
            id=act.draw.id(),
            begins=asked.begins,
            ends=asked.ends,
            reason=asked.reason.strip(),
            stand_in=asked.stand_in,
            asked_at=act.at,
        )
        office = [one for one in await self._of_role(Role.OFFICE) if one != act.actor]

        async def work(unit: Unit) -> Butler:
            was = await self._in_unit(unit, staff_id)
            await self._check_leave(unit, was, leave, act.at)
            after = was.asked(leave, now=act.at)
            await self._store.replace(unit, after, was=was)
            await unit.audit(act.event("butler.leave_asked", staff_id, leave=leave.id))
            for one in office:
                title, text = "有请假待批准", f"{was.name}申请请假：{leave.span}。"
                await self._tell(unit, act, was, leave, one, title, text)
            return after

        return await act.commit(work)

    async def grant_leave(self, act: Act, *, staff_id: str, leave_id: str, tag: str) -> Butler:
        """Grant a leave, which is checked again: others may have been granted since.

        Who stands in is held meanwhile, so that two of them cannot come to stand in for each other.

        Raises:
            NotFound, Stale, Conflict: there is none, it moved on, or is one's own.
            Invalid: it cannot be any more, as for asking.
        """

        async def work(unit: Unit) -> Butler:
            was = _same(await self._in_unit(unit, staff_id), tag)
            leave = was.leave(leave_id)
            after = was.decided(leave_id, granted=True, by=act.actor)
            await self._check_leave(unit, was, leave, act.at)
            if leave.stand_in:
                await self._store.hold(unit, leave.stand_in)
            await self._store.replace(unit, after, was=was)
            await unit.audit(act.event("butler.leave_granted", staff_id, leave=leave_id))
            title, text = "请假已批准", f"您的请假（{leave.span}）已批准。"
            await self._tell(unit, act, was, leave, staff_id, title, text)
            if leave.stand_in:
                text = f"{was.name}请假（{leave.span}），由您代班。"
                await self._tell(unit, act, was, leave, leave.stand_in, "请您代班", text)
            return after

        return await act.commit(work)

    async def refuse_leave(
        self, act: Act, *, staff_id: str, leave_id: str, tag: str, reason: str
    ) -> Butler:
        """Do not grant a leave, with the reason; raises NotFound, Stale, Conflict, Invalid."""
        answer = _reason(reason)
        was = await self._seen(staff_id, tag)
        leave = was.leave(leave_id)
        after = was.decided(leave_id, granted=False, by=act.actor, answer=answer)

        async def work(unit: Unit) -> Butler:
            await self._store.replace(unit, after, was=was)
            await unit.audit(act.event("butler.leave_refused", staff_id, leave=leave_id))
            text = f"您的请假（{leave.span}）未获批准：{answer}"
            await self._tell(unit, act, was, leave, staff_id, "请假未获批准", text)
            return after

        return await act.commit(work)

    async def withdraw_leave(self, act: Act, *, staff_id: str, leave_id: str, tag: str) -> Butler:
        """Take a leave back, or end it now where it has begun; raises NotFound, Stale, Conflict."""
        was = await self._seen(staff_id, tag)
        after = was.withdrawn(leave_id, now=act.at)
        event = act.event("butler.leave_withdrawn", staff_id, leave=leave_id)
        return await self._save(act, was, after, event)

    # -- judged: each commits with what decided it ---------------------------------

    async def suspend(self, unit: Unit, act: Act, *, staff_id: str, reason: str) -> None:
        """No tickets until restored, and the open ones are handed over.

        Raises:
            NotFound, Conflict: there is none, or they do not serve.
            Invalid: there is no reason.
        """
        was, why = await self._in_unit(unit, staff_id), _reason(reason)
        await self._store.replace(unit, was.suspended(reason=why, now=act.at), was=was)
        await unit.audit(act.event("butler.suspended", staff_id))
        await unit.send(act.message(LEFT, staff_id))

    async def exit(self, unit: Unit, act: Act, *, staff_id: str, reason: str) -> None:
        """No tickets any more, and the open ones are handed over.

        Raises:
            NotFound, Conflict: there is none, or they have left.
            Invalid: there is no reason.
        """
        was, why = await self._in_unit(unit, staff_id), _reason(reason)
        await self._store.replace(unit, was.exited(reason=why, now=act.at), was=was)
        await unit.audit(act.event("butler.exited", staff_id))
        await unit.send(act.message(LEFT, staff_id))

    async def restore(self, unit: Unit, act: Act, *, staff_id: str, reason: str) -> None:
        """Serves again.

        Raises:
            NotFound, Conflict: there is none, or they are not suspended.
            Invalid: there is no reason.
        """
        was, why = await self._in_unit(unit, staff_id), _reason(reason)
        await self._store.replace(unit, was.restored(reason=why, now=act.at), was=was)
        await unit.audit(act.event("butler.restored", staff_id))

    # -- inside --------------------------------------------------------------------

    async def _tell(
        self, unit: Unit, act: Act, of: Butler, leave: Leave, whom: str, title: str, text: str
    ) -> None:
        await self._tell_staff(
            unit,
            act,
            staff_id=whom,
            title=title,
            text=text,
            link=f"/console/butlers/{of.staff_id}",
            urgency=Urgency.NOW,
            key=f"leave:{leave.id}:{title}",
        )

    async def _in_unit(self, unit: Unit, staff_id: str) -> Butler:
        butler = await self._store.get(staff_id, unit=unit)
        if butler is None:
            raise NotFound("没有这位信用管家。")
        return butler

    async def _seen(self, staff_id: str, tag: str) -> Butler:
        return _same(await self.get(staff_id), tag)

    async def _check(self, facts: ButlerFacts) -> None:
        found: dict[str, str] = {}
        if not NAME_LEAST <= len(facts.agency.strip()) <= NAME_MOST:
            found["agency"] = f"“服务机构”应为 {NAME_LEAST} 至 {NAME_MOST} 个字。"
        if len(facts.places) > MOST_PLACES:
            found["places"] = f"一位信用管家最多负责 {MOST_PLACES} 个服务点。"
        elif await self._unknown(facts.places):
            found["places"] = "所选的服务点中有不存在的，请刷新后重新选择。"
        if not set(facts.skills) <= self._items.keys():
            found["skills"] = "所选的擅长事项中有不存在的，请刷新后重新选择。"
        if facts.hours is not None and not any(facts.hours.values()):
            found["hours"] = "“工作时间”至少有一天有时段；与服务点一致请留空。"
        if found:
            raise Invalid(
                [Fault(pointer=f"/{name}", code=name, detail=text) for name, text in found.items()]
            )

    async def _unknown(self, places: Sequence[str]) -> set[str]:
        known: Sequence[Place] = await self._places.many(places) if places else ()
        return set(places) - {one.id for one in known}

    async def _check_leave(self, unit: Unit, butler: Butler, leave: Leave, now: datetime) -> None:
        wanted = {leave.stand_in} if leave.stand_in else set()
        others = await standing_in(self._store, {}, and_also=wanted, unit=unit)
        faults = leaves.faults_of(leave, butler=butler, others=others, now=now)
        if faults:
            raise Invalid(faults)

    async def _save(self, act: Act, was: Butler, after: Butler, event: AuditEvent) -> Butler:
        async def work(unit: Unit) -> Butler:
            await self._store.replace(unit, after, was=was)
            await unit.audit(event)
            return after

        return await act.commit(work)


def _fit(account: StaffAccount) -> bool:
    return Role.BUTLER in account.roles and account.state is StaffState.ACTIVE


def _same(butler: Butler, tag: str) -> Butler:
    if butler.tag != tag:
        raise Stale(f"{butler.name}的登记刚刚有了变动，请核对后再操作。")
    return butler


def _reason(text: str) -> str:
    kept = text.strip()
    if not REASON_LEAST <= len(kept) <= REASON_MOST:
        detail = f"“理由”应为 {REASON_LEAST} 至 {REASON_MOST} 个字。"
        raise Invalid([Fault(pointer="/reason", code="reason", detail=detail)])
    return kept
