"""The rooms of cloud lectures, joined: the desk, and what hears of what it shows."""

from adapters.mongo.lectures import MongoLectures
from adapters.mongo.media import MongoAssets
from domain.alerts.ports import TellStaff
from domain.content_checks import ContentChecks
from domain.notices import Notices
from server.ground import Ground
from server.lectures import LectureParts
from server.lectures_around import AroundParts


class LectureRooms:
    """Registrations, notices and search hear in its transaction what the desk shows."""

    def __init__(
        self, ground: Ground, *, notices: Notices, checks: ContentChecks, tell_staff: TellStaff
    ) -> None:
        store, assets = MongoLectures(ground.database), MongoAssets(ground.database)
        self.around = AroundParts(
            ground, lectures=store, assets=assets, notices=notices, checks=checks
        )
        self.lecturing = LectureParts(
            ground,
            store=store,
            assets=assets,
            tell_staff=tell_staff,
            on_shown=self.around.on_shown,
        )
