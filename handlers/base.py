"""The way of every request: admit, read, one service call, show; and one shape for failure."""

import hmac
import re
import traceback
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, TypeVar, cast

import structlog
from pydantic import BaseModel
from pydantic_core import from_json
from tornado.web import HTTPError, RequestHandler, stream_request_body

from domain.errors import DomainError, TooMany
from domain.identity import SignInAgain
from domain.pages import Ask, Page
from domain.staff.accounts import NotYourRole
from domain.staff.roles import Right
from domain.staff.service import AtWork
from domain.transactions import ANYONE, Act, Commit, InFlight, RequestKey
from handlers import fields, problems
from handlers.addresses import client_network
from handlers.endpoint import Audience, Endpoint, declared_of, methods_of
from handlers.forms import FORM, parsed_form
from handlers.house import House
from handlers.problems import HttpProblem, MissingIfMatch
from handlers.replies import packed, unpacked

T = TypeVar("T")
Model = TypeVar("Model", bound=BaseModel)

log = structlog.get_logger()

JSON = "application/json"
# One address may stand for an office full of people: who is signed in shares its limit widely.
SHARED = 20
BODY_IS_LATE = timedelta(seconds=1)
KEY = re.compile(r"[!-~]{8,128}")
BY_ITSELF = "X-By-Itself"  # Asked by a script alone: it keeps no session from its idle end.
ROBOTS = "X-Robots-Tag"
QUIET = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", ROBOTS: "noindex"}


