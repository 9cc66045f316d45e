"""Series of lectures: what residents read of one changes once a second person agrees."""

from dataclasses import dataclass, replace
from datetime import datetime

from domain.errors import Fault, Invalid
from domain.transactions import Conflict

NAMED = "已有同名的系列，请换一个名称。"
TITLE_SIGNS, SUMMARY_SIGNS = 40, 200
# Each is a line of the desk and of every form.
MOST_SERIES = 500


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """What a series is to be called, and who says so."""

    title: str
    summary: str
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Series:
    """Lectures that belong together; ``proposed`` is read on the desk alone."""

    id: str
    title: str
    summary: str = ""
    proposed: Proposal | None = None
    revision: int = 0

    @property
    def tag(self) -> str:
        """Which state this is."""
        return f'"{self.revision}"'

    def proposing(self, proposal: Proposal) -> "Series":
        """With this to confirm, in place of what was proposed before.

        Raises:
            Invalid: a title or a summary of the wrong length.
            Conflict: it says nothing new.
        """
        check(proposal.title, proposal.summary)
        if (proposal.title, proposal.summary) == (self.title, self.summary):
            raise Conflict("名称和简介与现在的相同，没有需要确认的修改。")
        return replace(self, proposed=proposal, revision=self.revision + 1)

    def confirmed(self, *, by: str) -> "Series":
        """As was proposed; raises Conflict, also for who proposed it."""
        proposal = self._reviewed(by)
        said = {"title": proposal.title, "summary": proposal.summary}
        return replace(self, **said, proposed=None, revision=self.revision + 1)

    def turned_down(self, *, by: str) -> tuple["Series", Proposal]:
        """As it was before, and what was proposed; raises Conflict, also for who proposed it."""
        proposal = self._reviewed(by)
        return replace(self, proposed=None, revision=self.revision + 1), proposal

    def _reviewed(self, by: str) -> Proposal:
        if self.proposed is None:
            raise Conflict("这个系列没有待确认的修改。")
        if self.proposed.by == by:
            raise Conflict("提出和确认修改的不能是同一人。")
        return self.proposed


def check(title: str, summary: str) -> None:
    """Raise Invalid for every faulty field."""
    faults = []
    if not 0 < len(title) <= TITLE_SIGNS:
        detail = f"系列名称应为 1 至 {TITLE_SIGNS} 个字。"
        faults.append(Fault(pointer="/title", code="length", detail=detail))
    if len(summary) > SUMMARY_SIGNS:
        detail = f"系列简介最多 {SUMMARY_SIGNS} 个字。"
        faults.append(Fault(pointer="/summary", code="length", detail=detail))
    if faults:
        raise Invalid(faults)
