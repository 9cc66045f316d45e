"""What the check of images asks of this room and tells it; and what people find of them.

WeChat gets one address for one image, made when it is asked and not when the image was attached:
an outage may last longer than an address. It is over with the verdict. Until then an image is
pending, never passed.
"""

from collections.abc import Callable, Sequence

from domain.attachments.attachments import Attachment, Purpose
from domain.attachments.ports import AttachmentStore
from domain.attachments.service import made_address
from domain.content_checks import Judged, Verdict
from domain.errors import NotFound, Stale
from domain.live.events import Publish
from domain.live.streams import TICKET
from domain.transactions import Act, Unit

NOBODY = ""
MOST = 100


class Checking:
    """``url_of`` makes of a secret the address at which WeChat fetches.

    Who looks at the ticket of an image is told live when something was found of it.
    """

    def __init__(
        self, *, store: AttachmentStore, url_of: Callable[[str], str], publish: Publish
    ) -> None:
        self._store = store
        self._url_of = url_of
        self._publish = publish

    async def address(self, act: Act, *, object_id: str) -> str | None:
        """Where WeChat may fetch the image now, and no more where it might before.

        None when the image is gone, or somebody has decided already.
        """
        attachment = await self._store.get(object_id)
        if attachment is None or not attachment.here(act.at):
            return None
        if attachment.state is not Verdict.PENDING:
            return None
        address = made_address(act, attachment.id, Purpose.CHECK, viewer=NOBODY)

        async def work(unit: Unit) -> str:
            await self._store.revoke(unit, attachment_id=attachment.id, purpose=Purpose.CHECK)
            await self._store.add_addresses(unit, [address])
            await unit.audit(act.event("attachment.handed_to_check", attachment.id))
            return self._url_of(address.secret)

        return await act.commit(work)

    async def decided(self, unit: Unit, act: Act, *, object_id: str, judged: Judged) -> None:
        """The verdict came, or nobody knows: its address is over. One by a person stands."""
        found = await self._store.some(unit, [object_id])
        if not found:
            return
        await self._found(unit, act, found[0], found[0].judged(judged))

    async def get(self, attachment_id: str) -> Attachment:
        """One that somebody may judge; raises NotFound."""
        attachment = await self._store.get(attachment_id)
        if attachment is None or not attachment.bound_to:
            raise NotFound
        return attachment

    async def judge(self, act: Act, *, attachment_id: str, passed: bool, tag: str) -> Attachment:
        """What a person found who may judge, and had seen what was known of it.

        Raises:
            NotFound: there is none.
            Stale: something was found of it meanwhile.
            Conflict: it needs no judging.
        """

        async def work(unit: Unit) -> Attachment:
            found = await self._store.some(unit, [attachment_id])
            if not found or not found[0].here(act.at):
                raise NotFound
            if tag != found[0].tag:
                raise Stale("这张图片刚刚有了新的结论，请看过后再决定。")
            after = found[0].decided(passed=passed)
            await self._found(unit, act, found[0], after)
            event = act.event("attachment.judged", after.id, verdict=after.state.value)
            await unit.audit(event)
            return after

        return await act.commit(work)

    async def to_judge(self) -> Sequence[Attachment]:
        """Those that wait for a person to look, the first first."""
        return await self._store.to_judge(most=MOST)

    async def _found(self, unit: Unit, act: Act, was: Attachment, after: Attachment) -> None:
        await self._store.revoke(unit, attachment_id=was.id, purpose=Purpose.CHECK)
        if after is was:
            return
        await self._store.replace(unit, after, was=was)
        if after.bound_to.startswith(f"{TICKET}:"):
            await self._publish(
                unit,
                act,
                streams=(after.bound_to,),
                kind="attachment.judged",
                about=after.id,
                revision=after.revision,
            )
