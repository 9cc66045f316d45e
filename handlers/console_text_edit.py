"""Writing a version of a text in the console; what was typed is not lost when it is refused."""

import asyncio
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, field_validator

from domain.errors import DomainError, Fault, Invalid, Stale
from domain.promises.differences import differences
from domain.promises.templates import MOST_DAYS, MOST_SIGNS, PUBLICITIES, Publicity, Term
from domain.promises.texts import Edited, Version
from domain.staff.roles import Right
from domain.transactions import Conflict
from domain.versions import EDITABLE, REASON_MOST, VERSION_STATES
from handlers.console import ConsoleForm
from handlers.console_texts import VERSIONS, TextPage
from handlers.endpoint import Audience, Route, endpoint
from handlers.fields import OneLine, Paragraphs
from handlers.pages import HTML

PublicityCode = Literal["public", "circle", "private"]
# The rule is the domain's; here only what no person types by mistake is kept out.
Line = Annotated[OneLine, Field(max_length=2 * REASON_MOST)]
Text = Annotated[Paragraphs, Field(max_length=2 * MOST_SIGNS["content"])]
Count = Annotated[int, Field(strict=False)]
Days = Annotated[Count | None, BeforeValidator(lambda value: value or None)]


class EditForm(ConsoleForm):
    """All that an editor may write."""

    tag: str = Field(min_length=1, max_length=40, title="版本")
    over: str = Field(default="", max_length=40, title="以我填写的内容为准")
    why: Line = Field(default="", title="修改理由")
    version: Line = Field(default="", title="版本号")
    title: Line = Field(default="", title="标题")
    matter: Text = Field(default="", title="承诺事由")
    content: Text = Field(default="", title="承诺内容")
    liability: Text = Field(default="", title="违诺责任")
    consequence: Text = Field(default="", title="违诺责任追究")
    publicities: list[PublicityCode] = Field(default=[], max_length=3, title="公开方式")
    circle: Line = Field(default="", title="公开范围")
    shown_days: Days = Field(default=None, title="公示天数")
    valid_days: Days = Field(default=None, title="有效天数")
    term_days: Days = Field(default=None, title="承诺期限")
    counting: Literal["calendar", "working"] = Field(default="calendar", title="期限计算")
    duty: Line = Field(default="", title="期限内应做的事")

    @field_validator("publicities", mode="before")
    @classmethod
    def _several(cls, value: object) -> object:
        return [value] if isinstance(value, str) else value

    def edited(self) -> Edited:
        """As the domain takes it; a day or a duty alone makes a term that is refused."""
        term = None
        if self.term_days is not None or self.duty:
            term = Term(days=self.term_days or 0, counting=self.counting, duty=self.duty)
        return Edited(
            version=self.version,
            title=self.title,
            matter=self.matter,
            content=self.content,
            liability=self.liability,
            consequence=self.consequence,
            # In the order of the national template, whatever the browser sent.
            publicities=tuple(one for one in Publicity if one.value in self.publicities),
            shown_days=self.shown_days or 0,
            circle=self.circle,
            term=term,
            valid_days=self.valid_days,
        )


class EditHandler(TextPage):
    """The form of one version."""

    @endpoint(
        Audience.STAFF,
        Right.EDIT_TEXTS,
        "The form of a version of a text, as a page",
        answers={200: HTML},
        refusals=frozenset({404, 409}),
    )
    async def get(self, version_id: str) -> None:
        """Once it is under review it is not written any more."""
        version = await self.house.text_office.get(version_id)
        if version.state not in EDITABLE:
            state = VERSION_STATES[version.state]
            raise Conflict(f"这个版本目前的状态是“{state}”，不能修改。")
        await self.show_form(HTTPStatus.OK, version, values_of(version))

    @endpoint(
        Audience.STAFF,
        Right.EDIT_TEXTS,
        "Write a version of a text anew",
        form=EditForm,
        long_form=True,
        answers={303: HTML},
        refusals=frozenset({403, 404, 409, 412}),
    )
    async def post(self, version_id: str) -> None:
        """Against the state that was seen: who else wrote meanwhile is named."""
        typed = self.form_values()
        try:
            form = self.read_form_of_mine(EditForm)
            version = await self.house.text_office.change(
                self.act(),
                version_id=version_id,
                tag=form.over or form.tag,
                edited=form.edited(),
                why=form.why,
            )
        except (Invalid, Stale, Conflict) as refusal:
            if HTML not in self.request.headers.get("Accept", ""):
                raise
            version = await self.house.text_office.get(version_id)
            await self.show_form(STATUSES[type(refusal)], version, typed, refusal)
            return
        self.done(version)

    async def show_form(
        self,
        status: int,
        version: Version,
        values: Mapping[str, object],
        refusal: DomainError | None = None,
    ) -> None:
        """The form, with what was typed and what is wrong with it."""
        faults: Sequence[Fault] = refusal.faults if isinstance(refusal, Invalid) else ()
        sections = over = None
        if isinstance(refusal, Stale):
            wanted = version.worded(self.read_form(EditForm).edited())
            # Long texts take a moment, in which others are served.
            found = await asyncio.to_thread(differences, version.wording, wanted)
            sections = [one for one in found if one.differs]
            over = version.tag if version.state in EDITABLE else ""
        self.page(
            status,
            "console_text_edit.html",
            version=version,
            value=lambda name: values.get(name, ""),
            chosen=chosen(values.get("publicities", ())),
            refusal=None if faults else refusal,
            sections=sections,
            over=over,
            faults={fault.pointer[1:]: fault.detail for fault in faults},
            publicities=PUBLICITIES,
            most={**MOST_SIGNS, "why": REASON_MOST, "days": MOST_DAYS},
        )


STATUSES = {
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    Stale: HTTPStatus.PRECONDITION_FAILED,
    Conflict: HTTPStatus.CONFLICT,
}


def chosen(publicities: object) -> Sequence[str]:
    """Which are ticked: one alone comes as a text."""
    if isinstance(publicities, str):
        return [publicities]
    return [str(one) for one in publicities] if isinstance(publicities, list | tuple) else []


def values_of(version: Version) -> Mapping[str, object]:
    """A version as its form shows it."""
    wording = version.wording
    term = wording.term
    return {
        **{name: getattr(wording, name) for name in MOST_SIGNS if name != "duty"},
        "tag": version.tag,
        "why": version.why,
        "publicities": [one.value for one in wording.publicities],
        "shown_days": wording.shown_days,
        "valid_days": wording.valid_days or "",
        "term_days": term.days if term else "",
        "counting": term.counting if term else "calendar",
        "duty": term.duty if term else "",
    }


ROUTES = [Route(f"{VERSIONS}/{{version_id}}/edit", EditHandler)]
