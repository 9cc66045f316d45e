"""The one byte form of a snapshot: canonical JSON, and the SHA-256 that names it."""

import hashlib
from collections.abc import Mapping
from typing import Any, cast

import rfc8785


class NotCanonical(ValueError):
    """The value has no canonical form: a float, an integer beyond 2^53, a lone surrogate."""


def canonical_json(value: Mapping[str, object]) -> bytes:
    """The UTF-8 bytes of RFC 8785, for strings, integers, booleans, lists and objects.

    Raises:
        NotCanonical: Floats are refused, since two readers may print one differently.
    """
    _refuse_floats(value)
    try:
        return rfc8785.dumps(cast("dict[str, Any]", value))
    except rfc8785.CanonicalizationError as error:
        raise NotCanonical(str(error)) from error


def sha256_hex(content: bytes) -> str:
    """SHA-256 as 64 lower-case hex digits."""
    return hashlib.sha256(content).hexdigest()


def _refuse_floats(value: object) -> None:
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            waiting.extend(item.values())
        elif isinstance(item, list | tuple):
            waiting.extend(item)
        elif isinstance(item, float):
            raise NotCanonical(f"a float has no place in a snapshot: {item!r}")
