"""The audit log on paper: exported, proven, and whatever was altered is found offline."""

import base64
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pymongo import MongoClient
from tornado.ioloop import IOLoop

from adapters.documents.audit_roots import signature_check
from domain.audit import archive
from domain.audit.checking import Checker, check
from tests.proof import Proof
from tests.served import run_command
from tests.server.audit_log import (
    Place,
    Tampering,
    event_lines,
    event_of,
    forged,
    forged_through,
    line_of,
    new_place,
    tampered,
    tamperings,
    write,
)
from tests.stamping import Tsa

FULL = os.environ.get("CREDIT_TEST_PROFILE") == "prove"
EVENTS = 100_000 if FULL else 2_000
FEW = 1_500
TAMPERINGS = 1_000 if FULL else 60
PROOFS = 40 if FULL else 6
SCRIPT = Path(__file__).parents[2] / "scripts" / "check_inclusion.py"


@pytest.fixture(scope="module")
def place(mongo_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Place:
    return new_place(mongo_uri, tmp_path_factory.mktemp("keys"))


def exported(io_loop: IOLoop, place: Place, file: Path, counts: tuple[int, ...]) -> Path:
    """So many events and an export, so many more and an export: a root after each."""
    for count in counts:
        io_loop.run_sync(lambda count=count: write(place, count))
        done = place.audit("export", file)
        assert done.exit_code == 0, done.output
    return file


@pytest.fixture(scope="module")
def small(io_loop: IOLoop, place: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export of some events under three or more roots."""
    file = tmp_path_factory.mktemp("small") / "audit.jsonl"
    return exported(io_loop, place, file, (300, 700, FEW - 1000))


@pytest.fixture(scope="module")
def lines(small: Path) -> list[bytes]:
    return small.read_bytes().splitlines(keepends=True)


@pytest.fixture(scope="module")
def large(io_loop: IOLoop, mongo_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("large")
    place = new_place(mongo_uri, folder / "keys")
    return exported(io_loop, place, folder / "audit.jsonl", (EVENTS // 2, EVENTS - EVENTS // 2))


@pytest.fixture(scope="module")
def found(place: Place) -> Callable[..., Checker]:
    """The faults of an export, some tamperings done."""
    signature = signature_check(place.root.read_bytes())

    def look(lines: list[bytes], *done: Tampering) -> Checker:
        return check(tampered(lines, *done), signature=signature)

    return look


def named(checked: Checker) -> set[str]:
    return {fault.event_id for fault in checked.faults if fault.event_id}


def test_an_export_verifies_as_it_is(place: Place, small: Path, lines: list[bytes]) -> None:
    done = place.audit("verify", small, "--root", place.root)
    assert done.exit_code == 0, done.output
    assert f"{FEW + 3:,} leaves under" in done.output  # each export is on record too
    assert "0 faults" in done.output
    assert " none, 0 pending, 0 stamped" in done.output
    assert len(event_lines(lines)) == FEW + 3


def test_a_large_export_verifies_offline_and_every_row_altered_in_it_is_named(
    large: Path, proof: Proof
) -> None:
    """All tamperings at once, each at rows of its own."""
    root = large.parent / "keys" / "root.crt.pem"
    done = run_command("audit", "verify", str(large), "--root", str(root))
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    proof("audit events exported and verified offline", EVENTS, "no fault")
    lines = large.read_bytes().splitlines(keepends=True)
    made = list(tamperings(lines, TAMPERINGS, seed=2))
    altered = check(tampered(lines, *made), signature=signature_check(root.read_bytes()))
    assert {event for one in made for event in one.events} == named(altered)
    proof("rows of one export altered at once", len(named(altered)), "each named, no other")


def test_every_tampering_is_found_and_names_its_rows_and_no_others(
    lines: list[bytes], found: Callable[..., Checker], proof: Proof
) -> None:
    for one in tamperings(lines, TAMPERINGS, seed=1):
        checked = found(lines, one)
        assert named(checked) == one.events, (one, checked.faults)
        assert all(fault.leaf is not None for fault in checked.faults), checked.faults
    proof("tamperings with an audit export", TAMPERINGS, "each found, its rows named, no other")


def test_an_event_changed_together_with_its_hash_is_named(
    lines: list[bytes], found: Callable[..., Checker]
) -> None:
    chance = random.Random(3)  # noqa: S311 - the same each time
    for _ in range(10):
        one = forged(lines, chance.choice(event_lines(lines)))
        checked = found(lines, one)
        assert named(checked) == one.events
        assert any("do not give its hash" in fault.what for fault in checked.faults)


def test_one_changed_with_every_link_after_it_is_still_found_by_the_root(
    lines: list[bytes], found: Callable[..., Checker]
) -> None:
    one = forged_through(lines, event_lines(lines)[700])
    (fault,) = found(lines, one).faults
    assert "leaves 301 to 1001 do not give its hash" in fault.what


@pytest.mark.parametrize("name", ["installation", "number", "at", "size", "head", "previous"])
def test_an_altered_root_is_named(
    name: str, lines: list[bytes], found: Callable[..., Checker]
) -> None:
    at = next(number for number, line in enumerate(lines) if b'"root":{' in line)
    value = json.loads(lines[at])
    wrong = {"number": 1, "size": 7, "at": "2031-01-01T00:00:00.000Z"}
    value["root"][name] = wrong.get(name, "0" * 63 + "1")
    checked = found(lines, Tampering(name, {at: [line_of(value)]}, frozenset()))
    assert any(f"line {at + 1}: root" in str(fault) for fault in checked.faults), checked.faults
    assert any("signature does not fit" in fault.what for fault in checked.faults)


def test_what_else_may_be_altered_is_told_with_its_line(
    lines: list[bytes], found: Callable[..., Checker]
) -> None:
    roots = [number for number, line in enumerate(lines) if b'"root":{' in line]
    lists = [number for number, line in enumerate(lines) if line.startswith(b'{"leaves"')]
    signature = json.loads(lines[roots[0]])
    signature["signature"] = base64.b64encode(b"nonsense").decode()
    stamped = json.loads(lines[roots[0]]) | {"stamping": "stamped"}
    end = {"end": {"leaves": 1, "roots": 1}}
    for at, rows, told in (
        (roots[0], [line_of(signature)], "signature does not fit"),
        (roots[0], [line_of(stamped)], "of its time stamp is not so"),
        (roots[1], [], "roots 1 to 1 before it are missing"),
        (roots[0], [lines[roots[0]]] * 2, "root 0 stood before"),
        (lists[1], [], "removed: the list of leaves 256 to"),
        (lists[1], [lines[lists[1]]] * 2, "stood before"),
        (lists[1], [b'{"leaves":256,"rows":[]}\n'], "not a list of leaves"),
        (lists[0], [lines[lists[0]], b'{"note":1}\n'], "no such line"),
        (lists[0], [lines[lists[0]], b"garbage \xff\n"], "not a line as the export wrote it"),
        (lists[0], [lines[lists[0]], b"[" * 100_000 + b"\n"], "not a line as"),
        (lists[0], [lines[lists[0]], b'{"event":{"id":"\\ud800"},"leaf":1}\n'], "not a line as"),
        (lists[0], [lines[lists[0]], b'{"event": {}, "leaf": 1}\n'], "not a line as"),
        (lists[0], [lines[lists[0]], b'{"event":7,"leaf":1}\n'], "not an event"),
        (
            lists[0],
            [lines[lists[0]], b'{"event":{},"leaf":' + b"9" * 4000 + b"}\n"],
            "not an event",
        ),
        (lists[1], [b'{"leaves":' + b"9" * 4000 + b',"rows":[["","",""]]}\n'], "not a list of"),
        (len(lines) - 1, [line_of(end)], "it does not count"),
        (len(lines) - 1, [], "the file is cut off"),
        (len(lines) - 1, [lines[-1], lines[5]], "stands after the end"),
    ):
        checked = found(lines, Tampering(told, {at: rows}, frozenset()))
        assert any(told in fault.what for fault in checked.faults), (told, checked.faults[:5])
        assert len(checked.faults) < 300


def test_a_file_cut_off_anywhere_is_refused_or_told(place: Place, small: Path) -> None:
    whole, part = small.read_bytes(), small.with_name("part.jsonl")
    chance = random.Random(4)  # noqa: S311 - the same each time
    for _ in range(12):
        part.write_bytes(whole[: chance.randrange(len(whole) - 1)])
        done = place.audit("verify", part, "--root", place.root)
        assert done.exit_code == 1
        assert isinstance(done.exception, SystemExit)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"not JSON\n",
        b"\xff\xfe\x00garbage",
        b"[]\n",
        b"{}\n",
        b'{"type":"credit-yuexiu/audit-export","v":2}\n',
        b'{"type":"credit-yuexiu/audit-export","v":1}\n',
        b"[" * 1_000_000,
        b"x" * 5_000_000,
        b"%PDF-1.7\n",
    ],
    ids=range(11),
)
def test_what_is_no_export_is_refused_in_a_sentence(
    place: Place, content: bytes, tmp_path: Path
) -> None:
    file = tmp_path / "no-export"
    file.write_bytes(content)
    for words in (
        ("verify", file, "--root", place.root),
        ("verify", "--proof", file, "--root", place.root),
        ("prove", "x", "--export", file),
    ):
        done = place.audit(*words)
        assert done.exit_code == 1
        assert isinstance(done.exception, SystemExit)
        assert done.output.count("\n") == 1


def test_a_root_certificate_of_another_installation_trusts_nothing(
    place: Place, small: Path, tmp_path: Path, mongo_uri: str
) -> None:
    other = new_place(mongo_uri, tmp_path / "other")
    done = place.audit("verify", small, "--root", other.root)
    assert done.exit_code == 1
    assert "not one that the given root certificate issued" in done.output
    no_certificate = place.audit("verify", small, "--root", small)
    assert no_certificate.exit_code == 1
    assert "holds no certificate" in no_certificate.output


def included(file: Path, head: str, size: int) -> bool:
    """What the small script says."""
    command = [sys.executable, "-I", str(SCRIPT), str(file), head, str(size)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.returncode == (0 if done.stdout == "included\n" else 1)
    return done.returncode == 0


def test_proofs_hold_for_a_script_that_shares_no_code(
    place: Place, small: Path, lines: list[bytes], tmp_path: Path, proof: Proof
) -> None:
    chance = random.Random(5)  # noqa: S311 - the same each time
    places = event_lines(lines)
    file = tmp_path / "proof.json"
    for number in range(PROOFS):
        event = event_of(lines[chance.choice(places)])
        source = () if number % 2 else ("--export", small)
        done = place.audit("prove", event["id"], *source)
        assert done.exit_code == 0, done.output
        file.write_text(done.output, encoding="utf-8")
        shown = json.loads(done.output)
        head, size = shown["root"]["head"], shown["root"]["size"]
        assert shown["event"] == event
        assert included(file, head, size)
        assert place.audit("verify", "--proof", file, "--root", place.root).exit_code == 0
        assert not included(file, "0" * 64, size)
        shown["event"]["actor"] = "somebody else"
        file.write_text(json.dumps(shown), encoding="utf-8")
        assert not included(file, head, size)
        wrong = place.audit("verify", "--proof", file, "--root", place.root)
        assert wrong.exit_code == 1
        assert "not in the tree" in wrong.output
    proof("inclusion proofs checked by an independent script", PROOFS, "all hold, none altered")


def test_a_proof_is_the_same_from_the_database_and_from_the_export(
    place: Place, small: Path, lines: list[bytes]
) -> None:
    event = event_of(lines[event_lines(lines)[400]])
    here, there = (
        json.loads(place.audit("prove", event["id"], *source).output)
        for source in ((), ("--export", small))
    )
    assert here == there
    assert (here["root"]["number"], here["leaf"]) == (1, 400)


def test_there_is_no_proof_of_an_event_that_is_not_there(place: Place, small: Path) -> None:
    for source in ((), ("--export", small)):
        done = place.audit("prove", "nobody", *source)
        assert done.exit_code == 1
        assert "nobody" in done.output


def test_what_was_altered_in_the_database_shows_in_the_next_export(
    io_loop: IOLoop, mongo_uri: str, tmp_path: Path
) -> None:
    place = new_place(mongo_uri, tmp_path / "keys")
    file = exported(io_loop, place, tmp_path / "audit.jsonl", (40,))
    ids = [event_of(line)["id"] for line in file.read_bytes().splitlines() if b'{"event"' in line]
    with MongoClient(mongo_uri) as client:
        database = client[place.database]
        database["audit_events"].update_one({"_id": ids[3]}, {"$set": {"actor": "nobody"}})
        database["audit_events"].delete_one({"_id": ids[7]})
        database["audit_leaves"].delete_one({"_id": 11})
    assert place.audit("export", file).exit_code == 0
    done = place.audit("verify", file, "--root", place.root)
    assert done.exit_code == 1
    told = done.output.splitlines()
    assert any(f"leaf 3, event '{ids[3]}': changed" in line for line in told)
    assert any(f"leaf 7, event '{ids[7]}': removed" in line for line in told)
    assert any("leaf 11: removed" in line for line in told)


def test_time_stamps_are_verified_when_the_authority_is_known(
    io_loop: IOLoop, mongo_uri: str, tmp_path: Path
) -> None:
    place, tsa = new_place(mongo_uri, tmp_path / "keys"), Tsa()
    file, authority = tmp_path / "audit.jsonl", tmp_path / "tsa.pem"
    authority.write_bytes(tsa.pem)
    with MongoClient(mongo_uri) as client:
        exported(io_loop, place, file, (5,))
        roots = client[place.database]["audit_roots"]
        for line in file.read_bytes().splitlines():
            if b'"root":{' in line:
                digest = archive.read_root(json.loads(line), {}).digest
        token = base64.b64encode(tsa.stamp(digest)).decode()
        roots.update_one({"_id": 0}, {"$set": {"stamping": "stamped", "token": token}})
        exported(io_loop, place, file, (5,))
        unchecked = place.audit("verify", file, "--root", place.root)
        assert unchecked.exit_code == 0, unchecked.output
        assert "1 stamped; not verified" in unchecked.output
        checked = place.audit("verify", file, "--root", place.root, "--tsa-root", authority)
        assert checked.exit_code == 0, checked.output
        assert checked.output.endswith("1 stamped\n")
        roots.update_one({"_id": 1}, {"$set": {"stamping": "stamped", "token": token}})
        exported(io_loop, place, file, (1,))
        wrong = place.audit("verify", file, "--root", place.root, "--tsa-root", authority)
        assert wrong.exit_code == 1
        assert "root 1: its time stamp does not prove it (imprint)" in wrong.output


def test_an_event_put_in_past_the_program_is_told(
    io_loop: IOLoop, mongo_uri: str, tmp_path: Path
) -> None:
    """One that says it is sealed, so that no sealer looks at it."""
    place = new_place(mongo_uri, tmp_path / "keys")
    file = exported(io_loop, place, tmp_path / "audit.jsonl", (5,))
    with MongoClient(mongo_uri) as client:
        events = client[place.database]["audit_events"]
        event = events.find_one({})
        assert event
        events.insert_one({**event, "_id": "made-up"})
    done = place.audit("export", file)
    assert done.exit_code == 1
    assert "and 1 events in the database" in done.output
    assert place.audit("verify", file, "--root", place.root).exit_code == 0


def test_an_export_that_cannot_be_written_is_refused(place: Place, tmp_path: Path) -> None:
    done = place.audit("export", tmp_path / "nowhere" / "audit.jsonl")
    assert done.exit_code == 1
    assert isinstance(done.exception, SystemExit)
    assert "cannot write" in done.output


def test_the_commands_words_are_checked(place: Place, small: Path) -> None:
    neither = place.audit("verify", "--root", place.root)
    assert neither.exit_code == 2
    both = place.audit("verify", small, "--proof", small, "--root", place.root)
    assert both.exit_code == 2
