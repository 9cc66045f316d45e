"""Fixtures of the tests of media.

made      a folder with recordings and slides, generated once: see ``MADE``
shelf     an object store that speaks S3
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tornado.ioloop import IOLoop

from tests.buckets import Shelf, bucket
from tests.recordings import make_recording, make_slides

SLIDES = 12
EACH = 3


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recordings")
    slides = make_slides(folder / "slides", SLIDES)
    make_recording(folder / "plain.mp4")
    make_recording(folder / "slides.mp4", seconds=SLIDES * EACH, slides=slides, size=(640, 360))
    return folder


@pytest.fixture
def shelf(io_loop: IOLoop) -> Iterator[Shelf]:
    with bucket(io_loop) as shelf:
        yield shelf
