"""The citizen's side: asking, following, answering, reopening, and saying that it is not needed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from domain.alerts.alerts import Urgency
from domain.alerts.ports import TellStaff
from domain.butlers.items import ServiceItem
from domain.butlers.places import Place
from domain.content_checks import Judged, Scene
from domain.errors import Fault, Invalid
from domain.pages import Ask, Page
from domain.subjects.subjects import OWN_RIGHT, Duty, Subject
from domain.tickets import moves
from domain.tickets.clocks import ClockKind
from domain.tickets.drafts import NEW, Draft, Drafts
from domain.tickets.events import By, Happened
from domain.tickets.handing_out import ASSIGN, kept_by
from domain.tickets.images import place_of
from domain.tickets.keeping import Clocked, Keeping
from domain.tickets.messages import Checks, Message, Written, faults_of, judged, spoken
from domain.tickets.owning import Owning
from domain.tickets.ports import Acting, Images, MessageStore, Serves, TicketStore
from domain.tickets.tickets import Asker, Origin, Reason, Source, Ticket
from domain.time import civil_date
from domain.transactions import TOGETHER, Act, AuditEvent, Unit

NUMBER_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
MOST_MESSAGES = 50
# Where a citizen may ask from: by telephone only staff write down.
MAY_ASK_FROM = frozenset({Source.MINI_PROGRAM, Source.LECTURE, Source.REPORT})


class PlaceOf(Protocol):
    """Places, narrowly."""

    async def __call__(self, place_id: str) -> bool:
        """Whether it is there and takes tickets."""


class PlaceOfTenant(Protocol):
    """Tenancies, narrowly."""

    async def __call__(self, uscc: str, *, today: date) -> Place | None:
        """Where an enterprise is a tenant, as far as anybody knows."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """What a citizen asks: for whom, about what, where."""

    subject_id: str
    item: str
    place_id: str
    written: Written
    origin: Origin


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What the citizen's side stands on."""

    store: TicketStore
    messages: MessageStore
    keeping: Keeping
    owning: Owning
    acting: Acting
    checks: Checks
    images: Images
    drafts: Drafts
    serves: Serves
    tell_staff: TellStaff
    is_place: PlaceOf
    place_of_tenant: PlaceOfTenant
    items: Mapping[str, ServiceItem]


