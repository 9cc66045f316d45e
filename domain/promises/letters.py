"""The letter of a signed promise: made after signing, by a worker, from what was signed.

What is signed binds from its commit on; the letter is its picture, and may come later.
"""

import json

from domain.errors import Unavailable
from domain.papers import Papers
from domain.promises.ports import PromiseStore
from domain.promises.promises import LONG_TERM, Paper, Promise
from domain.time import day_ends
from domain.timestamps import TimeStamp
from domain.transactions import Act, Again, Unit, ever_more_rarely

PAPER = "promise.paper"
RAISE = "promise.raise"


class Letters:
    """What a worker does with the messages of promises."""

    def __init__(self, *, store: PromiseStore, papers: Papers) -> None:
        self._store = store
        self._papers = papers

    async def make(self, act: Act, *, promise_id: str, attempt: int) -> Again | None:
        """Set, sign and keep the letter; again later when it cannot be made now."""
        promise = await self._store.get(promise_id)
        canonical = await self._store.snapshot(promise_id)
        if promise is None or promise.signature is None or promise.paper or canonical is None:
            return None
        signature, snapshot = promise.signature, json.loads(canonical)
        try:
            printed = await self._papers.make(act, snapshot=snapshot, number=signature.code)
        except Unavailable:
            return ever_more_rarely(attempt)
        letter = printed.paper
        paper = Paper(
            expires_at=day_ends(signature.valid_until or LONG_TERM),
            pages=letter.pages,
            file_sha256=letter.sha256,
            code_hash=printed.code_hash,
            check_hash=printed.check_hash,
            time_stamp=letter.time_stamp,
            sample=snapshot["sample"],
        )

        async def work(unit: Unit) -> None:
            # Read again: whoever changed it meanwhile did not make its letter.
            now = await self._store.get(promise_id) or promise
            await self._keep(unit, now, now.on_paper(paper), letter.pdf)
            if letter.time_stamp is TimeStamp.PENDING:
                await unit.send(act.message(RAISE, promise_id))
            await unit.audit(act.event("promise.letter_made", promise_id, sha256=letter.sha256))

        await act.commit(work)
        return None

    async def raise_one(self, act: Act, *, promise_id: str, attempt: int) -> Again | None:
        """Add the time-stamp that was pending."""
        promise = await self._store.get(promise_id)
        pdf = await self._store.pdf(promise_id)
        if promise is None or promise.paper is None or pdf is None:
            return None
        if promise.paper.time_stamp is not TimeStamp.PENDING:
            return None
        try:
            raised = await self._papers.raised(pdf)
        except Unavailable:
            return ever_more_rarely(attempt)

        async def work(unit: Unit) -> None:
            now = await self._store.get(promise_id) or promise
            await self._keep(unit, now, now.stamped(raised.sha256), raised.pdf)
            event = act.event("promise.letter_stamped", promise_id, sha256=raised.sha256)
            await unit.audit(event)

        await act.commit(work)
        return None

    async def _keep(self, unit: Unit, was: Promise, after: Promise, pdf: bytes) -> None:
        await self._store.replace(unit, after, was=was)
        await self._store.keep_pdf(unit, promise_id=after.id, pdf=pdf)
