"""Cloud lectures in the console: the desk, one lecture, one version with what differs."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import Field

from domain.differences import Section
from domain.lectures.changes import differences
from domain.lectures.lectures import PHASES, STANDINGS, named, phase_of
from domain.lectures.programme import MOST_SIGNS, Programme
from domain.lectures.series import SUMMARY_SIGNS, TITLE_SIGNS
from domain.lectures.versions import Version
from domain.media.assets import ASSET_STATES, KINDS
from domain.pages import Ask
from domain.staff.roles import Right
from domain.time import in_words
from domain.versions import EDITABLE, IN_WORK, REASON_MOST, VERSION_STATES
from handlers.console import ConsoleForm, ConsoleHandler, Typed, required
from handlers.endpoint import Audience, Route, endpoint
from handlers.fields import LocalTime, OneLine, PageQuery
from handlers.lecture_house import LectureHouse
from handlers.pages import HTML

LECTURES, VERSIONS = "/console/lectures", "/console/lecture-versions"
MAY = frozenset({403, 404, 409, 412})
Line = Annotated[OneLine, Field(max_length=2 * REASON_MOST)]
Tag = Annotated[str, Field(max_length=40)]


class NewLectureForm(ConsoleForm):
    """What a new lecture is called."""

    move: Literal["add"] = Field(title="办理")
    title: Line = Field(default="", title="标题")


class SeriesForm(ConsoleForm):
    """A series that is added, or proposed to be said anew."""

    move: Literal["series", "change"] = Field(title="办理")
    series: str = Field(default="", max_length=64, title="系列")
    tag: Tag = Field(default="", title="版本")
    title: Line = Field(default="", title="系列名称")
    summary: Line = Field(default="", title="系列简介")


class SeriesReviewForm(ConsoleForm):
    """What becomes of a proposal."""

    move: Literal["confirm", "turn_down"] = Field(title="决定")
    tag: Tag = Field(default="", title="版本")
    reason: Line = Field(default="", title="理由")


class WithdrawForm(ConsoleForm):
    """Why a lecture is shown no more."""

    move: Literal["withdraw"] = Field(title="办理")
    tag: Tag = Field(default="", title="版本")
    reason: Line = Field(default="", title="下线理由")


class LectureMoveForm(ConsoleForm):
    """An editor's move of a version."""

    move: Literal["submit", "give_up", "copy"] = Field(title="办理")
    tag: Tag = Field(default="", title="版本")


class LectureReviewForm(ConsoleForm):
    """A reviewer's decision; without a time it is shown at once."""

    move: Literal["publish", "return"] = Field(title="决定")
    tag: Tag = Field(default="", title="版本")
    publish_at: LocalTime = Field(default=None, title="发布时间")
    reason: Line = Field(default="", title="理由")


class _DeskPage(ConsoleHandler):
    async def attempt_on_desk(self, do: Callable[[], Awaitable[None]]) -> None:
        """Refused, the desk comes again with what was typed."""
        await self.attempt(do, lambda status, typed: self.show_list(status, typed, PageQuery()))

    async def show_list(self, status: int, typed: Typed, query: PageQuery) -> None:
        """With what was typed."""
        desk, of = self.house.lectures.desk, "console-lectures"
        page = await desk.all(ask=self.ask(query, of=of))
        series = await desk.series()
        self.page(
            status,
            "console_lectures.html",
            rows=page.items,
            series=series,
            titles={one.id: one.title for one in series},
            standings=STANDINGS,
            states=VERSION_STATES,
            phases=PHASES,
            phase=lambda one: phase_of(one, self.now),
            in_words=in_words,
            typed=typed,
            next=self.next_cursor(page, of=of),
            title_most=MOST_SIGNS["title"],
            series_most=TITLE_SIGNS,
            summary_most=SUMMARY_SIGNS,
            reason_most=REASON_MOST,
        )


class LectureListHandler(_DeskPage):
    """The lecture desk."""

    @endpoint(
        Audience.STAFF,
        Right.READ_LECTURES,
        "Cloud lectures and their series, as a page",
        query=PageQuery,
        answers={200: HTML},
    )
    async def get(self) -> None:
        """The newest made first."""
        await self.show_list(HTTPStatus.OK, Typed(), self.query(PageQuery))

    @endpoint(
        Audience.STAFF,
        Right.EDIT_LECTURES,
        "Begin a new lecture",
        form=NewLectureForm,
        answers={303: HTML},
        refusals=frozenset({403}),
    )
    async def post(self) -> None:
        """With a first draft, which opens."""

        async def do() -> None:
            form = self.read_form_of_mine(NewLectureForm)
            version = await self.house.lectures.desk.create(self.act(), title=form.title)
            self.lead(f"{VERSIONS}/{version.id}/edit")

        await self.attempt_on_desk(do)


