"""Sign-in, renewal and sign-out."""

from http import HTTPStatus
from typing import Literal

from pydantic import Field

from domain.identity import Session
from handlers.base import BaseHandler
from handlers.devices import device_of
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import Input, Instant, Opaque, Output


class SignIn(Input):
    """A code of wx.login."""

    code: Opaque = Field(title="登录凭证")


class Renew(Input):
    """The refresh token in hand."""

    refresh_token: str = Field(min_length=1, max_length=1000, pattern=r"^[!-~]+$", title="续期凭证")


class SignedIn(Output):
    """Tokens; times in seconds from now."""

    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - a kind, not a token
    access_token: str
    access_expires_in: int
    refresh_token: str
    refresh_expires_in: int


class SessionView(Output):
    """A device that is signed in. ``last_used_at`` is when its tokens were last renewed."""

    id: str
    device: str
    started_at: Instant
    last_used_at: Instant
    current: bool


class SessionList(Output):
    """At most the 100 that began last."""

    items: list[SessionView]


class _SessionAnswers(BaseHandler):
    def show_session(self, status: HTTPStatus, session: Session) -> None:
        """Both tokens of a session."""
        tokens = self.house.tokens
        signed_in = SignedIn(
            access_token=tokens.access(session, self.now),
            access_expires_in=int(tokens.access_lasting.total_seconds()),
            refresh_token=tokens.refresh(session),
            refresh_expires_in=int((session.expires_at - self.now).total_seconds()),
        )
        self.show(status, signed_in)


class SessionsHandler(_SessionAnswers):
    """Sessions of the caller."""

    @endpoint(
        Audience.PERSON,
        Permission.MANAGE_OWN_SESSIONS,
        "Where I am signed in",
        answers={200: SessionList},
    )
    async def get(self) -> None:
        """The newest first."""
        standing = await self.house.identity.standing(self.act())
        items = [
            SessionView(
                id=session.id,
                device=session.device,
                started_at=session.started_at,
                last_used_at=session.rotated_at,
                current=session.id == self.session_id,
            )
            for session in standing
        ]
        self.show(HTTPStatus.OK, SessionList(items=items))

    @endpoint(
        Audience.PUBLIC,
        Permission.SIGN_IN,
        "Sign in with a code of wx.login",
        body=SignIn,
        answers={201: SignedIn},
        rate="sign-in",
    )
    async def post(self) -> None:
        """Exchange the code and open a session."""
        code = self.read(SignIn).code
        wechat = await self.house.login.exchange(code)
        session = await self.house.identity.sign_in(
            self.act(),
            appid=self.house.appid,
            openid=wechat.openid,
            session_key=wechat.session_key,
            device=device_of(self.request.headers.get("User-Agent", "")),
        )
        self.show_session(HTTPStatus.CREATED, session)

    @endpoint(
        Audience.PERSON,
        Permission.MANAGE_OWN_SESSIONS,
        "Sign out everywhere",
        answers={204: None},
    )
    async def delete(self) -> None:
        """End every session of the caller."""
        await self.house.identity.sign_out_everywhere(self.act())
        self.no_content()


class CurrentSessionHandler(BaseHandler):
    """The session of this request."""

    @endpoint(Audience.PERSON, Permission.MANAGE_OWN_SESSIONS, "Sign out here", answers={204: None})
    async def delete(self) -> None:
        """End this session."""
        await self.house.identity.sign_out(self.act())
        self.no_content()


class SessionHandler(BaseHandler):
    """One session of the caller."""

    @endpoint(
        Audience.PERSON,
        Permission.MANAGE_OWN_SESSIONS,
        "Sign out one of my devices",
        answers={204: None},
        refusals=frozenset({404}),
    )
    async def delete(self, session_id: str) -> None:
        """End it; its next request is refused."""
        await self.house.identity.end(self.act(), session_id=session_id)
        self.no_content()


class RefreshHandler(_SessionAnswers):
    """Renewal."""

    @endpoint(
        Audience.PUBLIC,
        Permission.SIGN_IN,
        "Renew a session; the same token within 60 seconds gives the same successor",
        body=Renew,
        answers={200: SignedIn},
        rate="refresh",
    )
    async def post(self) -> None:
        """Bring the session to its next generation."""
        renewal = self.house.tokens.read_refresh(self.read(Renew).refresh_token, self.now)
        session = await self.house.identity.refresh(
            self.act(), session_id=renewal.session_id, generation=renewal.generation
        )
        self.show_session(HTTPStatus.OK, session)


ROUTES = [
    Route("/v1/sessions", SessionsHandler),
    Route("/v1/sessions/refresh", RefreshHandler),
    Route("/v1/sessions/current", CurrentSessionHandler),
    Route("/v1/sessions/{session_id}", SessionHandler),
]
