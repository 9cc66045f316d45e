"""Files handed in: known by what they are, not by what they are called."""

from collections.abc import Callable
from dataclasses import replace

from domain.electricity.applications import (
    OVER,
    Application,
    By,
    Later,
    Material,
    State,
)
from domain.electricity.filling import outstanding
from domain.electricity.keeping import Keeping
from domain.electricity.owning import Owning
from domain.electricity.ports import ApplicationStore
from domain.electricity.terms import Terms
from domain.electricity.ways import TO_BE_SUBMITTED
from domain.errors import Fault, Invalid, NotFound, Stale
from domain.files import Inspect, UnfitFile, shown_name
from domain.transactions import Act, Conflict, Unit

ATTEMPTS = 12


class Materials:
    """The files of one person's applications."""

    def __init__(
        self,
        *,
        store: ApplicationStore,
        owning: Owning,
        keeping: Keeping,
        inspect: Inspect,
        digest: Callable[[bytes], str],
        terms: Terms,
    ) -> None:
        self._store = store
        self._owning = owning
        self._keeping = keeping
        self._inspect = inspect
        self._digest = digest
        self._terms = terms

    @property
    def most_bytes(self) -> int:
        """How large a file may be."""
        return self._terms.files.most_bytes

    async def add(
        self, act: Act, *, application_id: str, paper: str, name: str, content: bytes
    ) -> Application:
        """A file for one of the papers; what is refused is recorded, and changes nothing.

        Raises:
            NotFound, OutOfScope: no application of the caller's.
            Conflict: nothing is wanted now, or there are too many files.
            Invalid: there is no such paper, or the file is not what may be handed in.
        """
        was = await self._owning.of_act(act, application_id)
        self._require_wanted(was, paper)
        try:
            fit = await self._inspect(content)
        except UnfitFile as refusal:
            event = act.event("electricity.file_refused", was.id, because=refusal.because)
            await act.record(lambda unit: unit.audit(event))
            fault = Fault(pointer="/file", code=refusal.because, detail=refusal.detail)
            raise Invalid([fault]) from refusal
        material = Material(
            id=act.draw.id(),
            paper=paper,
            name=shown_name(name),
            media_type=fit.media_type,
            size=len(fit.content),
            sha256=self._digest(fit.content),
            added_at=act.at,
        )
        for _ in range(ATTEMPTS - 1):
            try:
                return await self._add(act, was, material, fit.content)
            except Stale:
                # Several photographs come at once: none of them is in the way of another.
                was = await self._owning.of_act(act, application_id)
                self._require_wanted(was, paper)
        return await self._add(act, was, material, fit.content)

    async def drop(self, act: Act, *, application_id: str, material_id: str) -> Application:
        """Take a file out again, while it has not been handed in.

        Raises:
            NotFound, OutOfScope: none of the caller's.
            Conflict: it is with the supplier.
        """
        was = await self._owning.of_act(act, application_id)
        material = _material(was, material_id)
        fresh = was.state is State.RETURNED and material.added_at >= was.since
        if was.state not in TO_BE_SUBMITTED and not fresh:
            raise Conflict("已经提交的材料不能删除，可以补充新的。")
        after = replace(
            was,
            materials=tuple(one for one in was.materials if one.id != material_id),
            changed_at=act.at,
            revision=was.revision + 1,
        )

        async def work(unit: Unit) -> Application:
            await self._store.drop_file(unit, application_id=was.id, material_id=material_id)
            await unit.audit(act.event("electricity.file_dropped", was.id, file=material_id))
            return await self._keeping.put(unit, act, was=was, after=after)

        return await act.commit(work)

    async def read(
        self, act: Act, *, application_id: str, material_id: str
    ) -> tuple[Material, bytes]:
        """A file as it is kept.

        Raises:
            NotFound, OutOfScope: none of the caller's.
        """
        application = await self._owning.of_act(act, application_id)
        return await self.of(application, material_id)

    async def of(self, application: Application, material_id: str) -> tuple[Material, bytes]:
        """A file of an application somebody may see; raises NotFound."""
        material = _material(application, material_id)
        content = await self._store.file(application_id=application.id, material_id=material_id)
        if content is None:
            raise NotFound
        return material, content

    async def _add(
        self, act: Act, was: Application, material: Material, content: bytes
    ) -> Application:
        after = self._added(was, material)

        async def work(unit: Unit) -> Application:
            await self._store.keep_file(
                unit, application=after, material_id=material.id, content=content
            )
            await unit.audit(
                act.event("electricity.file_added", was.id, file=material.id, paper=material.paper)
            )
            return await self._keeping.put(unit, act, was=was, after=after)

        return await act.commit(work)

    def _added(self, was: Application, material: Material) -> Application:
        """With the file; a paper that was to follow has followed, and the timeline says so."""
        after = replace(
            was,
            materials=(*was.materials, material),
            changed_at=material.added_at,
            revision=was.revision + 1,
        )
        awaited = {one.paper for one in outstanding(was)}
        if material.paper not in awaited:
            return after
        later = tuple(_followed(one, material.paper) for one in was.later)
        if was.state in TO_BE_SUBMITTED:
            return replace(after, later=later)
        text = f"已补交{self._terms.papers[material.paper]}。"
        noted = was.noted(By.APPLICANT, text, material.added_at)
        return replace(noted, materials=after.materials, later=later)

    def _require_wanted(self, application: Application, paper: str) -> None:
        """Raise unless a file for this paper may come now."""
        business = self._terms.businesses.get(application.wanted.business)
        if business is None:
            raise Conflict("请先选择业务类型，再上传材料。")
        asked = application.returned.papers if application.returned else ()
        if paper not in {one.code for one in business.papers} | set(asked):
            detail = f"{business.label}没有这种材料。"
            raise Invalid([Fault(pointer="/query/paper", code="unknown", detail=detail)])
        awaited = paper in {one.paper for one in outstanding(application)}
        open_now = application.state in (*TO_BE_SUBMITTED, State.RETURNED)
        if application.state in OVER or not (open_now or awaited):
            raise Conflict("这份申请目前不需要补充这种材料。")
        if len(application.materials) >= self._terms.files.most:
            most = self._terms.files.most
            raise Conflict(f"一份申请最多 {most} 个文件，请合并后再上传。")


def _followed(one: Later, paper: str) -> Later:
    return replace(one, handed_in=True) if one.paper == paper else one


def _material(application: Application, material_id: str) -> Material:
    for one in application.materials:
        if one.id == material_id:
            return one
    raise NotFound
