"""Tickets as JSON: what a citizen sees of one, and of what was written in it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from pydantic import Field

from domain.content_checks import Verdict
from domain.tickets.clocks import ClockKind
from domain.tickets.drafts import Draft
from domain.tickets.events import By
from domain.tickets.messages import Message
from domain.tickets.moves import may_reopen
from domain.tickets.showing import Shown, for_citizen
from domain.tickets.tickets import REASONS, SOURCES, STATES, State, Ticket
from handlers.attachments import AttachmentView
from handlers.fields import Instant, Output

StateName = Literal["open", "waiting", "resolved", "closed", "merged"]
ReasonName = Literal[
    "answered",
    "referred",
    "out_of_scope",
    "abusive",
    "withdrawn",
    "unanswered",
    "erased",
]
SourceName = Literal["mini_program", "phone", "lecture", "report"]
WriterName = Literal["citizen", "staff"]


class NamedView(Output):
    """A service item or a place."""

    code: str
    name: str


class PromiseView(Output):
    """The promise to answer within 24 hours, whatever day it is.

    ``late``: it was not answered in time, or not yet and the time is over.
    """

    due_at: Instant
    answered_at: Instant | None
    late: bool
    text: str


class LineView(Output):
    """One line of the history."""

    at: Instant
    text: str


class TicketView(Output):
    """A ticket as its citizen sees it; ``merged_into`` is the number of the one it goes on in.

    ``id`` is what its live stream is called by: ``ticket:ID``.
    """

    id: str
    number: str
    subject_id: str
    item: NamedView
    place: NamedView
    source: SourceName
    source_text: str
    source_reference: str = Field(description="The number of the report, the lecture's own")
    state: StateName
    state_text: str
    reason: ReasonName | None
    reason_text: str
    said: str = Field(description="The citizen's last sentence")
    butler: str
    opened_at: Instant
    changed_at: Instant
    ended_at: Instant | None
    cycle: int = Field(description="1, and one more for each reopening")
    promise: PromiseView | None
    reopen_until: Instant | None
    may_reopen: bool
    may_withdraw: bool
    merged_into: str | None
    history: list[LineView]


class TicketMade(Output):
    """How a ticket stands after a step; ``messages`` is how many there are by now."""

    number: str
    state: StateName
    state_text: str
    messages: int


class TicketViews(Output):
    """Newest first."""

    items: list[TicketView]
    next: str | None


class MessageView(Output):
    """One message; ``check`` says of the citizen's whether WeChat has passed it yet.

    ``mine``: the caller wrote it, not somebody else who acts for the same subject.
    """

    n: int
    by: WriterName
    mine: bool
    name: str
    at: Instant
    text: str
    by_phone: bool
    check: Literal["pending", "pass", "review", "risky"]
    images: list[AttachmentView]


class MessageViews(Output):
    """In the order they were written; ``before`` leads to the ones before these."""

    items: list[MessageView]
    before: int | None


class DraftView(Output):
    """What was being written."""

    text: str
    at: Instant | None


def show_ticket(shown: Shown, now: datetime, *, merged_into: str | None = None) -> TicketView:
    """As its citizen sees it; nobody of the staff is named but the butler who has it."""
    ticket = shown.ticket
    reason = ticket.reason
    return TicketView(
        id=ticket.id,
        number=ticket.number,
        subject_id=ticket.asker.subject_id,
        item=NamedView(code=ticket.item, name=shown.item),
        place=NamedView(code=ticket.place_id, name=shown.place),
        source=ticket.origin.source.value,
        source_text=SOURCES[ticket.origin.source],
        source_reference=ticket.origin.reference,
        state=ticket.state.value,
        state_text=STATES[ticket.state],
        reason=reason.value if reason else None,
        reason_text=REASONS[reason] if reason else "",
        said=ticket.said,
        butler=shown.butler,
        opened_at=ticket.opened_at,
        changed_at=ticket.changed_at,
        ended_at=ticket.ended_at,
        cycle=ticket.cycle,
        promise=_promise(shown),
        reopen_until=ticket.reopen_until(),
        may_reopen=may_reopen(ticket, now),
        may_withdraw=ticket.active,
        merged_into=merged_into,
        history=[LineView(at=line.at, text=line.text) for line in for_citizen(shown)],
    )


def _promise(shown: Shown) -> PromiseView | None:
    ticket = shown.ticket
    reading = next((one for one in shown.readings if one.kind is ClockKind.PROMISE), None)
    if reading is None or ticket.state is State.MERGED:
        return None
    answered = ticket.answered_at
    due = reading.began_at + reading.budget
    if answered:
        text = "未能在 24 小时内答复，我们很抱歉。" if reading.late else "已在 24 小时内答复。"
    elif reading.late:
        text = "已超过 24 小时仍未答复，信用办正在督促，我们很抱歉。"
    else:
        text = "将在 24 小时内答复。" if ticket.active else ""
    return PromiseView(due_at=due, answered_at=answered, late=reading.late, text=text)


def show_message(
    message: Message,
    *,
    viewer: str,
    verdict: Verdict,
    staff: Mapping[str, str],
    images: Mapping[str, AttachmentView],
) -> MessageView:
    """One message, with the name of the butler who wrote it.

    Several may act for whom it is about: who reads it is told which words were their own.
    """
    return MessageView(
        n=message.n,
        by="citizen" if message.by is By.CITIZEN else "staff",
        mine=message.author == viewer,
        name=_writer(message, viewer=viewer, staff=staff),
        at=message.at,
        text=message.text,
        by_phone=message.by_phone,
        check=verdict.value,
        images=[images[one] for one in message.images if one in images],
    )


def _writer(message: Message, *, viewer: str, staff: Mapping[str, str]) -> str:
    if message.by is not By.CITIZEN:
        return f"信用管家 {staff.get(message.author, '')}".strip()
    return "我" if message.author == viewer else "一同办理的人"


def show_messages(items: Sequence[MessageView]) -> MessageViews:
    """A page of them."""
    first = items[0].n if items else 1
    return MessageViews(items=list(items), before=first if first > 1 else None)


def show_made(ticket: Ticket) -> TicketMade:
    """After a step."""
    return TicketMade(
        number=ticket.number,
        state=ticket.state.value,
        state_text=STATES[ticket.state],
        messages=ticket.messages,
    )


def show_draft(draft: Draft | None) -> DraftView:
    """What was kept, or nothing."""
    return DraftView(text=draft.text, at=draft.at) if draft else DraftView(text="", at=None)
