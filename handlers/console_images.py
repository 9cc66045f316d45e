"""Images in the console: added in a form, and judged by a person where WeChat could not."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Literal

from pydantic import Field

from domain.attachments.attachments import Attachment, By, Viewer
from domain.content_checks import WORDS, Verdict
from domain.errors import Fault, Invalid
from domain.staff.roles import Right
from domain.time import in_words
from handlers.console import ConsoleForm, ConsoleHandler, Typed
from handlers.endpoint import Audience, Route, endpoint
from handlers.pages import HTML
from handlers.uploads import IMAGES, ImagesFormHandler

UNKNOWN = {
    "no_answer": "微信没有给出结果",
    "not_checked": "微信没有取到图片",
    "not_seen": "提交人已离开小程序，微信不再检测",
    "staff": "工作人员已核验",
}
STATES = {
    Verdict.PENDING: "等待微信检测",
    Verdict.PASS: "可以显示",
    Verdict.REVIEW: "待人工核验",
    Verdict.RISKY: "不予显示",
}


class ConsoleImagesHandler(ImagesFormHandler, ConsoleHandler):
    """A form of the console with images in the field ``images``."""

    async def added(self) -> tuple[str, ...]:
        """The ids of the images that came, taken one after the other in the name of the staff.

        What the form is for is refused after that, or stale: they stay free for a day, so that the
        page that comes again keeps their ids in hidden fields, and nobody chooses them anew.

        Raises:
            Invalid: one is no image that may be, by its place.
            TooManyImages: so many wait already.
        """
        taken = []
        for place, content in enumerate(self.images()):
            try:
                view = await self.house.attachments.take(
                    self.act(), owner=self.actor, by=By.STAFF, content=content
                )
            except Invalid as refusal:
                raise _at(place, refusal) from refusal
            taken.append(view.attachment.id)
        return tuple(taken)


class JudgeForm(ConsoleForm):
    """What somebody found of an image."""

    move: Literal["show", "withhold"] = Field(title="结论")
    tag: str = Field(min_length=1, max_length=40, title="版本")


class _JudgedPage(ConsoleHandler):
    async def show_images(
        self, status: int, images: Sequence[Attachment], typed: Typed | None = None
    ) -> None:
        """The page with these; that they are looked at is recorded."""
        viewer = Viewer(id=self.actor, judges=True)
        self.page(
            status,
            "console_images.html",
            views=await self.house.attachments.views(self.act(), images, viewer=viewer),
            states=STATES,
            because=lambda reason: WORDS.get(reason) or UNKNOWN.get(reason, ""),
            typed=typed or Typed(),
            in_words=in_words,
        )


class JudgedImagesHandler(_JudgedPage):
    """Those that wait."""

    @endpoint(
        Audience.STAFF,
        Right.SUPERVISE_TICKETS,
        "Images that wait for a person to look, as a page",
        answers={200: HTML},
    )
    async def get(self) -> None:
        """The first hundred, who has waited longest first."""
        await self.show_images(HTTPStatus.OK, await self.house.image_checks.to_judge())


class JudgedImageHandler(_JudgedPage):
    """One of them, or one that WeChat or somebody has judged."""

    @endpoint(
        Audience.STAFF,
        Right.SUPERVISE_TICKETS,
        "An image with what was found of it, as a page",
        answers={200: HTML},
        refusals=frozenset({404}),
    )
    async def get(self, attachment_id: str) -> None:
        """A risky one is shown here and nowhere else."""
        await self.show_images(HTTPStatus.OK, [await self.house.image_checks.get(attachment_id)])

    @endpoint(
        Audience.STAFF,
        Right.SUPERVISE_TICKETS,
        "Judge an image",
        form=JudgeForm,
        answers={303: HTML},
        refusals=frozenset({403, 404, 409, 412}),
    )
    async def post(self, attachment_id: str) -> None:
        """Shown, or withheld, from now on; whatever WeChat says after counts no more."""
        form = self.read_form_of_mine(JudgeForm)

        async def judge() -> None:
            await self.house.image_checks.judge(
                self.act(), attachment_id=attachment_id, passed=form.move == "show", tag=form.tag
            )
            self.lead("/console/images")

        async def again(status: int, typed: Typed) -> None:
            image = await self.house.image_checks.get(attachment_id)
            await self.show_images(status, [image], typed)

        await self.attempt(judge, again)


def _at(place: int, refusal: Invalid) -> Invalid:
    """A refusal of one image, said of it by its place in the form."""
    return Invalid(
        [
            Fault(
                pointer=f"/{IMAGES}/{place}",
                code=one.code,
                detail=f"第 {place + 1} 张：{one.detail}",
            )
            for one in refusal.faults
        ]
    )


ROUTES = [
    Route("/console/images", JudgedImagesHandler),
    Route("/console/images/{attachment_id}", JudgedImageHandler),
]
