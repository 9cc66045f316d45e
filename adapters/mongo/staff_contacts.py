"""Where each member of the staff is told; openid, telephone and its code are encrypted."""

from collections.abc import Sequence
from datetime import time

from pymongo.errors import DuplicateKeyError

from adapters.mongo.database import Database, Document
from adapters.mongo.transactions import session_of
from domain.alerts.alerts import Channel, Urgency
from domain.alerts.contacts import Asking, Bound, Choice, Contacts, Proving
from domain.alerts.ports import Moved
from domain.transactions import Conflict, Unit

MOST = 20
OPENID = "openid"


class MongoStaffContacts:
    """One document an account that has bound, proven or chosen anything."""

    def __init__(self, database: Database) -> None:
        self._contacts = database["staff_contacts"]
        self._cipher = database.cipher

    async def get(self, staff_id: str) -> Contacts:
        """Theirs; empty when there is nothing."""
        row = await self._contacts.find_one({"_id": staff_id})
        return _contacts(row) if row else Contacts(staff_id=staff_id)

    async def by_secret(self, secret_hash: str) -> Contacts | None:
        """Whose code this is."""
        row = await self._contacts.find_one({"asking.secret_hash": secret_hash})
        return _contacts(row) if row else None

    async def by_openid(self, openid: str) -> Contacts | None:
        """To whom this WeChat is bound."""
        equal = await self._cipher.equal("account", openid)
        row = await self._contacts.find_one({OPENID: equal})
        return _contacts(row) if row else None

    async def of_person(self, person_id: str) -> Sequence[Contacts]:
        """What this person has bound a WeChat to."""
        rows = self._contacts.find({"person_id": person_id}).limit(MOST)
        return [_contacts(row) async for row in rows]

    async def replace(self, unit: Unit, contacts: Contacts) -> None:
        """Over the revision before; Conflict when another account has the WeChat."""
        document = await self._document(contacts)
        before, session = contacts.revision - 1, session_of(unit)
        try:
            if before == 0:
                await self._contacts.insert_one(document, session=session)
                return
            result = await self._contacts.replace_one(
                {"_id": contacts.staff_id, "revision": before}, document, session=session
            )
        except DuplicateKeyError as error:
            if OPENID in (error.details or {}).get("keyPattern", {}):
                raise Conflict("这个微信已绑定另一个工作台账号，请先解除原来的绑定。") from error
            raise Moved from error
        if result.matched_count == 0:
            raise Moved

    async def forget(self, unit: Unit, staff_id: str) -> bool:
        """Everything of theirs goes; whether there was anything."""
        result = await self._contacts.delete_one({"_id": staff_id}, session=session_of(unit))
        return result.deleted_count > 0

    async def _document(self, contacts: Contacts) -> Document:
        secret, bound = self._cipher.random, contacts.bound
        document: Document = {
            "_id": contacts.staff_id,
            "v": 1,
            "phone": await secret("person", contacts.phone),
            "phone_at": contacts.phone_at,
            "asking": contacts.asking and vars(contacts.asking),
            "choice": contacts.choice and _choice_document(contacts.choice),
            "revision": contacts.revision,
        }
        if bound is not None:
            document |= {
                "binding_id": bound.id,
                OPENID: await self._cipher.equal("account", bound.openid),
                "person_id": bound.person_id,
                "bound_at": bound.at,
            }
        if (proving := contacts.proving) is not None:
            document |= {
                "proving": {
                    "id": proving.id,
                    "asked_at": proving.asked_at,
                    "sent_at": proving.sent_at,
                    "failed": proving.failed,
                    "tries": proving.tries,
                },
                "proving_phone": await secret("person", proving.phone),
                "proving_code": await secret("person", proving.code),
            }
        return document


def _choice_document(choice: Choice) -> Document:
    return {
        "ways": {
            urgency.value: [channel.value for channel in channels]
            for urgency, channels in choice.ways.items()
        },
        "quiet": choice.quiet,
        "digest_at": f"{choice.digest_at:%H:%M}",
    }


def _contacts(row: Document) -> Contacts:
    proving, choice = row.get("proving"), row["choice"]
    return Contacts(
        staff_id=row["_id"],
        bound=_bound(row),
        phone=row["phone"],
        phone_at=row["phone_at"],
        asking=row["asking"] and Asking(**row["asking"]),
        proving=proving
        and Proving(**proving, phone=row["proving_phone"], code=row["proving_code"]),
        choice=choice and _choice(choice),
        revision=row["revision"],
    )


def _bound(row: Document) -> Bound | None:
    if OPENID not in row:
        return None
    return Bound(
        id=row["binding_id"],
        openid=row[OPENID],
        person_id=row["person_id"],
        at=row["bound_at"],
    )


def _choice(kept: Document) -> Choice:
    return Choice(
        ways={
            Urgency(urgency): tuple(Channel(channel) for channel in channels)
            for urgency, channels in kept["ways"].items()
        },
        quiet=kept["quiet"],
        digest_at=time.fromisoformat(kept["digest_at"]),
    )
