"""Uploads, taken in while they stream: one file, hashed only or set down on disk, or a form."""

import hashlib
import tempfile
from collections.abc import Iterator
from typing import IO
from urllib.parse import urlencode

from python_multipart import MultipartParser
from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import parse_options_header

from domain.errors import Fault, Invalid
from handlers import problems
from handlers.base import BaseHandler
from handlers.endpoint import LONG_FORM, Endpoint
from handlers.forms import FORM, parsed_form

MULTIPART = "multipart/form-data"
FIELD = "file"
IMAGES = "images"
LONGEST_BOUNDARY = 70  # RFC 2046, section 5.1.1
MOST_PARTS = 10
# Of an image as it comes; and boundaries and headers around it.
MOST_IMAGE = 10 * 1024 * 1024
AROUND = 16 * 1024
UNREADABLE = "上传的内容无法读取，请重新选择文件。"


class MultipartHandler(BaseHandler):
    """Reads multipart/form-data part by part; what a part is for, its handlers say."""

    most_parts = MOST_PARTS

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
        self._header = ["", ""]
        self._whole = False
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._part_begins,
                "on_header_field": self._header_name,
                "on_header_value": self._header_value,
                "on_header_end": self._header_ends,
                "on_part_data": self._data,
                "on_end": self.ends,
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

    def part(self, name: str, file_name: str | None) -> None:
        """A part begins: the field it is for, and what the file was called, if it is one."""
        raise NotImplementedError

    def take_part(self, data: bytes) -> None:
        """Some more of the part."""
        raise NotImplementedError

    def ends(self) -> None:
        """The last part is over."""
        self._whole = True

    def require_whole(self) -> None:
        """Raise unless all of it came.

        Raises:
            HttpProblem: the body is not readable as multipart, or has too many parts.
        """
        if self._parser is None or self._broken:
            raise problems.malformed(UNREADABLE)
        if not self._whole:
            raise problems.malformed("上传的内容不完整，请重新选择文件。")

    def _part_begins(self) -> None:
        self._parts += 1
        if self._parts > self.most_parts:
            raise MultipartParseError("too many parts")
        self._header = ["", ""]
        self.part("", None)

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._header[0] += data[start:end].decode("latin-1")

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._header[1] += data[start:end].decode("latin-1")

    def _header_ends(self) -> None:
        name, value = self._header
        self._header = ["", ""]
        if name.lower() == "content-disposition":
            _, options = parse_options_header(value)
            given = options.get(b"filename")
            file_name = None if given is None else given.decode("utf-8", "replace")
            self.part(options.get(b"name", b"").decode("utf-8", "replace"), file_name)

    def _data(self, data: bytes, start: int, end: int) -> None:
        self.take_part(data[start:end])


class OneFileHandler(MultipartHandler):
    """Reads exactly one file, in the field ``file``."""

    file_name = ""

    _files = 0
    _bytes = 0
    _in_file = False

    def part(self, name: str, file_name: str | None) -> None:
        """Whatever else comes is passed over."""
        self._in_file = name == FIELD and file_name is not None
        self._files += self._in_file
        if self._in_file:
            self.file_name = file_name or ""

    def take_part(self, data: bytes) -> None:
        """Of the file only."""
        if self._in_file:
            self._bytes += len(data)
            self.take_file(data)

    def take_file(self, data: bytes) -> None:
        """Some more of the file."""
        raise NotImplementedError

    def require_one_file(self, detail: str) -> None:
        """Raise unless exactly one file came whole; ``detail`` says what should have come.

        Raises:
            HttpProblem: as for ``require_whole``.
            Invalid: not exactly one file, or an empty one.
        """
        self.require_whole()
        if self._files != 1 or self._bytes == 0:
            raise Invalid([Fault(pointer=f"/{FIELD}", code="one_file", detail=detail)])


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
            raise problems.malformed(UNREADABLE)
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


class ImagesFormHandler(MultipartHandler):
    """Reads a form of text fields, with images in the field ``images``, set down on disk.

    The fields are read as those of any other form. A field of files that was left empty is none,
    and a form without files may come as a plain one.
    """

    most_parts = 60
    most_images = 9
    most_text = LONG_FORM

    _name: str | None = None
    _image: IO[bytes] | None = None

    def most_bytes(self, declared: Endpoint) -> int:  # noqa: ARG002 - of the form's own parts
        """What all its parts may be."""
        return self.most_images * (MOST_IMAGE + AROUND) + self.most_text

    async def prepare(self) -> None:
        """Admit, then get ready to gather."""
        self._fields: list[tuple[str, bytearray]] = []
        self._images: list[IO[bytes]] = []
        self._text = 0
        self._plain = self._media_type() == FORM
        # A plain form is admitted like any other; what is called here is not this class's parent.
        await (BaseHandler.prepare(self) if self._plain else super().prepare())

    def take(self, chunk: bytes) -> None:
        """Gather a plain form, else part by part."""
        if self._plain:
            BaseHandler.take(self, chunk)
        else:
            super().take(chunk)

    def part(self, name: str, file_name: str | None) -> None:
        """Text of a field, or one more image."""
        self._image = None
        self._name = name if name not in {"", IMAGES} and file_name is None else None
        if self._name is not None:
            self._fields.append((self._name, bytearray()))
        if name == IMAGES and file_name:
            if len(self._images) >= self.most_images:
                raise MultipartParseError("too many images")
            # Without a name, so that a killed server leaves nothing behind.
            self._image = tempfile.TemporaryFile()  # noqa: SIM115 - closed in on_finish
            self._images.append(self._image)

    def take_part(self, data: bytes) -> None:
        """To disk, or to the text."""
        if self._image is not None:
            self._image.write(data)
        elif self._name is not None:
            self._text += len(data)
            if self._text > self.most_text:
                raise MultipartParseError("too much text")
            self._fields[-1][1].extend(data)

    def ends(self) -> None:
        """What was typed is kept as a plain form says it, for the page that comes again."""
        super().ends()
        self._received[:] = urlencode([(name, bytes(text)) for name, text in self._fields]).encode()

    def form_values(self) -> dict[str, object]:
        """What was typed into the form; raises as ``require_whole``, and for what is no UTF-8."""
        if not self._plain:
            self.require_whole()
        return parsed_form(self._received)

    def images(self) -> Iterator[bytes]:
        """One after the other, as they came.

        Raises:
            Invalid: one is larger than an image may be, by its place.
        """
        for place, image in enumerate(self._images):
            if image.tell() > MOST_IMAGE:
                most = MOST_IMAGE // 1024**2
                detail = f"第 {place + 1} 张图片超过 {most} MB，请压缩后再添加。"
                pointer = f"/{IMAGES}/{place}"
                raise Invalid([Fault(pointer=pointer, code="too_large", detail=detail)])
            image.seek(0)
            yield image.read()

    def on_finish(self) -> None:
        """Let go of the images."""
        super().on_finish()
        self._let_go()

    def on_connection_close(self) -> None:
        """Whoever hangs up leaves nothing here either."""
        super().on_connection_close()
        self._let_go()

    def _let_go(self) -> None:
        while self._images:
            self._images.pop().close()


def _boundary(content_type: str) -> bytes | None:
    """What parts the parts; None for another media type or where it is not to be read."""
    try:
        kind, options = parse_options_header(content_type)
    except ValueError:
        return None
    boundary = options.get(b"boundary", b"")
    usable = kind == MULTIPART.encode() and 0 < len(boundary) <= LONGEST_BOUNDARY
    return boundary if usable else None
