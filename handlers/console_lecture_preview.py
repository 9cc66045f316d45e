"""A version of a lecture as a resident will see it, before anybody does."""

from collections.abc import Iterator
from http import HTTPStatus

from domain.lectures.lectures import Phase
from domain.lectures.live import OPENS_BEFORE
from domain.lectures.programme import ACCESSES, Access, LiveKind, Programme
from domain.lectures.questions import ASKED_UNTIL
from domain.media.uploads import size_in_words
from domain.staff.roles import Right
from domain.time import in_words
from domain.versions import VERSION_STATES
from handlers.console import ConsoleHandler
from handlers.console_lectures import LECTURES, VERSIONS
from handlers.endpoint import Audience, Route, endpoint
from handlers.pages import HTML
from handlers.portal import PLAYING, joining
from handlers.portal_views import card_of

# Of files that are not shown yet only the staff's own way leads to the bytes.
SHELF = "/console/media"
FIRST = {
    Access.SIGNED_IN: "登录",
    Access.REAL_NAMED: "实名认证",
    Access.REGISTERED: "报名",
}


class LecturePreviewHandler(ConsoleHandler):
    """The public page, of a version that may never be shown, and what a phone shows beside."""

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
        left = await self.house.around.registering.places_left(as_shown)
        page = self.written(
            "lecture.html",
            {
                "card": card,
                "programme": version.programme,
                "upcoming": card.phase in {Phase.UPCOMING, Phase.LIVE},
                "preview": f"{VERSIONS}/{version_id}",
                "number": version.number,
                "state": VERSION_STATES[version.state],
                "on_phone": list(on_phone(version.programme, left=left)),
                "in_words": in_words,
                "size_in_words": size_in_words,
                **await joining(self.house, as_shown, now=self.now),
            },
        )
        self.show_page(HTTPStatus.OK, page)
        self.set_header("Content-Security-Policy", PLAYING)


def on_phone(programme: Programme, *, left: int | None) -> Iterator[tuple[str, str]]:
    """What the sections of the mini program say, by their headings; there one acts on it.

    ``left`` is how many places are free now; None where nobody registers.
    """
    if programme.live_kind is not LiveKind.NONE:
        yield "直播", _live(programme)
    if left is None:
        yield "报名", "不需要报名，没有这一栏。"
    else:
        taken = "满额后可以候补" if left > 0 else "名额已满，可以候补"
        yield "报名", f"现在还剩 {left} 个名额，先到先得，{taken}。讲座结束后截止。"
    if programme.recording:
        yield "回放", _replay(programme)
    percent = programme.certificate_percent
    certificate = (
        f"看满 {percent}% 并已实名的可以领取。" if percent else "不发学习证书，没有这一栏。"
    )
    yield "学习证书", certificate
    until = f"讲座结束 {ASKED_UNTIL.days} 天后不再接受提问"
    yield "问主讲人", f"登录后可以提问，{until}。答复过的问题和答复所有人都看得到。"


def _live(programme: Programme) -> str:
    begins, address = programme.begins_at, programme.live_address
    opens = in_words(begins - OPENS_BEFORE) if begins else "开始时间确定后，提前半小时"
    if programme.live_kind is LiveKind.CHANNELS:
        return f"在微信视频号（{address}）：可以先预约，{opens}起可以进入直播间。"
    return f"入口（{address}）{opens}开放，此前只显示开放时间。"


def _replay(programme: Programme) -> str:
    first = FIRST.get(programme.access)
    if first is None:
        return "所有人都可以看。"
    return f"只供{ACCESSES[programme.access]}观看，还没有{first}的先引导去{first}。"


ROUTES = [Route(f"{VERSIONS}/{{version_id}}/preview", LecturePreviewHandler)]