class Asking:
    """Whoever may ask for a subject (Duty.ASK) asks and follows."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # -- reading ---------------------------------------------------------------

    async def of(self, *, person_id: str, subject_id: str, ask: Ask, now: datetime) -> Page[Ticket]:
        """A subject's tickets, newest first; who acts for another sees what they asked themself.

        A list has what may be opened: neither what a caller said of an enterprise nor what was
        asked under the representative before.

        Raises:
            NotFound, OutOfScope: no subject of the caller's, or not for this.
        """
        subject = await self._desk.acting.require(
            person_id=person_id, subject_id=subject_id, duty=Duty.ASK, now=now
        )
        if subject.role in OWN_RIGHT:
            return await self._desk.store.of_about(
                subject.about, principal_id=subject.principal_id, ask=ask
            )
        return await self._desk.store.of_subject(subject_id, ask=ask)

    async def suggested(self, *, person_id: str, subject_id: str, now: datetime) -> Place | None:
        """Where to ask for an enterprise: at its building, if it is known as a tenant of one.

        Raises:
            NotFound, OutOfScope: as for ``of``.
        """
        subject = await self._desk.acting.require(
            person_id=person_id, subject_id=subject_id, duty=Duty.ASK, now=now
        )
        if not subject.uscc:
            return None
        return await self._desk.place_of_tenant(subject.uscc, today=civil_date(now))

    async def get(self, *, person_id: str, number: str, now: datetime) -> Clocked:
        """One ticket with its clocks; raises NotFound, OutOfScope."""
        ticket = await self._desk.owning.of_person(person_id=person_id, number=number, now=now)
        return await self._desk.keeping.clocks.of(ticket, now=now)

    async def messages(self, ticket: Ticket, *, before: int | None = None) -> Sequence[Message]:
        """The last 50 before the ``before``-th, in the order they were written."""
        return await self._desk.messages.of(ticket.id, before=before, most=MOST_MESSAGES)

    async def known(self, message: Message) -> Judged | None:
        """What WeChat has said of a message by now."""
        return await self._desk.checks.known(message.id)

    async def goes_on_in(self, ticket: Ticket) -> str | None:
        """The number of the ticket that this one is merged into; None while it is not."""
        other = await self._desk.store.get(ticket.merged_into) if ticket.merged_into else None
        return other.number if other else None

    # -- writing ---------------------------------------------------------------

    async def ask(self, act: Act, *, question: Question) -> Ticket:
        """A new ticket, accepted at once with its number, given to a butler right after.

        Raises:
            Invalid: every faulty field is named; a text that WeChat finds risky.
            NotFound, OutOfScope: the subject is not the caller's, or not for this.
        """
        desk = self._desk
        await self._require_sound(question)
        subject = await desk.acting.require(
            person_id=act.actor, subject_id=question.subject_id, duty=Duty.ASK, now=act.at
        )
        said = await judged(desk.checks, person_id=act.actor, text=question.written.text)
        new = moves.opened(
            act,
            ticket_id=act.draw.id(),
            number=new_number(act),
            asker=_asker(act, subject),
            origin=question.origin,
            item=question.item,
            place_id=question.place_id,
            by=By.CITIZEN,
            said=spoken(question.written, said),
        )
        ticket = await desk.keeping.clocks.timed(new, now=act.at)

        async def work(unit: Unit) -> Ticket:
            await self._say(unit, act, ticket, question.written, said)
            await desk.keeping.add(unit, act, ticket)
            await desk.drafts.sent(unit, act, ticket_id=NEW)
            await unit.audit(act.event("ticket.opened", ticket.id, source=new.origin.source.value))
            await unit.send(act.message(ASSIGN, ticket.id))
            return ticket

        return await act.commit(work, turn=TOGETHER)

    async def say(self, act: Act, *, number: str, written: Written) -> Ticket:
        """Another message. After the end it is read, and starts nothing.

        Raises:
            NotFound, OutOfScope: not the caller's.
            Invalid: every faulty field; a text that WeChat finds risky.
            Over, Full: it is merged, or holds no more.
        """
        _require_written(written)
        await self._mine(act, number)
        said = await judged(self._desk.checks, person_id=act.actor, text=written.text)
        return await self._move(
            act,
            number,
            lambda one: act.event("ticket.citizen_wrote", one),
            lambda was: moves.asked(act, was, said=spoken(written, said)),
            written=written,
            said=said,
        )

    async def reopen(self, act: Act, *, number: str, written: Written) -> Ticket:
        """It is not over after all, within seven days of its end; the promise begins anew.

        Raises:
            NotFound, OutOfScope, Invalid: as for ``say``.
            Conflict, Over: it has not ended, or too long ago.
        """
        _require_written(written)
        ticket = await self._mine(act, number)
        moves.reopened(act, ticket, said=written.text)
        said = await judged(self._desk.checks, person_id=act.actor, text=written.text)
        return await self._move(
            act,
            number,
            lambda one: act.event("ticket.reopened", one),
            lambda was: moves.reopened(act, was, said=spoken(written, said)),
            written=written,
            said=said,
        )

    async def withdraw(self, act: Act, *, number: str) -> Ticket:
        """It is not needed any more; raises NotFound, OutOfScope, Over."""
        await self._mine(act, number)
        return await self._move(
            act,
            number,
            lambda one: act.event("ticket.withdrawn", one),
            lambda was: moves.ended(
                act, was, reason=Reason.WITHDRAWN, by=By.CITIZEN, promise_met=False
            ),
        )

    # -- drafts ----------------------------------------------------------------

    async def save_draft(self, act: Act, *, number: str, text: str) -> Draft | None:
        """Keep what is being written; ``new`` stands for a ticket that is not there yet."""
        return await self._desk.drafts.save(
            act, ticket_id=await self._draft_of(act, number), text=text
        )

    async def draft(self, act: Act, *, number: str) -> Draft | None:
        """What the caller was writing; raises NotFound, OutOfScope."""
        ticket_id = await self._draft_of(act, number)
        return await self._desk.drafts.of(ticket_id=ticket_id, owner=act.actor)

    # -- inside ----------------------------------------------------------------

    async def _mine(self, act: Act, number: str) -> Ticket:
        return await self._desk.owning.of_person(person_id=act.actor, number=number, now=act.at)

    async def _draft_of(self, act: Act, number: str) -> str:
        return NEW if number == NEW else (await self._mine(act, number)).id

    async def _move(
        self,
        act: Act,
        number: str,
        done: Callable[[str], AuditEvent],
        move: Callable[[Ticket], Ticket],
        *,
        written: Written | None = None,
        said: Judged | None = None,
    ) -> Ticket:
        """One move, with the message that makes it, against the ticket as it is now."""
        desk = self._desk

        async def work(unit: Unit) -> Ticket:
            was = await self._mine(act, number)
            after = await kept_by(move(was), desk.serves)
            after = await desk.keeping.clocks.timed(after, now=act.at)
            if written and said:
                await self._say(unit, act, after, written, said)
                await desk.drafts.sent(unit, act, ticket_id=was.id)
                await self._call(unit, act, after)
            await desk.keeping.put(unit, act, was=was, after=after)
            await unit.audit(done(was.id))
            if after.active and not after.butler_id:
                await unit.send(act.message(ASSIGN, was.id))
            return after

        return await act.commit(work)

    async def _call(self, unit: Unit, act: Act, ticket: Ticket) -> None:
        """Tell the butler that the citizen waits: once, however much is written until the answer.

        Who gets it anew is told by that.
        """
        if not ticket.active or not ticket.butler_id:
            return
        reopened = ticket.log[-1].what is Happened.REOPENED
        answers = sum(one.what is Happened.ANSWERED for one in ticket.log)
        await self._desk.tell_staff(
            unit,
            act,
            staff_id=ticket.butler_id,
            title=f"工单 {ticket.number} {'重新打开' if reopened else '有新的消息'}",
            text="市民正在等待答复。",
            link=f"/console/tickets/{ticket.number}",
            urgency=Urgency.NOW,
            key=f"ticket.asked:{ticket.id}:{ticket.cycle}:{answers}",
        )

    async def _say(
        self, unit: Unit, act: Act, ticket: Ticket, written: Written, said: Judged
    ) -> None:
        desk = self._desk
        message = Message(
            id=act.draw.id(),
            ticket_id=ticket.id,
            n=ticket.messages,
            by=By.CITIZEN,
            author=act.actor,
            at=act.at,
            text=written.text,
            images=written.images,
            verdict=said.verdict,
        )
        await desk.messages.add(unit, message)
        if written.images:
            await desk.images.bind(
                unit, act, ids=written.images, owner=act.actor, to=place_of(ticket.id)
            )
        if written.text:
            await desk.checks.keep(
                unit, act, object_id=message.id, text=written.text, scene=Scene.COMMENT, judged=said
            )

    async def _require_sound(self, question: Question) -> None:
        faults = faults_of(question.written)
        if question.written.images and not question.written.text.strip():
            faults.append(Fault(pointer="/text", code="missing", detail="请写明要咨询的问题。"))
        if question.item not in self._desk.items:
            faults.append(Fault(pointer="/item", code="unknown", detail="没有这个服务事项。"))
        if not await self._desk.is_place(question.place_id):
            detail = "没有这个服务点，或它暂不受理。"
            faults.append(Fault(pointer="/place_id", code="unknown", detail=detail))
        if question.origin.source not in MAY_ASK_FROM:
            faults.append(Fault(pointer="/origin/source", code="unknown", detail="来源不正确。"))
        if faults:
            raise Invalid(faults)


def promised(clocked: Clocked) -> tuple[datetime | None, bool]:
    """By when the promise is due, and whether it is overdue or was answered too late."""
    reading = clocked.of(ClockKind.PROMISE)
    if reading is None:
        return None, False
    return reading.began_at + reading.budget, reading.late


def new_number(act: Act) -> str:
    """GJ2611307K2M9Q: the day, and six signs that nobody guesses."""
    return f"GJ{civil_date(act.at):%y%m%d}{act.draw.pick(NUMBER_ALPHABET, 6)}"


def _asker(act: Act, subject: Subject) -> Asker:
    return Asker(
        person_id=act.actor,
        subject_id=subject.id,
        principal_id=subject.principal_id,
        principal_person=subject.principal_person,
        about=subject.about,
        uscc=subject.uscc,
        name=subject.name,
    )


def _require_written(written: Written) -> None:
    if faults := faults_of(written):
        raise Invalid(faults)
