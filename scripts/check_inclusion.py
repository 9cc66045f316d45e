#!/usr/bin/env python3
"""Check a proof of `credit-yuexiu audit prove` by RFC 9162 alone; shares no code with the server.

    check_inclusion.py PROOF.json ROOT_HASH SIZE

ROOT_HASH and SIZE are what you know of the root by another way (published, printed, stamped).
Exits with 0 when the event stands at its place in the tree with that hash, with 1 otherwise.
"""

import hashlib
import json
import sys
from pathlib import Path


def sha256(content: bytes) -> bytes:
    """The hash of everything here."""
    return hashlib.sha256(content).digest()


def root_hash(index: int, size: int, leaf: bytes, path: list[bytes]) -> bytes:
    """The hash of the tree that has the leaf there: down from the top, and back."""
    if size == 1 or not path:
        if size > 1 or path:
            raise ValueError("the path has not the length that it has in a tree of this size")
        return leaf
    half = 1 << ((size - 1).bit_length() - 1)  # the largest power of two less than the size
    if index < half:
        return sha256(b"\x01" + root_hash(index, half, leaf, path[:-1]) + path[-1])
    return sha256(b"\x01" + path[-1] + root_hash(index - half, size - half, leaf, path[:-1]))


def main(file: str, known: str, size: int) -> str:
    """What is wrong with the proof; nothing when it holds."""
    proof = json.loads(Path(file).read_text(encoding="utf-8"))
    event = json.dumps(proof["event"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if not 0 <= proof["leaf"] < size:
        return "the leaf is not in a tree of this size"
    path = [bytes.fromhex(step) for step in proof["path"]]
    found = root_hash(proof["leaf"], size, sha256(b"\x00" + event.encode()), path).hex()
    return "" if found == known.lower() else f"the proof leads to {found}"


if __name__ == "__main__":
    try:
        wrong = main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
    except (IndexError, KeyError, TypeError, ValueError, OSError) as fault:
        wrong = f"{type(fault).__name__}: {fault}"
    sys.stdout.write(f"not included: {wrong}\n" if wrong else "included\n")
    sys.exit(1 if wrong else 0)
