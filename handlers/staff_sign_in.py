"""Signing in to the console and out, and setting up an account by its invitation."""

from http import HTTPStatus
from urllib.parse import urlsplit

from pydantic import Field

from domain.errors import Invalid, TooMany
from domain.staff.accounts import MOST_PASSWORD, StaffSignIn
from domain.staff.roles import Right
from handlers.addresses import client_network
from handlers.base import SHARED
from handlers.console import SIGN_IN, ConsoleForm, ConsoleHandler, refuse_foreign
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import Input
from handlers.pages import HTML

HOURS = 12


class ThenQuery(Input):
    """Where to go on."""

    then: str = Field(default="/console", max_length=200, title="返回页面")


class SignInForm(ConsoleForm):
    """Three things that only one person has together."""

    login: str = Field(min_length=1, max_length=64, title="登录名")
    password: str = Field(min_length=1, max_length=MOST_PASSWORD, title="密码")
    code: str = Field(min_length=1, max_length=12, title="动态码")
    then: str = Field(default="/console", max_length=200, title="返回页面")


class SetUpForm(ConsoleForm):
    """A password and a first code of the authenticator app."""

    release: str = Field(default="", max_length=20, title="批准码")
    password: str = Field(min_length=1, max_length=MOST_PASSWORD, title="密码")
    again: str = Field(min_length=1, max_length=MOST_PASSWORD, title="再输一次")
    totp: str = Field(min_length=16, max_length=64, pattern=r"^[A-Z2-7]+$", title="动态码密钥")
    code: str = Field(min_length=1, max_length=12, title="动态码")


class StaffSignInHandler(ConsoleHandler):
    """Signing in."""

    back = (SIGN_IN, "返回登录")

    @endpoint(
        Audience.PUBLIC,
        Permission.SIGN_IN_AS_STAFF,
        "The page to sign in to the console",
        query=ThenQuery,
        answers={200: HTML},
    )
    async def get(self) -> None:
        """Nobody needs to be known for it."""
        self._form(HTTPStatus.OK, then=self.query(ThenQuery).then)

    @endpoint(
        Audience.PUBLIC,
        Permission.SIGN_IN_AS_STAFF,
        "Sign in to the console",
        form=SignInForm,
        answers={303: HTML},
        refusals=frozenset({401, 403}),
        rate="staff-sign-in",
    )
    async def post(self) -> None:
        """A session of its own, whatever the browser brought along."""
        refuse_foreign(self)
        form = self.read_form(SignInForm)
        await self._count_login(form.login)
        try:
            entered = await self.house.staff.sign_in(
                self.act(), login=form.login, password=form.password, code=form.code
            )
        except StaffSignIn as refusal:
            if HTML not in self.request.headers.get("Accept", ""):
                raise
            self._form(HTTPStatus.UNAUTHORIZED, then=form.then, wrong=refusal.detail)
            return
        set_session(self, entered.secret)
        self.lead(inside(form.then))

    async def _count_login(self, login: str) -> None:
        """The same for a name that nobody has: who asks learns nothing of it.

        Who tries from one network locks the name there; only many networks lock it everywhere.
        """
        most, window = self.house.rates_table["staff-login"]
        name = f"login:{login.strip().lower()}"
        network = client_network(self.request, self.house.trusted_proxies)
        for caller, limit in {f"{name}:{network}": most, name: most * SHARED}.items():
            count, left = await self.house.rates.count(
                what="staff-login", caller=caller, window=window, now=self.now
            )
            if count > limit:
                minutes = max(1, left // 60)
                raise TooMany(f"登录尝试过多，请在 {minutes} 分钟后再试。", retry_after=left)

    def _form(self, status: int, *, then: str, wrong: str = "") -> None:
        self.page(status, "console_sign_in.html", then=inside(then), wrong=wrong)


class StaffSessionHandler(ConsoleHandler):
    """Signing out."""

    @endpoint(
        Audience.STAFF,
        Right.KEEP_OWN_ACCOUNT,
        "Sign out of the console",
        form=ConsoleForm,
        answers={303: HTML},
        refusals=frozenset({403}),
    )
    async def post(self) -> None:
        """This browser."""
        self.read_form_of_mine(ConsoleForm)
        await self.house.staff.sign_out(self.act())
        self.clear_cookie(self.house.console_cookie, path="/")
        self.lead(SIGN_IN)


class SetUpHandler(ConsoleHandler):
    """Setting up an account: the address is itself the permission, once."""

    back = (SIGN_IN, "去登录")

    @endpoint(
        Audience.PUBLIC,
        Permission.SIGN_IN_AS_STAFF,
        "The page to set up a staff account",
        answers={200: HTML},
        refusals=frozenset({404}),
        rate="staff-sign-in",
    )
    async def get(self, invitation: str) -> None:
        """A new secret of one-time codes each time; none is kept before it is proven."""
        account = await self.house.staff.invited(secret=invitation, now=self.now)
        secret, address = self.house.staff.new_codes(account)
        self._form(HTTPStatus.OK, account=account, totp=secret, address=address, faults={})

    @endpoint(
        Audience.PUBLIC,
        Permission.SIGN_IN_AS_STAFF,
        "Set up a staff account by its invitation",
        form=SetUpForm,
        answers={303: HTML},
        refusals=frozenset({403, 404}),
        rate="staff-sign-in",
    )
    async def post(self, invitation: str) -> None:
        """The invitation is used up."""
        refuse_foreign(self)
        form = self.read_form(SetUpForm)
        account = await self.house.staff.invited(secret=invitation, now=self.now)
        faults = {"again": "两次输入的密码不一致。"} if form.again != form.password else {}
        if not faults:
            try:
                await self.house.staff.set_up(
                    self.act(),
                    secret=invitation,
                    release=form.release,
                    password=form.password,
                    totp_secret=form.totp,
                    code=form.code,
                )
            except Invalid as invalid:
                if HTML not in self.request.headers.get("Accept", ""):
                    raise
                faults = {fault.pointer[1:]: fault.detail for fault in invalid.faults}
        if faults:
            address = self.house.staff.codes_address(form.totp, account)
            self._form(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                account=account,
                totp=form.totp,
                address=address,
                faults=faults,
            )
            return
        self.lead(SIGN_IN)

    def _form(self, status: int, **values: object) -> None:
        picture = self.house.qr_svg(str(values["address"]))
        self.page(status, "console_set_up.html", picture=picture, **values)


def set_session(handler: ConsoleHandler, secret: str) -> None:
    """For this site alone, out of every script's reach, until the browser closes."""
    secure = handler.house.public_url.startswith("https:")
    handler.set_cookie(
        handler.house.console_cookie,
        secret,
        path="/",
        secure=secure,
        httponly=True,
        samesite="Strict",
        expires_days=None,
    )


def inside(then: str) -> str:
    """A page of the console; whatever else was asked for is its first one."""
    parts = urlsplit(then)
    ours = not parts.scheme and not parts.netloc and parts.path.startswith("/console")
    clean = ours and "\\" not in then and "//" not in parts.path and then.isprintable()
    return then if clean else "/console"


ROUTES = [
    Route(SIGN_IN, StaffSignInHandler),
    Route("/console/sign-out", StaffSessionHandler),
    Route("/console/set-up/{invitation}", SetUpHandler),
]
