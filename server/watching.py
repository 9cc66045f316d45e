"""The parts of watching, joined: replays by their addresses, and how far people are."""

from datetime import datetime
from typing import Protocol

from adapters.mongo.lectures import MongoLectures
from adapters.mongo.people import MongoPeople
from adapters.mongo.watching import MongoProgress, MongoReplayAddresses
from domain.errors import NotFound
from domain.identity import Session, SignInAgain
from domain.lectures.reading import Lectures
from domain.lectures.registering import Registering
from domain.lectures.registrations import State
from domain.lectures.replaying import Replays
from domain.lectures.sittings import Sittings
from handlers.watch_house import WatchHouse
from server.ground import Ground
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

    async def registered(self, *, lecture_id: str, person_id: str) -> bool:
        """Whether the person has a place in the lecture."""
        try:
            found = await self._registering.get(lecture_id=lecture_id, person_id=person_id)
        except NotFound:
            return False
        return found.state is State.CONFIRMED


class WatchingParts:
    """What is watched, by whom it may be."""

    def __init__(self, ground: Ground, *, media: MediaParts, viewers: ViewersNow) -> None:
        lectures = MongoLectures(ground.database)
        shown = Lectures(store=lectures, assets=media.assets)
        self.progress = MongoProgress(ground.database)
        replays = Replays(
            shown=shown,
            lectures=lectures,
            files=media.files,
            addresses=MongoReplayAddresses(ground.database),
            viewers=viewers,
        )
        sittings = Sittings(
            store=self.progress, shown=shown, lectures=lectures, may_watch=replays.require
        )
        self.house = WatchHouse(
            replays=replays,
            sittings=sittings,
            store=media.store,
            hand_over=ground.settings.media_hand_over,
        )
