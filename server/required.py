"""Subjects, narrowed to one duty, as capabilities ask for them."""

from dataclasses import dataclass
from datetime import datetime

from domain.subjects.service import Subjects
from domain.subjects.subjects import Duty, Subject


@dataclass(frozen=True)
class RequiredFor:
    """Whoever may do no more than this for a subject."""

    subjects: Subjects
    duty: Duty

    async def __call__(self, *, person_id: str, subject_id: str, now: datetime) -> Subject:
        """The subject; raises as ``Subjects.require``."""
        return await self.subjects.require(
            person_id=person_id, subject_id=subject_id, duty=self.duty, now=now
        )
