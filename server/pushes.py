"""The parts of WeChat's pushes, joined: the inbox, and what the workers do with what is told."""

from collections.abc import Mapping

import structlog
from prometheus_client import CollectorRegistry, Counter

from adapters.mongo.outbox import Claimed
from adapters.mongo.pushes import MongoPushes
from domain.push_inbox import HEAR, KEPT_NOW, Hearing, OpenPushes, PushInbox
from domain.pushes import Hear, Told
from domain.transactions import Act, Again
from miniprogram_api.push_events import SANCTIONS
from miniprogram_api.pushes import SecurePushes
from server.ground import Ground
from server.jobs import Topic
from server.settings import Settings

log = structlog.get_logger()


class PushParts:
    """Receiving, and telling each thing to who listens for its type."""

    def __init__(self, ground: Ground, *, listeners: Mapping[type[Told], Hear]) -> None:
        store = MongoPushes(ground.database, hmac_key=ground.keys.derived("wechat-push"))
        observe = _Observe(ground.metrics.registry)
        self.inbox = PushInbox(opener=_opener(ground.settings), store=store, observe=observe)
        self._hearing = Hearing(store=store, listeners=listeners, observe=observe)

    @property
    def topics(self) -> Mapping[str, Topic]:
        """What a worker does with each message."""
        return {HEAR: self._hear}

    async def _hear(self, act: Act, claimed: Claimed) -> Again | None:
        return await self._hearing.hear(act, telling_id=claimed.object_id)


class _Observe:
    """Counts, and raises the alarm when WeChat punishes the mini program."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._pushes = Counter(
            "credit_wechat_pushes_total",
            "What WeChat pushed: kept, a repeat, refused for a reason, or told to nobody",
            ("kind", "outcome"),
            registry=registry,
        )

    def __call__(self, *, kind: str, outcome: str) -> None:
        self._pushes.labels(kind, outcome).inc()
        if not kind:
            log.warning("wechat_push_refused", reason=outcome)
        if kind == SANCTIONS and outcome == KEPT_NOW:
            log.error("wechat_sanctions")


def _opener(settings: Settings) -> OpenPushes | None:
    token, key = settings.wechat_push_token, settings.wechat_push_aes_key
    if token is None or key is None:
        return None
    return SecurePushes(
        appid=settings.wechat_appid,
        token=token.get_secret_value(),
        aes_key=key.get_secret_value(),
    )
