"""Checks of what people write and show, by WeChat: passed, for a human, risky, or not known yet.

A text is checked while its writer is there; when WeChat does not serve, or takes its time, it is
pending, never passed, and is checked in the background. An image is fetched by WeChat at an
address made when it is asked; the result comes later, by a push, which may overtake the answer that
names it, come twice, or never: then a human looks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Literal, Protocol

from domain.errors import DomainError, Kind, Unavailable
from domain.pushes import MediaChecked, Told
from domain.transactions import Act, Again, Unit, ever_more_rarely

CHECK = "content.check"
# WeChat tells within half an hour, or not at all.
RESULT_WITHIN = timedelta(minutes=30)
# A writer who left two hours ago cannot be checked any more; an outage may be longer than that.
OUTAGE_ENDS = timedelta(hours=24)
KEPT = timedelta(days=180)
NOT_SEEN = "not_seen"
NO_ANSWER = "no_answer"
NOT_CHECKED = "not_checked"
IMAGE_GONE = "image_gone"

WORDS: Mapping[str, str] = {
    "ads": "广告",
    "politics": "时政有害内容",
    "porn": "色情内容",
    "abuse": "辱骂内容",
    "crime": "违法犯罪内容",
    "fraud": "欺诈内容",
    "vulgar": "低俗内容",
    "copyright": "侵权内容",
}


class Verdict(Enum):
    """What is known."""

    PENDING = "pending"
    PASS = "pass"  # noqa: S105 - a verdict's name
    REVIEW = "review"
    RISKY = "risky"


class Scene(Enum):
    """Where it is shown, by WeChat's numbers."""

    PROFILE = 1
    COMMENT = 2
    FORUM = 3
    LOG = 4


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A verdict and its reason: a code of ``WORDS``, or why nobody knows."""

    verdict: Verdict
    reason: str = ""


PENDING = Judged(verdict=Verdict.PENDING)


class Unseen(DomainError):
    """WeChat checks only for who was in the mini program within two hours."""

    code = "wechat_not_seen"
    kind = Kind.CONFLICT
    title = "请重新打开小程序"

    def __init__(self, detail: str = "您离开小程序已超过两小时，请重新打开后再提交。") -> None:
        super().__init__(detail)


class Safety(Protocol):
    """WeChat's checks."""

    async def text(self, *, text: str, openid: str, scene: int) -> Judged:
        """The verdict; raises Unseen, TooMany and Unavailable, soon."""

    async def image(self, *, media_url: str, openid: str, scene: int) -> str:
        """The id under which the result will come; raises as for text."""


class Images(Protocol):
    """The images that are checked, narrowly."""

    async def address(self, act: Act, *, object_id: str) -> str | None:
        """Where WeChat may fetch the image, from now on; None when there is nothing to check."""

    async def decided(self, unit: Unit, act: Act, *, object_id: str, judged: Judged) -> None:
        """The verdict, in the transaction that keeps it."""


