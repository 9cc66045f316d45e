"""Versions of the texts of promises: drafted by one, published by another, each kept for good.

What is read, and what follows from it, is a version's own. What is asked of the promisor and
judged (promisors, blanks, rules) stays with the content.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime, timedelta
from enum import Enum
from functools import cached_property

from domain import versions
from domain.errors import Fault, Invalid
from domain.promises.templates import (
    MOST_DAYS,
    MOST_SIGNS,
    Department,
    PromiseKind,
    Publicity,
    Template,
    Term,
)
from domain.time import civil_date, date_in_words, day_ends
from domain.transactions import Conflict
from domain.versions import EDITABLE, VersionState


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What a version says; its fields are those of the template it is put on."""

    version: str
    title: str
    kind: PromiseKind
    matter: str
    content: str
    liability: str
    consequence: str
    department: Department
    publicities: tuple[Publicity, ...]
    shown_days: int
    circle: str
    term: Term | None
    valid_days: int | None

    def on(self, template: Template) -> Template:
        """The template with this wording."""
        return replace(template, **{name: getattr(self, name) for name in WORDED})

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of every field, hex."""
        said = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, default=_code)
        return hashlib.sha256(said.encode()).hexdigest()


WORDED = tuple(field.name for field in fields(Wording))


def _code(value: object) -> str:
    if isinstance(value, Enum):
        return str(value.value)
    raise TypeError(f"has no code: {value!r}")


def wording_of(template: Template) -> Wording:
    """What a template says."""
    return Wording(**{name: getattr(template, name) for name in WORDED})


@dataclass(frozen=True, kw_only=True)
class Edited:
    """What an editor writes; the kind and the department are not theirs to change."""

    version: str
    title: str
    matter: str
    content: str
    liability: str
    consequence: str
    publicities: tuple[Publicity, ...]
    shown_days: int
    circle: str
    term: Term | None
    valid_days: int | None


@dataclass(frozen=True, kw_only=True)
class Version(versions.Version):
    """One version of one text.

    ``from_day`` is empty when it is in force from its publication on. ``number`` counts what
    changed about the publications of its text, so the greater is the later.
    """

    template: str
    wording: Wording
    why: str
    from_day: date | None = None
    in_force_at: datetime | None = None
    number: int = 0

    def holds(self, now: datetime) -> bool:
        """Whether it may be in force: what is published at once is so at once, on every clock."""
        if self.state is not VersionState.PUBLISHED or self.in_force_at is None:
            return False
        return self.from_day is None or self.in_force_at <= now

    def worded(self, edited: Edited) -> Wording:
        """How it would read."""
        return replace(self.wording, **{one: getattr(edited, one) for one in EDITABLE_FIELDS})

    def changed(self, edited: Edited, *, why: str, by: str, now: datetime) -> "Version":
        """Written anew; raises Conflict once it is under review or decided."""
        self._require(EDITABLE, "修改")
        return self._moved(
            VersionState.DRAFT,
            by=by,
            now=now,
            wording=self.worded(edited),
            why=why,
            editors=self._with(by),
            reason="",
        )

    def published(
        self, *, from_day: date | None, number: int, after: datetime, by: str, now: datetime
    ) -> "Version":
        """In force at once or from a later day on; never by who wrote it.

        ``after`` is since when the text before it is in force, so that no clock that is behind
        puts the newer one under it. Raises Conflict, Invalid.
        """
        self._require({VersionState.IN_REVIEW}, "发布")
        self._require_other(by)
        in_force_at = max(now, after)
        if from_day is not None:
            in_force_at = day_ends(from_day - timedelta(days=1))
            if from_day <= civil_date(now):
                detail = "生效日期应晚于今天；今天生效的请选择立即生效。"
                raise Invalid([Fault(pointer="/from_day", code="past", detail=detail)])
        return self._moved(
            VersionState.PUBLISHED,
            by=by,
            now=now,
            reviewed_by=by,
            from_day=from_day,
            in_force_at=in_force_at,
            number=number,
        )

    def recalled(self, *, reason: str, by: str, now: datetime) -> "Version":
        """The reviewer revokes a publication whose day has not come; raises Conflict."""
        self._require({VersionState.PUBLISHED}, "撤销发布")
        self._require_other(by)
        if self.holds(now):
            raise Conflict("这个版本已经生效，不能撤销；请恢复旧版本或起草新版本来替代它。")
        return self._moved(VersionState.WITHDRAWN, by=by, now=now, reason=reason, reviewed_by=by)


EDITABLE_FIELDS = tuple(field.name for field in fields(Edited))


def in_force(published: Collection[Version], now: datetime) -> Version | None:
    """The one that came into force last; of two that do so together, the later publication."""
    holding = [one for one in published if one.holds(now)]
    return max(holding, key=lambda one: (one.in_force_at, one.number), default=None)


def when(version: Version) -> str:
    """From when it is in force, in words."""
    if version.in_force_at is None:
        return ""
    return f"自{date_in_words(civil_date(version.in_force_at))}起"


LABELS: Mapping[str, str] = {
    "version": "版本号",
    "title": "标题",
    "matter": "承诺事由",
    "content": "承诺内容",
    "liability": "违诺责任",
    "consequence": "违诺责任追究",
    "circle": "公开范围",
    "shown_days": "公示天数",
    "valid_days": "有效天数",
    "term": "承诺期限",
    "duty": "期限内应做的事",
}


def check(edited: Edited, *, taken: Collection[str]) -> None:
    """Raise Invalid with every fault; the lengths are those of the national data template."""
    texts = {name: getattr(edited, name) for name in MOST_SIGNS if name != "duty"}
    days = {"shown_days": edited.shown_days, "valid_days": edited.valid_days}
    if edited.term:
        texts["duty"] = edited.term.duty
        days["term"] = edited.term.days
    faults = [fault for name, text in texts.items() for fault in _text_faults(name, text, edited)]
    faults += [
        _fault(name, "days", f"“{LABELS[name]}”应为 1 至 {MOST_DAYS}。")
        for name, count in days.items()
        if count is not None and not 1 <= count <= MOST_DAYS
    ]
    if not edited.publicities:
        faults.append(_fault("publicities", "missing", "请至少选择一种公开方式。"))
    if edited.version in taken:
        faults.append(_fault("version", "taken", f"版本号 {edited.version} 已经用过，请换一个。"))
    if faults:
        raise Invalid(faults)


def _text_faults(name: str, text: str, edited: Edited) -> list[Fault]:
    needed = name != "circle" or Publicity.CIRCLE in edited.publicities
    if needed and not text:
        return [_fault(name, "missing", f"请填写“{LABELS[name]}”。")]
    if len(text) > MOST_SIGNS[name]:
        return [_fault(name, "too_long", f"“{LABELS[name]}”最多 {MOST_SIGNS[name]} 个字。")]
    return []


def _fault(name: str, code: str, detail: str) -> Fault:
    return Fault(pointer=f"/{name}", code=code, detail=detail)
