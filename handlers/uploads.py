"""One uploaded file, hashed while it streams; nothing of it is kept."""

import hashlib

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


class UploadHandler(BaseHandler):
    """Reads multipart/form-data with exactly one file in the field ``file``."""

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
        self._hash = hashlib.sha256()
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

    def uploaded_sha256(self) -> str:
        """The SHA-256 (hex) of the file.

        Raises:
            HttpProblem: the body is not readable as multipart, or has more than 10 parts.
            Invalid: not exactly one file, or an empty one.
        """
        if self._parser is None or self._broken:
            raise problems.malformed("上传的内容无法读取，请重新选择文件。")
        if not self._whole:
            raise problems.malformed("上传的内容不完整，请重新选择文件。")
        if self._files != 1 or self._bytes == 0:
            detail = "请选择一个要核验的 PDF 文件。"
            raise Invalid([Fault(pointer=f"/{FIELD}", code="one_file", detail=detail)])
        return self._hash.hexdigest()

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

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._in_file:
            self._hash.update(data[start:end])
            self._bytes += end - start

    def _ends(self) -> None:
        self._whole = True


def _boundary(content_type: str) -> bytes | None:
    """What parts the parts; None for another media type or where it is not to be read."""
    try:
        kind, options = parse_options_header(content_type)
    except ValueError:
        return None
    boundary = options.get(b"boundary", b"")
    usable = kind == MULTIPART.encode() and 0 < len(boundary) <= LONGEST_BOUNDARY
    return boundary if usable else None
