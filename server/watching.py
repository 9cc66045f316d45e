"""The parts of watching, joined: replays, how far people are, and certificates."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from adapters.mongo.certificates import MongoCertificates
from adapters.mongo.lectures import MongoLectures
from adapters.mongo.media import LastingFiles
from adapters.mongo.outbox import Claimed
from adapters.mongo.people import MongoPeople
from adapters.mongo.watching import MongoProgress, MongoReplayAddresses
from domain.errors import NotFound
from domain.identity import Session, SignInAgain
from domain.lectures.certificates import Stationery
from domain.lectures.certifying import PAPER, RAISE, Certifying
from domain.lectures.earning import Earning
from domain.lectures.lectures import Lecture
from domain.lectures.reading import Lectures
from domain.lectures.registering import Registering
from domain.lectures.replaying import Replays
from domain.lectures.sittings import Sittings
from domain.transactions import Act, Again
from handlers.watch_house import WatchHouse
from server.ground import Ground
from server.jobs import Topic
from server.media import MediaParts


class SessionHolds(Protocol):
    """Sessions, narrowly."""

    async def __call__(self, *, session_id: str, now: datetime) -> Session:
        """Raises SignInAgain."""


class ViewersNow:
    """What somebody is at this moment."""

    def __init__(
        self, *, people: MongoPeople, session: SessionHolds, registering: Registering
    ) -> None:
        self._people = people
        self._session = session
        self._registering = registering

    async def signed_in(self, *, session_id: str, now: datetime) -> bool:
        """Whether the session holds."""
        try:
            await self._session(session_id=session_id, now=now)
        except SignInAgain:
            return False
        return True

    async def real_named(self, person_id: str) -> bool:
        """Whether the person's name is proven."""
        try:
            person = await self._people.get(person_id)
        except NotFound:
            return False
        return person.identity is not None

    async def registered(self, *, lecture: Lecture, person_id: str) -> bool:
        """Whether the person registered for the lecture or for its replay.

        Of a withdrawn one: whether that stood until it was withdrawn.
        """
        asked = self._registering.holds if lecture.shown else self._registering.held
        return await asked(lecture_id=lecture.id, person_id=person_id)


class WatchingParts:
    """What is watched, by whom it may be, and what one is given for it."""

    def __init__(
        self, ground: Ground, *, media: MediaParts, people: MongoPeople, viewers: ViewersNow
    ) -> None:
        lectures, store = MongoLectures(ground.database), MongoCertificates(ground.database)
        shown = Lectures(store=lectures, assets=media.assets)
        progress, files = MongoProgress(ground.database), LastingFiles(media.files)
        addresses = MongoReplayAddresses(ground.database)
        replays = Replays(
            shown=shown, lectures=lectures, files=files, addresses=addresses, viewers=viewers
        )
        may_watch = replays.require
        self._certifying = Certifying(
            store=store,
            lectures=lectures,
            progress=progress,
            may_watch=may_watch,
            people=people,
            papers=ground.papers,
            stationery=_stationery(ground),
        )
        self.house = WatchHouse(
            replays=replays,
            sittings=Sittings(store=progress, shown=shown, lectures=lectures, may_watch=may_watch),
            certifying=self._certifying,
            earning=Earning(
                lectures=lectures,
                progress=progress,
                may_watch=may_watch,
                certificates=store,
                real_named=viewers.real_named,
            ),
            store=media.store,
            hand_over=ground.settings.media_hand_over,
        )

    @property
    def topics(self) -> Mapping[str, Topic]:
        """What a worker does with each message."""
        return {PAPER: self._make, RAISE: self._raise}

    async def _make(self, act: Act, claimed: Claimed) -> Again | None:
        return await self._certifying.make(
            act, certificate_id=claimed.object_id, attempt=claimed.attempt
        )

    async def _raise(self, act: Act, claimed: Claimed) -> Again | None:
        return await self._certifying.raise_one(
            act, certificate_id=claimed.object_id, attempt=claimed.attempt
        )


def _stationery(ground: Ground) -> Stationery:
    wording = ground.content.wording
    return Stationery(issuer=wording.issuer, district=wording.district, sample=wording.sample)
