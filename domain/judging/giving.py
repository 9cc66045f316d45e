"""Giving a rating: one of each resolution, by the ticket's citizen, for who resolved it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.content_checks import Judged, Scene, Verdict, refusal
from domain.errors import Fault, Invalid, NotFound, Stale
from domain.judging import complaint_moves as moves
from domain.judging import ratings
from domain.judging.complaints import Cause, Complaint, Who
from domain.judging.opening import Opening
from domain.judging.ports import Checks, Concerned, Follow, PersonOf, Resolution, Tickets
from domain.judging.ratings import Rating
from domain.judging.stores import RatingStore
from domain.judging.terms import Terms
from domain.live.events import Publish
from domain.live.streams import DESK, of_staff, of_ticket
from domain.pages import Ask
from domain.transactions import Act, Conflict, Unit

UNCHECKED = "（文字内容待核验）"
MOVED = "这条评价或工单刚刚有了变动，请刷新后再提交。"
RAISED = "评价已提高，自动转来的投诉撤回。"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The last resolution of a ticket and its rating, if it was given; and the earlier ones."""

    resolution: Resolution
    rating: Rating | None
    earlier: Sequence[Rating]
    may_rate: bool

    @property
    def tag(self) -> str:
        """Names what is seen of it now."""
        return self.rating.tag if self.rating else ratings.tag_of(self.resolution.cycle, 0)


@dataclass(frozen=True, kw_only=True)
class RatedText:
    """A rating, and what may be shown of its text."""

    rating: Rating
    text: str


