"""What citizen and staff write to each other. Internal notes are another thing: see notes.

A citizen's text is checked by WeChat. Risky is refused, nothing is saved; what WeChat cannot
judge, or not yet, is kept, and staff open it on purpose: an outage neither passes a text nor stops
the clock of who waits.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.characters import length_fault
from domain.content_checks import Judged, Scene, Verdict, refusal
from domain.errors import Fault, Invalid
from domain.tickets.events import By
from domain.transactions import Act, Unit

LONGEST_TEXT = 2000
MOST_IMAGES = 9
HELD = "（内容待核验）"
NO_WORDS = "（图片）"


@dataclass(frozen=True, kw_only=True)
class Message:
    """One message, ``n``-th of its ticket from 1. ``author`` is a person, an account, or empty.

    ``verdict`` is what WeChat said when it was written; staff's own words are not checked.
    """

    id: str
    ticket_id: str
    n: int
    by: By
    author: str
    at: datetime
    text: str
    images: tuple[str, ...] = ()
    by_phone: bool = False
    verdict: Verdict = Verdict.PASS


class Checks(Protocol):
    """WeChat's check of what people write, narrowly."""

    async def text(self, *, person_id: str, text: str, scene: Scene) -> Judged:
        """What WeChat says of a text now; pending when it does not serve."""

    async def keep(
        self, unit: Unit, act: Act, *, object_id: str, text: str, scene: Scene, judged: Judged
    ) -> None:
        """What was said of the text of a thing that is saved now; a pending one goes on."""

    async def known(self, object_id: str) -> Judged | None:
        """What is known of a thing; None when it was never checked."""


@dataclass(frozen=True, kw_only=True)
class Written:
    """What somebody sends: a text, and images that were uploaded before, by id."""

    text: str
    images: tuple[str, ...] = ()


def faults_of(written: Written) -> list[Fault]:
    """Everything that is wrong with it; images may go without words."""
    faults = []
    if not written.text.strip() and not written.images:
        faults.append(Fault(pointer="/text", code="missing", detail="请填写内容。"))
    if detail := length_fault(written.text, label="内容", most=LONGEST_TEXT):
        faults.append(Fault(pointer="/text", code="too_long", detail=detail))
    if len(written.images) > MOST_IMAGES:
        detail = f"一次最多附 {MOST_IMAGES} 张图片。"
        faults.append(Fault(pointer="/images", code="too_many", detail=detail))
    if len(set(written.images)) < len(written.images):
        detail = "同一张图片只需附一次。"
        faults.append(Fault(pointer="/images", code="repeated", detail=detail))
    return faults


async def judged(checks: Checks, *, person_id: str, text: str) -> Judged:
    """What WeChat says of a citizen's text; where there is none, nothing is to be said.

    Raises:
        Invalid: risky.
    """
    if not text.strip():
        return Judged(verdict=Verdict.PASS)
    said = await checks.text(person_id=person_id, text=text, scene=Scene.COMMENT)
    if said.verdict is Verdict.RISKY:
        detail = refusal(said, what="您填写的内容")
        raise Invalid([Fault(pointer="/text", code="content_risky", detail=detail)])
    return said


def folded(message: Message, known: Judged | None) -> bool:
    """Whether its text is opened on purpose only: WeChat has not passed it."""
    if message.by is not By.CITIZEN:
        return False
    return (known.verdict if known else message.verdict) is not Verdict.PASS


def spoken(written: Written, judged: Judged) -> str:
    """What a list shows of it: nothing that has not passed."""
    if judged.verdict is not Verdict.PASS:
        return HELD
    return written.text or NO_WORDS
