"""What is declared of every personal field: purpose, legal ground, retention, recipients.

One declaration is the source of all that people are told: the list of what is collected, the
list of who else receives it, and the answers for WeChat's privacy guide. A field that keeps
something of a person and is not declared stops the start.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

EVERY_PLAIN_FIELD = "*"


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Somebody outside who is given personal data."""

    code: str
    name: str
    contact: str
    purpose: str
    method: str


@dataclass(frozen=True, kw_only=True)
class Item:
    """One kind of personal data. ``fields`` are ``collection.field``.

    ``collection.*`` stands for the fields of a collection that are not encrypted; what is
    encrypted is named one by one. ``days`` is given where the retention is exact.
    """

    code: str
    title: str
    fields: tuple[str, ...]
    sensitive: bool
    purpose: str
    ground: str
    retention: str
    days: int | None
    recipients: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Interface:
    """One interface of WeChat that personal data pass; without items, nothing of it is kept."""

    name: str
    kind: str
    purpose: str
    items: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Handler:
    """Who is answerable for the data, and how they are reached."""

    name: str
    contact: str
    notice: str
    exercise: str


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """All of it; ``grounds`` are sentences by code.

    ``not_personal`` are fields that are encrypted and yet nobody's personal data.
    """

    sample: bool
    updated_on: str
    handler: Handler
    grounds: Mapping[str, str]
    recipients: tuple[Recipient, ...]
    items: tuple[Item, ...]
    interfaces: tuple[Interface, ...]
    not_personal: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field that is declared, as often as it is."""
        return (*(field for item in self.items for field in item.fields), *self.not_personal)

    def recipient(self, code: str) -> Recipient:
        """By its code, which the check has found described."""
        return next(one for one in self.recipients if one.code == code)

    def given_to(self, code: str) -> tuple[Item, ...]:
        """The items a recipient receives."""
        return tuple(item for item in self.items if code in item.recipients)


@dataclass(frozen=True, kw_only=True)
class Keeping:
    """What one collection can keep: its fields, and which of them are encrypted.

    ``personal`` is whether a document of it belongs to a person.
    """

    name: str
    fields: frozenset[str]
    secret: frozenset[str]
    personal: bool


def faults(declared: Declaration, kept: Sequence[Keeping]) -> list[str]:
    """Everything that is undeclared, declared and not there, or declared halfway, as sentences."""
    return [
        *_undeclared(declared, kept),
        *_not_there(declared, kept),
        *_twice(declared),
        *_halfway(declared),
    ]


def _undeclared(declared: Declaration, kept: Sequence[Keeping]) -> Iterator[str]:
    known = set(declared.fields)
    for one in kept:
        for field in sorted(one.secret):
            name = f"{one.name}.{field}"
            if name not in known:
                yield f'"{name}" is encrypted, hence personal, and undeclared: {_add(name)}'
        plain = one.fields - one.secret
        every = f"{one.name}.{EVERY_PLAIN_FIELD}"
        missing = sorted(field for field in plain if f"{one.name}.{field}" not in known)
        if one.personal and missing and every not in known:
            fields = ", ".join(missing)
            yield f'"{one.name}" belongs to a person; undeclared: {fields}: {_add(every)}'


def _add(field: str) -> str:
    return f'add "{field}" to the fields of the item it belongs to'


def _not_there(declared: Declaration, kept: Sequence[Keeping]) -> Iterator[str]:
    there = {f"{one.name}.{field}" for one in kept for field in one.fields}
    there |= {f"{one.name}.{EVERY_PLAIN_FIELD}" for one in kept}
    for field in declared.fields:
        if field not in there:
            yield f'"{field}" is declared, and there is no such field: strike it out'


def _twice(declared: Declaration) -> Iterator[str]:
    for field, times in Counter(declared.fields).items():
        if times > 1:
            yield f'"{field}" is declared {times} times; one item is enough'
    for code, times in Counter(item.code for item in declared.items).items():
        if times > 1:
            yield f"{times} items have the code {code}"


def _halfway(declared: Declaration) -> Iterator[str]:
    described = {one.code for one in declared.recipients}
    items = {item.code for item in declared.items}
    for item in declared.items:
        if item.ground not in declared.grounds:
            yield f"item {item.code} rests on the ground {item.ground}, which [grounds] lacks"
        for code in item.recipients:
            if code not in described:
                yield f"item {item.code} is given to {code}, whom no [[recipients]] describes"
    for one in declared.recipients:
        if not declared.given_to(one.code):
            yield f"recipient {one.code} is described, and no item is given to them"
    for interface in declared.interfaces:
        for code in interface.items:
            if code not in items:
                yield f"interface {interface.name} asks for {code}, and no item has that code"


def privacy_guide(declared: Declaration) -> str:
    """The answers for the form of WeChat's 用户隐私保护指引, as Markdown."""
    mark = ["> 样例内容：由区信用主管部门审定后再填写。", ""] if declared.sample else []
    lines = [
        "# 《用户隐私保护指引》填写参考",
        "",
        *mark,
        f"- 开发者（个人信息处理者）：{declared.handler.name}",
        f"- 联系方式：{declared.handler.contact}",
        f"- 更新日期：{declared.updated_on}",
        "",
        "## 一、开发者处理的信息（按接口）",
        "",
        *_by_interface(declared),
        "## 二、用户填写或办理中产生的信息",
        "",
        *_otherwise(declared),
        "",
        "## 三、第三方接收信息的情况",
        "",
        *_given(declared),
        "",
        "## 四、用户的权利与通知",
        "",
        f"- 用户行使权利的方式：{declared.handler.exercise}",
        f"- 信息变动时的通知方式：{declared.handler.notice}",
    ]
    return "\n".join(lines)


def _otherwise(declared: Declaration) -> Iterator[str]:
    asked = {code for one in declared.interfaces for code in one.items}
    for item in declared.items:
        if item.code not in asked:
            mark = "（敏感个人信息）" if item.sensitive else ""
            yield f"- {item.title}{mark}：{item.purpose}保存期限：{item.retention}"


def _given(declared: Declaration) -> Iterator[str]:
    for one in declared.recipients:
        kinds = "、".join(item.title for item in declared.given_to(one.code))
        yield (
            f"- {one.name}（联系方式：{one.contact}）：{kinds}。"
            f"目的：{one.purpose}方式：{one.method}"
        )


def _by_interface(declared: Declaration) -> Iterator[str]:
    items = {item.code: item for item in declared.items}
    for one in declared.interfaces:
        yield from (f"### {one.name}：{one.kind}", "", f"- 用途：{one.purpose}")
        if not one.items:
            yield "- 保存期限：不保存。"
        for item in (items[code] for code in one.items):
            yield f"- 保存期限（{item.title}）：{item.retention}"
            yield f"- 依据（{item.title}）：{declared.grounds[item.ground]}。"
        yield ""
