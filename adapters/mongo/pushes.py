"""WeChat's pushes: known again by a keyed hash, what they tell encrypted until it is heard."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from pymongo.errors import DuplicateKeyError

from adapters.mongo.database import Database
from adapters.mongo.transactions import session_of
from domain.push_inbox import AlreadyKept, Push, Telling
from domain.pushes import (
    AccountCancelled,
    AuthorisationRevoked,
    MediaChecked,
    SubscriptionChosen,
    SubscriptionSent,
    Told,
)
from domain.transactions import Unit

KINDS: Mapping[str, type[Told]] = {
    "media_checked": MediaChecked,
    "subscription_chosen": SubscriptionChosen,
    "subscription_sent": SubscriptionSent,
    "account_cancelled": AccountCancelled,
    "authorisation_revoked": AuthorisationRevoked,
}
NAMES = {told: name for name, told in KINDS.items()}


class MongoPushes:
    """Two collections: which pushes came, for days, and what they tell, until it is heard."""

    def __init__(self, database: Database, *, hmac_key: bytes) -> None:
        self._pushes = database["wechat_pushes"]
        self._tellings = database["wechat_tellings"]
        self._cipher = database.cipher
        self._hmac_key = hmac_key

    async def keep(
        self, unit: Unit, push: Push, *, tellings: Sequence[Telling], at: datetime, until: datetime
    ) -> None:
        """Remember the push, and keep what it tells; raises AlreadyKept."""
        session = session_of(unit)
        row = {"_id": self._name(push), "v": 1, "kind": push.kind, "at": at, "gone_at": until}
        try:
            await self._pushes.insert_one(row, session=session)
        except DuplicateKeyError as error:
            raise AlreadyKept from error
        if tellings:
            rows = [
                {
                    "_id": telling.id,
                    "v": 1,
                    "kind": NAMES[type(telling.told)],
                    "at": at,
                    "told": await self._cipher.random("account", json.dumps(asdict(telling.told))),
                }
                for telling in tellings
            ]
            await self._tellings.insert_many(rows, session=session)

    async def telling(self, telling_id: str) -> Told | None:
        """What is still to be heard; None once it was."""
        row = await self._tellings.find_one({"_id": telling_id})
        if row is None:
            return None
        kind: type[Any] = KINDS[row["kind"]]
        told: Told = kind(**{name: _read(value) for name, value in json.loads(row["told"]).items()})
        return told

    async def forget(self, unit: Unit, telling_id: str) -> bool:
        """It is heard; False when it was already."""
        gone = await self._tellings.delete_one({"_id": telling_id}, session=session_of(unit))
        return gone.deleted_count == 1

    def _name(self, push: Push) -> str:
        return hmac.new(self._hmac_key, push.identity.encode(), hashlib.sha256).hexdigest()


def _read(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value
