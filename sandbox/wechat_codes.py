"""WeChat: mini-program codes and URL links.

==================================  ============================================================
``POST /wxa/getwxacodeunlimit``     scene, page … -> an image; a failure is JSON, both status 200
``POST /wxa/generate_urllink``      path, query, expire … -> url_link, at most 30 days long
``GET /wxaurl/{link}``              what opening such a link does: to the page in the phone
==================================  ============================================================

The code is drawn as a QR code that says where it leads, since WeChat's own drawing is its secret.
"""

import io
import re
import secrets
from collections import deque
from urllib.parse import parse_qs, quote

import qrcode

from sandbox.base import JsonHandler, RefusalError
from sandbox.clock import Clock
from sandbox.expiring import Expiring
from sandbox.faults import Faults
from sandbox.wechat import PostHandler, Reply, WeChat, WeChatError, WeChatHandler

SCENE = re.compile(r"[0-9A-Za-z!#$&'()*+,/:;=?@._~-]+")
QUERY = re.compile(r"[0-9A-Za-z!#$&'()*+,/:;=?@._~%-]{0,1024}")
PAGES = ("pages/index", "pages/invitation", "pages/staff_binding")
"""What the published mini program has."""

LONGEST_SCENE = 32
WIDTHS = range(280, 1281)
VERSIONS = {"release", "trial", "develop"}
DAY = 86_400
KEPT_CODES = 20
LONGEST_DAYS = 30


class Links:
    """The links made, until they end."""

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock
        self._leading = Expiring[tuple[float, str]](seconds=LONGEST_DAYS * DAY, clock=clock)

    def make(self, body: dict[str, object], *, base: str) -> Reply:
        """A new one; raises WeChatError."""
        path, query = body.get("path", ""), body.get("query", "")
        if not isinstance(path, str) or (path and path not in PAGES):
            raise WeChatError(40165)
        if not isinstance(query, str) or not QUERY.fullmatch(query):
            raise WeChatError(40212)
        if body.get("env_version", "release") not in VERSIONS:
            raise WeChatError(85402)
        name = secrets.token_urlsafe(8)
        self._leading.put(name, (self._ends_at(body), f"{path}?{query}"))
        return {"errcode": 0, "errmsg": "ok", "url_link": f"{base}/wechat/wxaurl/{name}"}

    def follow(self, name: str) -> str | None:
        """The page and query it leads to; None once it has ended."""
        ends_at, leading = self._leading.get(name) or (0.0, "")
        return leading if self._clock() < ends_at else None

    def _ends_at(self, body: dict[str, object]) -> float:
        now = self._clock()
        if body.get("expire_type", 0) == 1:
            days = body.get("expire_interval")
            ends_at = now + days * DAY if isinstance(days, int) else 0.0
        else:
            given = body.get("expire_time")
            ends_at = float(given) if isinstance(given, int) else 0.0
        if not now + 60 <= ends_at <= now + LONGEST_DAYS * DAY + 60:
            raise WeChatError(85401)
        return ends_at


class Drawn:
    """The last codes that were drawn, so that a phone without a camera can scan one."""

    def __init__(self) -> None:
        self._codes: deque[str] = deque(maxlen=KEPT_CODES)

    def keep(self, page: str, scene: str) -> None:
        """As the phone opens it."""
        self._codes.appendleft(_view(page, scene))

    def all(self) -> list[str]:
        """Newest first."""
        return list(self._codes)


def drawn(body: dict[str, object]) -> bytes:
    """The image of a code; raises WeChatError for what WeChat would not draw."""
    scene, page = body.get("scene"), body.get("page", PAGES[0])
    if not isinstance(scene, str) or not 1 <= len(scene) <= LONGEST_SCENE:
        raise WeChatError(40169)
    if not SCENE.fullmatch(scene):
        raise WeChatError(40129)
    if not isinstance(page, str) or page.startswith("/") or "?" in page:
        raise WeChatError(41030)
    if body.get("check_path", True) is not False and page not in PAGES:
        raise WeChatError(41030)
    if body.get("env_version", "release") not in VERSIONS or body.get("width", 430) not in WIDTHS:
        raise WeChatError(40097)
    picture = io.BytesIO()
    qrcode.make(f"{page}?scene={quote(scene, safe='')}").get_image().convert("RGB").save(
        picture, "JPEG"
    )
    return picture.getvalue()


class CodeHandler(PostHandler):
    """/wxa/getwxacodeunlimit."""

    def initialize(self, *, faults: Faults, wechat: WeChat, codes: Drawn) -> None:  # type: ignore[override]
        """Take the codes."""
        super().initialize(faults=faults, wechat=wechat)
        self.codes = codes

    def post(self) -> None:
        """Draw."""
        try:
            self.wechat.check_token(self.token)
            picture = drawn(self.body())
            self.codes.keep(str(self.body().get("page", PAGES[0])), str(self.body()["scene"]))
        except WeChatError as error:
            self.reply(error.reply())
            return
        self.set_header("Content-Type", "image/jpeg")
        self.finish(picture)


class LinkHandler(PostHandler):
    """/wxa/generate_urllink."""

    def initialize(self, *, faults: Faults, wechat: WeChat, links: Links) -> None:  # type: ignore[override]
        """Take the links."""
        super().initialize(faults=faults, wechat=wechat)
        self.links = links

    def post(self) -> None:
        """Make a link."""
        self.answer(self._made)

    def _made(self) -> Reply:
        self.wechat.check_token(self.token)
        return self.links.make(self.body(), base=f"http://{self.request.host}")


class OpenedHandler(WeChatHandler):
    """/wxaurl/{link}."""

    def initialize(self, *, faults: Faults, wechat: WeChat, links: Links) -> None:  # type: ignore[override]
        """Take the links."""
        super().initialize(faults=faults, wechat=wechat)
        self.links = links

    def get(self, name: str) -> None:
        """Open the page in the phone; 404 once the link has ended."""
        leading = self.links.follow(name)
        if leading is None:
            raise RefusalError(404, "link_ended", "this link has ended")
        page, _, query = leading.partition("?")
        self.redirect(f"/{_view(page, parse_qs(query).get('scene', [''])[0])}")


class CodesHandler(JsonHandler):
    """/sandbox/wx/codes."""

    def initialize(self, *, codes: Drawn) -> None:
        """Take the codes."""
        self.codes = codes

    def get(self) -> None:
        """Where the last codes lead, newest first."""
        self.reply({"items": self.codes.all()})


def _view(page: str, scene: str) -> str:
    """The view of the phone that shows the page, with what its code says."""
    return f"#{page.removeprefix('pages')}?code={quote(scene, safe='')}"
