"""What handlers are given of what goes on around lectures."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from domain.lectures.asking import Asking, QuestionDesk
from domain.lectures.calendars import Calendars
from domain.lectures.finding import Finding
from domain.lectures.following import FollowingLectures
from domain.lectures.lectures import Lecture
from domain.lectures.registering import Registering


@dataclass(frozen=True, kw_only=True)
class AroundHouse:
    """Places, calendar files, followers, questions, search."""

    registering: Registering
    calendars: Calendars
    following: FollowingLectures
    asking: Asking
    questions: QuestionDesk
    finding: Finding
    lecture_of: Callable[[str], Awaitable[Lecture | None]]
