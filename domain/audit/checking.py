"""Checking an export line by line, in little memory: which row was changed, and how."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from domain.audit import archive
from domain.audit.archive import HASH, LINK, NO_LINK, Entry, Header, Row
from domain.audit.roots import FIRST_PREVIOUS, SignedRoot
from domain.audit.tree import Frontier
from domain.timestamps import TimeStamp

Check = Callable[[SignedRoot], str]

KEPT = 10_000
GAPS_KEPT = 100
ROWS_MOST = 4 * archive.BLOCK


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that is wrong: on which line, with which leaf and event, if it is about one."""

    what: str
    line: int
    leaf: int | None = None
    event_id: str = ""

    def __str__(self) -> str:
        where = "" if self.leaf is None else f", leaf {self.leaf}"
        who = f", event {self.event_id!r}" if self.event_id else ""
        return f"line {self.line}{where}{who}: {self.what}"


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What a block's list and its rows say of each other; what stays open may stand elsewhere."""

    faults: Sequence[Fault]
    missing: Sequence[Entry]
    strange: Sequence[Row]


def compare(entries: Sequence[Entry], rows: Sequence[Row]) -> Comparison:
    """Match rows to the entries of their block by event id."""
    listed = {entry.event_id: entry for entry in entries}
    present: dict[str, Row] = {}
    faults, strange = [], []
    for row in rows:
        entry = listed.get(row.event_id)
        if entry is None:
            strange.append(row)
        elif row.event_id in present:
            faults.append(_fault(row, entry, "inserted: the same event stands here again"))
        else:
            present[row.event_id] = row
    faults += _order(present, listed)
    faults += _changes(present, listed)
    said = {row.leaf: row for row in strange}
    missing = []
    for entry in entries:
        other = said.get(entry.leaf)
        if entry.event_id in present:
            continue
        if other is None:
            missing.append(entry)
        else:
            what = f"changed: {other.event_id!r} stands in its place"
            faults.append(_fault(other, entry, what))
            strange.remove(other)
    return Comparison(faults=faults, missing=missing, strange=strange)


def _changes(present: Mapping[str, Row], listed: Mapping[str, Entry]) -> Iterator[Fault]:
    """Rows that are not what their leaf was made of."""
    for event_id, row in present.items():
        entry = listed[event_id]
        if row.hash != entry.hash:
            yield _fault(row, entry, "changed: it does not have the hash of its leaf")
        elif row.leaf != entry.leaf:
            yield _fault(row, entry, f"changed: it says that its leaf is {row.leaf}")


def _order(present: Mapping[str, Row], listed: Mapping[str, Entry]) -> Iterator[Fault]:
    """Rows that do not stand in the order of their leaves."""
    found = [listed[event_id] for event_id in present]
    for entry, due in zip(found, sorted(found, key=lambda one: one.leaf), strict=True):
        if entry is not due:
            what = f"reordered: it stands where leaf {due.leaf} belongs"
            yield _fault(present[entry.event_id], entry, what)


def _fault(row: Row, entry: Entry, what: str) -> Fault:
    return Fault(what=what, line=row.line, leaf=entry.leaf, event_id=entry.event_id)


