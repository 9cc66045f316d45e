"""A version of a lecture as a resident will see it, before anybody does."""

from http import HTTPStatus

from domain.lectures.lectures import Phase
from domain.staff.roles import Right
from domain.time import in_words
from handlers.console import ConsoleHandler
from handlers.console_lectures import LECTURES, VERSIONS
from handlers.endpoint import Audience, Route, endpoint
from handlers.pages import HTML
from handlers.portal import PLAYING, megabytes
from handlers.portal_views import card_of

# Of files that are not shown yet only the staff's own way leads to the bytes.
SHELF = "/console/media"


class LecturePreviewHandler(ConsoleHandler):
    """The public page, of a version that may never be shown."""

    back = (LECTURES, "返回云讲堂")

    @endpoint(
        Audience.STAFF,
        Right.READ_LECTURES,
        "A version of a lecture as a resident will see it, as a page",
        answers={200: HTML},
        refusals=frozenset({404}),
    )
    async def get(self, version_id: str) -> None:
        """With all its files, whoever may watch them later."""
        house = self.house.lectures
        version = await house.desk.version(version_id)
        row = await house.desk.lecture(version.lecture_id)
        as_shown = row.lecture.showing(version.id, version.programme, now=self.now)
        (shown,) = await house.lectures.with_files([as_shown])
        card = card_of(shown, now=self.now, shelf=SHELF)
        page = self.written(
            "lecture.html",
            {
                "card": card,
                "programme": version.programme,
                "upcoming": card.phase in {Phase.UPCOMING, Phase.LIVE},
                "preview": f"{VERSIONS}/{version_id}",
                "in_words": in_words,
                "megabytes": megabytes,
            },
        )
        self.show_page(HTTPStatus.OK, page)
        self.set_header("Content-Security-Policy", PLAYING)


ROUTES = [Route(f"{VERSIONS}/{{version_id}}/preview", LecturePreviewHandler)]
