"""What a request to each route of the lecture desk looks like; with them the recipes are whole."""

from domain.lectures.versions import Version
from tests.access.staff_recipes import STAFF_RECIPES, Visit, recipe
from tests.cast import Cast
from tests.lecturing import filled, house_of, published, submitted

__all__ = ["STAFF_RECIPES"]
LECTURES, VERSIONS = "/console/lectures", "/console/lecture-versions"


def of(version: Version, to: str = "", **form: str) -> Visit:
    """A page or a form of a version."""
    return Visit(f"{VERSIONS}/{version.id}{to}", {"tag": version.tag, **form} if form else {})


@recipe("POST /console/lectures")
async def new(_: Cast) -> Visit:
    return Visit(LECTURES, {"move": "add", "title": "新讲座"})


@recipe("POST /console/lecture-series")
async def add_series(cast: Cast) -> Visit:
    title = f"系列 {house_of(cast).draw.id()[-12:]}"
    return Visit("/console/lecture-series", {"move": "series", "title": title})


@recipe("GET /console/lectures/{lecture_id}")
async def one(cast: Cast) -> Visit:
    return Visit(f"{LECTURES}/{(await filled(cast)).lecture_id}")


@recipe("POST /console/lectures/{lecture_id}")
async def withdraw(cast: Cast) -> Visit:
    version = await published(cast)
    row = await house_of(cast).lectures.desk.lecture(version.lecture_id)
    form = {"move": "withdraw", "tag": row.lecture.tag, "reason": "内容有误"}
    return Visit(f"{LECTURES}/{version.lecture_id}", form)


@recipe("GET /console/lecture-versions/{version_id}")
async def version(cast: Cast) -> Visit:
    return of(await filled(cast))


@recipe("GET /console/lecture-versions/{version_id}/edit")
async def form_of_version(cast: Cast) -> Visit:
    return of(await filled(cast), "/edit")


@recipe("POST /console/lecture-versions/{version_id}/edit")
async def write(cast: Cast) -> Visit:
    return of(await filled(cast), "/edit", move="write", title="改了标题")


@recipe("GET /console/lecture-versions/{version_id}/timeline")
async def timeline(cast: Cast) -> Visit:
    return of(await filled(cast), "/timeline")


@recipe("POST /console/lecture-versions/{version_id}/timeline")
async def set_timeline(cast: Cast) -> Visit:
    return of(await filled(cast), "/timeline", move="time", chapters="0:00 开场")


@recipe("POST /console/lecture-versions/{version_id}/move")
async def submit(cast: Cast) -> Visit:
    return of(await filled(cast), "/move", move="submit")


@recipe("POST /console/lecture-versions/{version_id}/review")
async def review(cast: Cast) -> Visit:
    return of(await submitted(cast), "/review", move="return", reason="缺少日期")
