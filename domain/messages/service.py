"""What a person decides and sees of messages: preferences, sends left, what became of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from domain.errors import NotFound, Stale
from domain.messages.messages import INBOX_ONLY, SAID, WHY, Because, Message, State, in_words
from domain.messages.ports import Moved
from domain.messages.preferences import Preferences, Quiet, Way
from domain.messages.sending import Defaults, Desk, left_by_name
from domain.messages.templates import OFFERED, Template, Templates
from domain.notices import Notice
from domain.time import in_words as time_in_words
from domain.transactions import Act, NoticeKind, Unit


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One template a person may be asked about, and how many messages of it are left."""

    template: Template
    left: int


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """What became of a notice in WeChat."""

    state: State
    text: str


@dataclass(frozen=True, kw_only=True)
class KindChosen:
    """One kind, what carries it, and how it comes."""

    kind: NoticeKind
    template: Template
    way: Way


class Messages:
    """One person's messages."""

    def __init__(self, *, desk: Desk, templates: Templates, defaults: Defaults) -> None:
        self._desk = desk
        self._templates = templates
        self._defaults = defaults

    async def preferences(self, *, person_id: str) -> Preferences:
        """As chosen, or as the district has it."""
        found = await self._desk.preferences.get(person_id)
        return found or self._defaults.of(person_id)

    def kinds(self, preferences: Preferences) -> Sequence[KindChosen]:
        """Every kind that WeChat carries."""
        return [
            KindChosen(kind=kind, template=template, way=preferences.way(kind))
            for kind, template in self._templates.by_kind.items()
        ]

    async def choose(
        self,
        act: Act,
        *,
        ways: Mapping[NoticeKind, Way],
        quiet: Quiet | None,
        digest_at: time,
        tag: str,
    ) -> Preferences:
        """From now on like this.

        Raises:
            Stale: not as ``tag`` says any more.
            Invalid: the quiet hours are none.
        """
        was = await self.preferences(person_id=act.actor)
        if tag != was.tag:
            raise Stale("消息设置已在您的另一台设备上更新，请刷新后再操作。")
        after = was.chosen(ways=ways, quiet=quiet, digest_at=digest_at)

        async def work(unit: Unit) -> Preferences:
            await self._desk.preferences.save(unit, after)
            await unit.audit(act.event("message_preferences.changed", act.actor))
            return after

        try:
            return await act.commit(work)
        except Moved:
            raise Stale("消息设置已在您的另一台设备上更新，请刷新后再操作。") from None

    async def offers(self, *, person_id: str, occasion: str) -> Sequence[Offer]:
        """What to ask about before a tap on this occasion; nothing that is switched off.

        Raises:
            NotFound: no such occasion.
        """
        kinds = self._templates.offers.get(occasion)
        if kinds is None:
            raise NotFound
        preferences = await self.preferences(person_id=person_id)
        chosen = {
            template.name: template
            for kind in kinds
            if (template := self._by(preferences.way(kind), kind)) is not None
        }
        left = await self._left(person_id)
        return [
            Offer(template=template, left=left.get(name, 0)) for name, template in chosen.items()
        ][:OFFERED]

    async def deliveries(
        self, notices: Sequence[Notice], *, person_id: str, now: datetime
    ) -> Mapping[str, Delivery]:
        """What became of each of a person's in WeChat, honestly."""
        known = await self._desk.messages.of([notice.id for notice in notices])
        chosen = await self.preferences(person_id=person_id)
        return {one.id: self._delivery(one, known.get(one.id), chosen, now) for one in notices}

    def _by(self, way: Way, kind: NoticeKind) -> Template | None:
        if way is Way.INBOX:
            return None
        return self._templates.digest if way is Way.DIGEST else self._templates.by_kind.get(kind)

    def _delivery(
        self, notice: Notice, message: Message | None, chosen: Preferences, now: datetime
    ) -> Delivery:
        if message is None and notice.kind not in self._templates.kinds:
            return Delivery(state=State.INBOX, text=INBOX_ONLY)
        if message is None or message.state is State.PENDING:
            return Delivery(state=State.PENDING, text=waiting_in_words(notice, chosen, now=now))
        return Delivery(state=message.state, text=in_words(message))

    async def _left(self, person_id: str) -> Mapping[str, int]:
        accounts = await self._desk.accounts.of_person(person_id)
        ledgers = await self._desk.ledgers.of([account.id for account in accounts])
        return left_by_name(self._templates, ledgers)


def waiting_in_words(notice: Notice, preferences: Preferences, *, now: datetime) -> str:
    """What is read of a notice that waits: from when on it is sent, or why never."""
    if preferences.way(notice.kind) is Way.INBOX:
        return f"{INBOX_ONLY}：{WHY[Because.SWITCHED_OFF]}"
    ready = preferences.ready_at(notice.kind, notice.at, now)
    if ready <= now:
        return SAID[State.PENDING]
    if notice.until is not None and ready >= notice.until:
        return f"{INBOX_ONLY}：{WHY[Because.OVER]}"
    digest = preferences.way(notice.kind) is Way.DIGEST
    why = "您选择了每天汇总" if digest else "现在是免打扰时段"
    return f"{SAID[State.PENDING]}：{why}，{time_in_words(ready)} 以后发送"
