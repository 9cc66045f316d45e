"""Two tabs for two subjects: each write lands where its own request says."""

import asyncio
import os
import random
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from domain.time import SHANGHAI
from server.wiring import Installation
from tests.cast import Cast, Person
from tests.proof import Proof

WRITES = 1_000 if os.environ.get("CREDIT_TEST_PROFILE") == "prove" else 80
AT_ONCE = 8
Send = Callable[[int], Awaitable[str]]


class Tab:
    """One tab, acting for one subject."""

    def __init__(self, person: Person, subject_id: str) -> None:
        self.person = person
        self.subject_id = subject_id

    async def certificate(self, number: int) -> str:
        """Asks for one of its own period; its id."""
        today = datetime.now(SHANGHAI).date()
        body = {
            "subject_id": self.subject_id,
            "purpose": "bidding",
            "edition": "no-violation",
            "period": {"from": str(today - timedelta(days=number)), "until": str(today)},
            "fields": ["press"],
        }
        answer = await self.person.post("/v1/credit-reports", body)
        return str(answer.raise_for_status().json()["id"])

    async def consent(self, _: int) -> str:
        """Gives one; its id."""
        return await self.person.consent("credit-report", self.subject_id)


async def test_two_tabs_for_two_subjects_never_cross(
    cast: Cast, installation: Installation, proof: Proof
) -> None:
    person = await cast.owner(own={})
    enterprise = Tab(person, person.subject_id)
    await person.for_oneself()
    own = Tab(person, person.subject_id)
    acts = [
        act
        for number in range(WRITES // 2)
        for act in (
            (enterprise, "credit_reports", enterprise.certificate, number),
            (own, "consents", own.consent, number),
        )
    ]
    random.Random(7).shuffle(acts)  # noqa: S311 - an order, the same each time
    gate = asyncio.Semaphore(AT_ONCE)

    async def write(act: tuple[Tab, str, Send, int]) -> tuple[str, str, str]:
        tab, collection, send, number = act
        async with gate:
            written = await send(number)
            if collection == "consents":
                # So that the next one is a new one.
                await person.send("DELETE", f"/v1/consents/{written}")
        return tab.subject_id, collection, written

    written = await asyncio.gather(*(write(act) for act in acts))
    for subject_id, collection, document_id in written:
        row = await installation.database[collection].find_one({"_id": document_id})
        assert row
        assert row["subject_id"] == subject_id
    assert len({document_id for _, _, document_id in written}) > WRITES // 2
    proof("writes of two tabs for two subjects, interleaved", len(written), "none crossed")
