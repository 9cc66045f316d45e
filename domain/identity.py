"""Sign-in and sessions: a WeChat account leads to a person, a session to the next token.

A refresh token names its session and its generation and is signed; so a token of an older
generation is proof of reuse, and the successor of a generation can be made again, the same
to the letter, for whom the first answer was lost.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from domain.errors import DomainError, Kind, NotFound
from domain.transactions import Act, Unit

_OPENID = re.compile(r"[A-Za-z0-9_-]{20,64}")

REPEAT_WINDOW = timedelta(seconds=60)
LISTED = 100
OTHER_DEVICE = "其他设备"
# Why a session has ended, where its owner should be told.
MOVED = "moved"
ENDED_ELSEWHERE = "ended_elsewhere"
REVIEW_OVER = "review_over"
ERASED = "erased"
REASONS = {
    MOVED: "您的实名身份已转到另一个微信，这里的登录已结束，请重新登录。",
    REVIEW_OVER: "审核体验已结束，请重新登录。",
    ERASED: "账号已注销，业务编号 {about}。再次登录将作为新用户重新开始。",
    ENDED_ELSEWHERE: "这台设备的登录已被您在另一台设备上结束，请重新登录。",
}


class SignInAgain(DomainError):
    """The session does not hold: the mini program calls wx.login and signs in again."""

    code = "sign_in_again"
    kind = Kind.UNAUTHENTICATED
    title = "请重新登录"

    def __init__(self, detail: str = "登录已失效，请重新登录。") -> None:
        super().__init__(detail)


@dataclass(frozen=True, kw_only=True)
class Account:
    """A WeChat account of one mini program; several may lead to one person."""

    id: str
    appid: str
    openid: str
    session_key: str
    person_id: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Session:
    """One signed-in device: a family of refresh tokens of which one generation is current.

    With ``until`` it ends then, however often it is renewed.
    """

    id: str
    person_id: str
    account_id: str
    started_at: datetime
    generation: int
    rotated_at: datetime
    expires_at: datetime
    device: str = OTHER_DEVICE
    until: datetime | None = None
    ended_at: datetime | None = None
    ended_because: str | None = None

    def holds(self, now: datetime) -> bool:
        """Whether requests may still be made in it."""
        return self.ended_at is None and now < self.expires_at

    def rotated(self, now: datetime, lasting: timedelta) -> "Session":
        """The next generation becomes current."""
        ends_at = now + lasting if self.until is None else min(now + lasting, self.until)
        return replace(self, generation=self.generation + 1, rotated_at=now, expires_at=ends_at)

    def repeats(self, generation: int, now: datetime) -> bool:
        """Whether ``generation`` was just replaced and its successor not used yet."""
        return generation == self.generation - 1 and now - self.rotated_at <= REPEAT_WINDOW

    def ended(self, now: datetime, because: str) -> "Session":
        """No further request holds."""
        return replace(self, ended_at=now, ended_because=because)

    def refusal(self) -> SignInAgain:
        """Why it holds no more, in words."""
        because, _, about = (self.ended_because or "").partition(":")
        told = REASONS.get(because)
        return SignInAgain(told.format(about=about)) if told else SignInAgain()


def erased(number: str) -> str:
    """Why the sessions of an erased account have ended: who lost the answer is told its number."""
    return f"{ERASED}:{number}"


def is_openid(text: str) -> bool:
    """Whether it can be an openid: of WeChat's letters and length."""
    return _OPENID.fullmatch(text) is not None


def masked_openid(openid: str) -> str:
    """Enough of an openid to tell it from others, not enough to use it."""
    return f"{openid[:4]}…{openid[-2:]}"


class AccountStore(Protocol):
    """WeChat accounts."""

    async def of(self, unit: Unit, *, appid: str, openid: str) -> Account | None:
        """The account, or None for who signs in for the first time."""

    async def get(self, account_id: str) -> Account | None:
        """The account by its id."""

    async def leading_to(self, unit: Unit, *, person_id: str) -> tuple[Account, ...]:
        """Every account that leads to the person, as this transaction sees it."""

    async def save(self, unit: Unit, account: Account) -> None:
        """Insert or replace; the session_key of the last sign-in counts."""

    async def forget(self, unit: Unit, *, person_id: str) -> int:
        """No account leads to the person any more; how many did."""


class SessionStore(Protocol):
    """Sessions."""

    async def get(self, session_id: str) -> Session | None:
        """The session as last committed."""

    async def standing(self, *, person_id: str, now: datetime) -> tuple[Session, ...]:
        """The sessions of a person that hold, newest first, at most 100."""

    async def add(self, unit: Unit, session: Session) -> None:
        """A new one."""

    async def replace(self, unit: Unit, session: Session, *, was: Session) -> None:
        """Save against the generation and end that were read.

        The transaction starts over when they moved on.
        """

    async def lead(self, unit: Unit, *, account: Account, person_id: str) -> None:
        """Every session of the account that has not ended leads to the person from now on."""

    async def end_all(self, unit: Unit, *, person_id: str, now: datetime, because: str) -> int:
        """End every session of a person; how many."""


class NewPersons(Protocol):
    """Where a person begins."""

    async def begin(
        self, unit: Unit, *, person_id: str, now: datetime, reviewer: bool = False
    ) -> None:
        """An unverified person with nothing but an id."""


class Apart(Protocol):
    """A reviewer, narrowly."""

    @property
    def appid_apart(self) -> str:
        """Under what their account is kept."""

    @property
    def ends_at(self) -> datetime:
        """When they are none any more."""


