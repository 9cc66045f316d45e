"""A person and an identity check, and what becomes of each."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.counter.cases import CounterCase
from domain.errors import DomainError, Kind
from domain.transactions import Conflict
from domain.values import VerifiedIdentity

FAILURES_COUNT = timedelta(hours=24)


class MinorNotServed(DomainError):
    """Credit reports are made for persons of full civil capacity only.

    Source: Standard for public credit information reports (2022 edition), which limits
    subjects to persons of full civil capacity.
    """

    code = "minor_not_served"
    kind = Kind.FORBIDDEN
    title = "暂不为未成年人提供此服务"

    def __init__(self) -> None:
        super().__init__(
            "您未满 18 周岁，公共信用信息报告只面向成年人。"
            "如需帮助，请由监护人陪同到信用服务窗口咨询。"
        )


class CheckFailed(Conflict):
    """The agency did not confirm that this is the person."""

    code = "identity_check_failed"
    title = "身份核验未通过"

    def __init__(self, *, left: int) -> None:
        super().__init__(
            "人脸核验未通过，请核对姓名、身份证号，并确认是本人操作后再试。"
            f"24 小时内还可以再试 {left} 次，之后请到信用服务窗口办理。"
        )


@dataclass(frozen=True, kw_only=True)
class Verification:
    """How and when a real name was proven."""

    method: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Person:
    """A person. Name, ID number and phone are None until given and proven."""

    id: str
    since: datetime
    name: str | None = None
    id_number: str | None = None
    phone: str | None = None
    verification: Verification | None = None
    failures: tuple[datetime, ...] = ()
    reviewer: bool = False
    revision: int = 0

    def with_phone(self, phone: str) -> "Person":
        """Reachable under this number."""
        return replace(self, phone=phone, revision=self.revision + 1)

    def proven(self, given: VerifiedIdentity, *, method: str, at: datetime) -> "Person":
        """Name and ID number hold from now on."""
        return replace(
            self,
            name=given.name,
            id_number=given.id_number,
            verification=Verification(method=method, at=at),
            failures=(),
            revision=self.revision + 1,
        )

    def failed(self, at: datetime) -> "Person":
        """One more check failed; what is older than a day counts no more."""
        return replace(self, failures=(*self.recent(at), at), revision=self.revision + 1)

    def recent(self, at: datetime) -> tuple[datetime, ...]:
        """The failed checks that count."""
        return tuple(one for one in self.failures if at - one < FAILURES_COUNT)

    def left(self) -> "Person":
        """Nobody's any more: whose WeChat led here took another identity up."""
        return replace(self, phone=None, revision=self.revision + 1)

    @property
    def identity(self) -> VerifiedIdentity | None:
        """Name and ID number once proven."""
        if self.name is None or self.id_number is None:
            return None
        return VerifiedIdentity(name=self.name, id_number=self.id_number)


@dataclass(frozen=True, kw_only=True)
class Check:
    """An identity check that was begun with the agency."""

    id: str
    person_id: str
    name: str
    id_number: str
    ticket: str
    begun_at: datetime
    expires_at: datetime
    done: bool = False
    led_to: str | None = None
    failed: bool = False

    @property
    def given(self) -> VerifiedIdentity:
        """What the person typed."""
        return VerifiedIdentity(name=self.name, id_number=self.id_number)


@dataclass(frozen=True, kw_only=True)
class Myself:
    """What a person is shown of themself: with the counter case that is open for them."""

    person: Person
    case: CounterCase | None = None