class Giving:
    """What is about nobody's own ticket is not found; what is not resolved cannot be rated."""

    def __init__(
        self,
        *,
        tickets: Tickets,
        follow: Follow,
        store: RatingStore,
        opening: Opening,
        checks: Checks,
        person_of: PersonOf,
        publish: Publish,
        terms: Terms,
    ) -> None:
        self._tickets = tickets
        self._follow = follow
        self._store = store
        self._opening = opening
        self._checks = checks
        self._person_of = person_of
        self._publish = publish
        self._terms = terms

    async def get(self, *, person_id: str, number: str, now: datetime) -> Shown:
        """The rating of the last resolution, with every version, and those of earlier ones.

        Raises:
            NotFound: no ticket of theirs, or nothing was resolved in it.
            OutOfScope: they asked for somebody, for whom they do not act in this any more.
        """
        await self._follow(person_id=person_id, number=number, now=now)
        resolution = await self._tickets.resolution(number, person_id=person_id)
        if resolution is None:
            raise NotFound("这个工单还没有办结，办结后可以评价。")
        given = await self._store.of_ticket(resolution.ticket_id)
        rating = next((one for one in given if one.cycle == resolution.cycle), None)
        return self._shown(resolution, rating, given, now)

    async def rate(self, act: Act, *, number: str, tag: str, stars: int, text: str) -> Shown:
        """Give or change it. Two stars or fewer open a complaint, once of a resolution.

        Raises:
            NotFound, OutOfScope: as for ``get``.
            Stale: it was changed, or the ticket was resolved again, since it was read.
            Invalid: stars or text cannot be, or WeChat finds the text risky. One it cannot judge
                now is taken.
            Conflict: the time to rate or to change is over, or who resolved it is the same person,
                as the WeChat says that they bound to their account.
        """
        seen = await self.get(person_id=act.actor, number=number, now=act.at)
        if await self._person_of(seen.resolution.resolver) == act.actor:
            raise Conflict("您是这张工单的办理人，不能评价自己的服务。")
        if seen.tag != tag:
            raise Stale(MOVED)
        after = self._said(act, seen, stars=stars, text=text)
        if after is seen.rating:
            return seen
        judged = await self._judge(act, text)

        async def work(unit: Unit) -> Shown:
            await self._still(seen)
            saved = await self._followed(unit, act, seen, after)
            await self._save(unit, act, saved, was=seen.rating)
            if judged is not None:
                await self._checks.keep(
                    unit, act, object_id=saved.id, text=text, scene=Scene.COMMENT, judged=judged
                )
            return self._shown(seen.resolution, saved, seen.earlier, act.at)

        return await act.commit(work)

    async def of_resolver(self, staff_id: str, *, ask: Ask) -> Sequence[RatedText]:
        """What was written of one butler's work, newest first; what no check passed stays unsaid.

        A text that waits for its check, or for a human, is not shown to whom it is about.
        """
        page = await self._store.of_resolver(staff_id, ask=ask)
        return [
            RatedText(rating=one, text=await self._passed(one) if one.now.text else "")
            for one in page.items
        ]

    async def of_ticket(self, ticket_id: str) -> Sequence[Rating]:
        """Those of a ticket, oldest cycle first: for who handles it."""
        return await self._store.of_ticket(ticket_id)

    async def behind(self, complaint: Complaint, *, handles: bool) -> RatedText | None:
        """The rating that opened or joined a complaint; who handles it reads all that was written.

        Whom it is about reads what a check has passed.
        """
        given = await self._store.of_ticket(complaint.ticket_id)
        rating = next((one for one in given if one.complaint_id == complaint.id), None)
        if rating is None:
            return None
        readable = handles or not rating.now.text
        return RatedText(
            rating=rating, text=rating.now.text if readable else await self._passed(rating)
        )

    async def _passed(self, rating: Rating) -> str:
        judged = await self._checks.known(rating.id)
        passed = judged is not None and judged.verdict is Verdict.PASS
        return rating.now.text if passed else UNCHECKED

    def _said(self, act: Act, seen: Shown, *, stars: int, text: str) -> Rating:
        if seen.rating is not None:
            return ratings.changed(seen.rating, stars=stars, text=text, now=act.at)
        return ratings.given(
            seen.resolution,
            rating_id=act.draw.id(),
            stars=stars,
            text=text,
            terms=self._terms,
            now=act.at,
        )

    async def _still(self, seen: Shown) -> None:
        """Somebody else may have begun while the text was judged: then it is not begun again."""
        there = await self._store.of_cycle(seen.resolution.ticket_id, seen.resolution.cycle)
        if (there.revision if there else 0) != (seen.rating.revision if seen.rating else 0):
            raise Stale(MOVED)

    async def _judge(self, act: Act, text: str) -> Judged | None:
        if not text:
            return None
        judged = await self._checks.text(person_id=act.actor, text=text, scene=Scene.COMMENT)
        if judged.verdict is Verdict.RISKY:
            detail = refusal(judged, what="评价内容")
            raise Invalid([Fault(pointer="/text", code="risky_content", detail=detail)])
        return judged

    async def _save(self, unit: Unit, act: Act, after: Rating, *, was: Rating | None) -> None:
        facts = {
            "ticket": after.ticket_id,
            "cycle": str(after.cycle),
            "stars": str(after.now.stars),
        }
        if was is None:
            await self._store.add(unit, after)
            await unit.audit(act.event("rating.given", after.id, **facts))
        else:
            await self._store.replace(unit, after, was=was)
            await unit.audit(act.event("rating.changed", after.id, **facts))
        streams = [of_ticket(after.ticket_id), of_staff(after.resolver), DESK]
        await self._publish(
            unit, act, streams=streams, kind="rating", about=after.id, revision=after.revision
        )

    async def _followed(self, unit: Unit, act: Act, seen: Shown, after: Rating) -> Rating:
        """What the stars bring about: a complaint opens, or the one they had opened ends."""
        if after.is_low and not after.complaint_id:
            return await self._complained(unit, act, seen.resolution, after)
        if not after.is_low and after.complaint_id:
            await self._withdrawn(unit, act, after)
        return after

    async def _complained(
        self, unit: Unit, act: Act, resolution: Resolution, after: Rating
    ) -> Rating:
        standing = await self._opening.standing(after.ticket_id)
        if standing is not None:
            joined = moves.rated_low(standing, stars=after.now.stars, now=act.at)
            event = act.event("complaint.joined", standing.id, rating=after.id)
            await self._opening.save(unit, act, joined, was=standing, event=event)
            return replace(after, complaint_id=standing.id)
        complaint = await self._opening.open(
            unit,
            act,
            _concerned(resolution),
            complaint_id=act.draw.id(),
            stars=after.now.stars,
        )
        return replace(after, complaint_id=complaint.id)

    async def _withdrawn(self, unit: Unit, act: Act, after: Rating) -> None:
        """Only what stars opened, as long as it is open; what was decided stands."""
        standing = await self._opening.standing(after.ticket_id)
        opened_it = standing is not None and standing.id == after.complaint_id
        if standing is None or not opened_it or standing.cause is not Cause.STARS:
            return
        ended = moves.withdrawn(standing, by=Who.CITIZEN, reason=RAISED, now=act.at)
        event = act.event("complaint.withdrawn", standing.id, rating=after.id)
        await self._opening.save(unit, act, ended, was=standing, event=event)

    def _shown(
        self, resolution: Resolution, rating: Rating | None, given: Sequence[Rating], now: datetime
    ) -> Shown:
        may = (
            now < rating.closes_at
            if rating
            else ratings.may_begin(resolution, terms=self._terms, now=now)
        )
        earlier = [one for one in given if one.cycle < resolution.cycle]
        return Shown(resolution=resolution, rating=rating, earlier=earlier, may_rate=may)


def _concerned(resolution: Resolution) -> Concerned:
    return Concerned(
        ticket_id=resolution.ticket_id,
        number=resolution.number,
        cycle=resolution.cycle,
        butler=resolution.resolver,
        place_id=resolution.place_id,
        item=resolution.item,
        person_id=resolution.person_id,
    )
