"""Where media are kept, by settings: a folder by default, a bucket by all of its three."""

from pathlib import Path

import pytest
from pydantic import SecretStr
from tornado.ioloop import IOLoop

from domain.media.ports import all_at_once
from server import development
from server.media import store_of
from server.settings import Settings, SettingsError
from tests.buckets import KEY_ID, NAME, Shelf, bucket

BUCKET = {"media_s3_bucket": NAME, "media_s3_key_id": KEY_ID, "media_s3_secret": SecretStr("s")}


def settings(folder: Path, **given: object) -> Settings:
    places = {"sandbox": "http://127.0.0.1:1", "public_url": "http://127.0.0.1:2"}
    return development.settings(**places, data_folder=folder, **given)


async def test_by_default_a_folder_keeps_them(tmp_path: Path) -> None:
    store = store_of(settings(tmp_path))
    await store.write("media/a/b/c", all_at_once(b"x"))
    assert (tmp_path / "media" / "media/a/b/c").read_bytes() == b"x"


def test_a_bucket_keeps_them_where_it_is_named(io_loop: IOLoop, tmp_path: Path) -> None:
    with bucket(io_loop) as shelf:
        there = settings(tmp_path, **BUCKET, media_s3_endpoint=shelf.url)
        assert io_loop.run_sync(lambda: kept(there, shelf)) == {"media/a/b/c": b"x"}
    assert not (tmp_path / "media").exists()


async def kept(there: Settings, shelf: Shelf) -> dict[str, bytes]:
    await store_of(there).write("media/a/b/c", all_at_once(b"x"))
    return shelf.objects


@pytest.mark.parametrize("missing", BUCKET)
def test_of_bucket_key_and_secret_each_alone_stops_the_start(missing: str, tmp_path: Path) -> None:
    given = {name: value for name, value in BUCKET.items() if name != missing}
    with pytest.raises(SettingsError, match="CREDIT_MEDIA_S3_"):
        settings(tmp_path, **given)


def test_an_endpoint_that_is_no_address_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="CREDIT_MEDIA_S3_ENDPOINT"):
        settings(tmp_path, **BUCKET, media_s3_endpoint="minio")
