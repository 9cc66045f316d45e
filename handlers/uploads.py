"""One uploaded file, taken in while it streams: hashed only, or set down on disk for a request."""

import hashlib
import tempfile
from typing import IO

from python_multipart import MultipartParser
from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import parse_options_header

from domain.errors import Fault, Invalid
from handlers import problems
from handlers.base import BaseHandler

MULTIPART = "multipart/form-data"
FIELD = "file"
LONGEST_BOUNDARY = 70  # RFC 2046, section 5.1.1
MOST_PARTS = 10


class OneFileHandler(BaseHandler):
    """Reads multipart/form-data with exactly one file in the field ``file``."""

    file_name = ""

    _parser: MultipartParser | None = None
    _broken = False

    async def prepare(self) -> None:
        """Admit, then get ready for the parts."""
        await super().prepare()
        if self._refusal is not None or self._too_large:
            return
        boundary = _boundary(self.request.headers.get("Content-Type", ""))
        if boundary is None:
            self._refusal = problems.wrong_media_type(MULTIPART)
            return
        self._parts = 0
        self._files = 0
        self._bytes = 0
        self._header = ["", ""]
        self._in_file = False
        self._whole = False
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._part_begins,
                "on_header_field": self._header_name,
                "on_header_value": self._header_value,
                "on_header_end": self._header_ends,
                "on_part_data": self._data,
                "on_end": self._ends,
            },
        )

    def take(self, chunk: bytes) -> None:
        """Feed the parser; what it cannot read is answered when the body has ended."""
        if self._parser is None or self._broken:
            return
        try:
            self._parser.write(chunk)
        except ValueError:  # every error of python_multipart is one
            self._broken = True

    def take_file(self, data: bytes) -> None:
        """Some more of the file."""
        raise NotImplementedError

    def require_one_file(self, detail: str) -> None:
        """Raise unless exactly one file came whole; ``detail`` says what should have come.

        Raises:
            HttpProblem: the body is not readable as multipart, or has more than 10 parts.
            Invalid: not exactly one file, or an empty one.
        """
        if self._parser is None or self._broken:
            raise problems.malformed("上传的内容无法读取，请重新选择文件。")
        if not self._whole:
            raise problems.malformed("上传的内容不完整，请重新选择文件。")
        if self._files != 1 or self._bytes == 0:
            raise Invalid([Fault(pointer=f"/{FIELD}", code="one_file", detail=detail)])

    def _part_begins(self) -> None:
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise MultipartParseError("too many parts")
        self._in_file = False
        self._header = ["", ""]

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._header[0] += data[start:end].decode("latin-1")

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._header[1] += data[start:end].decode("latin-1")

    def _header_ends(self) -> None:
        name, value = self._header
        self._header = ["", ""]
        if name.lower() == "content-disposition":
            _, options = parse_options_header(value)
            self._in_file = options.get(b"name") == FIELD.encode() and b"filename" in options
            self._files += self._in_file
            if self._in_file:
                self.file_name = options[b"filename"].decode("utf-8", "replace")

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._in_file:
            self._bytes += end - start
            self.take_file(data[start:end])

    def _ends(self) -> None:
        self._whole = True


class UploadHandler(OneFileHandler):
    """Hashes the file; nothing of it is kept."""

    async def prepare(self) -> None:
        """Admit, then get ready to hash."""
        self._hash = hashlib.sha256()
        await super().prepare()

    def take_file(self, data: bytes) -> None:
        """Hash it."""
        self._hash.update(data)

    def uploaded_sha256(self) -> str:
        """The SHA-256 (hex) of the file; raises as ``require_one_file``."""
        self.require_one_file("请选择一个要核验的 PDF 文件。")
        return self._hash.hexdigest()


class KeptFileHandler(OneFileHandler):
    """Sets the file down on disk while it streams, and removes it when the request is over."""

    _file: IO[bytes] | None = None

    async def prepare(self) -> None:
        """Admit, then get ready to write."""
        await super().prepare()
        if self._refusal is None and not self._too_large:
            # Without a name, so that a killed server leaves nothing behind.
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed in on_finish
            self._hash = hashlib.sha256()

    def take_file(self, data: bytes) -> None:
        """Write it down."""
        if self._file is not None:
            self._file.write(data)
            self._hash.update(data)

    def uploaded(self) -> bytes:
        """The file as it came; raises as ``require_one_file``."""
        self.require_one_file("请选择一个文件。")
        if self._file is None:
            raise problems.malformed("上传的内容无法读取，请重新选择文件。")
        # What a repeated request is known by: where to, and what came.
        known = f"{self.request.uri} {self.file_name} {self._hash.hexdigest()}"
        self._received[:] = known.encode()
        self._file.seek(0)
        return self._file.read()

    def on_finish(self) -> None:
        """Let go of the file."""
        super().on_finish()
        self._let_go()

    def on_connection_close(self) -> None:
        """Whoever hangs up leaves nothing here either."""
        super().on_connection_close()
        self._let_go()

    def _let_go(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def _boundary(content_type: str) -> bytes | None:
    """What parts the parts; None for another media type or where it is not to be read."""
    try:
        kind, options = parse_options_header(content_type)
    except ValueError:
        return None
    boundary = options.get(b"boundary", b"")
    usable = kind == MULTIPART.encode() and 0 < len(boundary) <= LONGEST_BOUNDARY
    return boundary if usable else None
