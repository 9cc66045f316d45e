"""One message to one person and what becomes of it.

``sending`` commits before WeChat is called and nothing leaves it but an answer: whoever finds it
later can only say ``unknown``, since a message must not come twice.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from domain.notices import Notice
from domain.transactions import NoticeKind


class State(Enum):
    """Where a message stands."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    INBOX = "inbox"
    GATHERED = "gathered"


class Because(Enum):
    """Why a message stays in the inbox or failed."""

    SWITCHED_OFF = "switched_off"
    NO_CONSENT = "no_consent"
    NEWER_TOLD = "newer_told"
    OVER = "over"
    REFUSED = "refused"
    BAD_FIELD = "bad_field"
    GAVE_UP = "gave_up"
    CRASHED = "crashed"
    NO_ANSWER = "no_answer"


@dataclass(frozen=True, kw_only=True)
class Message:
    """Carries the notice of the same id; a digest carries ``count`` of them.

    ``spent_era`` says in which era of the ledger its acceptance was spent.
    """

    id: str
    person_id: str
    kind: NoticeKind
    told_at: datetime
    state: State
    changed_at: datetime
    because: Because | None = None
    template: str | None = None
    account_id: str | None = None
    spent_era: int | None = None
    wechat_id: str | None = None
    errcode: int | None = None
    into: str | None = None
    count: int = 1
    tries: int = 0
    revision: int = 0

    def sending(self, now: datetime, *, template: str, account_id: str, era: int) -> "Message":
        """It goes out now, at most this once."""
        return self._to(
            State.SENDING,
            now,
            template=template,
            account_id=account_id,
            spent_era=era,
            tries=self.tries + 1,
        )

    def gathering(self, count: int) -> "Message":
        """It stands for so many notices."""
        return replace(self, count=count)

    def gathered(self, now: datetime, *, into: str) -> "Message":
        """Another message carries its notice."""
        return self._to(State.GATHERED, now, into=into)

    def again(self, now: datetime, *, errcode: int | None) -> "Message":
        """Surely nothing was sent."""
        return self._to(State.PENDING, now, errcode=errcode)

    def sent(self, now: datetime, *, wechat_id: str | None) -> "Message":
        """WeChat took it, or says that it arrived."""
        wechat_id = wechat_id or self.wechat_id
        return self._to(State.SENT, now, wechat_id=wechat_id, because=None, errcode=0)

    def failed(
        self,
        now: datetime,
        because: Because,
        *,
        errcode: int | None = None,
        wechat_id: str | None = None,
    ) -> "Message":
        """It never will be."""
        wechat_id = wechat_id or self.wechat_id
        return self._to(State.FAILED, now, because=because, errcode=errcode, wechat_id=wechat_id)

    def unknown(self, now: datetime, because: Because) -> "Message":
        """It may have been sent."""
        return self._to(State.UNKNOWN, now, because=because)

    def kept(self, now: datetime, because: Because) -> "Message":
        """The inbox alone has it."""
        return self._to(State.INBOX, now, because=because)

    def _to(self, state: State, now: datetime, **changes: object) -> "Message":
        after = replace(self, state=state, changed_at=now, revision=self.revision + 1)
        return replace(after, **changes)  # type: ignore[arg-type]  # names of its own fields


def pending(notice: Notice, now: datetime) -> Message:
    """The message that is to carry a notice."""
    return Message(
        id=notice.id,
        person_id=notice.person_id,
        kind=notice.kind,
        told_at=notice.at,
        state=State.PENDING,
        changed_at=now,
    )


INBOX_ONLY = "仅站内消息"
SAID = {
    State.PENDING: "等待发送微信通知",
    State.SENDING: "正在发送微信通知",
    State.SENT: "已发送微信通知",
    State.UNKNOWN: "微信通知已提交，尚未收到结果",
    State.FAILED: "微信通知未送达，请看站内消息",
    State.INBOX: INBOX_ONLY,
    State.GATHERED: "等待发送微信通知",
}
WHY = {
    Because.SWITCHED_OFF: "您在消息设置中选择了只看站内消息",
    Because.NO_CONSENT: "没有可用的微信通知次数",
    Because.NEWER_TOLD: "汇总时只通知了最新的一条",
    Because.OVER: "等到可以发送时，提醒的时间已过",
}


def in_words(message: Message) -> str:
    """What its person reads."""
    why = WHY.get(message.because) if message.because else None
    if message.state is State.INBOX and why:
        return f"{INBOX_ONLY}：{why}"
    if message.state is State.SENT and message.count > 1:
        return f"已随汇总发送微信通知（共 {message.count} 条）"
    return SAID[message.state]
