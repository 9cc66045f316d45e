"""Staff accounts and sessions; names and secrets are encrypted, session secrets hashed."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from pymongo import ASCENDING
from pymongo.errors import DuplicateKeyError

from adapters.mongo.database import Database, Document
from adapters.mongo.transactions import session_of
from domain.errors import Stale
from domain.staff.accounts import StaffAccount, StaffSession, StaffState
from domain.staff.roles import Role
from domain.transactions import Conflict, Unit

MOST = 500
PLAIN = (
    *("login", "proposed_by", "proposed_at", "approved_by", "release_hash"),
    *("invitation_hash", "invitation_ends_at", "last_code", "signed_in_at", "revision"),
)
SECRETS = ("name", "password_hash", "totp_secret")


class MongoStaff:
    """An account is one document; so is a signed-in browser."""

    def __init__(self, database: Database) -> None:
        self._staff = database["staff"]
        self._sessions = database["staff_sessions"]
        self._cipher = database.cipher

    async def add(self, unit: Unit, account: StaffAccount) -> None:
        """A new one; raises Conflict when the login name is taken."""
        try:
            await self._staff.insert_one(await self._document(account), session=session_of(unit))
        except DuplicateKeyError as error:
            raise Conflict("这个登录名已经有人使用。") from error

    async def get(self, staff_id: str) -> StaffAccount | None:
        """By id."""
        return _account(await self._staff.find_one({"_id": staff_id}))

    async def some(self, staff_ids: Collection[str]) -> Sequence[StaffAccount]:
        """Those of them that are there."""
        rows = self._staff.find({"_id": {"$in": list(staff_ids)}})
        return [account async for row in rows if (account := _account(row))]

    async def names(self, staff_ids: Sequence[str]) -> Mapping[str, str]:
        """By id; who is none of the staff is left out."""
        rows = self._staff.find({"_id": {"$in": list(staff_ids)}}, {"name": 1})
        return {row["_id"]: row["name"] async for row in rows}

    async def by_login(self, login: str) -> StaffAccount | None:
        """By login name."""
        return _account(await self._staff.find_one({"login": login}))

    async def by_invitation(self, invitation_hash: str) -> StaffAccount | None:
        """By the hash of an invitation."""
        return _account(await self._staff.find_one({"invitation_hash": invitation_hash}))

    async def all(self) -> Sequence[StaffAccount]:
        """Every account, by login name, at most 500."""
        rows = self._staff.find().sort("login", ASCENDING).limit(MOST)
        return [account async for row in rows if (account := _account(row))]

    async def of_role(self, role: Role) -> Sequence[str]:
        """The ids of the active accounts of a role, by login name, at most 500."""
        chosen = {"roles": role.value, "state": StaffState.ACTIVE.value}
        rows = self._staff.find(chosen, {"_id": 1}).sort("login", ASCENDING).limit(MOST)
        return [row["_id"] async for row in rows]

    async def replace(self, unit: Unit, account: StaffAccount, *, was: StaffAccount) -> None:
        """Save against the revision that was read; Stale when it moved on."""
        result = await self._staff.replace_one(
            {"_id": was.id, "revision": was.revision},
            await self._document(account),
            session=session_of(unit),
        )
        if result.matched_count == 0:
            raise Stale("这个账号刚刚有了变动，请刷新后再操作。")

    async def add_session(self, unit: Unit, session: StaffSession) -> None:
        """A new one."""
        document: Document = {
            "_id": session.id,
            "v": 1,
            "staff_id": session.staff_id,
            "secret_hash": session.secret_hash,
            "xsrf": await self._cipher.random("account", session.xsrf),
            "started_at": session.started_at,
            "seen_at": session.seen_at,
            "ends_at": session.ends_at,
            "before": session.before,
        }
        await self._sessions.insert_one(document, session=session_of(unit))

    async def session(self, secret_hash: str) -> StaffSession | None:
        """By the hash of its secret."""
        return _session(await self._sessions.find_one({"secret_hash": secret_hash}))

    async def sessions_by_id(self, session_ids: Collection[str]) -> Sequence[StaffSession]:
        """Those of them that are there, without what their forms say: to decipher it takes time."""
        rows = self._sessions.find({"_id": {"$in": list(session_ids)}}, {"xsrf": 0})
        return [session async for row in rows if (session := _session({**row, "xsrf": ""}))]

    async def seen(self, session: StaffSession, *, now: datetime) -> None:
        """It was used just now."""
        await self._sessions.update_one({"_id": session.id}, {"$max": {"seen_at": now}})

    async def end_session(self, unit: Unit, session_id: str) -> None:
        """It holds no more."""
        await self._sessions.delete_one({"_id": session_id}, session=session_of(unit))

    async def end_sessions(self, unit: Unit, staff_id: str) -> None:
        """None of theirs holds any more."""
        await self._sessions.delete_many({"staff_id": staff_id}, session=session_of(unit))

    async def _document(self, account: StaffAccount) -> Document:
        secret = self._cipher.random
        return {
            "_id": account.id,
            "v": 1,
            **{name: getattr(account, name) for name in PLAIN},
            **{name: await secret("account", getattr(account, name)) for name in SECRETS},
            "roles": [role.value for role in account.roles],
            "state": account.state.value,
        }


def _session(row: Document | None) -> StaffSession | None:
    if row is None:
        return None
    kept = {name: value for name, value in row.items() if name not in ("_id", "v")}
    return StaffSession(id=row["_id"], **kept)


def _account(row: Document | None) -> StaffAccount | None:
    if row is None:
        return None
    return StaffAccount(
        id=row["_id"],
        **{name: row[name] for name in (*PLAIN, *SECRETS)},
        roles=tuple(Role(role) for role in row["roles"]),
        state=StaffState(row["state"]),
    )
