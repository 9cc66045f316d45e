"""What its promisor may still do with a signed promise: show it otherwise, take it back."""

from dataclasses import replace
from datetime import datetime

from domain.content_checks import Verdict
from domain.errors import Stale
from domain.promises.drafting import Drafts
from domain.promises.ports import PromiseStore
from domain.promises.promises import Promise, State
from domain.promises.public_words import BEING_CHECKED, PublicWords
from domain.promises.register import consent_hash, consent_text
from domain.promises.showing import Showing, agreed
from domain.promises.shown import Shown
from domain.promises.templates import Publicity, Template
from domain.transactions import Act, Conflict, Unit


class AfterSigning:
    """The promisor's own steps."""

    def __init__(
        self,
        *,
        drafts: Drafts,
        store: PromiseStore,
        showing: Showing,
        words: PublicWords,
    ) -> None:
        self._drafts = drafts
        self._store = store
        self._showing = showing
        self._words = words

    async def preview(
        self, *, person_id: str, promise_id: str, publicity: Publicity, now: datetime
    ) -> tuple[str, str]:
        """What is to be agreed to for showing it so, and its SHA-256 (hex).

        Raises:
            NotFound, OutOfScope: as for ``Drafts.get``.
            Conflict: its text is not known any more, or leaves no such choice.
        """
        shown = await self._drafts.get(person_id=person_id, promise_id=promise_id, now=now)
        template = require_choice(shown, publicity)
        text = consent_text(replace(shown.promise, publicity=publicity), template)
        return text, consent_hash(text)

    async def withdraw(self, act: Act, *, promise_id: str, reason: str, tag: str) -> Shown:
        """Take a promise back: the matter goes on by the ordinary procedure.

        Raises:
            NotFound: none of the caller's.
            Stale: it changed since it was read.
            Conflict: it cannot be taken back any more, or what it was given for is done.
        """
        promise = await self._signed(act, promise_id, tag)
        after = promise.withdrawn(reason=reason, now=act.at)

        async def work(unit: Unit) -> Shown:
            await self._store.replace(unit, after, was=promise)
            await self._showing.hide(unit, promise)
            await self._showing.pass_on(unit, act, after, was=promise)
            await unit.audit(act.event("promise.withdrawn", promise.id))
            await self._showing.told(
                unit, act, after, "承诺书已撤回", "已撤回，所办事项按一般程序办理。"
            )
            return await self._drafts.show(after, now=act.at)

        return await act.commit(work)

    async def publish(
        self, act: Act, *, promise_id: str, publicity: Publicity, text_hash: str, tag: str
    ) -> Shown:
        """Let others see a signed promise, or no more; as far as its text leaves a choice.

        Raises:
            NotFound: none of the caller's.
            Stale: it changed since it was read.
            Conflict: its text has to be public, or is not known any more.
            NotAsRead: what would be shown is not what was read.
        """
        promise = await self._signed(act, promise_id, tag)
        template = require_choice(await self._drafts.show(promise, now=act.at), publicity)
        publication = agreed(
            replace(promise, publicity=publicity), template, read=text_hash, now=act.at
        )
        after = promise.shown_otherwise(publication, now=act.at)
        checked = await self._words.judge(act, after)
        if checked is not None and checked.verdict is Verdict.PENDING:
            raise Conflict(BEING_CHECKED, retry_after=30)

        facts = {"publicity": publicity.value, "publication": publication.text_hash}

        async def work(unit: Unit) -> Shown:
            await self._store.replace(unit, after, was=promise)
            await self._words.keep(unit, act, after, checked)
            await self._showing.show(unit, after, template)
            await self._showing.collect(unit, act, after, was=promise)
            await unit.audit(act.event("promise.publicity_changed", promise.id, **facts))
            return await self._drafts.show(after, now=act.at)

        return await act.commit(work)

    async def _signed(self, act: Act, promise_id: str, tag: str) -> Promise:
        promise = await self._drafts.own(act, promise_id)
        if promise.state is State.DRAFT:
            raise Conflict("这份承诺书还没有签署，可以直接删除。")
        if promise.tag != tag:
            raise Stale("这份承诺书刚刚有了变动，请刷新后再操作。")
        return promise


def require_choice(shown: Shown, publicity: Publicity) -> Template:
    """The text that was signed, which leaves this choice; raises Conflict when it does not."""
    template = shown.template
    if template is None or template.text_hash != shown.promise.text_hash:
        raise Conflict("这份承诺书的文本已更新，公开方式请到信用服务窗口变更。")
    if publicity not in template.publicities:
        names = "、".join(one.label for one in template.publicities)
        raise Conflict(f"《{template.title}》的公开方式只能是：{names}；不愿公开的可以撤回承诺。")
    return template
