"""The parts of cloud lectures, joined: written, reviewed, shown."""

from collections.abc import Mapping

from adapters import markup
from adapters.mongo.lecture_figures import MongoLectureFigures
from adapters.mongo.lectures import MongoLectures, MongoLectureVersions
from adapters.mongo.outbox import Claimed
from adapters.mongo.staff import MongoStaff
from domain.content_checks import ContentChecks
from domain.lectures.desk import LectureDesk
from domain.lectures.figures import Figures
from domain.lectures.files import LectureFiles
from domain.lectures.reading import Lectures
from domain.lectures.showing import PUBLISH, Showing
from domain.lectures.telling import DeskTelling
from domain.notices import Notices
from domain.transactions import Act, Again
from handlers.lecture_house import LectureHouse
from server.ground import Ground
from server.jobs import Topic
from server.lectures_around import AroundParts
from server.media import MediaParts


class LectureParts:
    """What editors and reviewers do, and what everybody sees."""

    def __init__(
        self, ground: Ground, *, telling: DeskTelling, notices: Notices, checks: ContentChecks
    ) -> None:
        store, versions = MongoLectures(ground.database), MongoLectureVersions(ground.database)
        files = LectureFiles(store=store, versions=versions)
        self.media = MediaParts(ground, belongs=files.belongs, unused=files.unused)
        assets = self.media.assets
        self.around = AroundParts(
            ground, assets=assets, notices=notices, checks=checks, telling=telling
        )
        self._showing = Showing(
            store=store, versions=versions, telling=telling, on_shown=self.around.on_shown
        )
        desk = LectureDesk(
            store=store,
            versions=versions,
            assets=assets,
            showing=self._showing,
            telling=telling,
            clean=markup.clean_aside,
            staff=MongoStaff(ground.database),
        )
        lectures = Lectures(store=store, assets=assets)
        self.house = LectureHouse(
            desk=desk,
            lectures=lectures,
            files=assets,
            figures=Figures(
                lectures=store, reading=lectures, counts=MongoLectureFigures(ground.database)
            ),
            words=markup.words_and_addresses,
        )

    @property
    def topics(self) -> Mapping[str, Topic]:
        """What a worker does with each message."""
        return {PUBLISH: self._publish, **self.media.topics, **self.around.topics}

    async def _publish(self, act: Act, claimed: Claimed) -> Again | None:
        return await self._showing.work(act, version_id=claimed.object_id)
