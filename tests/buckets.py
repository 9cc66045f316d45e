"""An object store that speaks as much of S3 as media need, over loopback HTTP, with faults.

It keeps objects in memory, whole or not at all: what is sent in parts appears when they are
completed. Requests must be signed by the right key id; how, it does not check.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.testing import bind_unused_port
from tornado.web import Application, RequestHandler

from adapters.media.store import Bucket

NAME, KEY_ID = "lectures", "AKIDEXAMPLE"


@dataclass
class Shelf:
    """What is kept, the uploads that are not over, and how many requests are answered 503 yet."""

    objects: dict[str, bytes] = field(default_factory=dict)
    uploads: dict[str, dict[int, bytes]] = field(default_factory=dict)
    refused: int = 0
    url: str = ""

    @property
    def bucket(self) -> Bucket:
        return Bucket(
            name=NAME, endpoint=self.url, region="us-east-1", key_id=KEY_ID, secret="bucket-secret"
        )


class BucketHandler(RequestHandler):
    """One object, or the bucket."""

    def initialize(self, shelf: Shelf) -> None:
        self.shelf = shelf

    async def prepare(self) -> None:
        if f"Credential={KEY_ID}/" not in self.request.headers.get("Authorization", ""):
            self.set_status(403)
            await self.finish()
        elif self.shelf.refused:
            self.shelf.refused -= 1
            self.set_status(503)
            await self.finish()

    def get(self, key: str) -> None:
        if not key:
            self._list()
            return
        content = self._found(key)
        if content is None:
            return
        wanted = re.fullmatch(r"bytes=(\d+)-(\d+)", self.request.headers.get("Range", ""))
        if wanted:
            begin, end = int(wanted[1]), int(wanted[2])
            self.set_status(206)
            self.set_header("Content-Range", f"bytes {begin}-{end}/{len(content)}")
            content = content[begin : end + 1]
        self.write(content)

    def head(self, key: str) -> None:
        content = self._found(key)
        if content is not None:
            self.set_header("Content-Length", len(content))

    def put(self, key: str) -> None:
        number = self.get_query_argument("partNumber", None)
        if number:
            parts = self.shelf.uploads[self.get_query_argument("uploadId")]
            parts[int(number)] = self.request.body
        else:
            self.shelf.objects[key] = self.request.body
        self.set_header("ETag", f'"{len(self.request.body)}"')

    def post(self, key: str) -> None:
        if not key:
            keys = re.findall("<Key>([^<]+)</Key>", self.request.body.decode())
            for found in keys:
                self.shelf.objects.pop(found, None)
            gone = "".join(f"<Deleted><Key>{found}</Key></Deleted>" for found in keys)
            self.write(f"<DeleteResult>{gone}</DeleteResult>")
        elif "uploads" in self.request.query_arguments or self.request.query == "uploads":
            upload_id = f"upload-{len(self.shelf.uploads)}"
            self.shelf.uploads[upload_id] = {}
            ids = f"<Bucket>{NAME}</Bucket><Key>{key}</Key><UploadId>{upload_id}</UploadId>"
            self.write(f"<InitiateMultipartUploadResult>{ids}</InitiateMultipartUploadResult>")
        else:
            parts = self.shelf.uploads.pop(self.get_query_argument("uploadId"))
            self.shelf.objects[key] = b"".join(parts[number] for number in sorted(parts))
            done = f"<Location>x</Location><Bucket>{NAME}</Bucket><Key>{key}</Key><ETag>e</ETag>"
            self.write(f"<CompleteMultipartUploadResult>{done}</CompleteMultipartUploadResult>")

    def delete(self, key: str) -> None:
        upload_id = self.get_query_argument("uploadId", "")
        if upload_id:
            self.shelf.uploads.pop(upload_id, None)
        else:
            self.shelf.objects.pop(key, None)
        self.set_status(204)

    def _found(self, key: str) -> bytes | None:
        content = self.shelf.objects.get(key)
        if content is None:
            self.set_status(404)
            self.write("<Error><Code>NoSuchKey</Code></Error>")
            return None
        self.set_header("Last-Modified", datetime.now(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT"))
        self.set_header("ETag", f'"{len(content)}"')
        return content

    def _list(self) -> None:
        prefix = self.get_query_argument("prefix", "")
        now = datetime.now(UTC).isoformat()
        rows = "".join(
            f"<Contents><Key>{escape(key)}</Key><Size>{len(content)}</Size>"
            f"<LastModified>{now}</LastModified><ETag>e</ETag></Contents>"
            for key, content in sorted(self.shelf.objects.items())
            if key.startswith(prefix)
        )
        self.write(f"<ListBucketResult><IsTruncated>false</IsTruncated>{rows}</ListBucketResult>")


@contextmanager
def bucket(loop: IOLoop) -> Iterator[Shelf]:
    """It answers on the loop that is given."""
    shelf = Shelf()
    routes: list[Any] = [(f"/{NAME}/?(.*)", BucketHandler, {"shelf": shelf})]
    server = HTTPServer(Application(routes, log_function=lambda _: None), max_body_size=1 << 28)
    socket, port = bind_unused_port()
    server.add_socket(socket)
    shelf.url = f"http://127.0.0.1:{port}"
    yield shelf
    server.stop()
    loop.run_sync(server.close_all_connections)
