"""WeChat: the three server-side calls that the mini program's back end needs.

========================================  =====================================================
``GET /sns/jscode2session``               a code of wx.login -> openid, session_key
``POST /cgi-bin/stable_token``            appid and secret -> access_token, expires_in
``POST /wxa/business/getuserphonenumber`` a code of the phone button -> phone_info
========================================  =====================================================

As with the real one a failure is HTTP 200 with ``errcode`` and ``errmsg``. The codes, which a
phone gets from WeChat, are had here from ``POST /sandbox/wx/login`` and ``/sandbox/wx/phone``.
"""

import base64
import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sandbox.base import StandIn
from sandbox.clock import Clock, shanghai_day
from sandbox.expiring import Expiring
from sandbox.faults import Faults, System
from sandbox.personas import Persona

APP_ID = "wx0123456789abcdef"
SECRET = "sandbox-wechat-secret"

CODE_SECONDS = 300
VISIT_SECONDS = 7200
TOKEN_SECONDS = 7200
RENEWAL_SECONDS = 300
FORCED_A_DAY = 20
FORCED_SECONDS_APART = 30

_ERRORS = {
    40001: "invalid credential, access_token is invalid or not latest",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40004: "invalid media type",
    40013: "invalid appid",
    40029: "invalid code",
    40097: "invalid args",
    40125: "invalid appsecret",
    40129: "invalid scene",
    40163: "code been used",
    40165: "invalid weapp pagepath",
    40169: "invalid length for scene, or the data is not json string",
    40212: "invalid query",
    41001: "access_token missing",
    41002: "appid missing",
    41004: "appsecret missing",
    41008: "missing code",
    41030: "invalid page",
    42001: "access_token expired",
    43001: "require GET method",
    43002: "require POST method",
    44002: "empty post data",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit, please retry later",
    47001: "data format error",
    61010: "code is expired, user has not visited in 2 hours",
    85401: "time limit between 1min and 1month",
    85402: "invalid env_version",
}

Reply = dict[str, object]


class WeChatError(Exception):
    """A failure as WeChat reports it."""

    def __init__(self, errcode: int) -> None:
        super().__init__(_ERRORS[errcode])
        self.errcode = errcode

    def reply(self) -> Reply:
        """The body; the rid is what WeChat's support asks for."""
        rid = "-".join(secrets.token_hex(4) for _ in range(3))
        return {"errcode": self.errcode, "errmsg": f"{self}, rid: {rid}"}


@dataclass
class _LoginCode:
    openid: str
    used: bool = False


class StableToken:
    """The access token of stable_token, one at a time.

    An unforced call gets the current token with its remaining seconds, and a new one in its
    last five minutes, through which the old one stays valid. A forced call kills what was.
    """

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock
        self._current = ""
        self._expiries: dict[str, float] = {}
        self._forced: list[float] = []

    def fetch(self, *, force: bool) -> Reply:
        """The token; raises WeChatError 45011 or 45009 when forced too soon or too often."""
        now = self._clock()
        if force:
            self._count_forced(now)
            self._expiries.clear()
        remaining = self._expiries.get(self._current, now) - now
        if remaining <= RENEWAL_SECONDS:
            self._renew(now)
            remaining = TOKEN_SECONDS
        return {"access_token": self._current, "expires_in": int(remaining)}

    def check(self, token: str) -> None:
        """Raise WeChatError unless a call may be made with this token."""
        if not token:
            raise WeChatError(41001)
        expires_at = self._expiries.get(token)
        if expires_at is None:
            raise WeChatError(40001)
        if expires_at <= self._clock():
            raise WeChatError(42001)

    def _renew(self, now: float) -> None:
        # Expired ones are remembered for one more life, to be told apart from unknown ones.
        self._expiries = {
            token: expires_at
            for token, expires_at in self._expiries.items()
            if expires_at + TOKEN_SECONDS > now
        }
        self._current = secrets.token_urlsafe(384)  # 512 characters, the most that it may have
        self._expiries[self._current] = now + TOKEN_SECONDS

    def _count_forced(self, now: float) -> None:
        if self._forced and now - self._forced[-1] < FORCED_SECONDS_APART:
            raise WeChatError(45011)
        today = shanghai_day(now)
        self._forced = [at for at in self._forced if shanghai_day(at) == today]
        if len(self._forced) >= FORCED_A_DAY:
            raise WeChatError(45009)
        self._forced.append(now)


