"""The parts of the console, joined: staff accounts and the first page."""

from collections.abc import Sequence
from datetime import timedelta

from adapters.keys import hash_of_secret
from adapters.mongo.staff import MongoStaff
from adapters.mongo.truth import MongoTruth
from adapters.staff_secrets import ArgonPasswords, TimeCodes
from domain.console import Console
from domain.counter.clerks import Clerks
from domain.staff.ports import Leave
from domain.staff.service import Staff
from server.ground import Ground, base_url

# Secure browsers keep such a cookie for this very host, over https only.
COOKIE, PLAIN_COOKIE = "__Host-console", "console"


class StaffParts:
    """Who works here, and what they see first."""

    def __init__(self, ground: Ground, *, clerks: Clerks, leaves: Sequence[Leave]) -> None:
        settings = ground.settings
        self.staff = Staff(
            store=MongoStaff(ground.database),
            passwords=ArgonPasswords(),
            codes=TimeCodes(),
            hash_secret=hash_of_secret,
            idle=timedelta(minutes=settings.console_idle_minutes),
            lasting=timedelta(hours=settings.console_hours),
            leaves=leaves,
        )
        self.console = Console(
            staff=self.staff,
            truth=MongoTruth(ground.database),
            calendar=ground.content.calendar,
            clerks=clerks,
        )
        self.cookie = COOKIE if base_url(settings).startswith("https:") else PLAIN_COOKIE
