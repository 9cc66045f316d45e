"""How somebody stands with the certificate of a lecture: what it takes, and what is there."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.lectures.certificates import Certificate
from domain.lectures.claiming import require_earned
from domain.lectures.lectures import ever_shown
from domain.lectures.watch_ports import LecturesOf, MayWatch, ProgressStore


@dataclass(frozen=True, kw_only=True)
class Prospect:
    """What a certificate takes, and how far the person is.

    ``wanted`` is in percent of the recording, None where the lecture gives no certificates;
    ``has`` is the one of the recording that is shown, or was shown last.
    """

    wanted: int | None
    percent: int
    real_named: bool
    has: Certificate | None


class RealNamed(Protocol):
    """Whether somebody's name is proven, narrowly."""

    async def __call__(self, person_id: str) -> bool:
        """At this moment."""


class HeldCertificates(Protocol):
    """Certificates that were issued, narrowly."""

    async def held(self, *, person_id: str, recording: str) -> Certificate | None:
        """A person's of a recording."""


class Earning:
    """Told before anybody asks for one."""

    def __init__(
        self,
        *,
        lectures: LecturesOf,
        progress: ProgressStore,
        may_watch: MayWatch,
        certificates: HeldCertificates,
        real_named: RealNamed,
    ) -> None:
        self._lectures = lectures
        self._progress = progress
        self._may_watch = may_watch
        self._certificates = certificates
        self._real_named = real_named

    async def prospect(self, *, lecture_id: str, person_id: str, now: datetime) -> Prospect:
        """Of a lecture that is shown, also before it has a recording.

        Of a withdrawn one for who has a certificate of it, or had earned one.

        Raises:
            NotFound: the lecture was never shown.
            Withdrawn: it is not any more, and there is nothing to claim.
        """
        lecture = ever_shown(await self._lectures.get(lecture_id))
        programme = lecture.programme
        recording = programme.recording
        progress = await self._progress.get(
            lecture_id=lecture_id, person_id=person_id, recording=recording
        )
        has = await self._certificates.held(person_id=person_id, recording=recording)
        if has is None and not lecture.shown:
            await require_earned(
                lecture, progress, may_watch=self._may_watch, person_id=person_id, now=now
            )
        return Prospect(
            wanted=programme.certificate_percent,
            percent=progress.percent if progress else 0,
            real_named=await self._real_named(person_id),
            has=has,
        )
