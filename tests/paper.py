"""A printed report in the hand of who reads it."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pypdfium2
import zxingcpp

from tests.cast import Person

SCALE = 150 / 72  # 150 dpi, as an office printer


@dataclass(frozen=True)
class Paper:
    """Its owner, its file, and what stands on it."""

    owner: Person
    report: dict[str, Any]
    pdf: bytes
    code: str
    check_code: str


async def print_report(owner: Person, purpose: str = "electricity", **asked: Any) -> Paper:
    """Have a report made, fetch it, and read it."""
    report = await owner.report(purpose, **asked)
    pdf = await owner.pdf(report["id"])
    code, check_code = codes_on(pdf)
    return Paper(
        owner=owner,
        report=report,
        pdf=pdf,
        code=code,
        check_code=check_code,
    )


def codes_on(pdf: bytes) -> tuple[str, str]:
    """What its QR code leads to, and the check code beside it."""
    with pypdfium2.PdfDocument(pdf) as document:
        text = "".join(sheet.get_textpage().get_text_range() for sheet in document)
        pictures = [sheet.render(scale=SCALE, grayscale=True).to_pil() for sheet in document]
        [seen] = [
            code
            for picture in pictures
            # The lines of a table may look like a code of another kind.
            for code in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
        ]
    typed = re.search(r"([2-9A-HJ-NP-Z]{4}) ([2-9A-HJ-NP-Z]{4})\s", text)
    assert typed, text
    return urlsplit(seen.text).path.removeprefix("/v/"), f"{typed[1]}{typed[2]}"
