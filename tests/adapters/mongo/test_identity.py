"""Sessions that two requests change at once: the later one starts over on what is there."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from adapters.mongo.database import Database
from adapters.mongo.identity import MongoAccounts, MongoSessions
from adapters.mongo.people import MongoPeople
from adapters.mongo.reviewers import MongoReviewers
from adapters.mongo.transactions import MongoTransactions
from domain.identity import Identity, Session, SignInAgain
from domain.reviewers import Reviewer, Reviewers
from domain.transactions import ANYONE, Act, Unit
from server.draw import SystemDraw

AT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


class Interrupted(MongoSessions):
    """Between its next read and what is done with it, something else happens."""

    meanwhile: Callable[[], Awaitable[object]] | None = None

    async def get(self, session_id: str) -> Session | None:
        session = await super().get(session_id)
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile:
            await meanwhile()
        return session


class Phones:
    """Two requests of one signed-in phone: ``first`` is the one that is interrupted."""

    def __init__(self, database: Database, transactions: MongoTransactions) -> None:
        self.sessions = Interrupted(database)
        self.first = self._identity(database, self.sessions)
        self.second = self._identity(database, MongoSessions(database))
        self.transactions = transactions
        self.database = database
        self.session: Session | None = None

    def _identity(self, database: Database, sessions: MongoSessions) -> Identity:
        return Identity(
            accounts=MongoAccounts(database),
            sessions=sessions,
            persons=MongoPeople(database),
            reviewer_now=Reviewers(
                store=MongoReviewers(database),
                accounts=MongoAccounts(database),
                sessions=sessions,
            ).signing_in,
            lasting=timedelta(days=30),
        )

    def act(self, after: timedelta = timedelta()) -> Act:
        return Act(
            at=AT + after,
            actor=self.session.person_id if self.session else ANYONE,
            trace_id="trace",
            draw=SystemDraw(),
            commit=self.transactions.plain(),
            session_id=self.session_id,
        )

    @property
    def session_id(self) -> str:
        return self.session.id if self.session else ""

    async def sign_in(self) -> None:
        act = self.act()
        self.session = await self.second.sign_in(
            act, appid="wx", openid=act.draw.id(), session_key="key"
        )

    async def refresh(
        self, identity: Identity, generation: int, after: timedelta = timedelta()
    ) -> Session:
        return await identity.refresh(
            self.act(after), session_id=self.session_id, generation=generation
        )

    async def ended_because(self) -> str | None:
        session = await MongoSessions(self.database).get(self.session_id)
        assert session
        return session.ended_because


@pytest.fixture
def phones(database: Database, transactions: MongoTransactions) -> Phones:
    return Phones(database, transactions)


async def test_signing_out_holds_though_the_session_was_renewed_meanwhile(phones: Phones) -> None:
    await phones.sign_in()
    phones.sessions.meanwhile = lambda: phones.refresh(phones.second, 0)
    await phones.first.sign_out(phones.act())
    assert await phones.ended_because() == "signed_out"


async def test_reuse_ends_the_family_though_it_was_renewed_meanwhile(phones: Phones) -> None:
    await phones.sign_in()
    await phones.refresh(phones.second, 0)
    await phones.refresh(phones.second, 1)
    phones.sessions.meanwhile = lambda: phones.refresh(phones.second, 2)
    with pytest.raises(SignInAgain):
        await phones.refresh(phones.first, 0)
    assert await phones.ended_because() == "reused"


async def test_who_signed_out_meanwhile_is_not_renewed(phones: Phones) -> None:
    await phones.sign_in()
    phones.sessions.meanwhile = lambda: phones.second.sign_out(phones.act())
    with pytest.raises(SignInAgain):
        await phones.refresh(phones.first, 0)
    assert await phones.ended_because() == "signed_out"


async def test_who_signed_out_everywhere_meanwhile_is_not_renewed(phones: Phones) -> None:
    await phones.sign_in()
    phones.sessions.meanwhile = lambda: phones.second.sign_out_everywhere(phones.act())
    with pytest.raises(SignInAgain):
        await phones.refresh(phones.first, 0)
    assert await phones.ended_because() == "signed_out_everywhere"


async def test_two_renewals_at_once_give_one_successor(phones: Phones) -> None:
    await phones.sign_in()
    phones.sessions.meanwhile = lambda: phones.refresh(phones.second, 0, timedelta(seconds=1))
    late = await phones.refresh(phones.first, 0, timedelta(seconds=2))
    assert (late.generation, late.rotated_at) == (1, AT + timedelta(seconds=1))


async def test_who_signs_in_in_the_millisecond_of_another_does_not_outlive_the_end(
    database: Database, transactions: MongoTransactions
) -> None:
    """What they write is there already: that alone would collide with nothing."""
    accounts, sessions = MongoAccounts(database), MongoSessions(database)
    reviewers = Reviewers(store=MongoReviewers(database), accounts=accounts, sessions=sessions)
    commit = transactions.plain()
    act = Act(at=AT, actor="operator", trace_id="t", draw=SystemDraw(), commit=commit)
    who = {"appid": "wx", "openid": "oTest0123456789012345678"}
    await reviewers.add(act, **who, days=7)

    async def sign_in(unit: Unit) -> Reviewer | None:
        return await reviewers.signing_in(unit, **who, now=AT)

    assert await commit(sign_in)
    meanwhile = [reviewers.end(act, **who)]

    async def interrupted(unit: Unit) -> Reviewer | None:
        await reviewers.standing(unit, **who, now=AT)
        while meanwhile:
            await meanwhile.pop()
        return await sign_in(unit)

    assert await commit(interrupted) is None
