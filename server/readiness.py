"""Whether this process should be sent requests: the database, the disk, the keys."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from adapters.mongo.database import Database
from adapters.mongo.health import primary_answers, transaction_lifetime
from domain.time import civil_date
from domain.workdays import Calendar
from handlers.house import Readiness

LEAST_FREE = 512 * 1024 * 1024
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
    ) -> None:
        self._database = database
        self._folder = folder
        self._keys = keys
        self._calendar = calendar
        self._development = development

    async def __call__(self, now: datetime) -> Readiness:
        """Fresh at each call."""
        database = await primary_answers(self._database)
        checks = {
            "database": "ok" if database else "no primary answers",
            "disk": self._disk(),
            "signing_certificate": "ok" if now < self._keys.valid_until else "expired",
        }
        warnings = [DEVELOPMENT] if self._development else []
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
        ready = all(answer == "ok" for answer in checks.values())
        return Readiness(ready=ready, checks=checks, warnings=tuple(warnings))

    def _disk(self) -> str:
        folder = self._folder if self._folder.exists() else Path.cwd()
        free = shutil.disk_usage(folder).free
        return "ok" if free >= LEAST_FREE else f"only {free // 1024**2} MiB free"
