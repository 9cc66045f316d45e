"""The form of an export: lines of canonical JSON, each checkable beside the others.

A header with the certificates; then, in blocks, a list of leaves (event id, leaf hash, and a link
to the entry before) and the events themselves; a root after the last leaf it covers; and an end
line, without which the file is cut off. The links prove nothing: they tell which row was altered
where event and hash were altered alike, which the roots alone tell only of an hour.
"""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeGuard

from domain.audit.roots import Root, SignedRoot
from domain.audit.sealing import Leaf
from domain.audit.tree import canonical, leaf_hash
from domain.timestamps import TimeStamp

TYPE = "credit-yuexiu/audit-export"
BLOCK = 256
LINE_MOST = 1 << 20
TEXT_MOST = 64
NUMBER_MOST = 2**53
NO_LINK = "0" * 16
HASH = re.compile(r"[0-9a-f]{64}")
LINK = re.compile(r"[0-9a-f]{16}")


class NotAnExport(Exception):
    """It is no export of an audit log; the sentence says where it ceases to be one."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A leaf in the list of leaves."""

    leaf: int
    event_id: str
    hash: str
    link: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """An event as it stands on a line: what it says its leaf is, and the hash it really has."""

    line: int
    leaf: int
    event_id: str
    hash: str


@dataclass(frozen=True, kw_only=True)
class Header:
    """The first line."""

    installation: str
    certificates: Mapping[str, str]


def link(before: str, event_id: str, leaf: str) -> str:
    """What ties an entry to the one before it."""
    return hashlib.sha256(f"{before}\n{event_id}\n{leaf}".encode()).hexdigest()[:16]


def header_line(header: Header) -> bytes:
    """The first line."""
    return _line(
        {
            "type": TYPE,
            "v": 1,
            "installation": header.installation,
            "certificates": dict(header.certificates),
        }
    )


def leaves_line(entries: list[Entry]) -> bytes:
    """The list of a block."""
    rows = [[entry.event_id, entry.hash, entry.link] for entry in entries]
    return _line({"leaves": entries[0].leaf, "rows": rows})


def event_line(number: int, leaf: Leaf) -> bytes:
    """An event with the number of its leaf."""
    return _line({"leaf": number, "event": leaf.content})


def root_line(signed: SignedRoot) -> bytes:
    """A root."""
    return _line(root_content(signed))


def root_content(signed: SignedRoot) -> dict[str, object]:
    """A root as it stands in exports and proofs."""
    return {
        "root": signed.root.statement(),
        "signature": base64.b64encode(signed.signature).decode(),
        "stamping": signed.stamping.value,
        "token": base64.b64encode(signed.token).decode(),
    }


def end_line(*, leaves: int, roots: int) -> bytes:
    """The last line."""
    return _line({"end": {"leaves": leaves, "roots": roots}})


def read_line(raw: bytes) -> Mapping[str, object] | None:
    """An object in canonical form to the letter; None for anything else."""
    try:
        value = json.loads(raw)
        same = isinstance(value, dict) and canonical(value) == raw.removesuffix(b"\n")
    except (ValueError, RecursionError):
        return None
    return value if same else None


def read_header(raw: bytes) -> Header:
    """The first line.

    Raises:
        NotAnExport: it is none.
    """
    value = read_line(raw) or {}
    if value.get("type") != TYPE:
        raise NotAnExport("line 1 is not the first line of an audit export")
    if value.get("v") != 1:
        raise NotAnExport("this program reads version 1 of the export alone")
    installation, certificates = value.get("installation"), value.get("certificates")
    if not isinstance(installation, str) or not isinstance(certificates, dict):
        raise NotAnExport("line 1 names no installation and certificates")
    return Header(
        installation=installation,
        certificates={name: pem for name, pem in certificates.items() if isinstance(pem, str)},
    )


def read_leaves(value: Mapping[str, object]) -> list[Entry] | None:
    """The entries of a list of leaves; None when it is malformed."""
    first, rows = value.get("leaves"), value.get("rows")
    if not _number(first) or not isinstance(rows, list) or not 0 < len(rows) <= BLOCK:
        return None
    entries = []
    for number, row in enumerate(rows, start=first):
        if not _strings(row, 3):
            return None
        event_id, leaf, tie = row
        entries.append(Entry(leaf=number, event_id=event_id, hash=leaf, link=tie))
    return entries


def read_event(line: int, value: Mapping[str, object]) -> Row | None:
    """The event of a line; None when it is malformed."""
    number, event = value.get("leaf"), value.get("event")
    if not _number(number) or not isinstance(event, dict) or set(value) != {"leaf", "event"}:
        return None
    event_id = event.get("id")
    leaf = leaf_hash(canonical(event)).hex()
    return Row(
        line=line,
        leaf=number,
        event_id=event_id if _short(event_id) else "",
        hash=leaf,
    )


def read_root(value: Mapping[str, object], certificates: Mapping[str, str]) -> SignedRoot | None:
    """A root; None when it is malformed."""
    statement = value.get("root")
    if not isinstance(statement, dict):
        return None
    try:
        root = Root(
            installation=statement["installation"],
            number=statement["number"],
            at=datetime.fromisoformat(statement["at"]),
            size=statement["size"],
            head=bytes.fromhex(statement["head"]),
            previous=statement["previous"],
            signer=statement["signer"],
        )
        signed = SignedRoot(
            root=root,
            signature=base64.b64decode(str(value["signature"]), validate=True),
            certificate_pem=certificates.get(root.signer, ""),
            stamping=TimeStamp(str(value["stamping"])),
            token=base64.b64decode(str(value["token"]), validate=True),
        )
        whole = _number(root.number) and _number(root.size)
        return signed if whole and root_content(signed) == value else None
    except (KeyError, ValueError, TypeError, OverflowError, binascii.Error):
        return None


def lines(entries: list[Entry], events: Mapping[str, Leaf]) -> Iterable[bytes]:
    """A block: its list, then those of its events that are there."""
    yield leaves_line(entries)
    for entry in entries:
        if entry.event_id in events:
            yield event_line(entry.leaf, events[entry.event_id])


def _number(value: object) -> TypeGuard[int]:
    return type(value) is int and 0 <= value < NUMBER_MOST


def _short(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and len(value) <= TEXT_MOST


def _strings(row: object, count: int) -> bool:
    return isinstance(row, list) and len(row) == count and all(map(_short, row))


def _line(value: Mapping[str, object]) -> bytes:
    return canonical(value) + b"\n"
