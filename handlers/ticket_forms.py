"""The forms of one ticket in the console: answering, moving, keeping what is written."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from domain.tickets.desk import Reply
from domain.tickets.messages import Written
from domain.tickets.tickets import Reason
from handlers.console import ConsoleForm
from handlers.console_tickets import Line, Text
from handlers.fields import Input

MoveName = Literal[
    "resume",
    "end",
    "transfer",
    "prioritise",
    "item",
    "place",
    "note",
    "merge",
    "unmerge",
]
Tag = Annotated[str, StringConstraints(min_length=1, max_length=40)]


def _all(value: object) -> object:
    """One of a field that may come several times."""
    return [value] if isinstance(value, str) else value


class OneQuery(Input):
    """``opened`` is the number of a message whose text is opened on purpose."""

    opened: int | None = Field(default=None, ge=1, le=10_000, strict=False, title="打开的消息")
    canned: Line = Field(default="", title="常用答复")
    before: int | None = Field(default=None, ge=1, le=10_000, strict=False, title="之前")


class ReplyForm(ConsoleForm):
    """An answer; ``then`` is what follows from it."""

    move: Literal["reply"] = Field(title="办理")
    tag: Tag = Field(title="版本")
    text: Text = Field(default="", title="答复")
    then: Literal["go_on", "wait", "answered", "referred"] = Field(default="go_on", title="之后")
    by_phone: Literal["", "yes"] = Field(default="", title="电话答复")
    # Images of a reply that was refused: taken already, they need not be chosen anew.
    kept: Annotated[
        list[Line], Field(default=[], max_length=9, title="图片"), BeforeValidator(_all)
    ]

    def reply(self, images: tuple[str, ...]) -> Reply:
        """As the domain takes it."""
        ends = Reason(self.then) if self.then in {"answered", "referred"} else None
        return Reply(
            written=Written(text=self.text, images=(*self.kept, *images)),
            waits=self.then == "wait",
            ends=ends,
            by_phone=bool(self.by_phone),
        )


class TicketMoveForm(ConsoleForm):
    """One move that is no answer."""

    move: MoveName = Field(title="办理")
    tag: Tag = Field(title="版本")
    reason: Line = Field(default="", title="原因")
    to: Line = Field(default="", title="转给")
    text: Text = Field(default="", title="备注")


class DraftForm(ConsoleForm):
    """What is being written."""

    text: Text = Field(default="", title="草稿")