@stream_request_body
class BaseHandler(RequestHandler):
    """Admission, bodies, answers and failures, the same for every route."""

    house: House
    path_template: str
    trace_id: str = ""
    now: datetime
    actor: str
    session_id: str
    # Of the console: who makes this request.
    work: AtWork

    def initialize(self, house: House, path_template: str) -> None:
        """What the route table passes."""
        self.house = house
        self.path_template = path_template
        self.now = house.clock()
        self.actor = ANYONE
        self.session_id = ""
        self.trace_id = house.draw.id().replace("-", "")
        self.set_header("X-Trace-Id", self.trace_id)
        self._refusal: DomainError | HttpProblem | None = None
        self._too_large = False
        self._received = bytearray()
        self._size = 0

    def set_default_headers(self) -> None:
        """Nothing is cached, sniffed or searched unless a handler says otherwise."""
        self.clear_header("Server")
        for name, value in QUIET.items():
            self.set_header(name, value)
        if self.trace_id:
            self.set_header("X-Trace-Id", self.trace_id)

    @property
    def endpoint(self) -> Endpoint:
        """The declaration of this request's verb.

        Raises:
            HttpProblem: 405.
        """
        declared = declared_of(type(self), str(self.request.method))
        if declared is None:
            raise problems.method_not_allowed()
        return declared

    def decode_argument(self, value: bytes, name: str | None = None) -> str:
        """Text of the path, or of an argument.

        A path that is no text is refused as all else is, once the body has ended: an answer
        before it would close the connection.
        """
        try:
            return super().decode_argument(value, name)
        except HTTPError:
            # Only once the path is read there is what was in it.
            if hasattr(self, "path_kwargs"):
                raise
            self._refusal = problems.malformed(problems.UNREADABLE)
            return ""

    async def prepare(self) -> None:
        """Judge method, size, caller and rate before a body is read.

        A refusal is answered once the body has ended: an answer before it would close the
        connection under who still writes, and be lost.
        """
        try:
            await self._admit()
        except (DomainError, HttpProblem) as refusal:
            self._refusal = refusal

    async def admitted(self) -> bool:
        """Whether the verb may run; raises the refusal that is not answered yet.

        A body may take a minute to arrive: who signed out meanwhile is out.
        """
        if self._refusal is not None:
            raise self._refusal
        if self.house.clock() - self.now > BODY_IS_LATE:
            self.now = self.house.clock()
            if self.endpoint.audience is Audience.STAFF:
                await self._admit_staff(self.endpoint.permission)
            elif self.session_id:
                await self.house.identity.session(session_id=self.session_id, now=self.now)
        return not self._too_large

    def data_received(self, chunk: bytes) -> None:
        """Take what arrived, unless it has become too much: then the answer is 413 at once."""
        self._size += len(chunk)
        self._judge_size(self._size)
        if not self._too_large and self._refusal is None:
            self.take(chunk)

    def take(self, chunk: bytes) -> None:
        """Gather a small body in memory."""
        self._received += chunk

    def most_bytes(self, declared: Endpoint) -> int:
        """How many bytes this request may carry."""
        return declared.body_limit

    async def head(self, *args: str, **of: str) -> None:
        """What its GET answers, without the body: Tornado counts it and keeps it."""
        await cast("Awaitable[None]", self.get(*args, **of))

    # -- reading ---------------------------------------------------------------

    def read(self, model: type[Model]) -> Model:
        """The JSON body.

        Raises:
            HttpProblem: 415 for another media type, 400 for malformed JSON.
            Invalid: every faulty field.
        """
        if self._media_type() != JSON:
            raise problems.wrong_media_type(JSON)
        try:
            values = from_json(bytes(self._received), allow_inf_nan=False)
        except ValueError:
            raise problems.malformed("提交的内容不是有效的 JSON。") from None
        return fields.parse(model, values, now=self.now)

    def read_form(self, model: type[Model]) -> Model:
        """A body of a plain HTML form; raises Invalid, and as ``form_values``."""
        return fields.parse(model, self.form_values(), now=self.now)

    def form_values(self) -> dict[str, object]:
        """What was typed into a form, as it was; a field given twice is a list.

        Raises:
            HttpProblem: 415 for another media type, 400 for what is no UTF-8.
        """
        if self._media_type() != FORM:
            raise problems.wrong_media_type(FORM)
        return parsed_form(self._received)

    def query(self, model: type[Model]) -> Model:
        """The query string; a parameter given twice counts as malformed.

        Raises:
            Invalid: every faulty parameter.
        """
        given: dict[str, object] = {}
        for name in self.request.query_arguments:
            texts = self.get_query_arguments(name, strip=False)
            given[name] = texts[0] if len(texts) == 1 else texts
        return fields.parse(model, given, now=self.now, under="/query")

    def ask(self, page: fields.PageQuery, *, of: str) -> Ask:
        """Which page of the list ``of`` is wanted; the caller is part of the list's name."""
        place = None
        if page.cursor is not None:
            place = self.house.tokens.read_cursor(page.cursor, of=f"{of}:{self.actor}")
        return Ask(limit=page.limit, after=place)

    def next_cursor(self, page: Page[Any], *, of: str) -> str | None:
        """Where the list goes on."""
        return self.house.tokens.cursor(page.next, of=f"{of}:{self.actor}")

    def if_match(self) -> str:
        """The state the caller read.

        Raises:
            MissingIfMatch: not said.
        """
        if tag := self.request.headers.get("If-Match"):
            return tag
        raise MissingIfMatch

    def act(self, commit: Commit | None = None) -> Act:
        """This request as an act of its caller."""
        return Act(
            at=self.now,
            actor=self.actor,
            trace_id=self.trace_id,
            draw=self.house.draw,
            commit=commit or self.house.transactions.plain(),
            apart=self.house.transactions.plain(),
            session_id=self.session_id,
        )

    # -- answering -------------------------------------------------------------

    def show(self, status: int, model: BaseModel) -> None:
        """Answer with JSON."""
        self.answer(status, JSON, model.model_dump_json().encode())

    def no_content(self) -> None:
        """Answer 204."""
        self.set_status(HTTPStatus.NO_CONTENT)
        self.clear_header("Content-Type")

    async def show_once(
        self,
        do: Callable[[Act], Awaitable[T]],
        show: Callable[[T], tuple[int, BaseModel]],
    ) -> None:
        """Law 2: do it once; the same key with the same body gets the same answer again."""
        key = self._request_key()
        transactions = self.house.transactions
        try:
            async with transactions.held(key) if self.endpoint.asks_outside else nullcontext():
                replied = await self._replied_once(key, do, show)
        except InFlight:
            kept = await transactions.replied(key)
            if kept is None:
                raise
            replied = kept
        status, body = unpacked(replied)
        self.answer(status, JSON, body)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Every failure is a problem document."""
        raised = (kwargs.get("exc_info") or (None, None))[1]
        error = problems.explained(status_code, raised, translate=self.house.translate)
        problem, headers = problems.describe(error, self.trace_id)
        self.clear()
        for name, value in headers.items():
            self.set_header(name, value)
        if problem.status == HTTPStatus.METHOD_NOT_ALLOWED:
            self.set_header("Allow", ", ".join(methods_of(type(self))))
        self.show_problem(problem)

    def show_problem(self, problem: problems.Problem) -> None:
        """As problem+json; pages show it in words."""
        self.set_status(problem.status)
        self.set_header("Content-Type", problems.MEDIA_TYPE)
        self.finish(problem.model_dump_json())

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """The unexpected is logged by type and place: messages may hold personal data."""
        if isinstance(value, DomainError | HttpProblem | HTTPError):
            return
        if self.house.translate(value) is not None:
            log.warning("database_unavailable", trace_id=self.trace_id, error=typ.__name__)
            return
        frames = traceback.extract_tb(tb)[-6:]
        log.error(
            "unexpected",
            trace_id=self.trace_id,
            route=self.path_template,
            error=typ.__name__,
            at=[f"{frame.filename.rsplit('/', 2)[-1]}:{frame.lineno}" for frame in frames],
        )

    def compute_etag(self) -> None:
        """Tags are given by who knows the version, never computed from bytes."""

    async def _replied_once(
        self,
        key: RequestKey,
        do: Callable[[Act], Awaitable[T]],
        show: Callable[[T], tuple[int, BaseModel]],
    ) -> bytes:
        kept = await self.house.transactions.replied(key)
        if kept is not None:
            return kept
        # What the act commits is what it gives back: both are shown by ``show``.
        commit = self.house.transactions.once(key, lambda made: packed(*show(cast("T", made))))
        return packed(*show(await do(self.act(commit))))

    # -- inside ----------------------------------------------------------------

    def answer(self, status: int, media_type: str, body: bytes) -> None:
        """Answer with bytes as they are."""
        self.set_status(status)
        self.set_header("Content-Type", media_type)
        self.write(body)

    async def _admit(self) -> None:
        declared = self.endpoint
        self._judge_size(self._declared_size())
        if declared.audience is Audience.PERSON:
            await self._admit_person(session_read=not declared.session_with_rights)
        if declared.audience is Audience.STAFF:
            await self._admit_staff(declared.permission)
        if declared.service is not None:
            await self.house.services.require_open(declared.service, self.now)
        if declared.rate is not None:
            await self._count(declared.rate)
        if declared.audience is Audience.OPERATOR:
            self._admit_operator()

    def _declared_size(self) -> int:
        declared = self.request.headers.get("Content-Length", "0")
        if not re.fullmatch(r"[0-9]{1,18}", declared):
            raise problems.malformed("请求头 Content-Length 无法识别。")
        return int(declared)

    def _judge_size(self, size: int) -> None:
        """Answer 413 in full at once; what is still sent is read and dropped, within a minute."""
        declared = declared_of(type(self), str(self.request.method))
        limit = self.most_bytes(declared) if declared else size
        if self._too_large or size <= limit:
            return
        self._too_large = True
        problem, _ = problems.describe(problems.too_large(limit), self.trace_id)
        body = problem.model_dump_json().encode()
        self.set_header("Content-Length", len(body))
        self.answer(problem.status, problems.MEDIA_TYPE, body)
        self.flush()

    def _media_type(self) -> str:
        return self.request.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    async def _admit_person(self, *, session_read: bool) -> None:
        scheme, _, token = self.request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise SignInAgain("请先登录。")
        caller = self.house.tokens.read_access(token.strip(), self.now)
        if session_read:
            session = await self.house.identity.session(session_id=caller.session_id, now=self.now)
            if session.person_id != caller.person_id:
                raise SignInAgain
        self.actor = caller.person_id
        self.session_id = caller.session_id

    async def _admit_staff(self, right: object) -> None:
        secret = self.get_cookie(self.house.console_cookie) or ""
        used = BY_ITSELF not in self.request.headers
        self.work = await self.house.staff.at_work(secret=secret, now=self.now, used=used)
        self.actor, self.session_id = self.work.account.id, self.work.session.id
        if not isinstance(right, Right) or not self.work.account.may(right):
            raise NotYourRole

    def _admit_operator(self) -> None:
        wanted = self.house.operator_token
        given = self.request.headers.get("Authorization", "")
        if not wanted or not hmac.compare_digest(given.encode(), f"Bearer {wanted}".encode()):
            raise SignInAgain("需要运维令牌。")

    async def _count(self, what: str) -> None:
        most, window = self.house.rates_table[what]
        address = client_network(self.request, self.house.trusted_proxies)
        callers = {f"address:{address}": most}
        if self.actor != ANYONE:
            callers = {f"person:{self.actor}": most, f"address:{address}": most * SHARED}
        for caller, limit in callers.items():
            count, left = await self.house.rates.count(
                what=what, caller=caller, window=window, now=self.now
            )
            if count > limit:
                raise TooMany("操作过于频繁，请稍后再试。", retry_after=left)

    def _request_key(self) -> RequestKey:
        key = self.request.headers.get("Idempotency-Key", "")
        if not KEY.fullmatch(key):
            detail = "缺少请求编号（Idempotency-Key），应为 8 至 128 个可见字符。"
            raise problems.missing_header("Idempotency-Key", detail)
        content = f"{self.request.method} {self.request.path}\n".encode() + bytes(self._received)
        return RequestKey(caller=self.actor, key=key, content=content, at=self.now)