class ReviewerNow(Protocol):
    """Reviewers, narrowly."""

    async def __call__(self, unit: Unit, *, appid: str, openid: str, now: datetime) -> Apart | None:
        """The reviewer who signs in with this openid now."""


class Identity:
    """Signing in, staying signed in, signing out."""

    def __init__(
        self,
        *,
        accounts: AccountStore,
        sessions: SessionStore,
        persons: NewPersons,
        reviewer_now: ReviewerNow,
        lasting: timedelta,
    ) -> None:
        self._accounts = accounts
        self._sessions = sessions
        self._persons = persons
        self._reviewer_now = reviewer_now
        self._lasting = lasting

    async def sign_in(
        self, act: Act, *, appid: str, openid: str, session_key: str, device: str = OTHER_DEVICE
    ) -> Session:
        """A session for the person behind a WeChat account; who is new becomes a person.

        A reviewer's leads to a person apart, and ends with their time.
        """

        async def work(unit: Unit) -> Session:
            reviewer = await self._reviewer_now(unit, appid=appid, openid=openid, now=act.at)
            account = await self._account(
                unit, act, appid=appid, openid=openid, session_key=session_key, apart=reviewer
            )
            started = Session(
                id=act.draw.id(),
                person_id=account.person_id,
                account_id=account.id,
                started_at=act.at,
                generation=-1,
                rotated_at=act.at,
                expires_at=act.at,
                device=device,
                until=reviewer.ends_at if reviewer else None,
            )
            session = started.rotated(act.at, self._lasting)
            await self._sessions.add(unit, session)
            event = replace(act.event("session.started", session.id), actor=account.person_id)
            await unit.audit(event)
            return session

        return await act.commit(work)

    async def _account(
        self,
        unit: Unit,
        act: Act,
        *,
        appid: str,
        openid: str,
        session_key: str,
        apart: Apart | None,
    ) -> Account:
        appid = apart.appid_apart if apart else appid
        known = await self._accounts.of(unit, appid=appid, openid=openid)
        if known is None:
            person_id = act.draw.id()
            await self._persons.begin(
                unit, person_id=person_id, now=act.at, reviewer=apart is not None
            )
            account = Account(
                id=act.draw.id(),
                appid=appid,
                openid=openid,
                session_key=session_key,
                person_id=person_id,
                created_at=act.at,
            )
        else:
            account = replace(known, session_key=session_key)
        await self._accounts.save(unit, account)
        return account

    async def refresh(self, act: Act, *, session_id: str, generation: int) -> Session:
        """The session at its next generation.

        The same generation asked for again within 60 seconds, while its successor is unused,
        gives that successor again: a reply lost on the way signs nobody out.

        Raises:
            SignInAgain: the session has ended, or an older token was used again, which ends it.
        """

        async def work(unit: Unit) -> Session | None:
            session = await self._sessions.get(session_id)
            if session is None:
                return None
            if not session.holds(act.at):
                raise session.refusal()
            if session.repeats(generation, act.at):
                return session
            if generation == session.generation:
                after = session.rotated(act.at, self._lasting)
                await self._sessions.replace(unit, after, was=session)
                await unit.audit(act.event("session.refreshed", session.id))
                return after
            after = session.ended(act.at, "reused")
            await self._sessions.replace(unit, after, was=session)
            await unit.audit(act.event("session.reuse_detected", session.id))
            return None

        session = await act.commit(work)
        if session is None:
            raise SignInAgain
        return session

    async def sign_out(self, act: Act) -> None:
        """End the session of this request."""

        async def work(unit: Unit) -> None:
            session = await self._sessions.get(act.session_id)
            if session is None or session.ended_at is not None:
                return
            await self._sessions.replace(unit, session.ended(act.at, "signed_out"), was=session)
            await unit.audit(act.event("session.ended", session.id))

        await act.commit(work)

    async def standing(self, act: Act) -> tuple[Session, ...]:
        """The caller's sessions that hold, newest first, at most 100."""
        return await self._sessions.standing(person_id=act.actor, now=act.at)

    async def end(self, act: Act, *, session_id: str) -> None:
        """End one session of the caller's, such as that of a lost phone; again is harmless.

        Raises:
            NotFound: none of the caller's.
        """

        async def work(unit: Unit) -> None:
            session = await self._sessions.get(session_id)
            if session is None or session.person_id != act.actor:
                raise NotFound
            if session.ended_at is not None:
                return
            after = session.ended(act.at, ENDED_ELSEWHERE)
            await self._sessions.replace(unit, after, was=session)
            await unit.audit(act.event("session.ended", session.id))

        await act.commit(work)

    async def sign_out_everywhere(self, act: Act) -> None:
        """End every session of the caller."""

        async def work(unit: Unit) -> None:
            await self._sessions.end_all(
                unit, person_id=act.actor, now=act.at, because="signed_out_everywhere"
            )
            await unit.audit(act.event("session.all_ended", act.actor))

        await act.commit(work)

    async def session(self, *, session_id: str, now: datetime) -> Session:
        """The session of a request.

        Raises:
            SignInAgain: it has ended.
        """
        session = await self._sessions.get(session_id)
        if session is None:
            raise SignInAgain
        if not session.holds(now):
            raise session.refusal()
        return session

    async def openid_of(self, *, session_id: str, now: datetime) -> str:
        """The WeChat account that a session was opened with.

        Raises:
            SignInAgain: the session has ended or the account is gone.
        """
        session = await self.session(session_id=session_id, now=now)
        account = await self._accounts.get(session.account_id)
        if account is None:
            raise SignInAgain
        return account.openid
