"""Making papers in a test, and looking at them as a reader does."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
from PIL.Image import Image

from adapters.documents.maker import PaperPress, SignedDocument

TEMPLATES = Path(__file__).parents[3] / "content" / "templates"
PUBLIC_URL = "https://credit.example"
HOST = "credit.example"
CODE = "A1b2C3d4E5f6G7h8I9j0K1"
CHECK_CODE = "7KQM4XPD"
SIGNED_AT = datetime(2026, 11, 23, 7, 30, 5, tzinfo=UTC)


def printed(press: PaperPress, snapshot: Mapping[str, object]) -> SignedDocument:
    return press.make(snapshot=snapshot, code=CODE, check_code=CHECK_CODE, signed_at=SIGNED_AT)


def texts(pdf: bytes) -> list[str]:
    """The text of each page."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_range() for page in document]


def in_grey(pdf: bytes, page: int, *, dpi: int = 150) -> Image:
    """A page as an office printer and a cheap scanner leave it."""
    with pypdfium2.PdfDocument(pdf) as document:
        return document[page].render(scale=dpi / 72, grayscale=True).to_pil()


def attachments(pdf: bytes) -> dict[str, bytes]:
    with pypdfium2.PdfDocument(pdf) as document:
        found = (document.get_attachment(i) for i in range(document.count_attachments()))
        return {one.get_name(): bytes(one.get_data()) for one in found}
