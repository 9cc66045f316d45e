"""Proofs that one event is in the log: its path to a signed root, checkable by anybody alone."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from domain.audit import archive
from domain.audit.archive import HASH, NotAnExport
from domain.audit.roots import SignedRoot
from domain.audit.tree import PathTo, canonical, includes, leaf_hash
from domain.timestamps import TimeStamp

TYPE = "credit-yuexiu/audit-proof"
PEM = re.compile(r"-----BEGIN CERTIFICATE-----")

Check = Callable[[SignedRoot], str]


class NotProven(Exception):
    """There is no proof; the sentence says why."""


@dataclass(frozen=True, kw_only=True)
class Proof:
    """An event, the number of its leaf, and its path to the head of a root."""

    leaf: int
    event: Mapping[str, object]
    path: tuple[bytes, ...]
    signed: SignedRoot

    def shown(self) -> dict[str, object]:
        """As JSON."""
        return {
            "type": TYPE,
            "v": 1,
            "leaf": self.leaf,
            "event": self.event,
            "hash": self.hash.hex(),
            "path": [step.hex() for step in self.path],
            "certificate": self.signed.certificate_pem,
            **archive.root_content(self.signed),
        }

    @property
    def hash(self) -> bytes:
        """Of the leaf."""
        return leaf_hash(canonical(self.event))

    def holds(self) -> bool:
        """Whether the path leads to the root's head."""
        return includes(
            head=self.signed.root.head,
            size=self.signed.root.size,
            index=self.leaf,
            leaf=self.hash,
            path=self.path,
        )


def read_proof(value: object) -> Proof:
    """What ``shown`` gave.

    Raises:
        NotProven: it is no proof of ours.
    """
    if not isinstance(value, dict) or value.get("type") != TYPE or value.get("v") != 1:
        raise NotProven("this is no proof of an audit log")
    path, event, leaf = value.get("path"), value.get("event"), value.get("leaf")
    statement, pem = value.get("root"), value.get("certificate")
    if not isinstance(statement, dict) or not isinstance(pem, str) or not PEM.search(pem):
        raise NotProven("the proof names no root with its certificate")
    names = ("root", "signature", "stamping", "token")
    root = {name: value.get(name) for name in names}
    signed = archive.read_root(root, {str(statement.get("signer")): pem})
    if signed is None:
        raise NotProven("the root of the proof is malformed")
    if (
        type(leaf) is not int
        or not isinstance(event, dict)
        or not isinstance(path, list)
        or not all(isinstance(step, str) and HASH.fullmatch(step) for step in path)
    ):
        raise NotProven("the path of the proof is malformed")
    try:
        canonical(event)
    except (ValueError, RecursionError) as fault:
        raise NotProven("the event of the proof is malformed") from fault
    steps = tuple(bytes.fromhex(step) for step in path)
    return Proof(leaf=leaf, event=event, path=steps, signed=signed)


def faults(proof: Proof, *, signature: Check, stamp: Check | None = None) -> Iterator[str]:
    """What is wrong with a proof; nothing when the event was in the log under that root."""
    if not proof.holds():
        yield (
            f"leaf {proof.leaf}: the event is not in the tree of root {proof.signed.root.number}: "
            "event, place or path was altered"
        )
    if fault := signature(proof.signed):
        yield f"root {proof.signed.root.number}: {fault}"
    if (proof.signed.stamping is TimeStamp.STAMPED) != bool(proof.signed.token):
        yield f"root {proof.signed.root.number}: what it says of its time stamp is not so"
    elif proof.signed.token and stamp and (fault := stamp(proof.signed)):
        yield f"root {proof.signed.root.number}: {fault}"


def prove(lines: Iterator[bytes], event_id: str) -> Proof:
    """The proof of an event from an export, in one pass.

    It leads to the first stamped root over it, or to the first one when none is.

    Raises:
        NotAnExport: it is none.
        NotProven: the event is not in it, or its rows do not lead to the root.
    """
    search = _Search(archive.read_header(next(lines, b"")).certificates, event_id)
    for raw in lines:
        if search.done(raw):
            break
    proof = search.proof()
    if not proof.holds():
        raise NotProven("the export was altered: run `audit verify` on it, which says where")
    return proof


class _Search:
    """Looks for one event among the lines of an export."""

    def __init__(self, certificates: Mapping[str, str], event_id: str) -> None:
        self._certificates = certificates
        self._event_id = event_id
        self._path = PathTo()
        self._leaf: int | None = None
        self._event: Mapping[str, object] | None = None
        self._found: tuple[SignedRoot, tuple[bytes, ...]] | None = None

    def done(self, raw: bytes) -> bool:
        """Take a line; whether no other can make the proof better."""
        value = archive.read_line(raw)
        if value is None:
            raise NotAnExport("a line is not as the export wrote it: run `audit verify` on it")
        if "leaves" in value:
            self._leaves(value)
        elif "event" in value:
            event = value["event"]
            if isinstance(event, dict) and event.get("id") == self._event_id:
                self._event = event
        elif "root" in value and self._leaf is not None:
            signed = archive.read_root(value, self._certificates)
            if signed is not None:
                stamped = signed.stamping is TimeStamp.STAMPED
                if self._found is None or stamped:
                    self._found = signed, self._path.path()
                return stamped
        return False

    def proof(self) -> Proof:
        """What was found."""
        if self._leaf is None or self._event is None:
            raise NotProven(f"the event {self._event_id!r} is not in the export")
        if self._found is None:
            raise NotProven("no root covers the event")
        signed, path = self._found
        return Proof(leaf=self._leaf, event=self._event, path=path, signed=signed)

    def _leaves(self, value: Mapping[str, object]) -> None:
        entries = archive.read_leaves(value) or []
        for entry in entries:
            if not HASH.fullmatch(entry.hash):
                raise NotProven("the list of leaves has a gap: run `audit verify` on it")
            mine = entry.event_id == self._event_id and self._leaf is None
            self._path.push(bytes.fromhex(entry.hash), mine=mine)
            if mine:
                self._leaf = entry.leaf
