"""What the municipal platform is told of a promise: that it was made, and how it was performed.

It goes there by the promisor's own word: a text says that promise and performance are collected
(归集), and content says for which texts the district does so. Who may see it goes along: one that
is not public is collected all the same, and it is the platform that shows it to nobody else.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from domain.promises.ports import PromiseStore
from domain.promises.promises import AGAINST, Promise, State
from domain.promises.standing import NOT_FOUND_YET, performance_of
from domain.promises.templates import Template
from domain.transactions import Act, Unit

KIND = "promise"
LIST = "promises"
CLAUSE = "归集到公共信用信息平台"
# 履约状态 until it is found: what a report calls a promise that runs.
RUNNING = "履行中"


class Leave(Protocol):
    """Contributions, narrowly."""

    async def __call__(
        self, unit: Unit, act: Act, *, kind: str, thing_id: str, version: int
    ) -> None:
        """It is to be told from this version on; commits with what changed it."""


@dataclass(frozen=True, kw_only=True)
class SignedWords:
    """What a signed promise said, as far as it is told."""

    kind: str
    matter: str
    content: str
    liability: str
    signed_on: str
    department: str
    department_uscc: str
    category: str


class Collecting:
    """Leaves what changed for the platform, in the transaction that changed it.

    ``collected`` names the texts that the district collects.
    """

    def __init__(self, *, store: PromiseStore, collected: frozenset[str], leave: Leave) -> None:
        self._store = store
        self._collected = collected
        self._leave = leave

    async def signed(self, unit: Unit, act: Act, promise: Promise, template: Template) -> None:
        """It was made."""
        if promise.template in self._collected and CLAUSE in template.content:
            await self._send(unit, act, promise)

    async def moved(self, unit: Unit, act: Act, promise: Promise, *, was: Promise) -> None:
        """It may stand otherwise now: what a reader of reports sees changed, or nothing goes."""
        if promise.template not in self._collected or told(promise) == told(was):
            return
        snapshot = await self._store.snapshot(promise.id)
        if snapshot is not None and CLAUSE in words_of(snapshot).content:
            await self._send(unit, act, promise)

    async def _send(self, unit: Unit, act: Act, promise: Promise) -> None:
        await self._leave(unit, act, kind=KIND, thing_id=promise.id, version=promise.revision)


def words_of(snapshot: bytes) -> SignedWords:
    """From the canonical snapshot of what was signed."""
    said = json.loads(snapshot)
    return SignedWords(
        kind=said["kind"]["label"],
        matter=said["matter"],
        content=said["content"],
        liability=said["liability"],
        signed_on=said["signed_on"],
        department=said["accepted_by"]["name"],
        department_uscc=said["accepted_by"]["uscc"],
        category=said["promisor"]["category"],
    )


def told(promise: Promise) -> tuple[object, ...]:
    """What of a promise changes while it is supervised, as far as the platform is told."""
    return withdrawn(promise), promise.publicity, tuple(_found(promise).items())


def withdrawn(promise: Promise) -> bool:
    """Whether it was taken back."""
    return promise.state is State.WITHDRAWN


def values_of(promise: Promise, words: SignedWords) -> Mapping[str, str]:
    """As a report shows it, by the platform's names."""
    return {
        "kind": words.kind,
        "subject_matter": words.matter,
        "promised_on": words.signed_on,
        "received_by": words.department,
        "fulfilment": _fulfilment(promise),
    }


def details_of(promise: Promise, words: SignedWords) -> Mapping[str, str]:
    """What the national data template for 信用承诺 has beside that."""
    signature = promise.signature
    until = signature.valid_until if signature else None
    return {
        "code": signature.code if signature else "",
        "promisor_category": words.category,
        "content": words.content,
        "liability": words.liability,
        "valid_until": until.isoformat() if until else "",
        "received_by_uscc": words.department_uscc,
        "publicity": promise.publicity.label,
        **_found(promise),
    }


def _fulfilment(promise: Promise) -> str:
    found = performance_of(promise)
    return RUNNING if found == NOT_FOUND_YET else found


def _found(promise: Promise) -> dict[str, str]:
    """The finding in force: of one that was undone nothing is left."""
    supervision = promise.supervision
    kept = supervision.kept if supervision and promise.state is State.KEPT else None
    breach = supervision.breach if supervision and promise.state in AGAINST else None
    found = {
        "fulfilment": _fulfilment(promise),
        "unperformed": "",
        "consequence": "",
        "found_on": "",
        "found_by": "",
        "found_by_uscc": "",
    }
    if kept is not None:
        finder = {"found_by": kept.finder.name, "found_by_uscc": kept.finder.uscc}
        return {**found, "found_on": kept.on.isoformat(), **finder}
    if breach is None:
        return found
    return {
        **found,
        "unperformed": breach.unperformed,
        "consequence": breach.consequence,
        "found_on": breach.found_on.isoformat() if breach.found_on else "",
        "found_by": breach.finder.name,
        "found_by_uscc": breach.finder.uscc,
    }
