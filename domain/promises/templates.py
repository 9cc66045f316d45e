"""What can be promised: the texts, what they ask for, whom they are for, what stands against it.

The seven types and the fields of a promise are those of the national data template for 信用承诺.
A text is known by the SHA-256 of exactly what is shown; who signs, signs that.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Literal

from domain.errors import Fault, Invalid
from domain.identifiers import BadIdentifier, parse_mobile

Form = Literal["text", "email", "phone", "electricity_account"]
Category = Literal["organisation", "individual_business", "person"]

CATEGORIES: Mapping[Category, str] = {
    "organisation": "法人及非法人组织",
    "individual_business": "个体工商户",
    "person": "自然人",
}
EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,4}")
# The supplier's own numbers differ in length and have no check digit.
ACCOUNT = re.compile(r"[0-9]{10,16}")
LONGEST = 300
# The lengths of the national data template, and the house's own where it says nothing.
MOST_SIGNS: Mapping[str, int] = {
    "version": 20,
    "title": 60,
    "matter": 512,
    "content": 4000,
    "liability": 4000,
    "consequence": 4000,
    "circle": 100,
    "duty": 60,
}
MOST_DAYS = 3650


class PromiseKind(Enum):
    """The national types."""

    APPROVAL = "approval"
    MATERIALS_LATER = "materials_later"
    PROOF = "proof"
    REPAIR = "repair"
    SELF_DISCIPLINE = "self_discipline"
    VOLUNTARY = "voluntary"
    OTHER = "other"

    @property
    def label(self) -> str:
        """Its name in the national template."""
        return KINDS[self]


KINDS: Mapping[PromiseKind, str] = {
    PromiseKind.APPROVAL: "审批替代型",
    PromiseKind.MATERIALS_LATER: "容缺受理型",
    PromiseKind.PROOF: "证明事项型",
    PromiseKind.REPAIR: "信用修复型",
    PromiseKind.SELF_DISCIPLINE: "行业自律型",
    PromiseKind.VOLUNTARY: "主动型",
    PromiseKind.OTHER: "其他",
}


class Publicity(Enum):
    """Who may see a promise: everybody, a circle that the text names, nobody else."""

    PUBLIC = "public"
    CIRCLE = "circle"
    PRIVATE = "private"

    @property
    def label(self) -> str:
        """Its name in the national template (公开类型)."""
        return PUBLICITIES[self]


PUBLICITIES: Mapping[Publicity, str] = {
    Publicity.PUBLIC: "可向社会公开",
    Publicity.CIRCLE: "特定范围内公开",
    Publicity.PRIVATE: "不可公开",
}


@dataclass(frozen=True, kw_only=True)
class Blank:
    """What the promisor fills in; a ``public`` one stands in the register, if the promise does."""

    code: str
    label: str
    form: Form
    required: bool = True
    public: bool = False
    most: int = LONGEST
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A blank that was filled in."""

    code: str
    label: str
    value: str
    public: bool


@dataclass(frozen=True, kw_only=True)
class Term:
    """What is to be done within so many days of signing."""

    days: int
    counting: Literal["calendar", "working"]
    duty: str


@dataclass(frozen=True, kw_only=True)
class Department:
    """Who takes the promise (受理单位)."""

    name: str
    uscc: str


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What in a credit report stands against signing; ``says`` is the sentence about it.

    ``years`` limits how far back it looks, ``words`` name what is looked for.
    """

    code: str
    says: str
    years: int = 0
    words: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Template:
    """One text in one version. ``shown_days`` is how long the register shows it once signed."""

    code: str
    version: str
    title: str
    kind: PromiseKind
    promisors: tuple[Category, ...]
    matter: str
    content: str
    liability: str
    consequence: str
    department: Department
    publicities: tuple[Publicity, ...]
    shown_days: int
    circle: str
    blanks: tuple[Blank, ...]
    rules: tuple[Rule, ...]
    term: Term | None = None
    valid_days: int | None = None

    @cached_property
    def text(self) -> str:
        """Everything that is read before signing."""
        parts = [
            f"{self.title}（{self.kind.label}，版本 {self.version}）",
            f"受理单位：{self.department.name}",
            f"承诺事由：{self.matter}",
            f"承诺内容：\n{self.content}",
            f"违诺责任：\n{self.liability}",
        ]
        if self.term:
            days = "个工作日" if self.term.counting == "working" else "日"
            parts.append(f"承诺期限：自签署次日起 {self.term.days} {days}内{self.term.duty}")
        if self.valid_days:
            parts.append(f"有效期：自签署之日起 {self.valid_days} 日")
        return "\n\n".join(parts)

    @cached_property
    def text_hash(self) -> str:
        """SHA-256 of ``text``, hex."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def answered(template: Template, given: Mapping[str, str]) -> tuple[Answer, ...]:
    """What was filled in, in the order of the text; blanks left open are left out.

    Raises:
        Invalid: every blank that is missing, unknown or malformed.
    """
    known = {blank.code for blank in template.blanks}
    faults = [
        _fault(code, "extra_forbidden", "这份承诺书没有这一项。")
        for code in given
        if code not in known
    ]
    answers = []
    for blank in template.blanks:
        value = given.get(blank.code, "").strip()
        detail = _detail(blank, value)
        if detail:
            faults.append(_fault(blank.code, "missing" if not value else "malformed", detail))
        elif value:
            answers.append(
                Answer(code=blank.code, label=blank.label, value=value, public=blank.public)
            )
    if faults:
        raise Invalid(faults)
    return tuple(answers)


def _fault(code: str, kind: str, detail: str) -> Fault:
    return Fault(pointer=f"/answers/{code[:40]}", code=kind, detail=detail)


def _detail(blank: Blank, value: str) -> str | None:
    if not value:
        return f"请填写“{blank.label}”。" if blank.required else None
    if len(value) > blank.most:
        return f"“{blank.label}”最多 {blank.most} 个字。"
    match blank.form:
        case "email" if not EMAIL.fullmatch(value):
            return f"“{blank.label}”不是有效的电子邮箱。"
        case "electricity_account" if not ACCOUNT.fullmatch(value):
            return f"“{blank.label}”应为 10 至 16 位数字，见电费单。"
        case "phone":
            try:
                parse_mobile(value)
            except BadIdentifier as bad:
                return bad.detail
    return None
