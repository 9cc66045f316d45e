"""WeChat accounts and sessions."""

from datetime import datetime

from pymongo import DESCENDING

from adapters.mongo.coalescing import reads
from adapters.mongo.database import Database, Document
from adapters.mongo.transactions import Collision, session_of
from domain.identity import LISTED, OTHER_DEVICE, Account, Session
from domain.transactions import Unit


class MongoAccounts:
    """Accounts, found by the equal ciphertext of their openid."""

    def __init__(self, database: Database) -> None:
        self._accounts = database["wechat_accounts"]
        self._cipher = database.cipher

    async def of(self, unit: Unit, *, appid: str, openid: str) -> Account | None:
        """The account, or None for who signs in for the first time."""
        found = await self._accounts.find_one(
            {"appid": appid, "openid": await self._cipher.equal("account", openid)},
            session=session_of(unit),
        )
        return _account(found) if found else None

    async def get(self, account_id: str) -> Account | None:
        """The account by its id."""
        found = await self._accounts.find_one({"_id": account_id})
        return _account(found) if found else None

    async def openid_of(self, person_id: str) -> str | None:
        """The openid of the newest account that leads to a person."""
        newest = [("created_at", DESCENDING)]
        found = await self._accounts.find_one({"person_id": person_id}, sort=newest)
        return _account(found).openid if found else None

    async def leading_to(self, unit: Unit, *, person_id: str) -> tuple[Account, ...]:
        """Every account that leads to the person, as this transaction sees it."""
        rows = self._accounts.find({"person_id": person_id}, session=session_of(unit))
        return tuple([_account(row) async for row in rows])

    async def save(self, unit: Unit, account: Account) -> None:
        """Insert or replace; the session_key of the last sign-in counts."""
        await self._accounts.replace_one(
            {"_id": account.id},
            {
                "_id": account.id,
                "v": 1,
                "appid": account.appid,
                "openid": await self._cipher.equal("account", account.openid),
                "session_key": await self._cipher.random("account", account.session_key),
                "person_id": account.person_id,
                "created_at": account.created_at,
            },
            upsert=True,
            session=session_of(unit),
        )

    async def forget(self, unit: Unit, *, person_id: str) -> int:
        """No account leads to the person any more; how many did."""
        result = await self._accounts.delete_many(
            {"person_id": person_id}, session=session_of(unit)
        )
        return result.deleted_count


class MongoSessions:
    """Sessions; reads of one moment share one command."""

    def __init__(self, database: Database) -> None:
        self._sessions = database["sessions"]
        self._reads = reads(self._sessions, _session)

    async def get(self, session_id: str) -> Session | None:
        """The session as last committed."""
        return await self._reads.ask(session_id)

    async def standing(self, *, person_id: str, now: datetime) -> tuple[Session, ...]:
        """The sessions of a person that hold, newest first, at most 100."""
        rows = (
            await self._sessions.find(
                {"person_id": person_id, "ended_at": None, "expires_at": {"$gt": now}}
            )
            .sort([("started_at", DESCENDING), ("_id", DESCENDING)])
            .limit(LISTED)
            .to_list(LISTED)
        )
        return tuple(_session(row) for row in rows)

    async def add(self, unit: Unit, session: Session) -> None:
        """A new one."""
        await self._sessions.insert_one(_session_document(session), session=session_of(unit))

    async def replace(self, unit: Unit, session: Session, *, was: Session) -> None:
        """Save against what was read; the transaction starts over when it moved on."""
        result = await self._sessions.replace_one(
            {
                "_id": was.id,
                "person_id": was.person_id,
                "generation": was.generation,
                "ended_at": was.ended_at,
            },
            _session_document(session),
            session=session_of(unit),
        )
        if result.matched_count == 0:
            raise Collision

    async def lead(self, unit: Unit, *, account: Account, person_id: str) -> None:
        """Every session of the account that has not ended leads to the person from now on."""
        await self._sessions.update_many(
            {"person_id": account.person_id, "account_id": account.id, "ended_at": None},
            {"$set": {"person_id": person_id}},
            session=session_of(unit),
        )

    async def end_all(self, unit: Unit, *, person_id: str, now: datetime, because: str) -> int:
        """End every session of a person; how many."""
        result = await self._sessions.update_many(
            {"person_id": person_id, "ended_at": None},
            {"$set": {"ended_at": now, "ended_because": because}},
            session=session_of(unit),
        )
        return result.modified_count


def _account(row: Document) -> Account:
    return Account(
        id=row["_id"],
        appid=row["appid"],
        openid=row["openid"],
        session_key=row["session_key"],
        person_id=row["person_id"],
        created_at=row["created_at"],
    )


def _session_document(session: Session) -> Document:
    lasting = {} if session.until is None else {"until": session.until}
    return {
        **lasting,
        "_id": session.id,
        "v": 1,
        "person_id": session.person_id,
        "account_id": session.account_id,
        "started_at": session.started_at,
        "generation": session.generation,
        "rotated_at": session.rotated_at,
        "expires_at": session.expires_at,
        "device": session.device,
        "ended_at": session.ended_at,
        "ended_because": session.ended_because,
    }


def _session(row: Document) -> Session:
    return Session(
        id=row["_id"],
        person_id=row["person_id"],
        account_id=row["account_id"],
        started_at=row["started_at"],
        generation=row["generation"],
        rotated_at=row["rotated_at"],
        expires_at=row["expires_at"],
        device=row.get("device", OTHER_DEVICE),
        until=row.get("until"),
        ended_at=row["ended_at"],
        ended_because=row["ended_because"],
    )
