"""The public register of promises: exactly what its entry shows, agreed to before it is shown."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from domain.errors import Fault, Invalid, NotFound
from domain.identifiers import BadIdentifier, mask_name, parse_uscc
from domain.pages import Ask, Page
from domain.promises.promises import STATES, Promise, State
from domain.promises.templates import CATEGORIES, Publicity, Template
from domain.time import civil_date
from domain.transactions import Unit

LEAST, MOST = 2, 60
CODE_LENGTH = 20


@dataclass(frozen=True, kw_only=True)
class Line:
    """A label and what stands beside it."""

    label: str
    value: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One promise as everybody may see it; a natural person's name is masked."""

    code: str
    promise_id: str
    person_id: str
    name: str
    uscc: str | None
    kind: str
    title: str
    signed_on: date
    until: date
    state: str
    lines: tuple[Line, ...]


class RegisterStore(Protocol):
    """Entries."""

    async def put(self, unit: Unit, entry: Entry) -> None:
        """A new one, or the same again."""

    async def take_out(self, unit: Unit, code: str) -> None:
        """It is shown no more."""

    async def say(self, unit: Unit, code: str, *, state: str) -> None:
        """How it is performed, where it is shown."""

    async def get(self, code: str, *, today: date) -> Entry | None:
        """By promise code, while it is shown."""

    async def of_uscc(self, uscc: str, *, today: date, ask: Ask) -> Page[Entry]:
        """Those of an organisation, newest first."""

    async def named(self, words: str, *, today: date, ask: Ask) -> Page[Entry]:
        """Those whose name contains this, newest first."""

    async def newest(self, *, today: date, ask: Ask) -> Page[Entry]:
        """All, newest first."""


class Register:
    """What everybody may look for."""

    def __init__(self, *, store: RegisterStore) -> None:
        self._store = store

    async def get(self, code: str, *, today: date) -> Entry:
        """One entry.

        Raises:
            NotFound: there is none, or it is shown no more.
        """
        entry = await self._store.get(code, today=today)
        if entry is None:
            raise NotFound("公示中没有这份承诺。")
        return entry

    async def search(self, words: str, *, today: date, ask: Ask) -> Page[Entry]:
        """By promise code, by uscc, or by part of a name; of nothing, the newest.

        Raises:
            Invalid: one character alone, or more than 60.
        """
        wanted = "".join(words.split())
        if not wanted:
            return await self._store.newest(today=today, ask=ask)
        if not LEAST <= len(wanted) <= MOST:
            detail = f"请输入 {LEAST} 至 {MOST} 个字的名称，或承诺编码、统一社会信用代码。"
            raise Invalid([Fault(pointer="/query/q", code="words", detail=detail)])
        if wanted.isascii() and wanted.isdigit() and len(wanted) == CODE_LENGTH:
            entry = await self._store.get(wanted, today=today)
            return Page(items=(entry,) if entry else (), next=None)
        try:
            uscc = str(parse_uscc(wanted))
        except BadIdentifier:
            return await self._store.named(wanted, today=today, ask=ask)
        return await self._store.of_uscc(uscc, today=today, ask=ask)


def lines_of(promise: Promise, template: Template) -> tuple[Line, ...]:
    """What the register says of a promise, beside its code and dates."""
    person = promise.category == "person"
    name = mask_name(promise.promisor) if person else promise.promisor
    found = [
        ("承诺人", name),
        ("承诺人类别", CATEGORIES[promise.category]),
        ("统一社会信用代码", promise.uscc or ""),
        ("承诺类型", template.kind.label),
        ("承诺书", template.title),
        ("承诺事由", template.matter),
        *((answer.label, answer.value) for answer in promise.answers if answer.public),
        ("承诺内容", template.content),
        ("违诺责任", template.liability),
        ("受理单位", template.department.name),
    ]
    return tuple(Line(label=label, value=value) for label, value in found if value)


def consent_text(promise: Promise, template: Template) -> str:
    """What the promisor is shown, and agrees to, before signing: who will see what, how long."""
    match promise.publicity:
        case Publicity.PRIVATE:
            return "本承诺书不公开，只用于办理所承诺的事项。"
        case Publicity.CIRCLE:
            return f"本承诺书只向特定范围公开：{template.circle}，不向社会公开。"
    lines = "\n".join(f"{line.label}：{line.value}" for line in lines_of(promise, template))
    return (
        f"本承诺书自签署之日起向社会公示 {template.shown_days} 日，任何人都可以在承诺公示中查到"
        "下列内容，以及承诺编码、签署日期和履行状态。自然人姓名打码，证件号码、手机号、"
        f"未列出的填写内容不公示。\n\n{lines}"
    )


def consent_hash(text: str) -> str:
    """SHA-256 of the text shown, hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def shown_until(template: Template, signed_on: date) -> date:
    """The last day on which the register shows it."""
    return signed_on + timedelta(days=template.shown_days)


def entry_of(promise: Promise, template: Template) -> Entry | None:
    """The entry of a signed promise; None for what is not public, or was taken back."""
    signature = promise.signature
    gone = promise.state is State.WITHDRAWN
    if signature is None or gone or promise.publicity is not Publicity.PUBLIC:
        return None
    until = signature.publication.until
    if until is None:
        return None
    return Entry(
        code=signature.code,
        promise_id=promise.id,
        person_id=promise.person_id,
        name=mask_name(promise.promisor) if promise.category == "person" else promise.promisor,
        uscc=promise.uscc,
        kind=promise.kind.value,
        title=promise.title,
        signed_on=civil_date(signature.at),
        until=until,
        state=STATES[promise.state],
        lines=lines_of(promise, template),
    )


def grams(name: str) -> Sequence[str]:
    """Pairs of neighbouring characters, by which a part of a name is found."""
    text = "".join(name.split())
    return sorted({text[place : place + 2] for place in range(len(text) - 1)})
