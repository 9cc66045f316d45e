"""What WeChat tells us by itself, in words of ours: each kind of push that something follows from.

A push is kept before it is answered and heard after, by a worker, under a fenced commit. The
first commit of its listener is what makes it heard, in the same transaction: so each is acted on
once, whenever a process dies. The same news may still come in another push.
"""

from dataclasses import dataclass, field
from typing import Literal, Protocol

from domain.transactions import Act, Again

Suggestion = Literal["pass", "review", "risky"]


@dataclass(frozen=True, kw_only=True)
class MediaChecked:
    """The result of an image check; ``suggestion`` is None when WeChat could not check it.

    ``reason`` is the code of what was found, where something was.
    """

    trace_id: str
    suggestion: Suggestion | None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class SubscriptionChosen:
    """A person chose, in WeChat's own dialogue or settings, whether one template may be sent.

    ``dialogue`` is true for the dialogue, where each acceptance is worth one message.
    """

    openid: str = field(repr=False)
    template_id: str
    accepted: bool
    dialogue: bool


@dataclass(frozen=True, kw_only=True)
class SubscriptionSent:
    """What became of one message; ``errcode`` 0 says that it arrived."""

    openid: str = field(repr=False)
    template_id: str
    message_id: str
    errcode: int


@dataclass(frozen=True, kw_only=True)
class AccountCancelled:
    """The WeChat account was closed: everything of its person goes."""

    openid: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class AuthorisationRevoked:
    """The person took back what was authorised; ``revoked`` are WeChat's numbers (8: phone)."""

    openid: str = field(repr=False)
    revoked: tuple[str, ...]


Told = (
    MediaChecked | SubscriptionChosen | SubscriptionSent | AccountCancelled | AuthorisationRevoked
)


class Hear(Protocol):
    """Who follows up on one kind of push."""

    async def __call__(self, act: Act, told: Told, /) -> Again | None:
        """Do what follows, in one commit; ``Again``, without a commit, when it cannot be done yet.

        What takes longer is left by that commit as messages.
        """
