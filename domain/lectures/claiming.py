"""Who may still claim the certificate of a lecture that was withdrawn: whoever had earned it."""

from contextlib import suppress
from datetime import datetime

from domain.lectures.addresses import NeedsRealName, NeedsRegistration
from domain.lectures.certificates import reached
from domain.lectures.lectures import Lecture, NotBegun, Withdrawn
from domain.lectures.watch_ports import MayWatch
from domain.lectures.watching import Progress


async def require_earned(
    lecture: Lecture,
    progress: Progress | None,
    *,
    may_watch: MayWatch,
    person_id: str,
    now: datetime,
) -> None:
    """Of a lecture that is withdrawn: enough was watched, by who might watch it until then.

    Raises:
        Withdrawn: to anybody else, who so learns that it was withdrawn and nothing more.
    """
    if not reached(lecture.programme, progress):
        raise Withdrawn(lecture.reason)
    try:
        # For a name that is proven the certificate itself asks, and it may still be proven.
        with suppress(NeedsRealName):
            await may_watch(lecture, person_id=person_id, now=now)
    except (NeedsRegistration, NotBegun) as refused:
        raise Withdrawn(lecture.reason) from refused
