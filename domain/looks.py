"""Every look at someone's credit: who, when, whose, why, on what authority.

Kept at least five years and shown to the subject (Shenzhen credit regulation art. 45 is the
published model). If the record cannot be written, the look fails.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Literal, Protocol

from domain.pages import Ask, Page
from domain.time import day_in_words


class Action(Enum):
    """What was done with the report."""

    READ = "read"
    DOWNLOAD = "download"
    VERIFY_CODE = "verify_code"
    VERIFY_NUMBER = "verify_number"
    VERIFY_FILE = "verify_file"
    SHARE_READ = "share_read"
    SHARE_DOWNLOAD = "share_download"
    EXPORT = "export"
    JUDGE = "judge"
    UNMASK = "unmask"
    EVIDENCE = "evidence"
    SUPPLY = "supply"


PAPER = "paper"
# What a look at the letter of a promise says it was for.
PROMISE = "promise"
CERTIFICATE = "certificate"
# What is held in hand, by what it is looked at for; any other is a report.
HELD = {PROMISE: "承诺书", CERTIFICATE: "学习证书"}
REPORT = "报告"
OWN_DATA = "own-data"
# By whom, and on what ground, the office looks: a case that it is dealing with, in words after it.
STAFF: Literal["staff"] = "staff"
CASE = "case"
ACTIONS: Mapping[Action, str] = {
    Action.READ: "查看了报告",
    Action.DOWNLOAD: "下载了报告文件",
    Action.VERIFY_CODE: "扫码核验了报告",
    Action.VERIFY_NUMBER: "输入编号核验了报告",
    Action.VERIFY_FILE: "上传文件核验了报告",
    Action.SHARE_READ: "打开了分享的报告",
    Action.SHARE_DOWNLOAD: "下载了分享的报告文件",
    Action.EXPORT: "导出了含这份报告的数据",
    Action.JUDGE: "用这份报告核对了能否作出信用承诺",
    Action.UNMASK: "查看了完整的{field}",
    Action.EVIDENCE: "取得了承诺的存证包",
    Action.SUPPLY: "办理用电申请时取得了报告文件",
}
ViewerRole = Literal[
    "self", "legal_representative", "agent", "helper", "recipient", "holder", "staff", "supplier"
]


@dataclass(frozen=True, kw_only=True)
class Look:
    """One look. ``about`` is whose credit it is: a uscc, or the id of a natural person.

    ``authority`` is the consent it rests on, the share for a recipient, ``paper`` for who holds
    the paper, ``own-data`` for who exports their own, or for staff the case they deal with, in
    words; ``viewer_name`` is what a recipient said of themself, or the office of staff;
    ``viewer_purpose`` is what it was for; ``field`` what staff saw that is masked otherwise.
    """

    id: str
    at: datetime
    viewer: str
    role: ViewerRole
    about: str
    person_id: str
    subject_id: str
    report_id: str
    report_number: str
    action: Action
    purpose: str
    authority: str
    trace_id: str
    viewer_name: str = ""
    viewer_purpose: str = ""
    field: str = ""


@dataclass(frozen=True, kw_only=True)
class ConsentBehind:
    """The consent that a look rests on."""

    title: str
    person_id: str
    given_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ShareBehind:
    """The share that a look rests on; ``over`` says why it opens nothing any more, or nothing."""

    recipient: str
    purpose: str
    person_id: str
    created_at: datetime
    over: str


@dataclass(frozen=True, kw_only=True)
class Behind:
    """What is known now of the authority behind a look.

    ``right_stands`` is whether the viewer still acts for whom they acted for.
    """

    consent: ConsentBehind | None = None
    share: ShareBehind | None = None
    right_stands: bool = True


@dataclass(frozen=True, kw_only=True)
class Authority:
    """By what authority somebody looked, in words, and whether it stands now."""

    kind: str
    text: str
    stands: bool
    state: str


class AuthorityDesk(Protocol):
    """Finds what looks rest on."""

    async def behind(self, looks: Sequence[Look], *, now: datetime) -> Mapping[str, Behind]:
        """By the id of the look."""


# Only who has proven a name can act for another: who has none any more has left.
LEFT = "已注销用户"
WHO: Mapping[str, str] = {
    "self": "本人",
    "legal_representative": "法定代表人",
    "agent": "经办人",
    "helper": "亲友",
}


class LookBook(Protocol):
    """The durable record of looks."""

    async def record(self, look: Look) -> None:
        """Written and journaled by a majority when this returns; raises when it could not be."""

    async def of_about(self, about: str, *, ask: Ask) -> Page[Look]:
        """Looks at somebody's credit, newest first."""

    async def of_requested(self, *, person_id: str, subject_id: str, ask: Ask) -> Page[Look]:
        """Looks at the reports that a person requested under a subject, newest first."""


class Acting(Protocol):
    """For whom a person may act, narrowly."""

    async def __call__(self, *, person_id: str, subject_id: str, now: datetime) -> "ActingFor":
        """The subject; NotFound when it is not theirs, OutOfScope when they may not read."""


