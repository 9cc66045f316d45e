"""WeChat's access token, kept good: fetched once for all who wait, renewed before it ends."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

import structlog
from pydantic import Field
from wechatpy.exceptions import WeChatClientException

from domain.errors import DomainError, Unavailable
from miniprogram_api.client import Client, Reply, ReplyT
from miniprogram_api.errors import Policy, policy, translated
from miniprogram_api.shared_token import Kept, SharedToken, Shelf

# WeChat hands out the next token in the last five minutes, when both hold.
_EARLY_SECONDS = 300
_JITTER_SECONDS = 60
_LONGEST_LIFE_SECONDS = 7200
_SHORTEST_LIFE_SECONDS = 60
_RETRY_SECONDS = 30
# While another process fetches; after so many looks this one does without it.
_LOOKS = 20
_LOOK_SECONDS = 0.1
# The copy saves fetches, it does not hold calls up.
_SHELF_SECONDS = 1.0

T = TypeVar("T")

log = structlog.get_logger(__name__)


class _TokenReply(Reply):
    access_token: str = Field(min_length=1)
    expires_in: int


@dataclass(frozen=True, kw_only=True)
class _Token:
    value: str = field(repr=False)
    renew_at: float
    ends_at: float


def _jitter() -> float:
    return random.uniform(0, _JITTER_SECONDS)  # noqa: S311 - spreads load, guards nothing


class StableToken:
    """The token of ``stable_token`` in its normal mode, and the calls made with it.

    The forced mode is never used: it ends the token for every other process. All processes are
    given the same token; ``shelf`` is where one finds what another has fetched.
    """

    def __init__(
        self,
        client: Client,
        *,
        appid: str,
        secret: str,
        shelf: Shelf | None = None,
        clock: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = _jitter,
    ) -> None:
        self._client = client
        self._appid = appid
        self._secret = secret
        self._shelf = shelf
        self._clock = clock
        self._jitter = jitter
        self._flight: asyncio.Task[_Token | DomainError] | None = None
        self._token: _Token | None = None

    async def post(
        self, path: str, *, reads: type[ReplyT], payload: object, safe: bool = False
    ) -> ReplyT:
        """Call with the token; once more with another if WeChat says that it does not hold.

        Raises:
            WeChatClientException: refused, for another reason or for the second time.
            TooMany, Unavailable: no answer, no token, or the call rests.
        """

        async def call(token: str) -> ReplyT:
            params = {"access_token": token}
            return await self._client.call(
                "POST", path, reads=reads, params=params, payload=payload, safe=safe
            )

        return await self._twice(call)

    async def image(self, path: str, *, payload: object) -> bytes:
        """The same for a call that draws an image."""

        async def call(token: str) -> bytes:
            return await self._client.image(path, params={"access_token": token}, payload=payload)

        return await self._twice(call)

    async def _twice(self, call: Callable[[str], Awaitable[T]]) -> T:
        token = await self._good()
        try:
            return await call(token)
        except WeChatClientException as refused:
            if policy(refused.errcode) is not Policy.RENEW_TOKEN:
                raise
        return await call(await self._good(bad=token))

    async def _good(self, *, bad: str | None = None) -> str:
        """A token other than ``bad``; while one renews, the others go on with what still holds.

        Who has none waits for the one fetch under way, and shares what comes of it.
        """
        kept = self._holding(bad)
        if kept and (self._clock() < kept.renew_at or self._flight):
            return kept.value
        if self._flight is None:
            self._flight = asyncio.create_task(self._renewed(kept, bad))
            self._flight.add_done_callback(self._landed)
        # Shielded: who leaves does not take the fetch from the others.
        outcome = await asyncio.shield(self._flight)
        if isinstance(outcome, _Token):
            return outcome.value
        raise _before_the_call(outcome).with_traceback(None)

    def _landed(self, _: object) -> None:
        self._flight = None

    def _holding(self, bad: str | None) -> _Token | None:
        token = self._token
        if token is None or token.value == bad or self._clock() >= token.ends_at:
            return None
        return token

    async def _renewed(self, kept: _Token | None, bad: str | None) -> _Token | DomainError:
        try:
            self._token = await self._shared(bad)
        except DomainError as error:
            if not kept:
                return error
            self._token = replace(kept, renew_at=self._clock() + _RETRY_SECONDS)
        return self._token

    async def _shared(self, bad: str | None) -> _Token:
        """What stands on the shelf; fetched by one process at a time."""
        for _ in range(_LOOKS):
            found = await self._reach(lambda shelf: shelf.look(bad=bad))
            if found is None or found.mine:
                break
            if found.token:
                return self._taken(found.token)
            await asyncio.sleep(_LOOK_SECONDS)
        try:
            fetched = await self._fetched()
        except DomainError:
            await self._reach(lambda shelf: shelf.give_up())
            if found is None or found.token is None:
                raise
            return replace(self._taken(found.token), renew_at=self._clock() + _RETRY_SECONDS)
        await self._reach(lambda shelf: shelf.keep(fetched))
        return self._taken(fetched)

    async def _reach(self, ask: Callable[[Shelf], Awaitable[T]]) -> T | None:
        """What the shelf says; None without one, or when it does not say it soon."""
        if self._shelf is None:
            return None
        try:
            async with asyncio.timeout(_SHELF_SECONDS):
                return await ask(self._shelf)
        except (DomainError, TimeoutError) as error:
            log.warning("wechat_token_not_shared", error=type(error).__name__)
            return None

    def _taken(self, token: Kept) -> _Token:
        now = self._clock()
        # Another may be renewing it just now: soon enough it is looked for again.
        renew_in = max(token.renew_in, _LOOK_SECONDS)
        return _Token(value=token.value, renew_at=now + renew_in, ends_at=now + token.ends_in)

    async def _fetched(self) -> SharedToken:
        asked_at = self._clock()
        reply = await self._fetch()
        life = min(max(reply.expires_in, _SHORTEST_LIFE_SECONDS), _LONGEST_LIFE_SECONDS)
        # A life of 300 seconds is legal; then the next token is had soon, not at every call.
        renew_in = max(life - _EARLY_SECONDS - self._jitter(), _RETRY_SECONDS)
        took = self._clock() - asked_at
        return SharedToken(value=reply.access_token, renew_in=renew_in - took, ends_in=life - took)

    async def _fetch(self) -> _TokenReply:
        """Ask for it; once more where WeChat takes our credential for one that ran out."""
        try:
            try:
                return await self._ask()
            except WeChatClientException as refused:
                if policy(refused.errcode) is not Policy.RENEW_TOKEN:
                    raise
            return await self._ask()
        except WeChatClientException as refused:
            raise translated(refused) from refused

    async def _ask(self) -> _TokenReply:
        return await self._client.call(
            "POST",
            "/cgi-bin/stable_token",
            reads=_TokenReply,
            payload={
                "grant_type": "client_credential",
                "appid": self._appid,
                "secret": self._secret,
                "force_refresh": False,
            },
            safe=True,
        )


def _before_the_call(error: DomainError) -> DomainError:
    """Without a token nothing of the call itself was sent."""
    if not isinstance(error, Unavailable):
        return error
    return Unavailable(
        error.detail,
        system=error.system,
        permanent=error.permanent,
        retry_after=error.retry_after or 0,
        unsent=True,
    )
