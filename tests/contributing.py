"""What the municipal platform was told."""

from typing import Any

from tests.cast import Cast


async def contributed(cast: Cast, thing_id: str) -> dict[str, Any] | None:
    """What the platform took of it last."""
    items = (await cast.sandbox.get("/sandbox/contributions")).json()["items"]
    return next((one for one in items if one["record_id"] == thing_id), None)