class ActingFor(Protocol):
    """The narrow part of a subject that looks need."""

    @property
    def role(self) -> str:
        """By what right the person acts."""

    @property
    def about(self) -> str:
        """Whose credit it is."""


class Looks:
    """What a subject may read about who looked."""

    def __init__(self, *, book: LookBook, acting: Acting, desk: AuthorityDesk) -> None:
        self._book = book
        self._acting = acting
        self._desk = desk

    async def of(self, *, person_id: str, subject_id: str, now: datetime, ask: Ask) -> Page[Look]:
        """Every look at the subject's credit, newest first; an agent's own reports only.

        Raises:
            NotFound: not the caller's subject.
            OutOfScope: the caller may not read for it.
        """
        subject = await self._acting(person_id=person_id, subject_id=subject_id, now=now)
        if subject.role == "agent":
            return await self._book.of_requested(
                person_id=person_id, subject_id=subject_id, ask=ask
            )
        return await self._book.of_about(subject.about, ask=ask)

    async def authorities(
        self, looks: Sequence[Look], *, reader: str, now: datetime
    ) -> Mapping[str, Authority]:
        """By what authority each of these was, as told to the reader, by id."""
        behind = await self._desk.behind(looks, now=now)
        return {look.id: authority(look, behind[look.id], reader=reader) for look in looks}


def who_looked(look: Look, *, reader: str, names: Mapping[str, str]) -> str:
    """Who it was, as told to the reader; ``names`` are masked ones, by person."""
    if look.viewer == reader:
        return "本人"
    match look.role:
        case "holder":
            return f"持有{HELD.get(look.purpose, REPORT)}的人"
        case "recipient":
            return f"{look.viewer_name}（自称）"
        case "staff":
            return f"{look.viewer_name}工作人员"
        case "supplier":
            return "供电企业"
        case role:
            return f"{WHO[role]} {names.get(look.viewer, LEFT)}"


def action_in_words(look: Look) -> str:
    """What was done; a promise or a certificate is no report."""
    words = ACTIONS[look.action].format(field=look.field)
    return words.replace(REPORT, HELD.get(look.purpose, REPORT))


def authority(look: Look, behind: Behind, *, reader: str) -> Authority:
    """The authority in words; what cannot be found any more stands no more."""
    if look.authority == PAPER:
        held = HELD.get(look.purpose, REPORT)
        return _standing("paper", f"持有{held}（纸质或电子文件）的人可以核验真伪")
    if look.authority == OWN_DATA:
        return _standing("own-data", "本人查阅、复制自己数据的权利")
    if look.role == STAFF:
        text = f"正在办理的{look.authority.removeprefix(CASE + ':')}"
        return Authority(kind=CASE, text=text, stands=True, state="查看时正在办理")
    if look.role == "recipient":
        return _by_share(behind.share, reader)
    return _by_consent(look, behind, reader)


def _by_share(share: ShareBehind | None, reader: str) -> Authority:
    if share is None:
        return _unknown("share")
    by = "您" if share.person_id == reader else "办理人"
    text = (
        f"{by}于{day_in_words(share.created_at)}分享的链接"
        f"（收件人：{share.recipient}，用途：{share.purpose}）"
    )
    if share.over:
        return Authority(kind="share", text=text, stands=False, state=share.over)
    return _standing("share", text)


def _by_consent(look: Look, behind: Behind, reader: str) -> Authority:
    consent = behind.consent
    if consent is None:
        return _unknown("consent")
    by = "您" if consent.person_id == reader else GIVERS[look.role]
    given = f"{by}于{day_in_words(consent.given_at)}授权的《{consent.title}》"
    text = f"{DELEGATED.get(look.role, '')}{given}"
    kind = "delegation" if look.role in DELEGATED else "consent"
    if consent.withdrawn_at is not None:
        state = f"授权已于{day_in_words(consent.withdrawn_at)}撤回"
        return Authority(kind=kind, text=text, stands=False, state=state)
    if not behind.right_stands and look.role in RIGHT_OVER:
        return Authority(kind=kind, text=text, stands=False, state=RIGHT_OVER[look.role])
    return _standing(kind, text)


def _standing(kind: str, text: str) -> Authority:
    return Authority(kind=kind, text=text, stands=True, state="目前有效")


def _unknown(kind: str) -> Authority:
    return Authority(kind=kind, text="当时的依据已不再保存", stands=False, state="已失效")


DELEGATED: Mapping[str, str] = {
    "agent": "企业委托经办人办理，",
    "helper": "本人委托亲友代办，",
}
GIVERS: Mapping[str, str] = {
    "self": "本人",
    "legal_representative": "法定代表人",
    "agent": "法定代表人",
    "helper": "本人",
    "supplier": "申请人",
}
RIGHT_OVER: Mapping[str, str] = {
    "self": "已失效",
    "legal_representative": "企业绑定已解除",
    "agent": "委托已结束",
    "helper": "委托已结束",
}
