"""Messages to the staff, and how many each of them got lately."""

from collections.abc import Sequence

from pymongo import ASCENDING
from pymongo.errors import DuplicateKeyError

from adapters.mongo.database import Database, Document
from adapters.mongo.transactions import session_of
from domain.alerts.alerts import Because, Channel
from domain.alerts.ports import Moved
from domain.alerts.pushes import Pace, Push, PushState, Sent
from domain.transactions import Unit

MOST = 100
PLAIN = (*("staff_id", "title", "at", "changed_at", "digest", "errcode", "spent", "revision"),)


class MongoAlertPushes:
    """One document a message; an index lets one a person be on its way."""

    def __init__(self, database: Database) -> None:
        self._pushes = database["alert_pushes"]
        self._paces = database["alert_paces"]

    async def get(self, push_id: str) -> Push | None:
        """By id."""
        row = await self._pushes.find_one({"_id": push_id})
        return _push(row) if row else None

    async def by_their_id(self, their_id: str) -> Push | None:
        """By the id that the other side gave."""
        row = await self._pushes.find_one({"their_id": their_id})
        return _push(row) if row else None

    async def doubtful(self, *, staff_id: str) -> Sequence[Push]:
        """Those by WeChat that are sending or unknown, oldest first, at most 100."""
        rows = self._pushes.find({"doubtful_of": staff_id}).sort("at", ASCENDING).limit(MOST)
        return [_push(row) async for row in rows]

    async def add(self, unit: Unit, push: Push) -> None:
        """A new one; raises Moved when another of the same person is on its way."""
        try:
            await self._pushes.insert_one(_document(push), session=session_of(unit))
        except DuplicateKeyError as error:
            raise Moved from error

    async def replace(self, unit: Unit, push: Push, *, was: Push) -> None:
        """Save against the revision that was read."""
        result = await self._pushes.replace_one(
            {"_id": was.id, "revision": was.revision}, _document(push), session=session_of(unit)
        )
        if result.matched_count == 0:
            raise Moved

    async def pace(self, staff_id: str) -> Pace:
        """A person's."""
        row = await self._paces.find_one({"_id": staff_id})
        if row is None:
            return Pace(staff_id=staff_id)
        return Pace(
            staff_id=staff_id,
            sent=tuple(Sent(push_id=one["push_id"], at=one["at"]) for one in row["sent"]),
            digest_on=row["digest_on"],
            revision=row["revision"],
        )

    async def keep_pace(self, unit: Unit, pace: Pace) -> None:
        """Over the revision before."""
        document: Document = {
            "_id": pace.staff_id,
            "v": 1,
            "sent": [{"push_id": one.push_id, "at": one.at} for one in pace.sent],
            "digest_on": pace.digest_on,
            "revision": pace.revision,
        }
        before, session = pace.revision - 1, session_of(unit)
        try:
            if before == 0:
                await self._paces.insert_one(document, session=session)
                return
        except DuplicateKeyError as error:
            raise Moved from error
        result = await self._paces.replace_one(
            {"_id": pace.staff_id, "revision": before}, document, session=session
        )
        if result.matched_count == 0:
            raise Moved


def _document(push: Push) -> Document:
    sending = push.state is PushState.SENDING
    doubtful = sending or push.state is PushState.UNKNOWN
    return {
        "_id": push.id,
        "v": 1,
        **{name: getattr(push, name) for name in PLAIN},
        "channel": push.channel.value,
        "alerts": list(push.alerts),
        "state": push.state.value,
        "because": push.because.value if push.because else None,
        **({"their_id": push.their_id} if push.their_id else {}),
        **({"in_flight": push.staff_id} if sending else {}),
        **({"doubtful_of": push.staff_id} if doubtful and push.channel is Channel.WECHAT else {}),
    }


def _push(row: Document) -> Push:
    return Push(
        id=row["_id"],
        **{name: row[name] for name in PLAIN},
        channel=Channel(row["channel"]),
        alerts=tuple(row["alerts"]),
        state=PushState(row["state"]),
        because=Because(row["because"]) if row["because"] else None,
        their_id=row.get("their_id", ""),
    )
