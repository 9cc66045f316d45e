"""The parts around a lecture, joined: places, notices to many, questions, search, calendar."""

from collections.abc import Mapping, Sequence

from adapters import markup
from adapters.calendar_files import write_calendar
from adapters.mongo.lecture_questions import MongoLectureQuestions
from adapters.mongo.lecture_registrations import MongoRegistrations
from adapters.mongo.lecture_search import MongoLectureSearch
from adapters.mongo.lecture_tellings import MongoFollowers, MongoTellings
from adapters.mongo.lectures import MongoLectures
from adapters.mongo.outbox import Claimed
from domain.content_checks import ContentChecks
from domain.lectures.announcing import REMIND, TELL, Announcing
from domain.lectures.asking import Asking, QuestionDesk
from domain.lectures.calendars import Calendars
from domain.lectures.finding import Finding
from domain.lectures.following import FollowingLectures
from domain.lectures.hearing import Hearing
from domain.lectures.ports import AssetsOf, OnShown
from domain.lectures.registering import MOVE_UP, Registering
from domain.lectures.telling import DeskTelling
from domain.notices import Notices
from domain.transactions import Act, Again
from handlers.around_house import AroundHouse
from server.ground import Ground, base_url
from server.jobs import Topic


class AroundParts:
    """``on_shown`` is for whoever shows and withdraws lectures; ``leave`` for erasure."""

    def __init__(
        self,
        ground: Ground,
        *,
        assets: AssetsOf,
        notices: Notices,
        checks: ContentChecks,
        telling: DeskTelling,
    ) -> None:
        database, self._tell_one = ground.database, notices.tell
        self._lectures = lectures = MongoLectures(database)
        registrations = MongoRegistrations(database)
        self.registering = Registering(lectures=lectures, store=registrations, tell=notices.tell)
        self._announcing = Announcing(
            lectures=lectures,
            registrations=registrations,
            store=MongoTellings(database),
            tell=notices.tell,
        )
        self._finding = Finding(
            index=MongoLectureSearch(database), assets=assets, words=markup.words
        )
        hearing = Hearing(registrations=registrations, announcing=self._announcing)
        self.on_shown: Sequence[OnShown] = (hearing, self._finding)
        self.house = self._house(ground, checks, telling)

    def _house(self, ground: Ground, checks: ContentChecks, telling: DeskTelling) -> AroundHouse:
        lectures, questions = self._lectures, MongoLectureQuestions(ground.database)
        return AroundHouse(
            registering=self.registering,
            calendars=Calendars(
                lectures=lectures, write=write_calendar, public_url=base_url(ground.settings)
            ),
            following=FollowingLectures(store=MongoFollowers(ground.database)),
            asking=Asking(lectures=lectures, store=questions, checks=checks),
            questions=QuestionDesk(
                lectures=lectures,
                store=questions,
                checks=checks,
                tell=self._tell_one,
                telling=telling,
            ),
            finding=self._finding,
            lecture_of=lectures.get,
        )

    @property
    def topics(self) -> Mapping[str, Topic]:
        """What a worker does with each message."""
        return {MOVE_UP: self._move_up, TELL: self._tell, REMIND: self._remind}

    async def _move_up(self, act: Act, claimed: Claimed) -> Again | None:
        return await self.registering.move_up(act, lecture_id=claimed.object_id)

    async def _tell(self, act: Act, claimed: Claimed) -> Again | None:
        return await self._announcing.work(act, telling_id=claimed.object_id)

    async def _remind(self, act: Act, claimed: Claimed) -> Again | None:
        return await self._announcing.remind(act, planned=claimed.object_id)
