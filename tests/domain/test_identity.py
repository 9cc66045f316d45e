"""A family of refresh tokens, driven at random: one line of successors, and reuse ends it."""

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from domain.identity import REPEAT_WINDOW, Account, Identity, Session, SignInAgain
from domain.transactions import ANYONE, Act, AuditEvent, Message, Unit
from server.draw import SystemDraw

T = TypeVar("T")

AT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
LASTING = timedelta(days=30)


class Accounts:
    """WeChat accounts in memory."""

    def __init__(self) -> None:
        self.rows: dict[str, Account] = {}

    async def of(self, unit: Unit, *, appid: str, openid: str) -> Account | None:
        del unit
        wanted = (appid, openid)
        return next((a for a in self.rows.values() if (a.appid, a.openid) == wanted), None)

    async def get(self, account_id: str) -> Account | None:
        return self.rows.get(account_id)

    async def leading_to(self, unit: Unit, *, person_id: str) -> tuple[Account, ...]:
        raise AssertionError(unit, person_id)

    async def save(self, unit: Unit, account: Account) -> None:
        del unit
        self.rows[account.id] = account


class Sessions:
    """Sessions in memory."""

    def __init__(self) -> None:
        self.rows: dict[str, Session] = {}

    async def get(self, session_id: str) -> Session | None:
        return self.rows.get(session_id)

    async def standing(self, *, person_id: str, now: datetime) -> tuple[Session, ...]:
        raise AssertionError(person_id, now)

    async def add(self, unit: Unit, session: Session) -> None:
        del unit
        self.rows[session.id] = session

    async def replace(self, unit: Unit, session: Session, *, was: Session) -> None:
        del unit
        assert self.rows[was.id] == was
        self.rows[session.id] = session

    async def lead(self, unit: Unit, *, account: Account, person_id: str) -> None:
        raise AssertionError(unit, account, person_id)

    async def end_all(self, unit: Unit, *, person_id: str, now: datetime, because: str) -> int:
        del unit
        held = [s for s in self.rows.values() if s.person_id == person_id and s.holds(now)]
        self.rows.update({s.id: s.ended(now, because) for s in held})
        return len(held)


class Persons:
    """Who began."""

    def __init__(self) -> None:
        self.ids: list[str] = []

    async def begin(
        self, unit: Unit, *, person_id: str, now: datetime, reviewer: bool = False
    ) -> None:
        del unit, now
        assert not reviewer
        self.ids.append(person_id)


class Log:
    """A unit that keeps what is audited."""

    def __init__(self) -> None:
        self.actions: list[str] = []

    async def audit(self, event: AuditEvent) -> None:
        self.actions.append(event.action)

    async def send(self, message: Message) -> None:
        raise AssertionError(message)


def done(work: Coroutine[Any, Any, T]) -> T:
    """What a coroutine gives that never waits."""
    try:
        work.send(None)
    except StopIteration as end:
        result: T = end.value
        return result
    raise AssertionError("it waits")


async def nobody(unit: Unit, *, appid: str, openid: str, now: datetime) -> None:
    """No reviewer signs in."""
    del unit, appid, openid, now


class World:
    """Identity over memory, and a clock."""

    def __init__(self) -> None:
        self.now = AT
        self.accounts, self.sessions = Accounts(), Sessions()
        self.persons, self.log = Persons(), Log()
        self.identity = Identity(
            accounts=self.accounts,
            sessions=self.sessions,
            persons=self.persons,
            reviewer_now=nobody,
            lasting=LASTING,
        )

    def act(self, session: Session | None = None) -> Act:
        async def commit(work: Callable[[Unit], Awaitable[T]], /, **_: str) -> T:
            return await work(self.log)

        return Act(
            at=self.now,
            actor=session.person_id if session else ANYONE,
            trace_id="trace",
            draw=SystemDraw(),
            commit=commit,
            session_id=session.id if session else "",
        )

    def sign_in(self, openid: str = "oAlice") -> Session:
        return done(self.identity.sign_in(self.act(), appid="wx", openid=openid, session_key="key"))

    def refresh(self, session: Session, generation: int) -> Session:
        act = self.act()
        return done(self.identity.refresh(act, session_id=session.id, generation=generation))

    def holds(self, session: Session) -> bool:
        try:
            done(self.identity.session(session_id=session.id, now=self.now))
        except SignInAgain:
            return False
        return True


