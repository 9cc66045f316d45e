"""The consent ledger: how many messages of one template an account still takes.

WeChat tells of each choice and never of the balance, so it is kept here. One acceptance in its
dialogue is worth one message, spent before the attempt; a refusal ends all of them.
"""

from dataclasses import dataclass, replace
from datetime import datetime


class NothingLeft(Exception):
    """No acceptance is left to spend."""


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """Of one account and template. ``era`` grows whenever all that was accepted ends."""

    account_id: str
    template_id: str
    left: int = 0
    refused_at: datetime | None = None
    changed_at: datetime
    era: int = 0
    revision: int = 0

    @property
    def id(self) -> str:
        """One an account and template."""
        return f"{self.account_id}:{self.template_id}"

    def accepted(self, at: datetime) -> "Ledger":
        """One more."""
        return self._changed(at, left=self.left + 1, refused_at=None)

    def refused(self, at: datetime) -> "Ledger":
        """The person wants none, in the dialogue or in WeChat's settings."""
        return self._changed(at, left=0, refused_at=at, era=self.era + 1)

    def exhausted(self, at: datetime) -> "Ledger":
        """WeChat says that there is none (43101); it knows."""
        return self._changed(at, left=0, era=self.era + 1)

    def spent(self, at: datetime) -> "Ledger":
        """One less.

        Raises:
            NothingLeft: there is none.
        """
        if self.left <= 0:
            raise NothingLeft
        return self._changed(at, left=self.left - 1)

    def given_back(self, at: datetime, *, era: int) -> "Ledger":
        """What was spent in this era was not used; what was refused since stays refused."""
        return self._changed(at, left=self.left + 1) if era == self.era else self

    def _changed(self, at: datetime, **changes: object) -> "Ledger":
        changed = replace(self, **changes)  # type: ignore[arg-type]  # names of its own fields
        return replace(changed, changed_at=at, revision=self.revision + 1)
