"""What every verb of every route declares: for whom, by what permission, what goes in and out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import wraps
from typing import Any, TypeVar, cast

from pydantic import BaseModel

from domain.staff.roles import Right

Verb = TypeVar("Verb", bound=Callable[..., Any])

SMALL = 64 * 1024
# A form in which a sign of Chinese takes nine bytes.
LONG_FORM = 256 * 1024
UPLOAD = 20 * 1024 * 1024

# A part of a path, as it is written in the request, has at most so many characters.
SEGMENT = 64


class Audience(Enum):
    """Who may come."""

    PUBLIC = "public"
    PERSON = "person"
    OPERATOR = "operator"
    # Known by the signature of what it sends.
    WECHAT = "wechat"
    # The power company's system: each request signed.
    PARTNER = "partner"
    # Of a live socket: known by the pass in its first frame, got by who is signed in.
    LIVE = "live"
    # Signed in to the console; what a role may do is the permission.
    STAFF = "staff"


class Permission(Enum):
    """What a caller is let do; ownership is checked in the domain besides."""

    OPERATE = "operate"
    READ_PUBLIC = "read-public"
    SIGN_IN = "sign-in"
    MANAGE_OWN_SESSIONS = "manage-own-sessions"
    MANAGE_OWN_IDENTITY = "manage-own-identity"
    MANAGE_OWN_SUBJECTS = "manage-own-subjects"
    DELEGATE = "delegate"
    ACCEPT_DELEGATIONS = "accept-delegations"
    MANAGE_OWN_CONSENTS = "manage-own-consents"
    REQUEST_OWN_REPORTS = "request-own-reports"
    READ_OWN_REPORTS = "read-own-reports"
    REVOKE_OWN_REPORTS = "revoke-own-reports"
    SHARE_OWN_REPORTS = "share-own-reports"
    OPEN_SHARES = "open-shares"
    OBJECT_TO_OWN_RECORDS = "object-to-own-records"
    MANAGE_OWN_PROMISES = "manage-own-promises"
    FOLLOW_OWN_USAGE = "follow-own-usage"
    APPLY_FOR_ELECTRICITY = "apply-for-electricity"
    FETCH_FILE_BY_ADDRESS = "fetch-file-by-address"
    ASK_BUTLER = "ask-butler"
    RATE_BUTLER = "rate-butler"
    ATTEND_LECTURES = "attend-lectures"
    LISTEN_LIVE = "listen-live"
    EXPORT_OWN_DATA = "export-own-data"
    READ_OWN_NOTICES = "read-own-notices"
    CHOOSE_OWN_MESSAGES = "choose-own-messages"
    VERIFY_PAPER = "verify-paper"
    PUSH = "push"
    EXCHANGE = "exchange"
    SIGN_IN_AS_STAFF = "sign-in-as-staff"
    WATCH_LECTURES = "watch-lectures"
    ERASE_OWN_ACCOUNT = "erase-own-account"
    FOLLOW_ERASURE = "follow-erasure"
    BIND_STAFF_WECHAT = "bind-staff-wechat"


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """One verb of one route."""

    audience: Audience
    permission: Permission | Right
    summary: str
    answers: Mapping[int, type[BaseModel] | str | None]
    body: type[BaseModel] | None = None
    form: type[BaseModel] | None = None
    upload: bool = False
    long_form: bool = False
    # Schemas of a body by media type, where the handler passes the bytes on as they are.
    raw: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    query: type[BaseModel] | None = None
    idempotent: bool = False
    # An outside system is asked before the commit: the key is held from then on.
    asks_outside: bool = False
    conditional: bool = False
    tagged: bool = False
    # The service reads the session itself, together with the rights: one command, not two.
    session_with_rights: bool = False
    refusals: frozenset[int] = field(default_factory=frozenset)
    rate: str | None = None
    # While this service is closed, the verb answers 503 with the reason.
    service: str | None = None

    @property
    def body_limit(self) -> int:
        """How many bytes a request may carry."""
        if self.upload:
            return UPLOAD
        return LONG_FORM if self.long_form else SMALL


def endpoint(
    audience: Audience,
    permission: Permission | Right,
    summary: str,
    *,
    answers: Mapping[int, type[BaseModel] | str | None],
    **more: Any,
) -> Callable[[Verb], Verb]:
    """Declare a handler's verb; a verb without this stops the start.

    ``answers`` maps a status to a model, a media type, or None for no content.
    """
    declared = Endpoint(
        audience=audience, permission=permission, summary=summary, answers=answers, **more
    )

    def mark(verb: Verb) -> Verb:
        @wraps(verb)
        async def admitted(handler: Any, *args: str, **parts: str) -> None:
            if await handler.admitted():
                await verb(handler, *args, **parts)

        admitted.endpoint = declared  # type: ignore[attr-defined]  # read back by endpoints_of
        return cast("Verb", admitted)

    return mark


VERBS = ("get", "post", "put", "delete")
# What nothing is used up by and nobody is asked for who they are. A HEAD about a paper is recorded
# as a look as its GET is: its length alone tells whether the code is one of ours.
HEADED = frozenset({Permission.READ_PUBLIC, Permission.VERIFY_PAPER})


@dataclass(frozen=True)
class Route:
    """A path template, ``/v1/things/{thing_id}``, and the handler of its verbs."""

    path: str
    handler: type[Any]

    def endpoints(self) -> dict[str, Endpoint]:
        """Its declared verbs, by upper-case method."""
        return endpoints_of(self.handler)


def endpoints_of(handler: type[Any]) -> dict[str, Endpoint]:
    """The declared verbs of a handler, by upper-case method."""
    return {
        verb.upper(): declared
        for verb in VERBS
        if (declared := getattr(getattr(handler, verb), "endpoint", None)) is not None
    }


def declared_of(handler: type[Any], method: str) -> Endpoint | None:
    """What a handler declares of a method; of a HEAD what its GET does, where it has one."""
    declared = endpoints_of(handler).get("GET" if method == "HEAD" else method)
    if method == "HEAD" and declared is not None and declared.permission not in HEADED:
        return None
    return declared


def methods_of(handler: type[Any]) -> list[str]:
    """Those that a handler answers, in the order of their letters."""
    return sorted(one for one in (*endpoints_of(handler), "HEAD") if declared_of(handler, one))