class WeChat:
    """What WeChat knows of one mini program: codes given out, and its access token."""

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock
        self._token = StableToken(clock=clock)
        self._logins = Expiring[_LoginCode](seconds=CODE_SECONDS, clock=clock)
        self._phones = Expiring[Persona](seconds=CODE_SECONDS, clock=clock)
        self._visits = Expiring[bool](seconds=VISIT_SECONDS, clock=clock)

    def login_code(self, persona: Persona) -> str:
        """What wx.login gives on this person's phone."""
        code = secrets.token_hex(16)
        self._logins.put(code, _LoginCode(persona.openid))
        return code

    def phone_code(self, persona: Persona) -> str:
        """What the phone-number button gives; not a login code."""
        code = secrets.token_hex(32)
        self._phones.put(code, persona)
        return code

    def jscode2session(self, query: Mapping[str, str]) -> Reply:
        """Exchange a login code, once."""
        _check_credentials(query, grant_type="authorization_code")
        js_code = query.get("js_code")
        if not js_code:
            raise WeChatError(41008)
        login = self._logins.get(js_code)
        if login is None:
            raise WeChatError(40029)
        if login.used:
            raise WeChatError(40163)
        login.used = True
        self._visits.put(login.openid, True)
        session_key = base64.b64encode(secrets.token_bytes(16)).decode()
        return {"session_key": session_key, "openid": login.openid}

    def stable_token(self, body: Mapping[str, object]) -> Reply:
        """The access token for appid and secret."""
        _check_credentials(body, grant_type="client_credential")
        return self._token.fetch(force=body.get("force_refresh") is True)

    def check_token(self, token: str) -> None:
        """Raise WeChatError unless a call may be made with this token."""
        self._token.check(token)

    def check_visit(self, openid: object) -> None:
        """Raise WeChatError unless this person was in the mini program within two hours."""
        if not isinstance(openid, str) or not openid:
            raise WeChatError(40003)
        if openid not in self._visits:
            raise WeChatError(61010)

    def getuserphonenumber(self, token: str, body: Mapping[str, object]) -> Reply:
        """Exchange a phone code, once; ``openid``, if given, has to be its owner's."""
        self._token.check(token)
        code = body.get("code")
        if not code:
            raise WeChatError(41008)
        persona = self._phones.get(str(code))
        if persona is None:
            raise WeChatError(40029)
        if (body.get("openid") or persona.openid) != persona.openid:
            raise WeChatError(40003)
        self._phones.drop(str(code))
        phone_info = {
            "phoneNumber": persona.phone,
            "purePhoneNumber": persona.phone,
            "countryCode": "86",
            "watermark": {"timestamp": int(self._clock()), "appid": APP_ID},
        }
        return {"errcode": 0, "errmsg": "ok", "phone_info": phone_info}


def _check_credentials(given: Mapping[str, object], *, grant_type: str) -> None:
    """Raise WeChatError for what is missing first, then for what is wrong."""
    if not given.get("appid"):
        raise WeChatError(41002)
    if not given.get("secret"):
        raise WeChatError(41004)
    if given.get("grant_type") != grant_type:
        raise WeChatError(40002)
    if given["appid"] != APP_ID:
        raise WeChatError(40013)
    if not hmac.compare_digest(str(given["secret"]).encode(), SECRET.encode()):
        raise WeChatError(40125)


class WeChatHandler(StandIn):
    """A handler of WeChat's."""

    system = System.WECHAT

    def initialize(self, *, faults: Faults, wechat: WeChat) -> None:
        """Take WeChat."""
        self.faults = faults
        self.wechat = wechat

    def answer(self, call: Callable[[], Reply]) -> None:
        """What the call returns, or how it failed; 200 in both cases."""
        try:
            self.reply(call())
        except WeChatError as error:
            self.reply(error.reply())

    def body(self) -> dict[str, object]:
        """The JSON object sent; raises WeChatError 47001 for anything else."""
        try:
            body = json.loads(self.request.body)
        except ValueError as error:
            raise WeChatError(47001) from error
        if not isinstance(body, dict):
            raise WeChatError(47001)
        return body


class JsCode2SessionHandler(WeChatHandler):
    """/sns/jscode2session."""

    def get(self) -> None:
        """Sign in."""
        query = {name: self.get_query_argument(name) for name in self.request.query_arguments}
        self.answer(lambda: self.wechat.jscode2session(query))

    def post(self) -> None:
        """Refuse."""
        self.reply(WeChatError(43001).reply())


class PostHandler(WeChatHandler):
    """Takes POST only."""

    @property
    def token(self) -> str:
        """The access token that was sent."""
        return self.get_query_argument("access_token", "")

    def get(self) -> None:
        """Refuse."""
        self.reply(WeChatError(43002).reply())


class StableTokenHandler(PostHandler):
    """/cgi-bin/stable_token."""

    def post(self) -> None:
        """Fetch the access token."""
        self.answer(lambda: self.wechat.stable_token(self.body()))


class PhoneNumberHandler(PostHandler):
    """/wxa/business/getuserphonenumber."""

    def post(self) -> None:
        """Fetch a phone number."""
        self.answer(lambda: self.wechat.getuserphonenumber(self.token, self.body()))
