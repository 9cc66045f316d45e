"""Messages, the consent ledger, preferences, and the accounts that messages go to.

A ledger belongs to an account by its id, so that no openid stands in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, time

from pymongo import ASCENDING, DESCENDING
from pymongo.errors import DuplicateKeyError

from adapters.mongo.coalescing import lists
from adapters.mongo.database import Database, Document
from adapters.mongo.transactions import Collision, session_of
from domain.messages.ledger import Ledger
from domain.messages.messages import Because, Message, State
from domain.messages.ports import Account, Moved
from domain.messages.preferences import Preferences, Quiet, Way
from domain.transactions import NoticeKind, Unit

WAITING = 100
MOST_ACCOUNTS = 50


class MongoMessages:
    """One document a message, under the id of the notice it carries."""

    def __init__(self, database: Database) -> None:
        self._messages = database["messages"]

    async def get(self, message_id: str) -> Message | None:
        """By id."""
        row = await self._messages.find_one({"_id": message_id})
        return _message(row) if row else None

    async def of(self, notice_ids: Sequence[str]) -> Mapping[str, Message]:
        """What carries each notice; of a gathered one the message that it went into."""
        found = await self._by_id(notice_ids)
        into = [one.into for one in found.values() if one.into is not None]
        leading = await self._by_id(into) if into else {}
        return {
            notice_id: leading.get(one.into, one) if one.into else one
            for notice_id, one in found.items()
        }

    async def waiting(self, *, person_id: str) -> Sequence[Message]:
        """The pending ones, oldest first, at most 100."""
        rows = self._messages.find({"pending_of": person_id}).sort("told_at", ASCENDING)
        return [_message(row) async for row in rows.limit(WAITING)]

    async def open_of(self, *, account_id: str, template: str) -> Sequence[Message]:
        """Those sending or unknown, oldest attempt first."""
        chosen = {"open_of": account_id, "template": template}
        rows = self._messages.find(chosen).sort("changed_at", ASCENDING)
        return [_message(row) async for row in rows.limit(WAITING)]

    async def by_wechat_id(self, wechat_id: str) -> Message | None:
        """By the id that WeChat gave."""
        row = await self._messages.find_one({"wechat_id": wechat_id})
        return _message(row) if row else None

    async def add(self, unit: Unit, message: Message) -> None:
        """A new one."""
        try:
            await self._messages.insert_one(_document(message), session=session_of(unit))
        except DuplicateKeyError as error:
            raise Moved from error

    async def replace(self, unit: Unit, message: Message, *, was: Message) -> None:
        """Save against what was read; the index lets one a person be in flight."""
        try:
            result = await self._messages.replace_one(
                {"_id": was.id, "revision": was.revision},
                _document(message),
                session=session_of(unit),
            )
        except DuplicateKeyError as error:
            raise Moved from error
        if result.matched_count == 0:
            raise Moved

    async def _by_id(self, ids: Sequence[str]) -> dict[str, Message]:
        rows = self._messages.find({"_id": {"$in": list(ids)}})
        return {row["_id"]: _message(row) async for row in rows}


class MongoLedgers:
    """One document an account and template."""

    def __init__(self, database: Database) -> None:
        self._ledgers = database["message_consents"]

    async def get(self, unit: Unit, *, account_id: str, template_id: str, now: datetime) -> Ledger:
        """As this transaction sees it."""
        empty = Ledger(account_id=account_id, template_id=template_id, changed_at=now)
        row = await self._ledgers.find_one({"_id": empty.id}, session=session_of(unit))
        return _ledger(row) if row else empty

    async def of(self, account_ids: Sequence[str]) -> Sequence[Ledger]:
        """All of these accounts."""
        rows = self._ledgers.find({"account_id": {"$in": list(account_ids)}})
        return [_ledger(row) async for row in rows]

    async def save(self, unit: Unit, ledger: Ledger, *, was: Ledger) -> None:
        """Save against what was read; the transaction starts over when it moved on."""
        document = {"_id": ledger.id, "v": 1, **asdict(ledger)}
        session = session_of(unit)
        try:
            if was.revision == 0:
                await self._ledgers.insert_one(document, session=session)
                return
            result = await self._ledgers.replace_one(
                {"_id": was.id, "revision": was.revision}, document, session=session
            )
        except DuplicateKeyError as error:
            raise Collision from error
        if result.matched_count == 0:
            raise Collision


class MongoPreferences:
    """One document a person who chose."""

    def __init__(self, database: Database) -> None:
        self._preferences = database["message_preferences"]

    async def get(self, person_id: str) -> Preferences | None:
        """A person's."""
        row = await self._preferences.find_one({"_id": person_id})
        return _preferences(row) if row else None

    async def save(self, unit: Unit, preferences: Preferences) -> None:
        """Over the revision before."""
        document = _preferences_document(preferences)
        before, session = preferences.revision - 1, session_of(unit)
        try:
            if before == 0:
                await self._preferences.insert_one(document, session=session)
                return
            result = await self._preferences.replace_one(
                {"_id": preferences.person_id, "revision": before}, document, session=session
            )
        except DuplicateKeyError as error:
            raise Moved from error
        if result.matched_count == 0:
            raise Moved