class OpenidOf(Protocol):
    """Accounts, narrowly."""

    async def __call__(self, person_id: str) -> str | None:
        """The openid that a person last signed in with; None for who is gone."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """One check of one thing. ``content`` is the text; an image stands in its own room.

    It goes once the thing has passed: nobody has to read it any more.
    """

    id: str
    kind: Literal["text", "image"]
    object_id: str
    person_id: str
    scene: Scene
    content: str | None = field(repr=False)
    begun_at: datetime
    verdict: Verdict = Verdict.PENDING
    reason: str = ""
    trace_id: str | None = None
    asked_at: datetime | None = None
    decided_at: datetime | None = None
    revision: int = 0

    def asked(self, trace_id: str, now: datetime) -> "Check":
        """WeChat has the image."""
        return replace(self, trace_id=trace_id, asked_at=now, revision=self.revision + 1)

    def decided(self, judged: Judged, now: datetime) -> "Check":
        """A verdict, once; a pending one changes nothing."""
        if self.verdict is not Verdict.PENDING or judged.verdict is Verdict.PENDING:
            return self
        passed = judged.verdict is Verdict.PASS
        return replace(
            self,
            verdict=judged.verdict,
            reason=judged.reason,
            content=None if passed else self.content,
            decided_at=now,
            revision=self.revision + 1,
        )


class CheckStore(Protocol):
    """Checks, and results that came for them."""

    async def add(self, unit: Unit, check: Check) -> None:
        """A new one."""

    async def get(self, check_id: str) -> Check | None:
        """By id."""

    async def of(self, object_id: str) -> Check | None:
        """The last one of a thing."""

    async def replace(self, unit: Unit, check: Check, *, was: Check) -> None:
        """Save against what was read; the transaction starts over when it moved on."""

    async def join(
        self, unit: Unit, trace_id: str, *, check_id: str, now: datetime
    ) -> Judged | None:
        """Say whose result this will be; the result, where it came before."""

    async def came(self, unit: Unit, trace_id: str, *, judged: Judged, now: datetime) -> str | None:
        """Keep a result that came; the check it is for, where that is known. The first counts."""


class ContentChecks:
    """Checking, and what is known of what was checked."""

    def __init__(
        self, *, store: CheckStore, safety: Safety, openid_of: OpenidOf, images: Images
    ) -> None:
        self._store = store
        self._safety = safety
        self._openid_of = openid_of
        self._images = images

    async def text(self, *, person_id: str, text: str, scene: Scene) -> Judged:
        """What WeChat says of a text now; pending when it does not serve."""
        openid = await self._openid_of(person_id)
        if openid is None:
            return Judged(verdict=Verdict.REVIEW, reason=NOT_SEEN)
        try:
            return await self._safety.text(text=text, openid=openid, scene=scene.value)
        except Unseen:
            return Judged(verdict=Verdict.REVIEW, reason=NOT_SEEN)
        except DomainError:
            return PENDING

    async def keep(
        self, unit: Unit, act: Act, *, object_id: str, text: str, scene: Scene, judged: Judged
    ) -> None:
        """What was said of the text of a thing that is saved now; a pending one goes on."""
        begun = self._begun(act, act.actor, object_id, scene, text)
        await self._store.add(unit, replace(begun.decided(judged, act.at), revision=0))
        if judged.verdict is Verdict.PENDING:
            await unit.send(act.message(CHECK, begun.id))

    async def image(
        self, unit: Unit, act: Act, *, object_id: str, person_id: str, scene: Scene
    ) -> None:
        """Have an image checked that a person shows."""
        begun = self._begun(act, person_id, object_id, scene)
        await self._store.add(unit, begun)
        await unit.send(act.message(CHECK, begun.id))

    async def known(self, object_id: str) -> Judged | None:
        """What is known of a thing; None when it was never checked."""
        check = await self._store.of(object_id)
        return Judged(verdict=check.verdict, reason=check.reason) if check else None

    async def work(self, act: Act, *, check_id: str, attempt: int) -> Again | None:
        """Check in the background; ``Again`` until it is decided."""
        check = await self._store.get(check_id)
        if check is None or check.verdict is not Verdict.PENDING:
            return None
        if check.asked_at is not None:
            return await self._waited(act, check, check.asked_at)
        try:
            return await self._ask(act, check)
        except Unseen:
            return await self._settle(act, check, NOT_SEEN)
        except DomainError as outage:
            for_good = isinstance(outage, Unavailable) and outage.permanent
            if for_good or act.at - check.begun_at >= OUTAGE_ENDS:
                return await self._settle(act, check, NO_ANSWER)
            return ever_more_rarely(attempt)

    async def hear(self, act: Act, told: Told) -> Again | None:
        """The result of an image came; again is nothing new."""
        if not isinstance(told, MediaChecked):
            return None
        judged = _heard(told)

        async def work(unit: Unit) -> None:
            check_id = await self._store.came(unit, told.trace_id, judged=judged, now=act.at)
            check = await self._store.get(check_id) if check_id else None
            if check is not None:
                await self._save(unit, act, check, check.decided(judged, act.at))

        await act.commit(work)
        return None

    def _begun(
        self, act: Act, person_id: str, object_id: str, scene: Scene, text: str | None = None
    ) -> Check:
        return Check(
            id=act.draw.id(),
            kind="image" if text is None else "text",
            object_id=object_id,
            person_id=person_id,
            scene=scene,
            content=text,
            begun_at=act.at,
        )

    async def _ask(self, act: Act, check: Check) -> Again | None:
        openid = await self._openid_of(check.person_id)
        if openid is None:
            return await self._settle(act, check, NOT_SEEN)
        if check.kind == "image":
            return await self._hand_over(act, check, openid)
        text, scene = check.content or "", check.scene.value
        judged = await self._safety.text(text=text, openid=openid, scene=scene)
        return await self._commit(act, check, check.decided(judged, act.at))

    async def _hand_over(self, act: Act, check: Check, openid: str) -> Again | None:
        url = await self._images.address(act, object_id=check.object_id)
        if url is None:
            return await self._settle(act, check, IMAGE_GONE)
        scene = check.scene.value
        trace_id = await self._safety.image(media_url=url, openid=openid, scene=scene)

        async def work(unit: Unit) -> Check:
            early = await self._store.join(unit, trace_id, check_id=check.id, now=act.at)
            asked = check.asked(trace_id, act.at)
            after = asked if early is None else asked.decided(early, act.at)
            await self._save(unit, act, check, after)
            return after

        after = await act.commit(work)
        return Again(after=RESULT_WITHIN) if after.verdict is Verdict.PENDING else None

    async def _waited(self, act: Act, check: Check, asked_at: datetime) -> Again | None:
        left = asked_at + RESULT_WITHIN - act.at
        if left > timedelta():
            return Again(after=left)
        return await self._settle(act, check, NO_ANSWER)

    async def _settle(self, act: Act, check: Check, reason: str) -> Again | None:
        """Nobody knows: a human looks."""
        judged = Judged(verdict=Verdict.REVIEW, reason=reason)
        return await self._commit(act, check, check.decided(judged, act.at))

    async def _commit(self, act: Act, was: Check, after: Check) -> Again | None:
        await act.commit(lambda unit: self._save(unit, act, was, after))
        return None

    async def _save(self, unit: Unit, act: Act, was: Check, after: Check) -> None:
        if after is was:
            return
        await self._store.replace(unit, after, was=was)
        if after.verdict is not Verdict.PENDING:
            facts = {"check": after.id, "reason": after.reason}
            event = act.event(f"content.{after.verdict.value}", after.object_id, **facts)
            await unit.audit(event)
            if after.kind == "image":
                judged = Judged(verdict=after.verdict, reason=after.reason)
                await self._images.decided(unit, act, object_id=after.object_id, judged=judged)


def refusal(judged: Judged, *, what: str) -> str:
    """What a writer is told of a risky text."""
    about = f"（{word}）" if (word := WORDS.get(judged.reason)) else ""
    return f"{what}含有微信平台不允许发布的内容{about}，请修改后再提交。"


def _heard(told: MediaChecked) -> Judged:
    if told.suggestion is None:
        return Judged(verdict=Verdict.REVIEW, reason=NOT_CHECKED)
    return Judged(verdict=Verdict(told.suggestion), reason=told.reason)
