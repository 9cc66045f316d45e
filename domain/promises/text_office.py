"""The office's work on the texts of promises: drafted, reviewed by somebody else, published."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol

from domain.errors import Fault, Invalid, NotFound
from domain.pages import Ask, Page
from domain.promises.in_force import PublishedTexts, TextsInForce
from domain.promises.templates import Template
from domain.promises.texts import Edited, Version, check, in_force, wording_of
from domain.transactions import Act, Unit
from domain.versions import REASON_MOST, StaffNames, Versions, VersionState, said


class TextStore(PublishedTexts, Protocol):
    """Every version of every text."""

    async def add(self, unit: Unit, version: Version) -> None:
        """A new one; raises Conflict while another of its text is in work."""

    async def get(self, version_id: str) -> Version | None:
        """By id."""

    async def replace(self, unit: Unit, version: Version, *, was: Version) -> None:
        """Save against the revision that was read; Stale when it moved on."""

    async def of(self, template: str, *, ask: Ask) -> Page[Version]:
        """All of a text, newest first."""

    async def in_work(self) -> Sequence[Version]:
        """All that are not decided: at most one of each text."""

    async def names(self, template: str, *, beside: str) -> set[str]:
        """The version names of a text that are in use, beside that of one version."""

    async def next_number(self, unit: Unit, template: str) -> int:
        """The next number of its publications; one unit after the other."""

    async def came(self, template: str, fingerprint: str) -> bool:
        """Whether the content ever brought this wording."""

    async def bring(self, unit: Unit, version: Version, *, fingerprint: str) -> None:
        """One from the content; the unit starts over when another process just did the same."""

    async def keep_text(self, unit: Unit, template: Template) -> None:
        """Keep what is read before signing, by its hash."""


@dataclass(frozen=True, kw_only=True)
class Overview:
    """One text: what is in force, what will be, what is in work."""

    code: str
    standing: Version
    coming: Sequence[Version]
    in_work: Version | None


class TextOffice:
    """What editors and reviewers do; each move against the state that was seen."""

    def __init__(
        self,
        *,
        store: TextStore,
        templates: Mapping[str, Template],
        texts: TextsInForce,
        staff: StaffNames,
    ) -> None:
        self._store = store
        self._texts = texts
        self._templates = templates
        self._moves = Versions(
            store=store, staff=staff, known=lambda version: version.template in templates
        )

    # -- reading -----------------------------------------------------------------

    async def all(self, *, now: datetime) -> Sequence[Overview]:
        """Every text, in the office's order."""
        published = await self._store.published()
        work = {one.template: one for one in await self._store.in_work()}
        found = []
        for code in self._templates:
            mine = [one for one in published if one.template == code]
            standing = in_force(mine, now)
            if standing is not None:
                coming = [one for one in mine if not one.holds(now)]
                found.append(
                    Overview(code=code, standing=standing, coming=coming, in_work=work.get(code))
                )
        return found

    async def text(self, code: str, *, now: datetime) -> Overview:
        """One of them; raises NotFound."""
        found = next((one for one in await self.all(now=now) if one.code == code), None)
        if found is None:
            raise NotFound("没有这种承诺书。")
        return found

    async def versions(self, code: str, *, ask: Ask) -> Page[Version]:
        """All versions of a text, newest first."""
        return await self._store.of(code, ask=ask)

    async def get(self, version_id: str) -> Version:
        """One version, however old; raises NotFound."""
        return await self._moves.get(version_id)

    async def names_of(self, versions: Iterable[Version]) -> Mapping[str, str]:
        """How whoever wrote or reviewed these is called, by id."""
        return await self._moves.names_of(versions)

    # -- editing -----------------------------------------------------------------

    async def begin(self, act: Act, *, made_from: str, name: str, why: str) -> Version:
        """A draft made from any version, also an old one, which is how it is restored.

        Raises:
            NotFound: there is no such version.
            Invalid: the name is taken, or there is no reason.
            Conflict: another version of the text is in work.
        """
        source = await self.get(made_from)
        edited = Edited(
            **{
                one: getattr(source.wording, one)
                for one in Edited.__dataclass_fields__
                if one != "version"
            },
            version=name,
        )
        version = Version(
            id=act.draw.id(),
            template=source.template,
            wording=replace(source.wording, version=name),
            why=why,
            state=VersionState.DRAFT,
            editors=(act.actor,),
            changed_by=act.actor,
            created_at=act.at,
            changed_at=act.at,
            made_from=source.id,
        )
        await self._check(version, edited, why)

        async def work(unit: Unit) -> Version:
            await self._store.add(unit, version)
            await unit.audit(act.event("promise_text.begun", version.id, template=version.template))
            return version

        return await act.commit(work)

    async def change(
        self, act: Act, *, version_id: str, tag: str, edited: Edited, why: str
    ) -> Version:
        """The draft written anew; raises NotFound, Stale, Conflict, Invalid."""
        was = await self._moves.seen(version_id, tag)
        after = was.changed(edited, why=why, by=act.actor, now=act.at)
        await self._check(after, edited, why)
        event = act.event("promise_text.changed", was.id)
        return await self._moves.save(act, after, event, was=was)

    async def submit(self, act: Act, *, version_id: str, tag: str) -> Version:
        """For review; raises NotFound, Stale, Conflict."""
        was = await self._moves.seen(version_id, tag)
        after = was.submitted(by=act.actor, now=act.at)
        event = act.event("promise_text.submitted", was.id)
        return await self._moves.save(act, after, event, was=was)

    async def give_up(self, act: Act, *, version_id: str, tag: str) -> Version:
        """Withdrawn by an editor; raises NotFound, Stale, Conflict."""
        was = await self._moves.seen(version_id, tag)
        after = was.given_up(by=act.actor, now=act.at)
        event = act.event("promise_text.given_up", was.id)
        return await self._moves.save(act, after, event, was=was)

    # -- review ------------------------------------------------------------------

    async def give_back(self, act: Act, *, version_id: str, tag: str, reason: str) -> Version:
        """Back to the editor; raises NotFound, Stale, Conflict, Invalid."""
        was = await self._moves.seen(version_id, tag)
        after = was.returned(reason=said(reason), by=act.actor, now=act.at)
        event = act.event("promise_text.returned", was.id)
        return await self._moves.save(act, after, event, was=was)

    async def publish(
        self, act: Act, *, version_id: str, tag: str, from_day: date | None
    ) -> Version:
        """In force at once, or from a day on; raises NotFound, Stale, Conflict, Invalid.

        Its text is kept in the same transaction, before anybody can sign it.
        """
        was = await self._moves.seen(version_id, tag)

        async def work(unit: Unit) -> Version:
            number = await self._store.next_number(unit, was.template)
            standing = await self._store.standing(unit, was.template, now=act.at)
            since = standing.in_force_at if standing else None
            after = was.published(
                from_day=from_day, number=number, after=since or act.at, by=act.actor, now=act.at
            )
            await self._moves.replace(unit, after, was=was)
            await self._store.keep_text(unit, after.wording.on(self._templates[was.template]))
            await unit.audit(act.event("promise_text.published", was.id, template=was.template))
            return after

        after = await act.commit(work)
        self._texts.ask_again()
        return after

    async def recall(self, act: Act, *, version_id: str, tag: str, reason: str) -> Version:
        """A publication whose day has not come is revoked; raises as for ``give_back``."""
        was = await self._moves.seen(version_id, tag)
        after = was.recalled(reason=said(reason), by=act.actor, now=act.at)

        async def work(unit: Unit) -> Version:
            await self._store.next_number(unit, was.template)
            await self._moves.replace(unit, after, was=was)
            await unit.audit(act.event("promise_text.recalled", was.id, template=was.template))
            return after

        await act.commit(work)
        self._texts.ask_again()
        return after

    # -- content -----------------------------------------------------------------

    async def bring(self, act: Act) -> None:
        """What the district's files say for the first time is published, and so in force."""
        for code, template in self._templates.items():
            wording = wording_of(template)
            if not await self._store.came(code, wording.fingerprint):
                await self._bring(act, template)

    async def _bring(self, act: Act, template: Template) -> None:
        wording = wording_of(template)

        async def work(unit: Unit) -> None:
            number = await self._store.next_number(unit, template.code)
            if await self._store.came(template.code, wording.fingerprint):
                return
            standing = await self._store.standing(unit, template.code, now=act.at)
            since = standing.in_force_at if standing else None
            version = Version(
                id=act.draw.id(),
                template=template.code,
                wording=wording,
                why="",
                state=VersionState.PUBLISHED,
                editors=(),
                changed_by=act.actor,
                created_at=act.at,
                changed_at=act.at,
                in_force_at=max(act.at, since or act.at),
                number=number,
            )
            await self._store.bring(unit, version, fingerprint=wording.fingerprint)
            await self._store.keep_text(unit, template)
            await unit.audit(act.event("promise_text.brought", version.id, template=template.code))

        await act.commit(work)

    async def _check(self, version: Version, edited: Edited, why: str) -> None:
        taken = await self._store.names(version.template, beside=version.id)
        faults: list[Fault] = []
        try:
            check(edited, taken=taken)
        except Invalid as invalid:
            faults += invalid.faults
        if not 0 < len(why) <= REASON_MOST:
            detail = f"请说明修改理由，最多 {REASON_MOST} 个字。"
            faults.append(Fault(pointer="/why", code="missing", detail=detail))
        if faults:
            raise Invalid(faults)
