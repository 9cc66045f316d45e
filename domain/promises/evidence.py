"""The evidence of a signed promise: all that a court wants, to be checked without this server.

What was signed, its letter, the texts as shown, how the signer was known, the time-stamps, and
every event with its proof. An event that no root covers yet is there, and says so.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.audit.proving import NotProven
from domain.audit.trail import Listed, Recorded, Trail
from domain.errors import NotFound, Unavailable
from domain.promises.acts import ACTS
from domain.promises.drafting import Drafts
from domain.promises.ports import PromiseStore
from domain.promises.promises import Paper, Promise, Signature
from domain.promises.snapshots import ROLES
from domain.transactions import SYSTEM, Act, Conflict, Unit

MOST_EVENTS = 1000
NOT_SIGNED = "承诺书签署后才有存证包。"
BEING_MADE = "承诺书文件正在生成，请稍候再下载存证包。"
LOG_ALTERED = "审计日志没有通过核对，暂时不能制作存证包，请联系信用办。"


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What goes into the ZIP; ``text`` and ``publication`` are exactly what was shown."""

    promise: Promise
    signature: Signature
    paper: Paper
    canonical: bytes
    pdf: bytes
    text: str
    trail: Trail
    receipt: str | None
    made_at: datetime


@dataclass(frozen=True, kw_only=True)
class Packed:
    """The ZIP, and the promise code that it is named for."""

    code: str
    zip: bytes


@dataclass(frozen=True, kw_only=True)
class Happened:
    """An event as the office reads it; ``sealed`` once a signed root covers it."""

    at: datetime
    what: str
    who: str
    sealed: bool


class Log(Protocol):
    """The audit log, narrowly."""

    async def about(self, object_id: str, *, most: int) -> Trail:
        """The events of a thing with their proofs; raises NotProven."""

    async def listed(self, object_id: str, *, most: int) -> Sequence[Listed]:
        """The same without their proofs."""


class EvidenceMaker(Protocol):
    """Packs and signs."""

    async def make(self, evidence: Evidence) -> bytes:
        """The ZIP."""


class StaffNames(Protocol):
    """Who works here, narrowly."""

    async def names(self, staff_ids: Sequence[str]) -> Mapping[str, str]:
        """By id; who is none of the staff is left out."""


class Evidences:
    """Gives the evidence to the promisor and to the office; each time it is on record."""

    def __init__(
        self,
        *,
        drafts: Drafts,
        store: PromiseStore,
        log: Log,
        maker: EvidenceMaker,
        staff: StaffNames,
    ) -> None:
        self._drafts = drafts
        self._store = store
        self._log = log
        self._maker = maker
        self._staff = staff

    async def of_mine(self, act: Act, *, promise_id: str) -> Packed:
        """For whom the promise is, as for its letter.

        Raises:
            NotFound, OutOfScope: as for the promise.
            Conflict: it is not signed, or its letter is just being made.
            Unavailable: the audit log does not hold together.
        """
        promise = await self._drafts.own(act, promise_id)
        return await self._packed(act, promise)

    async def of_code(self, act: Act, *, code: str) -> Packed:
        """For the office, by promise code.

        Raises:
            NotFound: none was signed with it.
            Conflict, Unavailable: as for ``of_mine``.
        """
        promise = await self._store.by_code(code)
        if promise is None:
            raise NotFound("没有这个承诺编码。")
        return await self._packed(act, promise)

    async def happened(self, promise: Promise) -> Sequence[Happened]:
        """What the log has of a promise, the first first."""
        listed = await self._log.listed(promise.id, most=MOST_EVENTS)
        names = await self._staff.names(sorted({str(one.event["actor"]) for one in listed}))
        return [_happened(one, promise, names) for one in listed]

    async def _packed(self, act: Act, promise: Promise) -> Packed:
        evidence = await self._gathered(act, promise)
        packed = await self._maker.make(evidence)
        digest = hashlib.sha256(packed).hexdigest()

        async def work(unit: Unit) -> None:
            await unit.audit(act.event("promise.evidence_taken", promise.id, sha256=digest))

        await act.commit(work)
        return Packed(code=evidence.signature.code, zip=packed)

    async def _gathered(self, act: Act, promise: Promise) -> Evidence:
        signature, paper = promise.signature, promise.paper
        if signature is None:
            raise Conflict(NOT_SIGNED)
        canonical = await self._store.snapshot(promise.id)
        pdf = await self._store.pdf(promise.id)
        if paper is None or pdf is None or canonical is None:
            raise Conflict(BEING_MADE, retry_after=3)
        trail = await self._trail(promise)
        if not _of_one_moment(paper, pdf, trail):
            raise Conflict(BEING_MADE, retry_after=3)
        text = await self._store.text(promise.text_hash)
        if text is None:
            raise NotFound("签署时的承诺书文本没有保存。")
        return Evidence(
            promise=promise,
            signature=signature,
            paper=paper,
            canonical=canonical,
            pdf=pdf,
            text=text,
            trail=trail,
            receipt=_facts(trail, "promise.signed").get("receipt"),
            made_at=act.at,
        )

    async def _trail(self, promise: Promise) -> Trail:
        try:
            return await self._log.about(promise.id, most=MOST_EVENTS)
        except NotProven as altered:
            raise Unavailable(LOG_ALTERED, system="audit", permanent=True) from altered


def label_of(event: Mapping[str, object]) -> str:
    """What was done, in words."""
    action = str(event["action"])
    return ACTS.get(action, action)


def _of_one_moment(paper: Paper, pdf: bytes, trail: Trail) -> bool:
    """Whether letter, record and log tell the same: a time-stamp may come while they are read."""
    stamped = bool(_acts(trail, "promise.letter_stamped"))
    last = paper.raised_sha256 or paper.file_sha256
    return (
        hashlib.sha256(pdf).hexdigest() == last
        and bool(_acts(trail, "promise.letter_made"))
        and stamped == (paper.raised_sha256 is not None)
    )


def _acts(trail: Trail, action: str) -> Sequence[Recorded]:
    return [one for one in trail.recorded if one.event["action"] == action]


def _facts(trail: Trail, action: str) -> Mapping[str, str]:
    for one in _acts(trail, action):
        facts = one.event["facts"]
        if isinstance(facts, Mapping):
            return facts
    return {}


def _happened(one: Listed, promise: Promise, names: Mapping[str, str]) -> Happened:
    return Happened(
        at=datetime.fromisoformat(str(one.event["at"])),
        what=label_of(one.event),
        who=_who(str(one.event["actor"]), promise, names),
        sealed=one.sealed,
    )


def _who(actor: str, promise: Promise, names: Mapping[str, str]) -> str:
    """Staff by name, everybody else by their part in the promise."""
    if actor == SYSTEM:
        return "系统"
    if actor in names:
        return names[actor]
    if promise.signature is not None and actor == promise.person_id:
        return "承诺人" if promise.uscc is None else ROLES[promise.signature.role]
    if actor == promise.principal_person:
        return ROLES["legal_representative"]
    return "其他人"
