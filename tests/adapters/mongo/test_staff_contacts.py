"""Contacts of the staff over the real database: encrypted, one WeChat for one account."""

import uuid
from datetime import UTC, datetime, time

import pytest

from adapters.mongo.database import Database
from adapters.mongo.staff_contacts import MongoStaffContacts
from adapters.mongo.transactions import MongoTransactions
from domain.alerts.alerts import Channel, Urgency
from domain.alerts.contacts import Bound, Choice, Contacts, Proving
from domain.alerts.ports import Moved
from domain.transactions import Conflict

AT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
SECRETS = ("openid", "phone", "proving_phone", "proving_code")
CHOICE = Choice(ways={Urgency.NOW: (Channel.SMS,)}, quiet=False, digest_at=time(16, 30))


class Office:
    """The store, and people with WeChats of their own."""

    def __init__(self, database: Database, transactions: MongoTransactions) -> None:
        self.store = MongoStaffContacts(database)
        self.rows = database["staff_contacts"]
        self._transactions = transactions

    async def keep(self, contacts: Contacts) -> Contacts:
        await self._transactions.plain()(lambda unit: self.store.replace(unit, contacts))
        return contacts

    async def forget(self, staff_id: str) -> bool:
        return await self._transactions.plain()(lambda unit: self.store.forget(unit, staff_id))


@pytest.fixture
def office(database: Database, transactions: MongoTransactions) -> Office:
    return Office(database, transactions)


def bound(openid: str = "", person_id: str = "") -> Bound:
    name = uuid.uuid4().hex
    return Bound(id=name, openid=openid or f"o{name}"[:28], person_id=person_id or name, at=AT)


def somebody() -> Contacts:
    return Contacts(staff_id=uuid.uuid4().hex)


async def test_who_has_nothing_has_empty_contacts(office: Office) -> None:
    nobody = somebody()
    assert await office.store.get(nobody.staff_id) == nobody
    assert await office.forget(nobody.staff_id) is False


async def test_everything_is_kept_as_it_is(office: Office) -> None:
    proving = Proving(id="p", phone="+8613800000001", code="123456", asked_at=AT, sent_at=AT)
    steps = [somebody().asked(secret_hash=uuid.uuid4().hex, now=AT)]
    steps.append(steps[-1].bind(bound()))
    steps.append(steps[-1].proven_by(proving))
    steps.append(steps[-1].chosen(CHOICE))
    steps.append(steps[-1].typed("123456", AT))
    for contacts in steps:
        await office.keep(contacts)
        assert await office.store.get(contacts.staff_id) == contacts


async def test_openid_telephone_and_code_are_ciphertext(office: Office) -> None:
    proving = Proving(id="p", phone="+8613800000001", code="123456", asked_at=AT)
    contacts = await office.keep(somebody().asked(secret_hash=uuid.uuid4().hex, now=AT))
    for change in (lambda one: one.bind(bound()), lambda one: one.proven_by(proving)):
        contacts = await office.keep(change(contacts))
    kinds = {name: {"$type": f"${name}"} for name in SECRETS}
    found = office.rows.aggregate([{"$match": {"_id": contacts.staff_id}}, {"$project": kinds}])
    [row] = await found.to_list(None)
    assert {row[name] for name in SECRETS} == {"binData"}


async def test_a_wechat_is_found_by_its_openid_its_code_and_its_person(office: Office) -> None:
    asked = await office.keep(somebody().asked(secret_hash=uuid.uuid4().hex, now=AT))
    assert asked.asking is not None
    assert await office.store.by_secret(asked.asking.secret_hash) == asked
    wechat = bound()
    kept = await office.keep(asked.bind(wechat))
    assert await office.store.by_secret(asked.asking.secret_hash) is None
    assert await office.store.by_openid(wechat.openid) == kept
    assert await office.store.of_person(wechat.person_id) == [kept]
    await office.keep(kept.unbound())
    assert await office.store.by_openid(wechat.openid) is None
    assert await office.store.of_person(wechat.person_id) == []


async def test_one_wechat_is_one_accounts(office: Office) -> None:
    wechat = bound()
    for number in range(2):
        asked = await office.keep(somebody().asked(secret_hash=uuid.uuid4().hex, now=AT))
        if number:
            with pytest.raises(Conflict):
                await office.keep(asked.bind(wechat))
        else:
            await office.keep(asked.bind(wechat))


async def test_what_moved_on_is_not_saved_over(office: Office) -> None:
    first = await office.keep(somebody().chosen(CHOICE))
    with pytest.raises(Moved):
        await office.keep(first)
    await office.keep(first.chosen(CHOICE))
    with pytest.raises(Moved):
        await office.keep(first.chosen(CHOICE))


async def test_who_leaves_leaves_nothing(office: Office) -> None:
    kept = await office.keep(somebody().chosen(CHOICE))
    assert await office.forget(kept.staff_id) is True
    assert await office.rows.find_one({"_id": kept.staff_id}) is None
