"""The office and its services, each open, or closed with a sentence that tells people why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from domain.errors import DomainError, Fault, Invalid, Kind
from domain.transactions import Act, Unit

SERVICES: Mapping[str, str] = {
    "identity": "实名认证",
    "subjects": "绑定办理主体",
    "credit-report": "公共信用信息报告",
    "delegations": "代办授权",
    "shares": "报告分享",
    "objections": "异议申请",
    "promises": "信用承诺",
    "electricity": "用电申请",
    "tickets": "信用管家",
}
SENTENCE_MOST = 100
# A process asks the database no more often; what is closed is closed everywhere within 10 seconds.
FRESH = timedelta(seconds=5)


@dataclass(frozen=True, kw_only=True)
class Office:
    """The credit service counter, where whoever cannot go on here is served."""

    telephone: str
    address: str
    hours: str


@dataclass(frozen=True, kw_only=True)
class Service:
    """What the office offers; ``sentence`` is empty while it is open."""

    code: str
    title: str
    sentence: str

    @property
    def open(self) -> bool:
        """Whether it takes requests."""
        return not self.sentence


class ServiceClosed(DomainError):
    """The service takes no requests for now; the detail is the operator's sentence."""

    code = "service_closed"
    kind = Kind.UNAVAILABLE
    title = "服务暂停办理"


class Store(Protocol):
    """Which services are closed."""

    async def closed(self) -> Mapping[str, str]:
        """Sentence by code."""

    async def close(self, unit: Unit, *, code: str, sentence: str, at: datetime) -> None:
        """Closed from now on, with this sentence instead of any other."""

    async def open(self, unit: Unit, *, code: str) -> bool:
        """Open from now on; whether it was closed."""


class Services:
    """Who asks gets what was true at most five seconds ago, without asking the database."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._closed: Mapping[str, str] = {}
        self._read_at: datetime | None = None

    async def all(self, now: datetime) -> tuple[Service, ...]:
        """Every service there is."""
        closed = await self._known(now)
        return tuple(
            Service(code=code, title=title, sentence=closed.get(code, ""))
            for code, title in SERVICES.items()
        )

    async def require_open(self, code: str, now: datetime) -> None:
        """Nothing, while the service is open.

        Raises:
            ServiceClosed: with the sentence.
        """
        sentence = (await self._known(now)).get(code)
        if sentence:
            raise ServiceClosed(sentence)

    async def close(self, act: Act, *, code: str, sentence: str) -> None:
        """Take no requests from now on; closing again changes the sentence.

        Raises:
            Invalid: no such service, or a sentence that cannot be shown.
        """
        _check_code(code)
        sentence = _checked(sentence)

        async def work(unit: Unit) -> None:
            await self._store.close(unit, code=code, sentence=sentence, at=act.at)
            await unit.audit(act.event("service.closed", code))

        await act.commit(work)
        self._read_at = None

    async def open(self, act: Act, *, code: str) -> None:
        """Take requests again; opening what is open changes nothing.

        Raises:
            Invalid: no such service.
        """
        _check_code(code)

        async def work(unit: Unit) -> None:
            if await self._store.open(unit, code=code):
                await unit.audit(act.event("service.opened", code))

        await act.commit(work)
        self._read_at = None

    async def _known(self, now: datetime) -> Mapping[str, str]:
        if self._read_at is None or not timedelta() <= now - self._read_at < FRESH:
            self._closed = await self._store.closed()
            self._read_at = now
        return self._closed


def _check_code(code: str) -> None:
    if code not in SERVICES:
        detail = f"没有名为 {code} 的服务；现有：{'、'.join(SERVICES)}。"
        raise Invalid([Fault(pointer="/code", code="unknown", detail=detail)])


def _checked(sentence: str) -> str:
    sentence = sentence.strip()
    if not sentence or len(sentence) > SENTENCE_MOST or not sentence.isprintable():
        detail = f"说明应为 1 至 {SENTENCE_MOST} 个可显示的字符，不含换行。"
        raise Invalid([Fault(pointer="/sentence", code="sentence", detail=detail)])
    return sentence
