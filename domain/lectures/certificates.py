"""A certificate of attendance (学习证书): who watched how much of which lecture, and its paper.

It says what our own clock believes was played. Once for a person and a recording; it does not
expire and is not taken back.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from domain.errors import DomainError, Kind
from domain.identifiers import mask_identity_number
from domain.lectures.programme import Programme
from domain.lectures.watching import Progress
from domain.people.people import Person
from domain.time import SHANGHAI, civil_date, day_ends
from domain.timestamps import TimeStamp
from domain.transactions import Conflict
from domain.values import VerifiedIdentity

EDITION = "certificate"
FORM = "V1"
SUFFIX = 8
# It does not expire; what checks it offline wants a day.
FOR_GOOD = date(2099, 12, 31)
NOTES = (
    "本证书由持有人在信用越秀小程序看满规定时长后申领，观看时长由服务器核定，重复播放和拖动不计入。",
    "本证书只证明持有人观看了上述讲座录像，不代表任何资格、职称或继续教育学时。",
)
Json = dict[str, object]


class NoCertificates(Conflict):
    """The lecture gives none."""

    code = "no_certificates"

    def __init__(self) -> None:
        super().__init__("这个讲座不发放学习证书。")


class NotWatched(Conflict):
    """Too little was watched yet."""

    code = "not_watched"

    def __init__(self, *, percent: int, wanted: int) -> None:
        super().__init__(
            f"看满 {wanted}% 可以申领学习证书，您已看 {percent}%。"
            "拖动跳过的部分不计入，请看完后再来。"
        )


class NameNotProven(DomainError):
    """A certificate is made out to a name that is proven."""

    code = "certificate_needs_real_name"
    kind = Kind.FORBIDDEN
    title = "请先实名认证"

    def __init__(self) -> None:
        super().__init__("学习证书写您的姓名，请先完成实名认证，再回到这里申领。")


@dataclass(frozen=True, kw_only=True)
class Stationery:
    """What stands on every certificate, and by whom."""

    issuer: str
    district: str
    sample: bool


@dataclass(frozen=True, kw_only=True)
class CertificatePaper:
    """The PDF that was made: its pages, hashes of it and of its secrets, what stands of its time.

    ``raised_sha256`` is of the file with the time-stamp that came later.
    """

    pages: int
    file_sha256: str
    code_hash: str
    check_hash: str
    time_stamp: TimeStamp
    raised_sha256: str = ""


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """One that was issued; ``holder`` is name and number as proven then."""

    id: str
    number: str
    lecture_id: str
    recording: str
    person_id: str
    holder: VerifiedIdentity
    title: str
    speaker: str
    held_on: date | None
    watched_minutes: int
    watched_percent: int
    issued_at: datetime
    sample: bool
    paper: CertificatePaper | None = None
    revision: int = 0

    def on_paper(self, paper: CertificatePaper) -> "Certificate":
        """With its PDF."""
        return replace(self, paper=paper, revision=self.revision + 1)

    def stamped(self, sha256: str) -> "Certificate":
        """With the time-stamp that was pending; raises Conflict when there is no paper."""
        if self.paper is None:
            raise Conflict("证书文件还没有生成。")
        paper = replace(self.paper, raised_sha256=sha256, time_stamp=TimeStamp.STAMPED)
        return self.on_paper(paper)


def reached(programme: Programme, progress: Progress | None) -> bool:
    """Whether as much was watched as a certificate takes."""
    wanted = programme.certificate_percent
    return (
        wanted is not None
        and progress is not None
        and progress.recording == programme.recording
        and progress.percent >= wanted
    )


def earned(
    programme: Programme, progress: Progress | None, person: Person
) -> tuple[Progress, VerifiedIdentity]:
    """By what somebody may have one.

    Raises:
        NoCertificates, NotWatched, NameNotProven: why not, and what to do.
    """
    wanted = programme.certificate_percent
    if wanted is None:
        raise NoCertificates
    if progress is None or progress.percent < wanted:
        raise NotWatched(percent=progress.percent if progress else 0, wanted=wanted)
    if person.identity is None:
        raise NameNotProven
    return progress, person.identity


def make_number(at: datetime, suffix: str) -> str:
    """XZ, the day in Shanghai, and what was drawn."""
    return f"XZ{at.astimezone(SHANGHAI):%Y%m%d}{suffix}"


def snapshot(certificate: Certificate, on: Stationery) -> Json:
    """Its canonical form: strings, integers, booleans, lists and objects only."""
    return {
        "v": 1,
        "edition": EDITION,
        "form": FORM,
        "sample": certificate.sample,
        "number": certificate.number,
        "issuer": on.issuer,
        "district": on.district,
        "generated_at": f"{certificate.issued_at:%Y-%m-%dT%H:%M:%SZ}",
        "issued_on": civil_date(certificate.issued_at).isoformat(),
        "expires_at": f"{expires_at():%Y-%m-%dT%H:%M:%SZ}",
        "holder": {
            "name": certificate.holder.name,
            "id_number": mask_identity_number(certificate.holder.id_number),
        },
        "lecture": {
            "title": certificate.title,
            "speaker": certificate.speaker,
            "held_on": certificate.held_on.isoformat() if certificate.held_on else None,
        },
        "watched": {
            "minutes": certificate.watched_minutes,
            "percent": certificate.watched_percent,
        },
        "counts": [],
        "notes": list(NOTES),
    }


def watched_in_words(*, minutes: int, percent: int) -> str:
    """58 分钟（全长的 97%）; of less than a whole minute as 不足 1 分钟."""
    return f"{f'{minutes} 分钟' if minutes else '不足 1 分钟'}（全长的 {percent}%）"


def expires_at() -> datetime:
    """When the code that is checked offline ends."""
    return day_ends(FOR_GOOD)
