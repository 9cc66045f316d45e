"""The keys that sign tokens, in generations: the newest signs, earlier ones are still believed.

``tokens.json`` beside ``secret.key`` holds them; without it there is one, drawn from
``secret.key`` itself. A server looks every ten seconds whether the file has changed, and at once
when it meets a token of a generation it does not know. A new generation is believed a while before
it signs, so that no server signs what another refuses.

What the database remembers (check codes, idempotency keys) is drawn from ``secret.key`` and never
from here: it must be found again for as long as it is kept.
"""

import base64
import binascii
import hashlib
import json
import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

import structlog

from adapters.keys import KeyFileError, Keys, derived

FILE = "tokens.json"
SIZE = 64
LOOK_EVERY = 10.0
BELIEVED_FIRST = timedelta(minutes=1)
# The longest that a session may be set to live unused: its refresh token is believed so long.
KEPT = timedelta(days=366)
EVER = datetime(1970, 1, 1, tzinfo=UTC)

log = structlog.get_logger()


@dataclass(frozen=True)
class Generation:
    """The keys of one generation; ``kid`` names it in the head of each token."""

    root: bytes = field(repr=False)
    signs_from: datetime

    @cached_property
    def kid(self) -> str:
        """Tells nothing of the key."""
        return hashlib.sha256(b"kid" + self.root).hexdigest()[:12]

    @cached_property
    def access(self) -> bytes:
        """Signs access tokens."""
        return derived(self.root, "access-token")

    @cached_property
    def refresh(self) -> bytes:
        """Signs refresh tokens."""
        return derived(self.root, "refresh-token")

    @cached_property
    def live(self) -> bytes:
        """Signs live passes."""
        return derived(self.root, "live-pass")

    @cached_property
    def cursor(self) -> bytes:
        """Signs the places of lists."""
        return derived(self.root, "cursor")


Ring = tuple[Generation, ...]


class TokenKeys:
    """The generations of a folder, newest first, as the file says now."""

    def __init__(
        self,
        keys: Keys,
        *,
        clock: Callable[[], datetime],
        watch: Callable[[], float] = time.monotonic,
    ) -> None:
        """Read them.

        Raises:
            KeyFileError: the file is malformed.
        """
        self._keys = keys
        self._clock = clock
        self._watch = watch
        self._looked = watch()
        self._seen = _mark(keys.folder)
        self._ring = read_ring(keys)

    def signing(self) -> Generation:
        """The newest whose time has come."""
        now, ring = self._clock(), self.believed()
        return next((one for one in ring if one.signs_from <= now), ring[-1])

    def believed(self) -> Ring:
        """All that are accepted."""
        if self._watch() - self._looked >= LOOK_EVERY:
            return self.looked_up()
        return self._ring

    def looked_up(self) -> Ring:
        """The same, after a look at the file."""
        self._looked = self._watch()
        mark = _mark(self._keys.folder)
        if mark != self._seen:
            try:
                self._ring = read_ring(self._keys)
            except KeyFileError as error:
                # What is believed goes on; the file is said to be wrong at each look.
                log.error("token_keys_unreadable", error=str(error))  # noqa: TRY400 - no keys in it
                return self._ring
            self._seen = mark
        return self._ring


def read_ring(keys: Keys) -> Ring:
    """The generations of the folder, newest first.

    Raises:
        KeyFileError: the file is malformed.
    """
    path = keys.folder / FILE
    try:
        written = json.loads(path.read_text(encoding="ascii"))
        ring = tuple(_generation(one) for one in written["generations"])
    except FileNotFoundError:
        return (Generation(root=keys.root, signs_from=EVER),)
    except OSError as error:
        raise KeyFileError(f"cannot read the key file {path}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise KeyFileError(f"the key file {path} is not as rotate-tokens writes it") from error
    if not ring:
        raise KeyFileError(f"the key file {path} holds no key")
    return tuple(sorted(ring, key=lambda one: one.signs_from, reverse=True))


def rotate(keys: Keys, *, now: datetime, forget: bool) -> Generation:
    """Add a generation; with ``forget`` the earlier ones are refused at once, else kept.

    Raises:
        KeyFileError: the file is malformed or cannot be written.
    """
    signs_from = now if forget else now + BELIEVED_FIRST
    new = Generation(root=secrets.token_bytes(SIZE), signs_from=signs_from)
    earlier = () if forget else _still_needed(read_ring(keys), now)
    _write(keys.folder / FILE, (new, *earlier))
    return new


def _still_needed(ring: Ring, now: datetime) -> Ring:
    """Without those whose successor has signed for longer than any token lives."""
    successors = (None, *ring[:-1])
    return tuple(
        one
        for one, successor in zip(ring, successors, strict=True)
        if successor is None or now - successor.signs_from < KEPT
    )


def _write(path: Path, ring: Ring) -> None:
    generations = [
        {"from": one.signs_from.isoformat(), "key": base64.b64encode(one.root).decode()}
        for one in ring
    ]
    text = json.dumps({"generations": generations}, indent=1)
    beside = path.with_suffix(".next")
    try:
        beside.unlink(missing_ok=True)
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise KeyFileError(f"cannot write the key file {path}: {error.strerror}") from error


def _generation(written: dict[str, str]) -> Generation:
    try:
        root = base64.b64decode(written["key"], validate=True)
    except binascii.Error as error:
        raise ValueError("no base64") from error
    signs_from = datetime.fromisoformat(written["from"])
    if len(root) != SIZE or signs_from.tzinfo is None:
        raise ValueError("no key of ours")
    return Generation(root=root, signs_from=signs_from)


def _mark(folder: Path) -> tuple[int, int] | None:
    try:
        told = (folder / FILE).stat()
    except OSError:
        return None
    return told.st_mtime_ns, told.st_ino
