"""Fixtures of the API's tests.

stored   counts what the database holds, so that a refusal can be shown to have stored nothing
"""

from collections.abc import Awaitable, Callable

import pytest

from adapters.mongo.schema import COLLECTIONS
from server.wiring import Installation

Stored = Callable[[], Awaitable[dict[str, int]]]


@pytest.fixture
def stored(installation: Installation) -> Stored:
    """Rows of every collection; the counters of rates hold nothing that was sent."""

    async def count() -> dict[str, int]:
        names = [collection.name for collection in COLLECTIONS if collection.name != "rates"]
        return {name: await installation.database[name].count_documents({}) for name in names}

    return count
