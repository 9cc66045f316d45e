"""Sharing a report with a named recipient: making, listing, taking back."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Literal

from pydantic import Field

from domain.credit_reports.shares import state_text
from domain.credit_reports.sharing import Shared
from handlers.base import BaseHandler
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import CivilDate, Input, Instant, OneLine, Output

StateName = Literal["standing", "opened", "expired", "revoked", "ended"]


class NewShare(Input):
    """With whom, what for, once or as often as needed, until when."""

    recipient: OneLine = Field(min_length=1, max_length=60, title="分享给谁")
    purpose: OneLine = Field(min_length=1, max_length=100, title="做什么用")
    once: bool = Field(title="只能打开一次")
    until: CivilDate = Field(title="截止日期")


class ShareView(Output):
    """A share as it stands now."""

    id: str
    report_id: str
    recipient: str
    purpose: str
    once: bool
    until: str
    state: StateName
    state_text: str
    created_at: Instant
    shared_by: str
    openings: int


class NewShareView(ShareView):
    """A share just made: the link, and its QR code as SVG, are shown this once."""

    url: str
    qr_svg: str


class ShareViews(Output):
    """Newest first."""

    items: list[ShareView] = Field(max_length=100)


class SharesHandler(BaseHandler):
    """Shares of a report."""

    @endpoint(
        Audience.PERSON,
        Permission.SHARE_OWN_REPORTS,
        "With whom a report is shared",
        answers={200: ShareViews},
        refusals=frozenset({403, 404}),
    )
    async def get(self, report_id: str) -> None:
        """An agent sees the agent's own, who stands for the principal sees all."""
        shared = await self.house.sharing.of(self.act(), report_id=report_id)
        others = {one.share.person_id for one in shared} - {self.actor}
        names = await self.house.people.masked_names(list(others)) if others else {}
        items = [ShareView.model_validate(self._shown(one, names)) for one in shared]
        self.show(HTTPStatus.OK, ShareViews(items=items))

    @endpoint(
        Audience.PERSON,
        Permission.SHARE_OWN_REPORTS,
        "Share a report with a recipient for a purpose",
        body=NewShare,
        idempotent=True,
        answers={201: NewShareView},
        refusals=frozenset({403, 404, 409}),
        rate="share",
        service="shares",
    )
    async def post(self, report_id: str) -> None:
        """The link is itself the permission to open, and dies with the right behind it."""
        wanted = self.read(NewShare)

        def show(shared: Shared) -> tuple[int, NewShareView]:
            url = f"{self.house.public_url}/s/{shared.secret}"
            shown = {**self._shown(shared, {}), "url": url, "qr_svg": self.house.qr_svg(url)}
            return HTTPStatus.CREATED, NewShareView.model_validate(shown)

        await self.show_once(
            lambda act: self.house.sharing.share(act, report_id=report_id, **wanted.model_dump()),
            show,
        )

    def _shown(self, shared: Shared, names: Mapping[str, str]) -> dict[str, object]:
        share = shared.share
        mine = share.person_id == self.actor
        return {
            "id": share.id,
            "report_id": share.report_id,
            "recipient": share.recipient,
            "purpose": share.purpose,
            "once": share.once,
            "until": share.until.isoformat(),
            "state": shared.state.value,
            "state_text": state_text(share, shared.state),
            "created_at": share.created_at,
            "shared_by": "本人" if mine else names.get(share.person_id, "其他办理人"),
            "openings": share.openings,
        }


class ShareHandler(BaseHandler):
    """One share."""

    @endpoint(
        Audience.PERSON,
        Permission.SHARE_OWN_REPORTS,
        "Take a share back",
        answers={204: None},
        refusals=frozenset({403, 404}),
    )
    async def delete(self, share_id: str) -> None:
        """Link and openings are dead from the next request on."""
        await self.house.sharing.revoke(self.act(), share_id=share_id)
        self.no_content()


ROUTES = [
    Route("/v1/credit-reports/{report_id}/shares", SharesHandler),
    Route("/v1/shares/{share_id}", ShareHandler),
]