class SeriesHandler(_DeskPage):
    """Series of lectures."""

    @endpoint(
        Audience.STAFF,
        Right.EDIT_LECTURES,
        "Add a series of lectures, or propose to say it anew",
        form=SeriesForm,
        answers={303: HTML},
        refusals=MAY,
    )
    async def post(self) -> None:
        """Residents read a new one with its first lecture, a change once it is confirmed."""

        async def do() -> None:
            form = self.read_form_of_mine(SeriesForm)
            desk, act = self.house.lectures.desk, self.act()
            if form.move == "series":
                await desk.add_series(act, title=form.title, summary=form.summary)
            else:
                await desk.propose_series(
                    act,
                    series_id=form.series,
                    tag=form.tag,
                    title=form.title,
                    summary=form.summary,
                )
            self.lead(LECTURES)

        await self.attempt_on_desk(do)


class SeriesReviewHandler(_DeskPage):
    """What was proposed for one series."""

    @endpoint(
        Audience.STAFF,
        Right.REVIEW_LECTURES,
        "Confirm what was proposed for a series of lectures, or turn it down",
        form=SeriesReviewForm,
        answers={303: HTML},
        refusals=MAY,
    )
    async def post(self, series_id: str) -> None:
        """Never by who proposed it, who reads why not; residents read what they read before."""

        async def do() -> None:
            form = self.read_form_of_mine(SeriesReviewForm)
            desk, act = self.house.lectures.desk, self.act()
            if form.move == "confirm":
                await desk.confirm_series(act, series_id=series_id, tag=form.tag)
            else:
                await desk.turn_down_series(
                    act, series_id=series_id, tag=form.tag, reason=form.reason
                )
            self.lead(LECTURES)

        await self.attempt_on_desk(do)


class LectureHandler(ConsoleHandler):
    """One lecture."""

    back = (LECTURES, "返回云讲堂")

    @endpoint(
        Audience.STAFF,
        Right.READ_LECTURES,
        "One lecture with its files and versions, as a page",
        query=PageQuery,
        answers={200: HTML},
        refusals=frozenset({404}),
    )
    async def get(self, lecture_id: str) -> None:
        """What of it is shown, and what is in work."""
        await self.show_lecture(lecture_id, HTTPStatus.OK, Typed())

    @endpoint(
        Audience.STAFF,
        Right.REVIEW_LECTURES,
        "Show a lecture no more, at once",
        form=WithdrawForm,
        answers={303: HTML},
        refusals=MAY,
    )
    async def post(self, lecture_id: str) -> None:
        """Its replay stops in the middle; to show it again takes an editor and a reviewer."""

        async def do() -> None:
            form = self.read_form_of_mine(WithdrawForm)
            await self.house.lectures.desk.withdraw(
                self.act(), lecture_id=lecture_id, tag=form.tag, reason=form.reason
            )
            self.lead(f"{LECTURES}/{lecture_id}")

        await self.attempt(do, lambda status, typed: self.show_lecture(lecture_id, status, typed))

    async def show_lecture(self, lecture_id: str, status: int, typed: Typed) -> None:
        """As it stands now."""
        house = self.house.lectures
        row = await house.desk.lecture(lecture_id)
        of = f"console-lecture:{lecture_id}"
        query = self.query(PageQuery) if self.request.method == "GET" else PageQuery()
        ask = self.ask(query, of=of) if query.cursor else Ask(limit=query.limit)
        page = await house.desk.versions(lecture_id, ask=ask)
        self.page(
            status,
            "console_lecture.html",
            row=row,
            lecture=row.lecture,
            versions=page.items,
            names=await house.desk.names_of(page.items),
            files=await house.files.of(named(lecture_id)),
            kinds=KINDS,
            asset_states=ASSET_STATES,
            standings=STANDINGS,
            states=VERSION_STATES,
            in_words=in_words,
            reason_most=REASON_MOST,
            typed=typed,
            next=self.next_cursor(page, of=of),
        )


