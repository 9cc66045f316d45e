"""A process that looks into files: how long it takes to begin is held against no file."""

import io

import pytest
from PIL import Image

from adapters.media.inspecting import JPEG, Inspector, Limits
from domain.errors import Unavailable

LIMITS = Limits(pixels=1_000_000, pages=0)


def picture() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(made, "PNG")
    return made.getvalue()


async def test_where_no_process_begins_in_time_the_machine_is_said_to_be_busy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    inspector = Inspector(LIMITS)
    try:
        monkeypatch.setattr("adapters.media.inspecting.BEGINNING_SECONDS", 0)
        with pytest.raises(Unavailable, match="系统繁忙"):
            await inspector(picture())
        monkeypatch.undo()
        assert (await inspector(picture())).media_type == JPEG
    finally:
        await inspector.aclose()
