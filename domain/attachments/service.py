"""Taking images, attaching them, and showing them by addresses that are themselves the permission.

Who may see what an image is attached to is for the room of that thing to say: it asks for
addresses only when it has judged so. An image is checked once it is attached, not before: what is
taken back or given up is nobody's business.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.attachments.attachments import (
    BY_STAFF,
    LASTS,
    MOST_AT_ONCE,
    MOST_BOUND,
    MOST_BYTES,
    MOST_UNBOUND,
    UNBOUND_LASTS,
    Address,
    Attachment,
    By,
    Look,
    Purpose,
    TooManyImages,
    View,
    Viewer,
    faulty,
    look,
)
from domain.attachments.ports import AttachmentStore, BeginCheck
from domain.content_checks import Scene, Verdict
from domain.errors import Fault, Invalid, NotFound
from domain.files import Fit, Inspect, UnfitFile
from domain.transactions import Act, Unit

TOO_LARGE = f"图片处理后仍超过 {MOST_BYTES // 1024**2} MB，请裁剪后再添加。"
OVER = "图片地址已失效，请回到原页面刷新后再看。"


@dataclass(frozen=True, kw_only=True)
class Picture:
    """An image as it is given out."""

    media_type: str
    content: bytes


class Attachments:
    """Images of people and of staff."""

    def __init__(
        self,
        *,
        store: AttachmentStore,
        inspect: Inspect,
        digest: Callable[[bytes], str],
        begin_check: BeginCheck,
    ) -> None:
        self._store = store
        self._inspect = inspect
        self._digest = digest
        self._begin_check = begin_check

    async def take(self, act: Act, *, owner: str, content: bytes, by: By = By.CITIZEN) -> View:
        """An image, made anew from its pixels, with an address for its owner.

        Raises:
            Invalid: it is no image, or one that may not be; the attempt is recorded.
            TooManyImages: the owner holds as many as may wait to be attached.
        """
        fit = await self._fit(act, content)
        attachment = self._made(act, fit, owner=owner, by=by)

        async def work(unit: Unit) -> View:
            held = await self._store.places(unit, owner=owner, now=act.at)
            free = [place for place in range(MOST_UNBOUND) if place not in held]
            if not free:
                raise TooManyImages(f"最多先添加 {MOST_UNBOUND} 张图片，请提交或删除后再添加。")
            # Several come at once: who draws a place is seldom in the way of another.
            place = int(act.draw.pick("".join(str(one) for one in free), 1))
            await self._store.add(unit, attachment, fit.content, place=place)
            await unit.audit(act.event("attachment.added", attachment.id, by=by.value))
            [view] = await self._shown(unit, act, [attachment], Viewer(id=owner))
            return view

        return await act.commit(work)

    async def drop(self, act: Act, *, attachment_id: str, owner: str) -> None:
        """Take one back that is not attached yet.

        Raises:
            NotFound: none of the owner's that is free.
        """

        async def work(unit: Unit) -> None:
            found = await self._store.some(unit, [attachment_id])
            if not found or not found[0].free(owner, act.at):
                raise NotFound("图片不存在，或者已经提交，不能再删除。")
            await self._store.remove(unit, found[0])
            await unit.audit(act.event("attachment.dropped", attachment_id))

        await act.commit(work)

    async def bind(
        self, unit: Unit, act: Act, *, ids: Sequence[str], owner: str, to: str
    ) -> tuple[Attachment, ...]:
        """Attach an owner's images, in the order given, in the transaction of what they go with.

        Raises:
            Invalid: one is not the owner's, not there, or attached already, by its place.
            TooManyImages: more than may be attached at once, or in all.
        """
        if not ids:
            return ()
        if len(ids) > MOST_AT_ONCE:
            raise TooManyImages(f"一次最多附 {MOST_AT_ONCE} 张图片。")
        found = {one.id: one for one in await self._store.some(unit, ids)}
        wrong = {
            place: "unknown"
            for place, one in enumerate(ids)
            if one not in found or not found[one].free(owner, act.at) or one in ids[:place]
        }
        if wrong:
            raise faulty(wrong)
        if await self._store.count(unit, bound_to=to) + len(ids) > MOST_BOUND:
            raise TooManyImages(f"同一件事项最多附 {MOST_BOUND} 张图片。")
        bound = tuple(found[one] for one in ids)
        await self._store.bind(unit, bound, to=to)
        for one in bound:
            await unit.audit(act.event("attachment.bound", one.id, to=to))
            if one.by is By.CITIZEN:
                await self._begin_check(
                    unit, act, object_id=one.id, person_id=owner, scene=Scene.COMMENT
                )
        return tuple(one.bound(to) for one in bound)

    async def of(self, bound_to: str) -> Sequence[Attachment]:
        """All that are attached to something, in one query; whether one may see it is not asked."""
        return await self._store.of(bound_to)

    async def views(
        self, act: Act, attachments: Sequence[Attachment], *, viewer: Viewer
    ) -> tuple[View, ...]:
        """As somebody sees them who may see what they are attached to: addresses in one write.

        That somebody is given addresses of another's images is recorded.
        """
        here = [one for one in attachments if one.here(act.at)]
        if all(look(one, viewer) is not Look.OPEN for one in here):
            return tuple(View(attachment=one, look=look(one, viewer)) for one in here)

        async def work(unit: Unit) -> tuple[View, ...]:
            for place in sorted({one.bound_to for one in here if one.owner != viewer.id}):
                await unit.audit(act.event("attachment.shown", place))
            return await self._shown(unit, act, here, viewer)

        return await act.commit(work)

    async def read(self, act: Act, *, secret: str) -> Picture:
        """The image behind an address.

        Raises:
            NotFound: unknown, over, or the image may not be seen by it any more.
        """
        address = await self._store.address(secret)
        found = await self._store.get(address.attachment_id) if address else None
        if address is None or found is None or not address.opens(found, act.at):
            raise NotFound(OVER)
        content = await self._store.content(found.id)
        if content is None:
            raise NotFound(OVER)
        return Picture(media_type=found.media_type, content=content)

    async def keep_until(self, unit: Unit, *, bound_to: str, until: datetime | None) -> None:
        """When the images of something go, with it; None while that is not known."""
        await self._store.keep_until(unit, bound_to=bound_to, until=until)

    async def _shown(
        self, unit: Unit, act: Act, attachments: Sequence[Attachment], viewer: Viewer
    ) -> tuple[View, ...]:
        views = tuple(_view(act, one, viewer) for one in attachments)
        await self._store.add_addresses(unit, [one.address for one in views if one.address])
        return views

    async def _fit(self, act: Act, content: bytes) -> Fit:
        try:
            fit = await self._inspect(content)
        except UnfitFile as refusal:
            raise await _refused(act, refusal) from refusal
        if len(fit.content) > MOST_BYTES:
            raise await _refused(act, UnfitFile(TOO_LARGE, because="too_large"))
        return fit

    def _made(self, act: Act, fit: Fit, *, owner: str, by: By) -> Attachment:
        vouched = by is By.STAFF
        return Attachment(
            id=act.draw.id(),
            owner=owner,
            by=by,
            media_type=fit.media_type,
            size=len(fit.content),
            width=fit.width,
            height=fit.height,
            sha256=self._digest(fit.content),
            state=Verdict.PASS if vouched else Verdict.PENDING,
            reason=BY_STAFF if vouched else "",
            added_at=act.at,
            gone_at=act.at + UNBOUND_LASTS,
        )


async def _refused(act: Act, refusal: UnfitFile) -> Invalid:
    """The refusal of an attempt, which is recorded."""
    event = act.event("attachment.refused", act.actor, because=refusal.because)
    await act.record(lambda unit: unit.audit(event))
    return Invalid([Fault(pointer="/file", code=refusal.because, detail=refusal.detail)])


def _view(act: Act, attachment: Attachment, viewer: Viewer) -> View:
    seen = look(attachment, viewer)
    if seen is not Look.OPEN:
        return View(attachment=attachment, look=seen)
    purpose = Purpose.JUDGE if viewer.judges else Purpose.SHOW
    address = made_address(act, attachment.id, purpose, viewer=viewer.id)
    return View(attachment=attachment, look=seen, address=address)


def made_address(act: Act, attachment_id: str, purpose: Purpose, *, viewer: str) -> Address:
    """A new one, good from now on for as long as its purpose needs."""
    return Address(
        secret=act.draw.secret(),
        attachment_id=attachment_id,
        purpose=purpose,
        viewer=viewer,
        made_at=act.at,
        expires_at=act.at + LASTS[purpose],
    )