async def compared(house: LectureHouse, was: Programme, now: Programme) -> Sequence[Section]:
    """What differs between two versions, as people read it."""
    files = await house.files.some([*was.files, *now.files])
    titles = {one.id: f"{one.title}\n{one.summary}".strip() for one in await house.desk.series()}
    # Long texts take a moment, in which others are served.
    return await asyncio.to_thread(
        differences, was, now, words=house.words, series=titles, assets=files
    )


class _VersionPage(ConsoleHandler):
    back = (LECTURES, "返回云讲堂")

    async def show_version(self, version_id: str, status: int, typed: Typed) -> None:
        """What it says, and what differs from what is shown."""
        house = self.house.lectures
        version = await house.desk.version(version_id)
        row = await house.desk.lecture(version.lecture_id)
        first = not row.lecture.version_id
        was = version.programme if first else row.lecture.programme
        sections = await compared(house, was, version.programme)
        self.page(
            status,
            "console_lecture_version.html",
            version=version,
            row=row,
            lecture=row.lecture,
            first=first,
            current=row.lecture.version_id == version.id,
            sections=sections,
            same=was == version.programme,
            names=await house.desk.names_of([version]),
            mine=self.actor in version.editors,
            editable=version.state in EDITABLE,
            undecided=version.state in IN_WORK,
            states=VERSION_STATES,
            in_words=in_words,
            reason_most=REASON_MOST,
            typed=typed,
        )

    def done(self, version: Version) -> None:
        """To its page."""
        self.lead(f"{VERSIONS}/{version.id}")


class LectureVersionHandler(_VersionPage):
    """One version."""

    @endpoint(
        Audience.STAFF,
        Right.READ_LECTURES,
        "One version of a lecture and what differs from the one shown, as a page",
        answers={200: HTML},
        refusals=frozenset({404}),
    )
    async def get(self, version_id: str) -> None:
        """With what may be done now."""
        await self.show_version(version_id, HTTPStatus.OK, Typed())


class LectureMoveHandler(_VersionPage):
    """An editor's moves."""

    @endpoint(
        Audience.STAFF,
        Right.EDIT_LECTURES,
        "Hand a version in for review, withdraw it, or begin a new one from it",
        form=LectureMoveForm,
        answers={303: HTML},
        refusals=MAY,
    )
    async def post(self, version_id: str) -> None:
        """Against the state that was seen; from an old one, that is how it is restored."""

        async def do() -> None:
            form = self.read_form_of_mine(LectureMoveForm)
            desk, act = self.house.lectures.desk, self.act()
            if form.move == "copy":
                version = await desk.begin(act, made_from=version_id)
                self.lead(f"{VERSIONS}/{version.id}/edit")
                return
            move = desk.submit if form.move == "submit" else desk.give_up
            self.done(await move(act, version_id=version_id, tag=form.tag))

        await self.attempt(do, lambda status, typed: self.show_version(version_id, status, typed))


class LectureReviewHandler(_VersionPage):
    """A reviewer's decisions."""

    @endpoint(
        Audience.STAFF,
        Right.REVIEW_LECTURES,
        "Show a version of a lecture, at once or from a minute on, or hand it back",
        form=LectureReviewForm,
        answers={303: HTML},
        refusals=MAY,
    )
    async def post(self, version_id: str) -> None:
        """Never by who wrote it."""

        async def do() -> None:
            form = self.read_form_of_mine(LectureReviewForm)
            desk, act = self.house.lectures.desk, self.act()
            if form.move == "publish":
                version = await desk.publish(
                    act, version_id=version_id, tag=form.tag, publish_at=form.publish_at
                )
            else:
                reason = required("reason", form.reason, "退回理由")
                version = await desk.give_back(
                    act, version_id=version_id, tag=form.tag, reason=reason
                )
            self.done(version)

        await self.attempt(do, lambda status, typed: self.show_version(version_id, status, typed))


ROUTES = [
    Route(LECTURES, LectureListHandler),
    Route("/console/lecture-series", SeriesHandler),
    Route("/console/lecture-series/{series_id}/review", SeriesReviewHandler),
    Route(f"{LECTURES}/{{lecture_id}}", LectureHandler),
    Route(f"{VERSIONS}/{{version_id}}", LectureVersionHandler),
    Route(f"{VERSIONS}/{{version_id}}/move", LectureMoveHandler),
    Route(f"{VERSIONS}/{{version_id}}/review", LectureReviewHandler),
]
