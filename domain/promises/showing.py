"""What all steps of a promise share: what is agreed to for showing it, its entry, who is told."""

from datetime import datetime

from domain.promises.contributing import Collecting
from domain.promises.ports import Matters
from domain.promises.promises import STATES, NotAsRead, Promise, Publication
from domain.promises.register import (
    RegisterStore,
    consent_hash,
    consent_text,
    entry_of,
    shown_until,
)
from domain.promises.templates import Publicity, Template
from domain.time import civil_date
from domain.transactions import Act, NoticeKind, Tell, Unit


class Showing:
    """Keeps the register, what it is given for, the platform and the people in step with it."""

    def __init__(
        self, *, register: RegisterStore, tell: Tell, matters: Matters, collecting: Collecting
    ) -> None:
        self._register = register
        self._tell = tell
        self._matters = matters
        self._collecting = collecting

    async def show(self, unit: Unit, promise: Promise, template: Template) -> None:
        """Its entry as it is to be seen now, or none."""
        entry = entry_of(promise, template)
        if entry is None:
            await self.hide(unit, promise)
        else:
            await self._register.put(unit, entry)

    async def signed(self, unit: Unit, act: Act, promise: Promise, template: Template) -> None:
        """Its first entry; what it is given for hears of it, and may not wait for it any more."""
        await self.show(unit, promise, template)
        await self._matters.moved(unit, act, promise)
        await self._collecting.signed(unit, act, promise, template)

    async def hide(self, unit: Unit, promise: Promise) -> None:
        """No entry any more."""
        if promise.signature is not None:
            await self._register.take_out(unit, promise.signature.code)

    async def say(self, unit: Unit, promise: Promise) -> None:
        """How it is performed now, in its entry if it has one."""
        if promise.signature is not None:
            state = STATES[promise.state]
            await self._register.say(unit, promise.signature.code, state=state)

    async def pass_on(self, unit: Unit, act: Act, promise: Promise, *, was: Promise) -> None:
        """What it is given for hears of it, and may not allow it; raises Conflict.

        The platform hears of what changed for it.
        """
        await self._matters.moved(unit, act, promise)
        await self.collect(unit, act, promise, was=was)

    async def collect(self, unit: Unit, act: Act, promise: Promise, *, was: Promise) -> None:
        """The platform hears of what changed for it."""
        await self._collecting.moved(unit, act, promise, was=was)

    async def told(self, unit: Unit, act: Act, promise: Promise, title: str, text: str) -> None:
        """Tell who signed it, and who stands behind them."""
        for person_id in dict.fromkeys((promise.person_id, promise.principal_person)):
            await self._tell(
                unit,
                act,
                kind=NoticeKind.PROMISE,
                person_id=person_id,
                title=title,
                text=f"《{promise.title}》{text}",
                link=f"/promises/{promise.id}",
            )


def agreed(promise: Promise, template: Template, *, read: str, now: datetime) -> Publication:
    """Who may see it from now on, agreed to by the text that was read.

    Raises:
        NotAsRead: what would be shown is not what was read.
    """
    text = consent_text(promise, template)
    if consent_hash(text) != read:
        raise NotAsRead("将要公示的内容与您刚才看到的不同，请重新阅读后再操作。")
    signed_at = promise.signature.at if promise.signature else now
    public = promise.publicity is Publicity.PUBLIC
    return Publication(
        publicity=promise.publicity,
        text=text,
        text_hash=read,
        agreed_at=now,
        until=shown_until(template, civil_date(signed_at)) if public else None,
    )
