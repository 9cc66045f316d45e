"""One error shape: RFC 9457 problem details, for every failure of every route."""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from tornado.web import HTTPError

from domain.errors import DomainError, Fault, Invalid, Kind, NotFound

MEDIA_TYPE = "application/problem+json"
UNREADABLE = "请求中含有无法识别的内容。"

STATUS = {
    Kind.MALFORMED: HTTPStatus.BAD_REQUEST,
    Kind.INVALID: HTTPStatus.UNPROCESSABLE_ENTITY,
    Kind.UNAUTHENTICATED: HTTPStatus.UNAUTHORIZED,
    Kind.FORBIDDEN: HTTPStatus.FORBIDDEN,
    Kind.NOT_FOUND: HTTPStatus.NOT_FOUND,
    Kind.GONE: HTTPStatus.GONE,
    Kind.CONFLICT: HTTPStatus.CONFLICT,
    Kind.IN_FLIGHT: HTTPStatus.CONFLICT,
    Kind.STALE: HTTPStatus.PRECONDITION_FAILED,
    Kind.UNCONDITIONAL: HTTPStatus.PRECONDITION_REQUIRED,
    Kind.TOO_MANY: HTTPStatus.TOO_MANY_REQUESTS,
    Kind.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
}


class ProblemFault(BaseModel):
    """One faulty field."""

    model_config = ConfigDict(extra="forbid")

    pointer: str = Field(description="JSON Pointer; /query/…, /header/… outside the body")
    code: str
    detail: str


class Problem(BaseModel):
    """A failure."""

    model_config = ConfigDict(extra="forbid")

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[ProblemFault]
    trace_id: str


class HttpProblem(Exception):
    """A failure that only HTTP knows: method, size, media type."""

    def __init__(
        self, status: HTTPStatus, code: str, title: str, detail: str, faults: Sequence[Fault] = ()
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.faults = tuple(faults)


class MissingIfMatch(DomainError):
    """A write over something editable says which state it read."""

    code = "if_match_missing"
    kind = Kind.UNCONDITIONAL
    title = "缺少版本信息"

    def __init__(self) -> None:
        super().__init__("请先刷新页面读取最新内容，再提交修改（缺少 If-Match）。")


def method_not_allowed() -> HttpProblem:
    """405."""
    return HttpProblem(
        HTTPStatus.METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "不支持的操作",
        "该地址不支持这种请求方法。",
    )


def too_large(limit: int) -> HttpProblem:
    """413; ``limit`` in bytes."""
    unit = f"{limit // (1024 * 1024)} MB" if limit >= 1024 * 1024 else f"{limit // 1024} KB"
    return HttpProblem(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "too_large",
        "提交的内容过大",
        f"提交的内容超过上限（{unit}）。",
    )


def upgrade_required() -> HttpProblem:
    """426."""
    return HttpProblem(
        HTTPStatus.UPGRADE_REQUIRED,
        "upgrade_required",
        "需要实时连接",
        "该地址只用于实时连接（WebSocket）。",
    )


def wrong_media_type(wanted: str) -> HttpProblem:
    """415."""
    return HttpProblem(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "wrong_media_type",
        "内容类型不正确",
        f"请以 {wanted} 格式提交。",
    )


def explained(
    status: int,
    raised: BaseException | None,
    *,
    translate: Callable[[BaseException], DomainError | None],
) -> DomainError | HttpProblem:
    """What a failure is told as; ``translate`` knows the outages of what we stand on."""
    if isinstance(raised, DomainError | HttpProblem):
        return raised
    if raised is not None and (known := translate(raised)) is not None:
        return known
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        return method_not_allowed()
    if isinstance(raised, HTTPError) and status == HTTPStatus.BAD_REQUEST:
        return malformed(UNREADABLE)
    if status == HTTPStatus.NOT_FOUND:
        return NotFound()
    return internal()


def malformed(detail: str, code: str = "malformed", faults: Sequence[Fault] = ()) -> HttpProblem:
    """400."""
    return HttpProblem(HTTPStatus.BAD_REQUEST, code, "请求格式有误", detail, faults)


def missing_header(name: str, detail: str) -> HttpProblem:
    """400 for a header that is missing or malformed."""
    fault = Fault(pointer=f"/header/{name}", code="missing", detail=detail)
    return malformed(detail, "header_missing", [fault])


def internal() -> HttpProblem:
    """500: the person learns only what to quote."""
    return HttpProblem(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "internal",
        "系统内部错误",
        "系统出现问题，请稍后再试；如需帮助，请向工作人员提供本次请求的追踪编号。",
    )


Headers = dict[Literal["Retry-After", "WWW-Authenticate"], str]


def describe(error: DomainError | HttpProblem, trace_id: str) -> tuple[Problem, Headers]:
    """The problem of an error, and the headers it needs."""
    headers: Headers = {}
    if isinstance(error, HttpProblem):
        status, faults = error.status, error.faults
    else:
        status = STATUS[error.kind]
        faults = error.faults if isinstance(error, Invalid) else ()
        if error.retry_after is not None:
            headers["Retry-After"] = str(error.retry_after)
    if status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    problem = Problem(
        type=f"urn:credit-yuexiu:problem:{error.code}",
        title=error.title,
        status=status,
        detail=error.detail,
        code=error.code,
        errors=[ProblemFault(pointer=f.pointer, code=f.code, detail=f.detail) for f in faults],
        trace_id=trace_id,
    )
    return problem, headers
