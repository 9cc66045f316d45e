"""Acting for somebody, narrowed to one duty."""

from dataclasses import dataclass
from datetime import datetime

from domain.subjects.service import Subjects
from domain.subjects.subjects import Duty, Subject


@dataclass(frozen=True)
class RequiredFor:
    """Subjects, narrowed to one duty."""

    subjects: Subjects
    duty: Duty

    async def __call__(self, *, person_id: str, subject_id: str, now: datetime) -> Subject:
        """The subject, where this duty may be done for it; raises as ``require`` does."""
        return await self.subjects.require(
            person_id=person_id, subject_id=subject_id, duty=self.duty, now=now
        )
