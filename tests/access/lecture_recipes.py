"""What a request to each route of the lecture desk looks like; with them the recipes are whole."""

from domain.lectures.lectures import named
from domain.lectures.versions import Version
from domain.media.assets import Kind
from domain.media.processing import MOST_FAILURES
from tests import recordings
from tests.access.staff_recipes import STAFF_RECIPES, Visit, recipe
from tests.cast import Cast
from tests.lecturing import EDITOR, filled, house_of, published, series, submitted
from tests.staffing import act

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


@recipe("POST /console/lecture-series/{series_id}/review")
async def confirm_series(cast: Cast) -> Visit:
    house = house_of(cast)
    one = await series(house)
    said = {"title": f"{one.title}改", "summary": ""}
    after = await house.lectures.desk.propose_series(
        act(house, EDITOR), series_id=one.id, tag=one.tag, **said
    )
    path = f"/console/lecture-series/{one.id}/review"
    return Visit(path, {"move": "confirm", "tag": after.tag})


@recipe("GET /console/lectures/{lecture_id}")
async def one(cast: Cast) -> Visit:
    return Visit(f"{LECTURES}/{(await filled(cast)).lecture_id}")


@recipe("POST /console/lectures/{lecture_id}")
async def withdraw(cast: Cast) -> Visit:
    version = await published(cast)
    row = await house_of(cast).lectures.desk.lecture(version.lecture_id)
    form = {"move": "withdraw", "tag": row.lecture.tag, "reason": "内容有误"}
    return Visit(f"{LECTURES}/{version.lecture_id}", form)


@recipe("GET /console/lectures/{lecture_id}/figures")
async def figures(cast: Cast) -> Visit:
    return Visit(f"{LECTURES}/{(await published(cast)).lecture_id}/figures")


@recipe("GET /console/lectures/{lecture_id}/figures.csv")
async def figures_file(cast: Cast) -> Visit:
    return Visit(f"{LECTURES}/{(await published(cast)).lecture_id}/figures.csv")


@recipe("GET /console/lecture-versions/{version_id}/preview")
async def preview(cast: Cast) -> Visit:
    return of(await filled(cast), "/preview")


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


# -- files ---------------------------------------------------------------------------------

NOT_SUBTITLES = "没有时间的字幕".encode()


async def a_lecture(cast: Cast) -> str:
    """What files of a lecture belong to."""
    return named((await filled(cast)).lecture_id)


@recipe("GET /console/media")
async def list_media(cast: Cast) -> Visit:
    return Visit(f"/console/media?of={await a_lecture(cast)}")


@recipe("POST /console/media")
async def begin_media(cast: Cast) -> Visit:
    form = {"of": await a_lecture(cast), "kind": "subtitles", "name": "字幕.vtt", "size": "60"}
    return Visit("/console/media", form)


async def media_begun(cast: Cast, content: bytes = NOT_SUBTITLES) -> str:
    """The address of a file of which nothing came yet."""
    assert cast.house
    upload = await recordings.begun(
        cast.house, Kind.SUBTITLES, "字幕.vtt", len(content), of=await a_lecture(cast)
    )
    return f"/console/media/{upload.asset.id}"


async def media_worked(cast: Cast, content: bytes, *, failures: int = 0) -> str:
    """The address of a file that all came and was worked on, after so many failures of ours."""
    assert cast.house
    asset = await recordings.sent(
        cast.house, Kind.SUBTITLES, "字幕.vtt", content, of=await a_lecture(cast)
    )
    processing = cast.house.media.processing
    await processing.work(act(cast.house), asset_id=asset.id, failures=failures)
    return f"/console/media/{asset.id}"


@recipe("GET /console/media/{asset_id}")
async def see_media(cast: Cast) -> Visit:
    return Visit(await media_begun(cast))


@recipe("GET /console/media/{asset_id}/state")
async def follow_media(cast: Cast) -> Visit:
    return Visit(f"{await media_begun(cast)}/state")


@recipe("PUT /console/media/{asset_id}/parts/{part}")
async def send_part(cast: Cast) -> Visit:
    path = f"{await media_begun(cast)}/parts/1"
    headers = recordings.digest_header(NOT_SUBTITLES)
    return Visit(path, content=NOT_SUBTITLES, headers=headers)


@recipe("POST /console/media/{asset_id}/finish")
async def finish_media(cast: Cast) -> Visit:
    path = await media_worked(cast, NOT_SUBTITLES)
    return Visit(f"{path}/finish", {"digest": recordings.digest_of(NOT_SUBTITLES)})


@recipe("POST /console/media/{asset_id}/again")
async def work_media_again(cast: Cast) -> Visit:
    given_up = await media_worked(cast, NOT_SUBTITLES, failures=MOST_FAILURES)
    return Visit(f"{given_up}/again")


@recipe("POST /console/media/{asset_id}/removal")
async def remove_media(cast: Cast) -> Visit:
    return Visit(f"{await media_begun(cast)}/removal")


@recipe("GET /console/media/{asset_id}/{rendition}/{name}")
async def fetch_media(cast: Cast) -> Visit:
    good = recordings.vtt(("00:01.000", "00:02.000", "信用修复")).encode()
    return Visit(f"{await media_worked(cast, good)}/subtitles/subtitles.vtt")


# -- questions to the speaker --------------------------------------------------------------


async def asked(cast: Cast) -> str:
    """The address of a question that waits for its answer."""
    house, version = house_of(cast), await published(cast)
    question = await house.around.asking.ask(
        act(house, "somebody"), lecture_id=version.lecture_id, text="怎样申请信用修复？"
    )
    return f"/console/lecture-questions/{question.id}"


@recipe("GET /console/lecture-questions")
async def list_questions(_: Cast) -> Visit:
    return Visit("/console/lecture-questions")


@recipe("GET /console/lecture-questions/{question_id}")
async def see_question(cast: Cast) -> Visit:
    return Visit(await asked(cast))


@recipe("POST /console/lecture-questions/{question_id}/review")
async def release_answer(cast: Cast) -> Visit:
    path, tag = await waiting(cast)
    return Visit(f"{path}/review", {"move": "release", "tag": tag})


@recipe("GET /console/lecture-questions/{question_id}/review")
async def see_answer(cast: Cast) -> Visit:
    path, _ = await waiting(cast)
    return Visit(f"{path}/review")


async def waiting(cast: Cast) -> tuple[str, str]:
    """A question with an answer that nobody checked: WeChat knows nothing of who asked."""
    path, house = await asked(cast), house_of(cast)
    waits = await house.around.questions.answer(
        act(house, EDITOR), question_id=path.rpartition("/")[2], tag='"0"', answer="可以。"
    )
    return path, waits.tag


@recipe("POST /console/lecture-questions/{question_id}/handling")
async def leave_question(cast: Cast) -> Visit:
    form = {"move": "leave", "tag": '"0"', "text": "与讲座无关"}
    return Visit(f"{await asked(cast)}/handling", form)
