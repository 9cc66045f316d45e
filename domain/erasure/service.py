"""What is shown before an erasure, beginning one, and how it stands by its number."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from domain.erasure.erasures import (
    NUMBER_ALPHABET,
    WORD,
    Because,
    Census,
    Erasure,
    ErasureStore,
    Keeping,
    Leave,
    NotTheWord,
    Persons,
    Plan,
    SignInFreshly,
    make_number,
)
from domain.erasure.rules import KEPT_HERE, Rule, Rules
from domain.errors import NotFound
from domain.transactions import Act, Unit

SWEEP = "erasure.sweep"
FRESH = timedelta(minutes=10)
CHARACTERS = 10


class Begun(Protocol):
    """A session, narrowly."""

    @property
    def started_at(self) -> datetime:
        """When it was signed in."""


class SessionOf(Protocol):
    """Sessions, narrowly."""

    async def __call__(self, *, session_id: str, now: datetime) -> Begun:
        """Raise SignInAgain when it has ended."""


class Erasing:
    """One transaction ends everything a person could do; a worker then takes all away.

    Nothing stops an erasure: what is under way ends, and the person is told so before.
    """

    def __init__(
        self,
        *,
        store: ErasureStore,
        persons: Persons,
        leaves: Sequence[Leave],
        rules: Rules,
        session_of: SessionOf,
    ) -> None:
        self._store = store
        self._persons = persons
        self._leaves = leaves
        self._rules = rules
        self._session_of = session_of

    async def plan(self, *, person_id: str, now: datetime) -> Plan:
        """Exactly what goes, what each rule keeps and until when, and what follows."""
        census = await self._persons.census(person_id=person_id)
        keeps = [_keeping(rule, census, now) for rule in self._rules.all]
        return Plan(goes=census.goes, keeps=keeps, follows=_follows(census))

    async def ask(self, act: Act, *, confirm: str) -> Erasure:
        """The person erases their account: the word typed, in a session begun just now.

        Raises:
            NotTheWord: another was typed.
            SignInFreshly: the session is older than ten minutes.
            NotFound: it was erased meanwhile.
        """
        if confirm != WORD:
            raise NotTheWord
        session = await self._session_of(session_id=act.session_id, now=act.at)
        if act.at - session.started_at > FRESH:
            raise SignInFreshly

        async def work(unit: Unit) -> Erasure:
            begun = await self.begin(unit, act, person_id=act.actor, because="asked")
            if begun is None:
                raise NotFound
            return begun

        return await act.commit(work)

    async def begin(
        self, unit: Unit, act: Act, *, person_id: str, because: Because
    ) -> Erasure | None:
        """End all that the person could do, in this transaction; None when they left already."""
        stand_in = act.draw.id()
        number = make_number(act.at, act.draw.pick(NUMBER_ALPHABET, CHARACTERS))
        leaver = await self._persons.leave(
            unit, person_id=person_id, stand_in=stand_in, number=number, now=act.at
        )
        if leaver is None:
            return None
        for leave in self._leaves:
            await leave(unit, act, leaver)
        erasure = Erasure(
            id=stand_in,
            number=number,
            requested_at=act.at,
            because=because,
            leaver=leaver,
        )
        await self._store.add(unit, erasure)
        await unit.audit(act.event("erasure.begun", person_id, erasure=erasure.id, because=because))
        await unit.send(act.message(SWEEP, erasure.id))
        return erasure

    async def status(self, *, number: str) -> Erasure:
        """How an erasure stands; nothing of whose it was.

        Raises:
            NotFound: no such number.
        """
        found = await self._store.by_number("".join(number.split()).upper())
        if found is None:
            raise NotFound
        return found


def _keeping(rule: Rule, census: Census, now: datetime) -> Keeping:
    if rule.kind not in KEPT_HERE:
        return Keeping(rule=rule, count=0, until=rule.ends(now))
    count = census.keeps.get(rule.kind.value, 0)
    newest = census.newest.get(rule.kind.value, now)
    return Keeping(rule=rule, count=count, until=rule.ends(newest) if count else None)


def _follows(census: Census) -> list[str]:
    told = [
        "提交后立即停用：所有设备退出登录，同意和授权全部撤回，分享链接全部失效，无法恢复。",
        "同一微信以后再次登录，将作为新用户重新开始。",
        "已交给他人的报告，对方在有效期内仍可核验真伪。",
        "此前按您的授权提供给市公共信用信息平台和身份核验机构的信息，由其依法保存。",
    ]
    if census.unfinished:
        told.append(f"有 {census.unfinished} 份报告正在办理，将终止，不再出具。")
    if census.agents:
        told.append(f"您的企业有 {census.agents} 名经办人，将暂停代办，待新的法定代表人确认。")
    if census.helpers:
        told.append(f"您委托的 {census.helpers} 名亲友，代办随即结束，系统会通知对方。")
    if census.received:
        told.append(f"您为他人代办的 {census.received} 项权限随即结束，系统会通知委托人。")
    if census.objections:
        told.append(
            f"有 {census.objections} 件异议正在办理：关于您本人的，平台继续核查，但结果不再通知您；"
            "关于企业的，由企业继续跟进。"
        )
    return told