class Family(RuleBasedStateMachine):
    """One signed-in device; ``line`` is every generation as it was first given."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.line = [self.world.sign_in()]
        self.bystander = self.world.sign_in("oBob")
        self.dead = False

    @property
    def newest(self) -> Session:
        return self.line[-1]

    def alive(self) -> bool:
        return not self.dead and self.world.now < self.newest.expires_at

    def refused(self, generation: int) -> None:
        with pytest.raises(SignInAgain):
            self.world.refresh(self.newest, generation)

    @rule(
        wait=st.sampled_from([0, 1, 30, 59, 60, 61, 3600, 29 * 86_400, 31 * 86_400]).map(
            lambda seconds: timedelta(seconds=seconds)
        )
    )
    def time_passes(self, wait: timedelta) -> None:
        self.world.now += wait

    @rule()
    def the_newest_token_is_used(self) -> None:
        if not self.alive():
            self.refused(self.newest.generation)
            return
        after = self.world.refresh(self.newest, self.newest.generation)
        assert after.generation == self.newest.generation + 1
        assert after.expires_at == self.world.now + LASTING
        self.line.append(after)

    @precondition(lambda self: len(self.line) > 1)
    @rule()
    def the_token_before_it_is_used_again(self) -> None:
        soon = self.world.now - self.newest.rotated_at <= REPEAT_WINDOW
        if self.alive() and soon:
            assert self.world.refresh(self.newest, self.newest.generation - 1) == self.newest
            return
        self.refused(self.newest.generation - 1)
        self.dead = True

    @precondition(lambda self: len(self.line) > 2)
    @rule(data=st.data())
    def an_older_token_is_used_again(self, data: st.DataObject) -> None:
        self.refused(data.draw(st.integers(0, self.newest.generation - 2)))
        self.dead = True

    @rule(ahead=st.integers(1, 9))
    def a_token_that_was_never_given_is_used(self, ahead: int) -> None:
        self.refused(self.newest.generation + ahead)
        self.dead = True

    @rule()
    def the_person_signs_out(self) -> None:
        done(self.world.identity.sign_out(self.world.act(self.newest)))
        self.dead = True

    @invariant()
    def requests_are_served_as_long_as_the_family_lives(self) -> None:
        assert self.world.holds(self.newest) == self.alive()

    @invariant()
    def the_database_holds_the_newest_generation(self) -> None:
        kept = self.world.sessions.rows[self.newest.id]
        assert replace(kept, ended_at=None, ended_because=None) == self.newest

    @invariant()
    def nobody_else_is_touched(self) -> None:
        assert self.world.sessions.rows[self.bystander.id] == self.bystander


TestFamily = Family.TestCase


def test_reuse_is_told_apart_in_the_audit_log() -> None:
    world = World()
    session = world.sign_in()
    world.refresh(session, 0)
    world.refresh(session, 1)
    with pytest.raises(SignInAgain):
        world.refresh(session, 0)
    assert world.log.actions == [
        "session.started",
        "session.refreshed",
        "session.refreshed",
        "session.reuse_detected",
    ]
    assert world.sessions.rows[session.id].ended_because == "reused"


def test_a_repeat_is_no_event() -> None:
    world = World()
    session = world.sign_in()
    world.refresh(session, 0)
    world.refresh(session, 0)
    assert world.log.actions == ["session.started", "session.refreshed"]


def test_who_comes_back_is_the_same_person_with_the_newest_session_key() -> None:
    world = World()
    first = world.sign_in()
    act = world.act()
    again = done(world.identity.sign_in(act, appid="wx", openid="oAlice", session_key="newer"))
    assert again.person_id == first.person_id
    assert again.id != first.id
    assert [account.session_key for account in world.accounts.rows.values()] == ["newer"]
    assert world.persons.ids == [first.person_id]


def test_the_same_openid_of_another_mini_program_is_somebody_else() -> None:
    world = World()
    first = world.sign_in()
    other = done(
        world.identity.sign_in(world.act(), appid="wx2", openid="oAlice", session_key="key")
    )
    assert other.person_id != first.person_id


def test_signing_out_everywhere_ends_what_is_ones_own() -> None:
    world = World()
    alice = [world.sign_in(), world.sign_in()]
    bob = world.sign_in("oBob")
    done(world.identity.sign_out_everywhere(world.act(alice[0])))
    assert [world.holds(session) for session in (*alice, bob)] == [False, False, True]


def test_the_openid_is_told_while_the_session_holds() -> None:
    world = World()
    session = world.sign_in()

    def told() -> str:
        return done(world.identity.openid_of(session_id=session.id, now=world.now))

    assert told() == "oAlice"
    done(world.identity.sign_out(world.act(session)))
    with pytest.raises(SignInAgain):
        told()