@dataclass
class Checker:
    """Takes the lines in turn; ``stamp`` is there when the authority's certificate was given."""

    header: Header
    signature: Check
    stamp: Check | None = None
    faults: list[Fault] = field(default_factory=list)
    count: int = 0
    line: int = 1
    frontier: Frontier = field(default_factory=Frontier)
    size: int = 0
    last: SignedRoot | None = None
    roots: int = 0
    stamps: dict[TimeStamp, int] = field(default_factory=lambda: dict.fromkeys(TimeStamp, 0))
    _link: str = NO_LINK
    _broken: bool = False  # the rows no longer lead to the roots, and that was said
    _ended: bool = False
    _block: tuple[int, list[Entry]] | None = None
    _rows: list[Row] = field(default_factory=list)
    _missing: dict[str, tuple[int, Entry]] = field(default_factory=dict)
    _strange: dict[str, Row] = field(default_factory=dict)
    _gaps: list[tuple[int, int]] = field(default_factory=list)

    def feed(self, raw: bytes) -> None:
        """The next line."""
        self.line += 1
        value = archive.read_line(raw)
        if self._ended:
            self._tell("inserted: it stands after the end")
        elif value is None:
            self._tell("changed: this is not a line as the export wrote it")
        elif "event" in value:
            self._event(value)
        elif "leaves" in value:
            self._leaves(value)
        elif "root" in value:
            self._root(value)
        elif "end" in value:
            self._end(value)
        else:
            self._tell("inserted: an export has no such line")

    def finish(self) -> None:
        """After the last line."""
        self._close_block()
        if not self._ended:
            self._tell("removed: the file is cut off, its end is missing")
        rooted = self.last.root.size if self.last else 0
        if self.size > rooted:
            self._tell(f"leaves {rooted} to {self.size - 1} are under no root")
        for event_id, (line, entry) in self._missing.items():
            row = self._strange.pop(event_id, None)
            if row is None:
                what = "removed: its row is missing"
                self._keep(Fault(what=what, line=line, leaf=entry.leaf, event_id=event_id))
                continue
            self._keep(_fault(row, entry, "reordered: it stands among the rows of other leaves"))
            if row.hash != entry.hash:
                self._keep(_fault(row, entry, "changed: it does not have the hash of its leaf"))
        for row in self._strange.values():
            if not any(first <= row.leaf < end for first, end in self._gaps):
                self._inserted(row)

    def _event(self, value: Mapping[str, object]) -> None:
        row = archive.read_event(self.line, value)
        if row is None:
            self._tell("changed: this is not an event as the export wrote it")
        elif self._block is not None and len(self._rows) < ROWS_MOST:
            self._rows.append(row)
        else:
            self._set_aside(row)

    def _set_aside(self, row: Row) -> None:
        """A row whose place is not here: perhaps one that is missed elsewhere."""
        if len(self._strange) < KEPT and row.event_id not in self._strange:
            self._strange[row.event_id] = row
        else:
            self._inserted(row)

    def _inserted(self, row: Row) -> None:
        what = f"inserted: no leaf is this event's, though it says {row.leaf}"
        self._keep(Fault(what=what, line=row.line, leaf=row.leaf, event_id=row.event_id))

    def _close_block(self) -> None:
        if self._block is None:
            return
        line, entries = self._block
        found = compare(entries, self._rows)
        for fault in found.faults:
            self._keep(fault)
        for entry in found.missing:
            if len(self._missing) < KEPT:
                self._missing[entry.event_id] = (line, entry)
            else:
                self._keep(Fault(what="removed: its row is missing", line=line, leaf=entry.leaf))
        for row in found.strange:
            self._set_aside(row)
        self._block, self._rows = None, []

    def _leaves(self, value: Mapping[str, object]) -> None:
        self._close_block()
        entries = archive.read_leaves(value)
        if entries is None:
            self._tell("changed: this is not a list of leaves as the export wrote it")
            return
        first = entries[0].leaf
        if first < self.size:
            self._tell(f"reordered or inserted: the list of leaf {first} stood before")
            return
        resumed = first > self.size
        if resumed:
            self._tell(f"removed: the list of leaves {self.size} to {first - 1}")
            if len(self._gaps) < GAPS_KEPT:
                self._gaps.append((self.size, first))
            self._broken = True
        for entry in entries:
            self._entry(entry, linked=not resumed or entry.leaf > first)
        if not self._broken:
            self.frontier = self.frontier.grown(bytes.fromhex(one.hash) for one in entries)
        self.size = entries[-1].leaf + 1
        self._block = (self.line, entries)

    def _entry(self, entry: Entry, *, linked: bool) -> None:
        what = ""
        if not HASH.fullmatch(entry.hash):
            what = "removed: the list of leaves has no hash for it"
            self._broken = True
        elif not LINK.fullmatch(entry.link) or (
            linked and entry.link != archive.link(self._link, entry.event_id, entry.hash)
        ):
            what = "changed: its entry in the list of leaves was altered"
        if what:
            event_id = entry.event_id
            self._keep(Fault(what=what, line=self.line, leaf=entry.leaf, event_id=event_id))
        self._link = entry.link

    def _root(self, value: Mapping[str, object]) -> None:
        self._close_block()
        signed = archive.read_root(value, self.header.certificates)
        if signed is None:
            self._tell("changed: this is not a root as the export wrote it")
            return
        number = signed.root.number
        if number < self.roots:
            self._tell(f"reordered or inserted: root {number} stood before or was passed over")
            return
        for what in self._root_faults(signed):
            self._tell(f"root {number}: {what}")
        self.roots = number + 1
        self.last = signed
        self.stamps[signed.stamping] += 1

    def _root_faults(self, signed: SignedRoot) -> Iterator[str]:
        root, before = signed.root, self.last
        if root.number > self.roots:
            yield f"removed: roots {self.roots} to {root.number - 1} before it are missing"
        elif root.previous != (before.digest.hex() if before else FIRST_PREVIOUS):
            yield "it does not follow the root before it: one of the two was altered"
        if root.installation != self.header.installation:
            yield "it is of another installation"
        if before and (root.size < before.root.size or root.at < before.root.at):
            yield "it goes back behind the root before it"
        if root.size != self.size:
            yield f"it covers {root.size} leaves, but {self.size} stand before it"
        elif not self._broken and root.head != self.frontier.head:
            first = before.root.size if before else 0
            yield (
                f"changed: leaves {first} to {root.size - 1} do not give its hash; "
                "the rows after it cannot be held against roots"
            )
            self._broken = True
        if fault := self.signature(signed):
            yield fault
        if (signed.stamping is TimeStamp.STAMPED) != bool(signed.token):
            yield "what it says of its time stamp is not so"
        elif signed.token and self.stamp and (fault := self.stamp(signed)):
            yield fault

    def _end(self, value: Mapping[str, object]) -> None:
        self._close_block()
        self._ended = True
        if value != {"end": {"leaves": self.size, "roots": self.roots}}:
            self._tell(f"it does not count {self.size} leaves and {self.roots} roots, as there are")

    def _tell(self, what: str) -> None:
        self._keep(Fault(what=what, line=self.line))

    def _keep(self, fault: Fault) -> None:
        self.count += 1
        if len(self.faults) < KEPT:
            self.faults.append(fault)


def check(lines: Iterator[bytes], *, signature: Check, stamp: Check | None = None) -> Checker:
    """Go through an export.

    Raises:
        NotAnExport: it is none.
    """
    checker = Checker(archive.read_header(next(lines, b"")), signature, stamp)
    for raw in lines:
        checker.feed(raw)
    checker.finish()
    return checker
