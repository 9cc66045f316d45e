"""Staff accounts and sessions: proposed by one administrator, granted by another, used by one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.errors import Fault, Invalid, NotFound
from domain.names import name_fault, normal_name
from domain.staff.accounts import (
    LOGIN,
    StaffAccount,
    StaffSession,
    StaffSignIn,
    StaffState,
    password_fault,
)
from domain.staff.ports import HashSecret, Leave, OneTimeCodes, Passwords, StaffStore
from domain.staff.roles import Role, roles_fault
from domain.transactions import LEGIBLE, SYSTEM, Act, AuditEvent, Conflict, Unit

WRONG = "登录名、密码或动态码不正确。"
SEEN_EVERY = timedelta(minutes=1)
RELEASE_LENGTH = 8


@dataclass(frozen=True, kw_only=True)
class Entered:
    """A session just begun: its secret goes to the browser and is kept nowhere."""

    account: StaffAccount
    session: StaffSession
    secret: str


@dataclass(frozen=True, kw_only=True)
class AtWork:
    """Who makes a request of the console, in which session."""

    account: StaffAccount
    session: StaffSession


class Staff:
    """The people of the console."""

    def __init__(
        self,
        *,
        store: StaffStore,
        passwords: Passwords,
        codes: OneTimeCodes,
        hash_secret: HashSecret,
        idle: timedelta,
        lasting: timedelta,
        leaves: Sequence[Leave] = (),
    ) -> None:
        self._store = store
        self._passwords = passwords
        self._codes = codes
        self._hash_secret = hash_secret
        self._idle = idle
        self._lasting = lasting
        self._leaves = leaves

    # -- accounts --------------------------------------------------------------

    async def all(self) -> Sequence[StaffAccount]:
        """Every account, by login name."""
        return await self._store.all()

    async def get(self, staff_id: str) -> StaffAccount:
        """One account.

        Raises:
            NotFound: there is none.
        """
        account = await self._store.get(staff_id)
        if account is None:
            raise NotFound("没有这个账号。")
        return account

    async def propose(
        self, act: Act, *, login: str, name: str, roles: Sequence[Role]
    ) -> StaffAccount:
        """An account that somebody else has to grant.

        Raises:
            Invalid: login, name or roles; every fault is named.
            Conflict: the login name is taken.
        """
        account = _proposed(act, login=login, name=name, roles=roles)

        async def work(unit: Unit) -> StaffAccount:
            await self._store.add(unit, account)
            codes = ",".join(role.value for role in account.roles)
            await unit.audit(act.event("staff.proposed", account.id, roles=codes))
            return account

        return await act.commit(work)

    async def first(
        self, act: Act, *, login: str, name: str, role: Role
    ) -> tuple[StaffAccount, str]:
        """An account made on the command line, granted at once, with its invitation.

        Raises:
            Invalid, Conflict: as for ``propose``.
        """
        secret = act.draw.secret()
        proposed = _proposed(act, login=login, name=name, roles=[role])
        account = replace(proposed, approved_by=SYSTEM).first_invited(
            invitation_hash=self._hash_secret(secret), now=act.at
        )

        async def work(unit: Unit) -> StaffAccount:
            await self._store.add(unit, account)
            await unit.audit(act.event("staff.made", account.id, roles=role.value))
            return account

        return await act.commit(work), secret

    async def approve(self, act: Act, *, staff_id: str) -> tuple[StaffAccount, str]:
        """Grant what somebody else proposed; the release code is shown once, for its person.

        Raises:
            NotFound, Conflict: there is none to be granted, or it is one's own proposal.
        """
        account = await self.get(staff_id)
        event = act.event("staff.approved", account.id)
        code = act.draw.pick(LEGIBLE, RELEASE_LENGTH)
        after = account.approved(by=act.actor, release_hash=self._released(account, code))
        return await self._save(act, account, after, event), code

    async def invite(self, act: Act, *, staff_id: str) -> tuple[StaffAccount, str]:
        """A new invitation, which replaces any before; its secret is shown once.

        Raises:
            NotFound, Conflict: the account is not waiting for its person, or nobody has a
                release code for it.
        """
        account = await self.get(staff_id)
        secret = act.draw.secret()
        after = account.invited(invitation_hash=self._hash_secret(secret), now=act.at)
        event = act.event("staff.invited", account.id)
        return await self._save(act, account, after, event), secret

    async def suspend(self, act: Act, *, staff_id: str) -> StaffAccount:
        """Out at once, with every session and all by which the account is told of its work.

        Raises:
            NotFound, Conflict: there is none, it is suspended already, or one's own.
        """
        account = await self.get(staff_id)
        if account.id == act.actor:
            raise Conflict("不能停用自己的账号。")
        after = account.suspended()

        async def work(unit: Unit) -> StaffAccount:
            await self._store.replace(unit, after, was=account)
            await self._store.end_sessions(unit, account.id)
            for leave in self._leaves:
                await leave(unit, act, staff_id=account.id)
            await unit.audit(act.event("staff.suspended", account.id))
            return after

        return await act.commit(work)

    async def propose_again(self, act: Act, *, staff_id: str) -> StaffAccount:
        """Let a suspended account come back, once it is granted again.

        Raises:
            NotFound, Conflict: it is not suspended.
        """
        account = await self.get(staff_id)
        after = account.proposed_again(by=act.actor, now=act.at)
        event = act.event("staff.proposed_again", account.id)
        return await self._save(act, account, after, event)

    # -- setting up, signing in ------------------------------------------------

    async def invited(self, *, secret: str, now: datetime) -> StaffAccount:
        """Whose invitation this is.

        Raises:
            NotFound: nobody's, or over.
        """
        account = await self._store.by_invitation(self._hash_secret(secret))
        ends_at = account.invitation_ends_at if account else None
        if account is None or ends_at is None or ends_at <= now:
            raise NotFound("启用链接无效或已过期，请联系管理员重新发送。")
        return account

    def new_codes(self, account: StaffAccount) -> tuple[str, str]:
        """A new secret of one-time codes, and what an authenticator app is given."""
        secret = self._codes.secret()
        return secret, self.codes_address(secret, account)

    def codes_address(self, secret: str, account: StaffAccount) -> str:
        """What an authenticator app is given (otpauth://)."""
        return self._codes.address(secret, login=account.login)

    async def set_up(
        self,
        act: Act,
        *,
        secret: str,
        release: str,
        password: str,
        totp_secret: str,
        code: str,
    ) -> StaffAccount:
        """Set password and second factor, by an invitation, which is used up.

        ``release`` is the code of who granted the account; one made on the command line has none.

        Raises:
            NotFound: the invitation is nobody's, or over.
            Invalid: password or code; every fault is named.
        """
        account = await self.invited(secret=secret, now=act.at)
        faults = []
        if account.release_hash not in {None, self._released(account, release)}:
            detail = "批准码不正确，请向批准账号的安全管理员核对。"
            faults.append(Fault(pointer="/release", code="release", detail=detail))
        bad = password_fault(password, login=account.login)
        if bad:
            faults.append(Fault(pointer="/password", code="password", detail=bad))
        step = self._codes.step(totp_secret, code, now=act.at, after=0)
        if step is None:
            detail = "动态码不正确，请核对手机时间后重新输入。"
            faults.append(Fault(pointer="/code", code="code", detail=detail))
        if faults or step is None:
            raise Invalid(faults)
        hashed = await self._passwords.hash(password)
        after = account.set_up(password_hash=hashed, totp_secret=totp_secret, code=step)
        holder = replace(act, actor=account.id)
        event = holder.event("staff.set_up", account.id)
        return await self._save(act, account, after, event)

    async def sign_in(self, act: Act, *, login: str, password: str, code: str) -> Entered:
        """A new session, with a secret of its own.

        Raises:
            StaffSignIn: login, password or code is wrong; which of them is not told.
        """
        account = await self._store.by_login(login.strip().lower())
        known = account is not None and account.state is StaffState.ACTIVE
        hashed = account.password_hash if account and known else ""
        matches = await self._passwords.matches(password, hashed)
        step = None
        if account and known and matches:
            step = self._codes.step(account.totp_secret, code, now=act.at, after=account.last_code)
        if account is None or step is None:
            event = act.event("staff.sign_in_refused", account.id if account else "")
            await act.record(lambda unit: unit.audit(event))
            raise StaffSignIn(WRONG)
        return await self._enter(act, account, step)

    async def sign_out(self, act: Act) -> None:
        """This browser is out."""

        async def work(unit: Unit) -> None:
            await self._store.end_session(unit, act.session_id)
            await unit.audit(act.event("staff.signed_out", act.actor))

        await act.commit(work)

    async def holding(
        self, *, session_ids: Sequence[str], now: datetime
    ) -> Mapping[str, StaffAccount]:
        """Whose sessions these are, where they hold; to look does not count as using one."""
        sessions = await self._store.sessions_by_id(session_ids)
        held = [one for one in sessions if one.holds(now, idle=self._idle)]
        accounts = await self._store.some({one.staff_id for one in held})
        active = {one.id: one for one in accounts if one.state is StaffState.ACTIVE}
        return {one.id: active[one.staff_id] for one in held if one.staff_id in active}

    async def at_work(self, *, secret: str, now: datetime, used: bool = True) -> AtWork:
        """Who holds the secret of a session that holds; ``used`` counts against its idle end.

        Raises:
            StaffSignIn: nobody does, or not any more.
        """
        session = await self._store.session(self._hash_secret(secret)) if secret else None
        if session is None or not session.holds(now, idle=self._idle):
            minutes = int(self._idle.total_seconds() // 60)
            why = f"超过 {minutes} 分钟没有操作，或登录已结束，请重新登录。"
            raise StaffSignIn(why if secret else "请先登录工作台。")
        account = await self._store.get(session.staff_id)
        if account is None or account.state is not StaffState.ACTIVE:
            raise StaffSignIn
        if used and now - session.seen_at > SEEN_EVERY:
            await self._store.seen(session, now=now)
        return AtWork(account=account, session=session)

    async def _enter(self, act: Act, account: StaffAccount, step: int) -> Entered:
        secret = act.draw.secret()
        session = StaffSession(
            id=act.draw.id(),
            staff_id=account.id,
            secret_hash=self._hash_secret(secret),
            xsrf=act.draw.secret(),
            started_at=act.at,
            seen_at=act.at,
            ends_at=act.at + self._lasting,
            before=account.signed_in_at,
        )
        after = account.signed_in(code=step, now=act.at)
        holder = replace(act, actor=account.id)

        async def work(unit: Unit) -> Entered:
            await self._store.replace(unit, after, was=account)
            await self._store.add_session(unit, session)
            await unit.audit(holder.event("staff.signed_in", session.id))
            return Entered(account=after, session=session, secret=secret)

        return await act.commit(work)

    def _released(self, account: StaffAccount, code: str) -> str:
        return self._hash_secret(f"{account.id}:{''.join(code.split()).upper()}")

    async def _save(
        self, act: Act, was: StaffAccount, after: StaffAccount, event: AuditEvent
    ) -> StaffAccount:
        async def work(unit: Unit) -> StaffAccount:
            await self._store.replace(unit, after, was=was)
            await unit.audit(event)
            return after

        return await act.commit(work)


def _proposed(act: Act, *, login: str, name: str, roles: Sequence[Role]) -> StaffAccount:
    kept = login.strip().lower()
    found: Mapping[str, str | None] = {
        "login": None
        if LOGIN.fullmatch(kept)
        else "“登录名”应为 3 至 32 个小写字母、数字、点或横线，以字母开头。",
        "name": name_fault(name),
        "roles": roles_fault(roles),
    }
    faults = [
        Fault(pointer=f"/{field}", code=field, detail=detail)
        for field, detail in found.items()
        if detail
    ]
    if faults:
        raise Invalid(faults)
    return StaffAccount(
        id=act.draw.id(),
        login=kept,
        name=normal_name(name),
        roles=tuple(sorted(set(roles), key=list(Role).index)),
        state=StaffState.PROPOSED,
        proposed_by=act.actor,
        proposed_at=act.at,
    )
