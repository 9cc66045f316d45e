"""The master keys that wrap the field keys: of a file, or of a key service.

A key of a file is offered under two names: ``local``, by which field keys are wrapped at first,
and one made of its digest, by which they are re-wrapped, so that two keys can be told apart.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

LOCAL = "local"

Options = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Masters:
    """``providers`` open what is wrapped; ``provider`` with ``master_key`` wraps what is new."""

    providers: Mapping[str, Options] = field(repr=False)
    provider: str = LOCAL
    master_key: Options | None = field(default=None, repr=False)
    tls: Options | None = field(default=None, repr=False)


def local_name(key: bytes) -> str:
    """How field keys say which master key of a file wraps them."""
    return f"{LOCAL}:k{hashlib.sha256(b'master' + key).hexdigest()[:16]}"


def local_masters(key: bytes, *others: bytes) -> Masters:
    """Of files: the first wraps what is new, any opens what is there."""
    named = {local_name(one): {"key": one} for one in (key, *others)}
    return Masters(providers={LOCAL: {"key": key}, **named})
