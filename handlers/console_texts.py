"""The texts of promises in the console: read, with what differs between versions, and reviewed."""

import asyncio
from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from domain.promises.differences import differences
from domain.promises.templates import MOST_SIGNS
from domain.promises.texts import Version, when
from domain.staff.roles import Right
from domain.time import in_words
from domain.versions import EDITABLE, IN_WORK, REASON_MOST, VERSION_STATES
from handlers.console import ConsoleForm, ConsoleHandler, required
from handlers.endpoint import Audience, Route, endpoint
from handlers.fields import CivilDate, OneLine, PageQuery
from handlers.pages import HTML

TEXTS, VERSIONS = "/console/texts", "/console/text-versions"
MAY = frozenset({403, 404, 409, 412})
Day = Annotated[CivilDate | None, BeforeValidator(lambda value: value or None)]


class CopyForm(ConsoleForm):
    """The name of the new version, and why it is made."""

    version: OneLine = Field(max_length=MOST_SIGNS["version"] * 2, title="版本号")
    why: OneLine = Field(max_length=REASON_MOST, title="修改理由")


class MoveForm(ConsoleForm):
    """An editor's move."""

    move: Literal["submit", "withdraw"] = Field(title="办理")
    tag: str = Field(min_length=1, max_length=40, title="版本")


class TextReviewForm(ConsoleForm):
    """A reviewer's decision; without a day it is in force at once."""

    move: Literal["publish", "return", "recall"] = Field(title="决定")
    tag: str = Field(min_length=1, max_length=40, title="版本")
    from_day: Day = Field(default=None, title="生效日期")
    reason: OneLine = Field(default="", max_length=REASON_MOST, title="理由")


class TextPage(ConsoleHandler):
    """What the pages about texts share."""

    back = (TEXTS, "返回承诺书文本")

    def done(self, version: Version) -> None:
        """To its page."""
        self.lead(f"{VERSIONS}/{version.id}")


class ConsoleTextsHandler(TextPage):
    """All texts."""

    @endpoint(
        Audience.STAFF,
        Right.READ_TEXTS,
        "The texts of promises, as a page",
        answers={200: HTML},
    )
    async def get(self) -> None:
        """What is in force, what will be, what is in work."""
        texts = await self.house.text_office.all(now=self.now)
        self.page(
            HTTPStatus.OK,
            "console_texts.html",
            texts=texts,
            names=await self.house.text_office.names_of(
                one.in_work for one in texts if one.in_work
            ),
            states=VERSION_STATES,
            when=when,
            in_words=in_words,
        )


class ConsoleTextHandler(TextPage):
    """One text."""

    @endpoint(
        Audience.STAFF,
        Right.READ_TEXTS,
        "One text of a promise with its versions, as a page",
        query=PageQuery,
        answers={200: HTML},
        refusals=frozenset({404}),
    )
    async def get(self, template: str) -> None:
        """Every version there ever was, newest first."""
        text = await self.house.text_office.text(template, now=self.now)
        of = f"console-texts:{template}"
        ask = self.ask(self.query(PageQuery), of=of)
        page = await self.house.text_office.versions(template, ask=ask)
        self.page(
            HTTPStatus.OK,
            "console_text.html",
            text=text,
            versions=page.items,
            names=await self.house.text_office.names_of(page.items),
            next=self.next_cursor(page, of=of),
            states=VERSION_STATES,
            when=when,
            in_words=in_words,
        )


class ConsoleVersionHandler(TextPage):
    """One version."""

    @endpoint(
        Audience.STAFF,
        Right.READ_TEXTS,
        "One version of a text and what differs from the one in force, as a page",
        answers={200: HTML},
        refusals=frozenset({404}),
    )
    async def get(self, version_id: str) -> None:
        """With what may be done now."""
        office = self.house.text_office
        version = await office.get(version_id)
        text = await office.text(version.template, now=self.now)
        was = text.standing.wording
        # Long texts take a moment, in which others are served.
        sections = await asyncio.to_thread(differences, was, version.wording)
        self.page(
            HTTPStatus.OK,
            "console_text_version.html",
            text=text,
            version=version,
            sections=sections,
            names=await self.house.text_office.names_of([version]),
            mine=self.actor in version.editors,
            editable=version.state in EDITABLE,
            undecided=version.state in IN_WORK,
            holds=version.holds(self.now),
            states=VERSION_STATES,
            when=when,
            in_words=in_words,
            name_most=MOST_SIGNS["version"],
            reason_most=REASON_MOST,
        )


class CopyHandler(TextPage):
    """A new version made from another."""

    @endpoint(
        Audience.STAFF,
        Right.EDIT_TEXTS,
        "Begin a new version of a text from any version of it",
        form=CopyForm,
        answers={303: HTML},
        refusals=frozenset({403, 404, 409}),
    )
    async def post(self, version_id: str) -> None:
        """From an old one: that is how it is restored."""
        form = self.read_form_of_mine(CopyForm)
        version = await self.house.text_office.begin(
            self.act(), made_from=version_id, name=form.version, why=form.why
        )
        self.lead(f"{VERSIONS}/{version.id}/edit")


class MoveHandler(TextPage):
    """An editor's moves."""

    @endpoint(
        Audience.STAFF,
        Right.EDIT_TEXTS,
        "Hand a version in for review, or withdraw it",
        form=MoveForm,
        answers={303: HTML},
        refusals=MAY,
    )
    async def post(self, version_id: str) -> None:
        """Against the state that was seen."""
        form = self.read_form_of_mine(MoveForm)
        office, act = self.house.text_office, self.act()
        if form.move == "submit":
            version = await office.submit(act, version_id=version_id, tag=form.tag)
        else:
            version = await office.give_up(act, version_id=version_id, tag=form.tag)
        self.done(version)


class TextReviewHandler(TextPage):
    """A reviewer's decisions."""

    @endpoint(
        Audience.STAFF,
        Right.REVIEW_TEXTS,
        "Publish a version of a text, hand it back, or revoke it before its day",
        form=TextReviewForm,
        answers={303: HTML},
        refusals=MAY,
    )
    async def post(self, version_id: str) -> None:
        """Never by who wrote it."""
        form = self.read_form_of_mine(TextReviewForm)
        office, act = self.house.text_office, self.act()
        if form.move == "publish":
            version = await office.publish(
                act, version_id=version_id, tag=form.tag, from_day=form.from_day
            )
        else:
            reason = required("reason", form.reason, "理由")
            decide = office.give_back if form.move == "return" else office.recall
            version = await decide(act, version_id=version_id, tag=form.tag, reason=reason)
        self.done(version)


ROUTES = [
    Route(TEXTS, ConsoleTextsHandler),
    Route(f"{TEXTS}/{{template}}", ConsoleTextHandler),
    Route(f"{VERSIONS}/{{version_id}}", ConsoleVersionHandler),
    Route(f"{VERSIONS}/{{version_id}}/copy", CopyHandler),
    Route(f"{VERSIONS}/{{version_id}}/move", MoveHandler),
    Route(f"{VERSIONS}/{{version_id}}/review", TextReviewHandler),
]
