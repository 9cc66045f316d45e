"""Working on files: one step after another, each committed once, whoever is killed on the way.

A message of the outbox carries a file from step to step. Who takes it over goes on with the first
step that is not done. A file that is unfit for a step fails with a reason for its editor; a fault
of ours is the worker's to try again.

An editor's files of one kind are worked on one after another, so that those of others get through:
two of them only where two workers begin in the same moment.
"""

from datetime import timedelta

from domain.errors import NotFound, Unavailable
from domain.files import UnfitFile
from domain.media.assets import Asset
from domain.media.ports import Assets, Files, MediaStore, Parts, Unused, Workshop
from domain.media.processing import (
    JOIN,
    MOST_FAILURES,
    SWEEP,
    again,
    done,
    failed,
    next_step,
    topic_of,
)
from domain.media.uploads import folders_of, parts_folder, size_in_words
from domain.transactions import Act, Again, Unit

LATER = Again(after=timedelta(seconds=10))
GIVEN_UP = "处理多次中断，可以稍后点“重新处理”；仍不成功的，请联系系统运维。"
FULL = "全部讲座文件（含转换生成的）合计 {}，已超过上限 {}，请先删除不用的文件，再点“重新处理”。"


class Removed(Exception):
    """The file was removed while it was worked on."""


class Processing:
    """The work on files; ``most_in_all`` is how many bytes those of all lectures may have."""

    def __init__(
        self,
        *,
        assets: Assets,
        files: Files,
        parts: Parts,
        store: MediaStore,
        workshop: Workshop,
        unused: Unused,
        most_in_all: int,
    ) -> None:
        self._assets = assets
        self._files = files
        self._parts = parts
        self._store = store
        self._workshop = workshop
        self._unused = unused
        self._most_in_all = most_in_all

    async def work(self, act: Act, *, asset_id: str, failures: int = 0) -> Again | None:
        """Work all steps that are left; later, while another of its editor's is worked on.

        ``failures`` is how often in a row nobody came to an end with it: too often, and it fails.
        """
        try:
            if await self._is_behind(await self._here(asset_id)):
                return LATER
            while (asset := await self._here(asset_id)) and (step := next_step(asset)):
                if failures >= MOST_FAILURES:
                    await self._fail(act, asset, step, UnfitFile(GIVEN_UP, because="given_up"))
                    break
                if step != JOIN:
                    # Whoever joined them may have been killed before they went.
                    await self._store.remove(parts_folder(asset_id))
                await self._step(act, asset, step)
        except Removed:
            await self.sweep(asset_id=asset_id)
        return None

    async def sweep(self, *, asset_id: str) -> None:
        """Remove all bytes of a file that is gone."""
        for folder in folders_of(asset_id):
            await self._store.remove(folder)

    async def again(self, act: Act, *, asset_id: str) -> Asset:
        """Work a file once more that failed.

        Raises:
            NotFound: there is none.
            NotFailed: it did not fail. UnfitForGood: it would fail again.
        """

        async def work(unit: Unit) -> Asset:
            was = await self._assets.get(asset_id)
            if was is None:
                raise NotFound
            after = again(was, act.at)
            await self._assets.replace(unit, after, was=was)
            await unit.audit(act.event("media.again", asset_id))
            await unit.send(act.message(topic_of(was), asset_id))
            return after

        return await act.commit(work)

    async def remove(self, act: Act, *, asset_id: str) -> None:
        """A file goes, with all that was made of it.

        Nothing of it is given out any more from then on; its bytes go a moment later.

        Raises:
            NotFound: there is none.
            Conflict: something shows it, or is to.
        """

        async def work(unit: Unit) -> None:
            was = await self._assets.get(asset_id)
            if was is None:
                raise NotFound
            await self._unused(was)
            await self._assets.remove(unit, was)
            await self._files.remove_of(unit, asset_id)
            await self._parts.remove(unit, asset_id)
            await unit.audit(act.event("media.removed", asset_id, kind=was.kind.value))
            await unit.send(act.message(SWEEP, asset_id))

        await act.commit(work)

    async def _here(self, asset_id: str) -> Asset:
        asset = await self._assets.get(asset_id)
        if asset is None:
            raise Removed
        return asset

    async def _is_behind(self, asset: Asset) -> bool:
        """What somebody works on goes on, whoever was killed."""
        waits = next_step(asset) and not asset.at_work
        return bool(waits) and await self._assets.like_it_at_work(asset)

    async def _step(self, act: Act, asset: Asset, step: str) -> None:
        async def tell(percent: int) -> None:
            if not await self._assets.working(asset.id, step=step, percent=percent):
                raise Removed

        await tell(0)
        try:
            await self._hold_total(act)
            made = await self._workshop(asset, step, at=act.at, tell=tell)
        except UnfitFile as unfit:
            await self._fail(act, asset, step, unfit)
            return
        except Unavailable as outage:
            # It is tried again by itself: meanwhile the editor reads why nothing moves.
            await self._assets.working(asset.id, step=step, percent=0, why=outage.detail)
            raise

        async def work(unit: Unit) -> None:
            was = await self._here(asset.id)
            after = done(was, step, made, act.at)
            await self._assets.replace(unit, after, was=was)
            if made.files:
                await self._files.keep(unit, made.files)
            if step == JOIN:
                await self._parts.remove(unit, asset.id)
            state = after.state.value
            await unit.audit(act.event("media.step_done", asset.id, step=step, state=state))

        await act.commit(work)

    async def _hold_total(self, act: Act) -> None:
        """A small file may become a large one: what is too much already becomes no more."""
        total = await act.commit(self._assets.total)
        if total > self._most_in_all:
            detail = FULL.format(size_in_words(total), size_in_words(self._most_in_all))
            raise UnfitFile(detail, because="no_room")

    async def _fail(self, act: Act, asset: Asset, step: str, unfit: UnfitFile) -> None:
        async def work(unit: Unit) -> None:
            was = await self._here(asset.id)
            await self._assets.replace(unit, failed(was, step, unfit, act.at), was=was)
            because = unfit.because
            await unit.audit(act.event("media.failed", asset.id, step=step, because=because))

        await act.commit(work)