class MongoRecipients:
    """The accounts of one mini program."""

    def __init__(self, database: Database, *, appid: str) -> None:
        self._accounts = database["wechat_accounts"]
        self._cipher = database.cipher
        self._appid = appid
        self._of_person = lists(
            self._accounts,
            _account,
            by="person_id",
            chosen={"appid": appid},
            order=[("created_at", DESCENDING)],
            most=MOST_ACCOUNTS,
        )

    async def of_person(self, person_id: str) -> Sequence[Account]:
        """All that lead to the person, newest first."""
        return await self._of_person.answer(person_id)

    async def by_openid(self, openid: str) -> Account | None:
        """The account, or None for who never signed in."""
        equal = await self._cipher.equal("account", openid)
        row = await self._accounts.find_one({"appid": self._appid, "openid": equal})
        return _account(row) if row else None


def _document(message: Message) -> Document:
    sending = message.state is State.SENDING
    is_open = sending or message.state is State.UNKNOWN
    return {
        "_id": message.id,
        "v": 1,
        "person_id": message.person_id,
        "kind": message.kind.value,
        "told_at": message.told_at,
        "state": message.state.value,
        "changed_at": message.changed_at,
        "because": message.because.value if message.because else None,
        "template": message.template,
        "account_id": message.account_id,
        "into": message.into,
        "count": message.count,
        "tries": message.tries,
        "revision": message.revision,
        **_known(spent_era=message.spent_era, errcode=message.errcode),
        **({"wechat_id": message.wechat_id} if message.wechat_id else {}),
        **({"in_flight": message.account_id} if sending else {}),
        **({"open_of": message.account_id} if is_open else {}),
        **({"pending_of": message.person_id} if message.state is State.PENDING else {}),
    }


def _known(**numbers: int | None) -> Document:
    return {name: number for name, number in numbers.items() if number is not None}


def _message(row: Document) -> Message:
    return Message(
        id=row["_id"],
        person_id=row["person_id"],
        kind=NoticeKind(row["kind"]),
        told_at=row["told_at"],
        state=State(row["state"]),
        changed_at=row["changed_at"],
        because=Because(row["because"]) if row["because"] else None,
        template=row["template"],
        account_id=row["account_id"],
        spent_era=row.get("spent_era"),
        wechat_id=row.get("wechat_id"),
        errcode=row.get("errcode"),
        into=row["into"],
        count=row["count"],
        tries=row["tries"],
        revision=row["revision"],
    )


def _ledger(row: Document) -> Ledger:
    return Ledger(
        account_id=row["account_id"],
        template_id=row["template_id"],
        left=row["left"],
        refused_at=row["refused_at"],
        changed_at=row["changed_at"],
        era=row["era"],
        revision=row["revision"],
    )


def _preferences_document(preferences: Preferences) -> Document:
    quiet = preferences.quiet
    hours = quiet and {"begins": _written(quiet.begins), "ends": _written(quiet.ends)}
    return {
        "_id": preferences.person_id,
        "v": 1,
        "ways": {kind.value: way.value for kind, way in preferences.ways.items()},
        "quiet": hours,
        "digest_at": _written(preferences.digest_at),
        "revision": preferences.revision,
    }


def _preferences(row: Document) -> Preferences:
    quiet = row["quiet"]
    return Preferences(
        person_id=row["_id"],
        ways={NoticeKind(kind): Way(way) for kind, way in row["ways"].items()},
        quiet=quiet
        and Quiet(
            begins=time.fromisoformat(quiet["begins"]), ends=time.fromisoformat(quiet["ends"])
        ),
        digest_at=time.fromisoformat(row["digest_at"]),
        revision=row["revision"],
    )


def _account(row: Document) -> Account:
    return Account(id=row["_id"], openid=row["openid"])


def _written(clock: time) -> str:
    return f"{clock:%H:%M}"
