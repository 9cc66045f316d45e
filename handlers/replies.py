"""An answer as it is kept, to be given again to the same request."""

import json
from typing import Any, cast

from pydantic import BaseModel


def packed(status: int, model: BaseModel) -> bytes:
    """Status and body."""
    return json.dumps({"status": status, "body": model.model_dump_json()}).encode()


def unpacked(reply: bytes) -> tuple[int, bytes]:
    """Status and body of what was kept."""
    kept = cast("dict[str, Any]", json.loads(reply))
    return int(kept["status"]), str(kept["body"]).encode()
