"""What a promisor wrote and everybody will read is looked at by WeChat before it is shown."""

from domain.content_checks import Judged, Scene, Verdict, refusal
from domain.errors import Fault, Invalid
from domain.promises.ports import Checks
from domain.promises.promises import Promise
from domain.promises.templates import Publicity
from domain.transactions import Act, Conflict, Unit

BEING_CHECKED = "填写的公示内容正在进行内容安全检测，请稍后再试。"


class PublicWords:
    """By WeChat's check; an outage of it delays, and never counts as a pass."""

    def __init__(self, *, checks: Checks) -> None:
        self._checks = checks

    async def judge(self, act: Act, promise: Promise) -> Judged | None:
        """What is said of them now; None where nothing is public.

        Raises:
            Invalid: they are risky.
        """
        text = public_text(promise)
        if not text:
            return None
        judged = await self._checks.text(person_id=act.actor, text=text, scene=Scene.COMMENT)
        if judged.verdict is Verdict.RISKY:
            detail = refusal(judged, what="填写内容")
            raise Invalid([Fault(pointer="/answers", code="risky_content", detail=detail)])
        return judged

    async def keep(self, unit: Unit, act: Act, promise: Promise, judged: Judged | None) -> None:
        """Keep what was said; what could not be said goes on being asked."""
        if judged is not None:
            text = public_text(promise)
            await self._checks.keep(
                unit, act, object_id=promise.id, text=text, scene=Scene.COMMENT, judged=judged
            )

    async def require(self, promise: Promise) -> None:
        """Raise Conflict while nobody has said anything, or Invalid what was found meanwhile."""
        known = await self._checks.known(promise.id) if public_text(promise) else None
        if known is not None and known.verdict is Verdict.RISKY:
            detail = refusal(known, what="填写内容")
            raise Invalid([Fault(pointer="/answers", code="risky_content", detail=detail)])
        if known is not None and known.verdict is Verdict.PENDING:
            raise Conflict(BEING_CHECKED, retry_after=30)


def public_text(promise: Promise) -> str:
    """What the promisor wrote and everybody will read; empty for what is not public."""
    if promise.publicity is not Publicity.PUBLIC:
        return ""
    return "\n".join(answer.value for answer in promise.answers if answer.public)
