"""The embedded mongod, run for real: its life, its deaths, its refusals."""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.errors import AutoReconnect, OperationFailure

from adapters.mongo import embedded
from adapters.mongo.embedded import EmbeddedMongo, EmbeddedMongoError

ROOT = Path(__file__).parents[3]
OWNER = """
import sys
from pathlib import Path
from pymongo import MongoClient
from adapters.mongo.embedded import EmbeddedMongo

uri = EmbeddedMongo(Path(sys.argv[1])).start()
MongoClient(uri).kept.notes.insert_one({"text": "before"})
print("ready", flush=True)
sys.stdin.read()
"""
NOBODY = 65534


def write(uri: str, text: str) -> None:
    with client(uri) as connected:
        connected.kept.notes.insert_one({"text": text})


def read(uri: str) -> list[str]:
    with client(uri) as connected:
        return [note["text"] for note in connected.kept.notes.find().sort("_id")]


def client(uri: str) -> MongoClient[dict[str, Any]]:
    return MongoClient(uri, serverSelectionTimeoutMS=10_000)


def refusal(mongo: EmbeddedMongo) -> EmbeddedMongoError:
    with pytest.raises(EmbeddedMongoError) as refused:
        mongo.start()
    assert mongo.pid is None
    return refused.value


def script(path: Path, body: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


@pytest.fixture(scope="module")
def wheel_binary() -> Path:
    *_, binary = embedded._installed()
    return binary


@pytest.fixture
def owner(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that owns the folder ``tmp_path`` and has written one note."""
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()


def test_data_survives_restarts_on_any_port(tmp_path: Path) -> None:
    with EmbeddedMongo(tmp_path) as first:
        write(first, "on one port")
    with EmbeddedMongo(tmp_path) as second:
        write(second, "on another")
    port = int(second.rpartition(":")[2].partition("/")[0])
    with EmbeddedMongo(tmp_path, port=port) as third:
        assert third == second != first
        assert read(third) == ["on one port", "on another"]


def test_transactions_work_and_a_dead_servers_end_within_seconds(tmp_path: Path) -> None:
    with EmbeddedMongo(tmp_path) as uri, client(uri) as connected:
        with connected.start_session() as session, session.start_transaction():
            connected.kept.notes.insert_one({"text": "both"}, session=session)
            connected.kept.others.insert_one({"text": "both"}, session=session)
        assert connected.kept.others.count_documents({}) == 1
        limit = connected.admin.command("getParameter", 1, transactionLifetimeLimitSeconds=1)
        assert limit["transactionLifetimeLimitSeconds"] == 5


def test_stop_ends_mongod_and_may_be_repeated(tmp_path: Path) -> None:
    mongo = EmbeddedMongo(tmp_path)
    mongo.start()
    pid = mongo.pid
    mongo.stop()
    mongo.stop()
    assert mongo.pid is None
    assert not Path(f"/proc/{pid}").exists()


def test_a_killed_mongod_is_taken_over_with_what_it_acknowledged(tmp_path: Path) -> None:
    mongo = EmbeddedMongo(tmp_path)
    write(mongo.start(), "before")
    assert mongo.pid
    os.kill(mongo.pid, signal.SIGKILL)
    mongo.stop()
    with mongo as uri:
        assert read(uri) == ["before"]


def test_one_that_closes_connections_while_it_finds_its_set_is_asked_again() -> None:
    """As a mongod that was killed does at times, even after it said that it has none."""

    class Admin:
        def command(self, name: str, *_: object) -> None:
            if name == "replSetGetConfig":
                raise OperationFailure(
                    "no replset config has been received", embedded.NOT_INITIATED
                )
            raise AutoReconnect("connection closed")

    client: Any = SimpleNamespace(admin=Admin())
    assert not embedded._leads(client, "127.0.0.1:1")


def test_mongod_ends_with_its_killed_owner_and_the_next_one_waits_for_it(
    tmp_path: Path, owner: subprocess.Popen[str]
) -> None:
    held = (tmp_path / "db" / "mongod.lock").read_text().strip()
    owner.kill()
    owner.wait()
    with EmbeddedMongo(tmp_path) as uri:
        assert not Path(f"/proc/{held}/exe").exists()
        assert read(uri) == ["before"]


def test_a_second_owner_is_refused_and_told_who_the_first_is(
    tmp_path: Path, owner: subprocess.Popen[str]
) -> None:
    error = refusal(EmbeddedMongo(tmp_path))
    assert error.code == "owned"
    assert f"process {owner.pid}:" in str(error)


def test_a_foreign_mongod_in_the_folder_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "TO_STOP", 0.1)
    (tmp_path / "db").mkdir()
    lock = tmp_path / "db" / "mongod.lock"
    lock.write_text("4711\n")
    with lock.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        error = refusal(EmbeddedMongo(tmp_path))
    assert error.code == "still_running"
    assert "mongod 4711 still uses" in str(error)


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        error = refusal(EmbeddedMongo(tmp_path, port=port))
    assert error.code == "port_in_use"
    assert f"Port {port} is taken" in str(error)


def test_a_folder_without_permission_is_named(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    user = os.geteuid()
    if user == 0:
        os.seteuid(NOBODY)
    try:
        error = refusal(EmbeddedMongo(closed / "mongo"))
    finally:
        os.seteuid(user)
    assert error.code == "folder_unwritable"
    assert str(closed) in str(error)


def test_a_file_in_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert refusal(EmbeddedMongo(tmp_path / "file")).code == "folder_unwritable"


@pytest.mark.parametrize("name", ["owner.lock", "mongod.log"])
def test_a_file_that_cannot_be_written_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    error = refusal(EmbeddedMongo(tmp_path))
    assert error.code == "folder_unwritable"
    assert str(tmp_path / name) in str(error)


def test_a_nearly_full_disk_is_named(tmp_path: Path) -> None:
    error = refusal(EmbeddedMongo(tmp_path, least_free=1 << 60))
    assert error.code == "disk_full"
    assert "GiB free" in str(error)


def test_a_missing_library_is_named_with_its_package(tmp_path: Path, wheel_binary: Path) -> None:
    lacking = tmp_path / "mongod"
    program = wheel_binary.read_bytes()
    lacking.write_bytes(program.replace(b"\0libcurl.so.4\0", b"\0libcurl.so.0\0"))
    lacking.chmod(0o755)
    assert "libcurl.so.0" in str(refused := refusal(EmbeddedMongo(tmp_path / "f", binary=lacking)))
    assert refused.code == "library_missing"


def test_the_wheels_own_library_has_a_debian_package(tmp_path: Path) -> None:
    loader = "error while loading shared libraries: libcurl.so.4: cannot open shared object file"
    lacking = script(tmp_path / "mongod", f"echo 'mongod: {loader}' >&2; exit 127")
    error = refusal(EmbeddedMongo(tmp_path, binary=lacking))
    assert error.code == "library_missing"
    assert str(error).endswith("apt-get install libcurl4.")


def test_an_absent_binary_is_named(tmp_path: Path) -> None:
    error = refusal(EmbeddedMongo(tmp_path, binary=tmp_path / "nowhere"))
    assert error.code == "binary_missing"
    assert str(tmp_path / "nowhere") in str(error)


def test_with_no_binary_anywhere_the_extra_is_recommended() -> None:
    with pytest.raises(EmbeddedMongoError, match=r"credit-yuexiu\[embedded\]") as refused:
        embedded._choose([])
    assert refused.value.code == "binary_missing"


def test_a_binary_of_another_architecture_is_named(tmp_path: Path) -> None:
    foreign = tmp_path / "mongod"
    shutil.copy("/bin/true", foreign)
    with foreign.open("r+b") as program:
        program.seek(18)  # e_machine in the ELF header
        program.write((0xF3 if os.uname().machine != "riscv64" else 0x3E).to_bytes(2, "little"))
    error = refusal(EmbeddedMongo(tmp_path, binary=foreign))
    assert error.code == "binary_unusable"
    assert "Exec format error" in str(error)


def test_a_binary_without_permission_to_run_is_named(tmp_path: Path) -> None:
    locked = script(tmp_path / "mongod", "exit 0")
    locked.chmod(0o644)
    error = refusal(EmbeddedMongo(tmp_path, binary=locked))
    assert error.code == "binary_unusable"
    assert "Permission denied" in str(error)


def test_a_binary_that_crashes_is_named(tmp_path: Path) -> None:
    crashing = script(tmp_path / "mongod", "kill -ILL $$")
    error = refusal(EmbeddedMongo(tmp_path, binary=crashing))
    assert error.code == "binary_unusable"
    assert f"exit code {-signal.SIGILL}" in str(error)


def test_data_of_another_version_is_named(tmp_path: Path) -> None:
    other = script(
        tmp_path / "mongod", '[ "$1" = --version ] && echo db version v6.0.5 && exit; exit 62'
    )
    error = refusal(EmbeddedMongo(tmp_path, binary=other))
    assert error.code == "other_version"


def test_any_other_failure_repeats_what_mongod_said(tmp_path: Path) -> None:
    (tmp_path / "db").mkdir()
    (tmp_path / "db" / "storage.bson").write_bytes(b"not a document")
    error = refusal(EmbeddedMongo(tmp_path))
    assert error.code == "failed"
    assert "Unable to read the storage engine metadata file" in str(error)
    assert "mongod.log" in str(error)


def test_the_mongod_on_the_path_comes_first_unless_it_is_too_old(
    tmp_path: Path, wheel_binary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    own = script(tmp_path / "bin" / "mongod", "echo db version v7.0.1")
    assert embedded._choose(embedded._installed()) == own
    script(own, "echo db version v4.4.29")
    assert embedded._choose(embedded._installed()) == wheel_binary
    with pytest.raises(EmbeddedMongoError, match="version 4: 6 or later"):
        embedded._choose([own])


def test_the_log_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "LOG_BYTES", 8000)
    with EmbeddedMongo(tmp_path):
        logs = sorted(tmp_path.glob("mongod.log*"))
        assert [log.name for log in logs] == ["mongod.log", "mongod.log.1"]
        assert all(log.stat().st_size <= 8000 for log in logs)


def test_a_running_one_is_not_started_again(tmp_path: Path) -> None:
    mongo = EmbeddedMongo(tmp_path)
    with mongo as uri:
        with pytest.raises(RuntimeError, match="started already"):
            mongo.start()
        assert read(uri) == []


def test_another_thread_may_not_own_it(tmp_path: Path) -> None:
    raised: list[BaseException] = []

    def start() -> None:
        try:
            EmbeddedMongo(tmp_path).start()
        except RuntimeError as error:
            raised.append(error)

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
    assert "main thread" in str(raised[0])
