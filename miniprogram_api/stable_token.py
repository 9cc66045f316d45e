"""WeChat's access token, kept good: fetched once for all who wait, renewed before it ends."""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from pydantic import Field
from wechatpy.exceptions import WeChatClientException

from domain.errors import DomainError
from miniprogram_api.client import Client, Reply, ReplyT
from miniprogram_api.errors import Policy, policy, translated

# WeChat hands out the next token in the last five minutes, when both hold.
_EARLY_SECONDS = 300
_JITTER_SECONDS = 60
_LONGEST_LIFE_SECONDS = 7200
_SHORTEST_LIFE_SECONDS = 60
_RETRY_SECONDS = 30


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

    The forced mode is never used: it ends the token for every other process. All processes
    are given the same token, so that none needs to know of another.
    """

    def __init__(
        self,
        client: Client,
        *,
        appid: str,
        secret: str,
        clock: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = _jitter,
    ) -> None:
        self._client = client
        self._appid = appid
        self._secret = secret
        self._clock = clock
        self._jitter = jitter
        self._renewing = asyncio.Lock()
        self._token: _Token | None = None

    async def post(self, path: str, *, reads: type[ReplyT], payload: object) -> ReplyT:
        """Call with the token; once more with another if WeChat says that it does not hold.

        Raises:
            WeChatClientException: refused, for another reason or for the second time.
            Unavailable: no answer, or no token.
        """
        token = await self._good()
        try:
            return await self._post(path, token, reads, payload)
        except WeChatClientException as refused:
            if policy(refused.errcode) is not Policy.RENEW_TOKEN:
                raise
        return await self._post(path, await self._good(bad=token), reads, payload)

    async def _post(self, path: str, token: str, reads: type[ReplyT], payload: object) -> ReplyT:
        return await self._client.call(
            "POST", path, reads=reads, params={"access_token": token}, payload=payload
        )

    async def _good(self, *, bad: str | None = None) -> str:
        """A token other than ``bad``; while one renews, the others go on with what still holds."""
        kept = self._holding(bad)
        if kept and (self._clock() < kept.renew_at or self._renewing.locked()):
            return kept.value
        async with self._renewing:
            kept = self._holding(bad)
            if kept and self._clock() < kept.renew_at:
                return kept.value
            try:
                self._token = await self._fetched()
            except DomainError:
                if not kept:
                    raise
                self._token = replace(kept, renew_at=self._clock() + _RETRY_SECONDS)
            return self._token.value

    def _holding(self, bad: str | None) -> _Token | None:
        token = self._token
        if token is None or token.value == bad or self._clock() >= token.ends_at:
            return None
        return token

    async def _fetched(self) -> _Token:
        asked_at = self._clock()
        try:
            reply = await self._client.call(
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
        except WeChatClientException as refused:
            raise translated(refused) from refused
        life = min(max(reply.expires_in, _SHORTEST_LIFE_SECONDS), _LONGEST_LIFE_SECONDS)
        # A life of 300 seconds is legal; then the next token is had soon, not at every call.
        renew_in = max(life - _EARLY_SECONDS - self._jitter(), _RETRY_SECONDS)
        return _Token(
            value=reply.access_token, renew_at=asked_at + renew_in, ends_at=asked_at + life
        )
