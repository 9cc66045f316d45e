"""Staff accounts in the console: proposed by one administrator, granted by another."""

from http import HTTPStatus
from typing import Literal

from pydantic import Field, field_validator

from domain.errors import Invalid
from domain.staff.accounts import STATES, StaffAccount
from domain.staff.roles import Right, Role
from domain.time import in_words
from handlers.console import ConsoleForm, ConsoleHandler
from handlers.endpoint import Audience, Route, endpoint
from handlers.pages import HTML

MAY = frozenset({403, 404, 409})
RoleName = Literal[
    "office",
    "supervisor",
    "butler",
    "editor",
    "reviewer",
    "grid_clerk",
    "administrator",
    "security_administrator",
    "security_auditor",
]


class NewStaffForm(ConsoleForm):
    """Who, and as what."""

    login: str = Field(default="", max_length=64, title="登录名")
    name: str = Field(default="", max_length=64, title="姓名")
    roles: list[RoleName] = Field(default=[], max_length=len(Role), title="角色")

    @field_validator("roles", mode="before")
    @classmethod
    def _one_or_more(cls, value: object) -> object:
        """A form sends one tick as a text, several as a list."""
        return [value] if isinstance(value, str) else value


class _StaffPage(ConsoleHandler):
    async def list_them(
        self,
        status: int,
        *,
        typed: NewStaffForm | None = None,
        faults: dict[str, str] | None = None,
        invitation: tuple[StaffAccount, str] | None = None,
        release: tuple[StaffAccount, str] | None = None,
    ) -> None:
        """The page, with what was just typed or made."""
        self.page(
            status,
            "console_staff.html",
            accounts=await self.house.staff.all(),
            roles=list(Role),
            states=STATES,
            in_words=in_words,
            typed=typed or NewStaffForm(),
            faults=faults or {},
            invitation=invitation,
            release=release,
            public_url=self.house.public_url,
        )


class StaffHandler(_StaffPage):
    """All accounts."""

    @endpoint(Audience.STAFF, Right.SEE_STAFF, "Staff accounts, as a page", answers={200: HTML})
    async def get(self) -> None:
        """With what may be done with each."""
        await self.list_them(HTTPStatus.OK)

    @endpoint(
        Audience.STAFF,
        Right.PROPOSE_STAFF,
        "Propose a staff account, to be granted by another administrator",
        form=NewStaffForm,
        answers={303: HTML},
        refusals=frozenset({403, 409}),
    )
    async def post(self) -> None:
        """Nobody can use it before it is granted."""
        form = self.read_form_of_mine(NewStaffForm)
        try:
            await self.house.staff.propose(
                self.act(),
                login=form.login,
                name=form.name,
                roles=[Role(code) for code in form.roles],
            )
        except Invalid as invalid:
            if HTML not in self.request.headers.get("Accept", ""):
                raise
            faults = {fault.pointer[1:]: fault.detail for fault in invalid.faults}
            await self.list_them(HTTPStatus.UNPROCESSABLE_ENTITY, typed=form, faults=faults)
            return
        self.lead("/console/staff")


class StaffApprovalHandler(_StaffPage):
    """Granting."""

    @endpoint(
        Audience.STAFF,
        Right.APPROVE_STAFF,
        "Grant a staff account that somebody else proposed; its release code is shown once",
        form=ConsoleForm,
        answers={200: HTML},
        refusals=MAY,
    )
    async def post(self, staff_id: str) -> None:
        """Nobody grants what they proposed."""
        self.read_form_of_mine(ConsoleForm)
        release = await self.house.staff.approve(self.act(), staff_id=staff_id)
        await self.list_them(HTTPStatus.OK, release=release)


class StaffInvitationHandler(_StaffPage):
    """Inviting."""

    @endpoint(
        Audience.STAFF,
        Right.PROPOSE_STAFF,
        "Make the address by which a granted account is set up; shown once",
        form=ConsoleForm,
        answers={200: HTML},
        refusals=MAY,
    )
    async def post(self, staff_id: str) -> None:
        """Any address made before is good no more."""
        self.read_form_of_mine(ConsoleForm)
        invitation = await self.house.staff.invite(self.act(), staff_id=staff_id)
        await self.list_them(HTTPStatus.OK, invitation=invitation)


class StaffSuspensionHandler(_StaffPage):
    """Suspending."""

    @endpoint(
        Audience.STAFF,
        Right.SUSPEND_STAFF,
        "Suspend a staff account, with all its sessions",
        form=ConsoleForm,
        answers={303: HTML},
        refusals=MAY,
    )
    async def post(self, staff_id: str) -> None:
        """Out at once."""
        self.read_form_of_mine(ConsoleForm)
        await self.house.staff.suspend(self.act(), staff_id=staff_id)
        self.lead("/console/staff")


class StaffReturnHandler(_StaffPage):
    """Coming back."""

    @endpoint(
        Audience.STAFF,
        Right.PROPOSE_STAFF,
        "Propose that a suspended account comes back",
        form=ConsoleForm,
        answers={303: HTML},
        refusals=MAY,
    )
    async def post(self, staff_id: str) -> None:
        """Granted and set up anew."""
        self.read_form_of_mine(ConsoleForm)
        await self.house.staff.propose_again(self.act(), staff_id=staff_id)
        self.lead("/console/staff")


ROUTES = [
    Route("/console/staff", StaffHandler),
    Route("/console/staff/{staff_id}/approval", StaffApprovalHandler),
    Route("/console/staff/{staff_id}/invitation", StaffInvitationHandler),
    Route("/console/staff/{staff_id}/suspension", StaffSuspensionHandler),
    Route("/console/staff/{staff_id}/return", StaffReturnHandler),
]
