"""Whether this process should be sent requests: the database, the disk, the keys."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from adapters.disk import LEAST_FREE, free
from adapters.mongo.database import Database
from adapters.mongo.errors import translate
from adapters.mongo.health import primary_answers, transaction_lifetime
from adapters.mongo.jobs import Backlog
from domain.time import civil_date
from domain.workdays import Calendar
from handlers.house import Readiness

LONGEST_TRANSACTION = 10
SOON = timedelta(days=45)
DEVELOPMENT = (
    "this is development: stand-ins and development keys are let in, "
    "and every page and paper is marked 样例"
)


class Expiring(Protocol):
    """Signing keys with an end."""

    @property
    def valid_until(self) -> datetime:
        """When the signing certificate ends."""

    @property
    def warning(self) -> str:
        """Why new keys are not in use; empty when they are."""


class ReadinessChecks:
    """Asks every part that must work, and never raises."""

    def __init__(
        self,
        database: Database,
        *,
        folder: Path,
        keys: Expiring,
        calendar: Calendar,
        development: bool,
        backlog: Callable[[], Awaitable[Sequence[Backlog]]],
        late: timedelta,
        behind: Callable[[datetime], Awaitable[Sequence[str]]],
    ) -> None:
        self._database = database
        self._folder = folder
        self._keys = keys
        self._calendar = calendar
        self._development = development
        self._backlog = backlog
        self._late = late
        self._beside = behind

    async def __call__(self, now: datetime) -> Readiness:
        """Fresh at each call."""
        database = await primary_answers(self._database)
        checks = {
            "database": "ok" if database else "no primary answers",
            "disk": self._disk(),
            "signing_certificate": "ok" if now < self._keys.valid_until else "expired",
        }
        warnings = [DEVELOPMENT] if self._development else []
        if self._keys.warning:
            warnings.append(self._keys.warning)
        if now < self._keys.valid_until <= now + SOON:
            warnings.append(f"the signing certificate ends on {self._keys.valid_until:%Y-%m-%d}")
        if civil_date(now) + SOON >= self._calendar.horizon:
            warnings.append(
                f"the calendar of working days ends on {self._calendar.horizon}: "
                "install a newer chinesecalendar, or add the year to calendar.toml"
            )
        lifetime = await transaction_lifetime(self._database) if database else None
        if lifetime is not None and lifetime > LONGEST_TRANSACTION:
            warnings.append(
                f"transactionLifetimeLimitSeconds is {lifetime}: "
                "after a crash, retries wait that long; set it to 10 or less"
            )
        if database:
            warnings += await self._behind()
            warnings += await self._beside(now)
        ready = all(answer == "ok" for answer in checks.values())
        return Readiness(ready=ready, checks=checks, warnings=tuple(warnings))

    async def _behind(self) -> list[str]:
        try:
            return [warning for one in await self._backlog() for warning in self._said(one)]
        except Exception as error:
            if translate(error) is None:
                raise
            return ["how far behind background work is cannot be told: the database is slow"]

    def _said(self, topic: Backlog) -> Iterator[str]:
        if topic.latest > self._late:
            yield (
                f"background work {topic.topic!r} is {int(topic.latest.total_seconds() // 60)} "
                f"minutes behind, {topic.due} due: credit-yuexiu jobs list"
            )
        if topic.stuck:
            yield (
                f"{topic.stuck} of background work {topic.topic!r} stuck: "
                "credit-yuexiu jobs list --stuck"
            )

    def _disk(self) -> str:
        left = free(self._folder.absolute())
        return "ok" if left >= LEAST_FREE else f"only {left // 1024**2} MiB free"
